"""Repair of matrices that are not positive semi-definite (Higham 2002, IMA J. Numer. Anal. 22)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import ModelError
from stress.factors.correlation import correlation_of, unit_correlation

__all__ = ["NearestCorrelation", "nearest_correlation", "repair_covariance"]

#: A repair that moves one correlation by more than this is a wrong input, not rounding.
_LIMIT = 0.05
#: The search for the nearest matrix ends where a step changes it by no more than this share, or fails after so many.
_TOLERANCE, _ITERATIONS = 1e-12, 10_000


@dataclass(frozen=True, kw_only=True, eq=False)
class NearestCorrelation:
    """The nearest correlation matrix and how far it is.

    Parameters
    ----------
    correlation : ndarray of shape (K, K)
        Unit diagonal, positive semi-definite.
    distance : float
        Frobenius norm of the change.
    largest_change : float
        Largest change of one entry.
    """

    correlation: FloatArray
    distance: float
    largest_change: float


def nearest_correlation(matrix: FloatArray) -> NearestCorrelation:
    """Nearest correlation matrix in the Frobenius norm: alternating projections, Dykstra-corrected.

    Parameters
    ----------
    matrix : ndarray of shape (K, K)
        Symmetric.

    Returns
    -------
    NearestCorrelation
        Without change where the input already is one.

    Raises
    ------
    ModelError
        Not symmetric, or no convergence.
    """
    if not np.allclose(matrix, matrix.T, rtol=0.0, atol=1e-12):
        raise ModelError("the matrix to repair is not symmetric.")
    if (
        np.array_equal(np.diag(matrix), np.ones(len(matrix)))
        and np.linalg.eigvalsh(matrix)[0] >= 0.0
    ):
        return NearestCorrelation(correlation=matrix, distance=0.0, largest_change=0.0)
    unit = matrix.copy()
    correction = np.zeros_like(matrix)
    for _ in range(_ITERATIONS):
        before = unit
        shifted = before - correction
        values, vectors = np.linalg.eigh(shifted)
        semidefinite = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = semidefinite - shifted
        unit = semidefinite.copy()
        np.fill_diagonal(unit, 1.0)
        change = max(np.linalg.norm(unit - before), np.linalg.norm(unit - semidefinite))
        if change <= _TOLERANCE * np.linalg.norm(unit):
            unit = unit_correlation(semidefinite)
            moved = unit - matrix
            return NearestCorrelation(
                correlation=unit,
                distance=float(np.linalg.norm(moved)),
                largest_change=float(np.abs(moved).max()),
            )
    raise ModelError(f"the nearest correlation matrix was not found in {_ITERATIONS} iterations.")


def repair_covariance(covariance: FloatArray) -> tuple[FloatArray, NearestCorrelation]:
    """Make a covariance positive semi-definite, variances kept.

    Parameters
    ----------
    covariance : ndarray of shape (K, K)
        Symmetric with a positive diagonal.

    Returns
    -------
    covariance : ndarray of shape (K, K)
    repair : NearestCorrelation
        Its distance belongs in the result.

    Raises
    ------
    ModelError
        A variance that is not positive, or a repair beyond `_LIMIT`: a wrong input.
    """
    variance = np.diag(covariance)
    if (variance <= 0.0).any():
        raise ModelError(f"variance {int(np.argmin(variance))} is not above zero.")
    scale = np.sqrt(variance)
    correlation = correlation_of(covariance)
    np.fill_diagonal(correlation, 1.0)
    repair = nearest_correlation(correlation)
    if repair.largest_change > _LIMIT:
        raise ModelError(
            f"the covariance is not positive semi-definite and its repair would change a correlation by "
            f"{repair.largest_change:.3f} (distance {repair.distance:.3f}), above the limit of {_LIMIT:g}: "
            "check the inputs it was built from."
        )
    if repair.distance == 0.0:
        return covariance, repair
    return repair.correlation * np.outer(scale, scale), repair
