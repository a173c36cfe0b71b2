"""Covariance of factor moves: weighted, shrunk (Ledoit-Wolf), cleaned (Marchenko-Pastur)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import ModelError
from stress.factors.correlation import unit_correlation
from stress.factors.weights import effective_number

__all__ = [
    "CleanCorrelation",
    "clean_correlation",
    "ledoit_wolf",
    "marchenko_pastur_edge",
    "weighted_covariance",
]


def weighted_covariance(moves: FloatArray, weights: FloatArray) -> FloatArray:
    """Covariance about the weighted mean, divisor the sum of the weights.

    Parameters
    ----------
    moves : ndarray of shape (T, K)
    weights : ndarray of shape (T,)
        Not negative.

    Returns
    -------
    ndarray of shape (K, K)
    """
    share = weights / weights.sum()
    centred = (moves - share @ moves) * np.sqrt(share)[:, None]
    return np.asarray(centred.T @ centred)


def ledoit_wolf(moves: FloatArray, weights: FloatArray | None = None) -> tuple[FloatArray, float]:
    """Shrink a covariance towards the scaled identity (Ledoit and Wolf 2004, JMVA 88).

    With equal weights this is scikit-learn's ``ledoit_wolf``. With weights w that sum to 1 the
    estimate of the sample covariance's error becomes ``sum w_t^2 |x_t x_t' - S|^2``.

    Oracle approximating shrinkage (OAS) is not offered: scikit-learn's drops the terms in
    1 - 2/p of its paper (Chen, Wiesel, Eldar and Hero 2010, eq. 23), so the two differ, by much for few columns; and
    both assume normal moves, which these are not.

    Parameters
    ----------
    moves : ndarray of shape (T, K)
        On comparable scales: the target gives every column the same variance.
    weights : ndarray of shape (T,), optional
        Equal when omitted.

    Returns
    -------
    covariance : ndarray of shape (K, K)
    shrinkage : float
        Weight of the target, 0 to 1.
    """
    count, k = moves.shape
    share = np.full(count, 1.0 / count) if weights is None else weights / weights.sum()
    sample = weighted_covariance(moves, share)
    centred = moves - share @ moves
    mean = float(np.trace(sample)) / k
    target = mean * np.eye(k)
    distance = float(np.square(sample - target).sum())
    # |x x' - S|^2 = (x'x)^2 - 2 x'Sx + |S|^2, and sum w x'Sx = |S|^2 for equal weights only
    squared = np.square(share)
    length = np.square(np.einsum("tk,tk->t", centred, centred))
    along = np.einsum("ti,ij,tj->t", centred, sample, centred)
    error = float(squared @ (length - 2.0 * along + np.square(sample).sum()))
    if distance == 0.0:
        return sample, 0.0
    shrinkage = min(max(error, 0.0) / distance, 1.0)
    return (1.0 - shrinkage) * sample + shrinkage * target, shrinkage


def marchenko_pastur_edge(ratio: float, variance: float = 1.0) -> float:
    """Largest eigenvalue that noise alone gives, ``variance (1 + sqrt(ratio))^2``.

    Parameters
    ----------
    ratio : float
        Variables over (effective) observations.
    variance : float
        Of the noise.

    Examples
    --------
    >>> round(marchenko_pastur_edge(50 / 500), 5)
    1.73246
    """
    return variance * (1.0 + math.sqrt(ratio)) ** 2


@dataclass(frozen=True, kw_only=True, eq=False)
class CleanCorrelation:
    """A correlation matrix and what was done to it.

    Parameters
    ----------
    correlation : ndarray of shape (K, K)
        Unit diagonal, positive definite.
    shrinkage : float
        Ledoit-Wolf weight of the identity.
    noise_eigenvalues : int
        Eigenvalues below the Marchenko-Pastur edge, replaced by their mean.
    edge : float
        That edge.
    """

    correlation: FloatArray
    shrinkage: float
    noise_eigenvalues: int
    edge: float


def clean_correlation(
    moves: FloatArray, weights: FloatArray, *, labels: Sequence[str] = ()
) -> CleanCorrelation:
    """Weighted correlation with its noise eigenvalues levelled, then Ledoit-Wolf shrunk.

    The noise variance is the mean of the eigenvalues below the edge it implies, found from above (Laloux
    et al. 1999 with their correction for the variance that the large eigenvalues take), so that weak
    but real directions, the slope of the yield curve, say, are not levelled with the noise. The
    effective number of observations stands for T, as unequal weights demand. The identity then gets
    the weight that Ledoit and Wolf give it for the matrix as it was: shrinking first would lift true
    small eigenvalues under the edge, which made moves of ordinary days less likely.

    Parameters
    ----------
    moves : ndarray of shape (T, K)
    weights : ndarray of shape (T,)
    labels : sequence of str, length K, optional
        What each column is, for the message.

    Returns
    -------
    CleanCorrelation

    Raises
    ------
    ModelError
        A factor without variance, or fewer effective observations than factors.
    """
    k = moves.shape[1]
    observations = effective_number(weights)
    if observations <= k:
        raise ModelError(
            f"{observations:.1f} effective observations cannot give the covariance of {k} factors. "
            "Use a longer window or half-life, or fewer factors."
        )
    covariance = weighted_covariance(moves, weights)
    deviation = np.sqrt(np.diag(covariance))
    still = deviation <= 1e-12 * np.abs(moves).max(axis=0)
    if still.any():
        first = int(np.argmax(still))
        raise ModelError(
            f"{labels[first] if labels else f'column {first}'} never moved in the window."
        )
    correlation = unit_correlation(covariance)
    _, shrinkage = ledoit_wolf(moves / deviation, weights)
    values, vectors = np.linalg.eigh(correlation)
    edge, noise = _noise(values, k / observations)
    if noise > 1:
        values = values.copy()
        values[:noise] = values[:noise].mean()
        correlation = (vectors * values) @ vectors.T
    return CleanCorrelation(
        correlation=unit_correlation((1.0 - shrinkage) * correlation + shrinkage * np.eye(k)),
        shrinkage=shrinkage,
        noise_eigenvalues=noise,
        edge=edge,
    )


def _noise(values: FloatArray, ratio: float) -> tuple[float, int]:
    """Edge and number of noise eigenvalues; `values` rise. Each turn can only lower the edge."""
    noise = len(values)
    while True:
        edge = marchenko_pastur_edge(ratio, float(values[:noise].mean()))
        below = int((values[:noise] <= edge).sum())
        if below == noise or below == 0:
            return edge, below
        noise = below
