"""How heavy the joint tail is: the likelihood of Student-t degrees of freedom."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.factors.correlation import ZERO_EIGENVALUE, correlation_of

__all__ = ["TailProfile", "tail_profile"]

#: Where the profile is shown.
_GRID = (3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TailProfile:
    """Likelihood of the degrees of freedom.

    Parameters
    ----------
    best : float
        The maximum-likelihood value, between 2.1 and 200.
    grid : tuple of float
        Degrees of freedom.
    drop : tuple of float
        Log-likelihood below the maximum at each, not above zero: how flat it is.
    """

    best: float
    grid: tuple[float, ...]
    drop: tuple[float, ...]


def tail_profile(moves: FloatArray, covariance: FloatArray) -> TailProfile:
    """Maximise the likelihood over the degrees of freedom, covariance held.

    Parameters
    ----------
    moves : ndarray of shape (T, K)
        Rows are independent multivariate-t, of scatter ``covariance * (degrees - 2) / degrees``, so that the
        covariance is the same for every number of degrees and only the tail differs. Divided by their filtered volatility, or the changing volatility of the market is taken for
        heavy tails.
    covariance : ndarray of shape (K, K)
        Of these moves. Where it is singular, the likelihood is that of the directions that vary.

    Returns
    -------
    TailProfile
    """
    moves, covariance = _independent(moves, covariance)
    distances, log_determinant = _distances(moves, covariance)

    def at(degrees: float) -> float:
        return _log_likelihood(distances, log_determinant, moves.shape[1], degrees)

    # golden section in log(degrees - 2): unimodal in practice, and the grid shows it
    low, high = math.log(0.1), math.log(198.0)
    golden = (math.sqrt(5.0) - 1.0) / 2.0
    while high - low > 1e-6:
        a, b = high - golden * (high - low), low + golden * (high - low)
        if at(2.0 + math.exp(a)) < at(2.0 + math.exp(b)):
            low = a
        else:
            high = b
    best = 2.0 + math.exp(0.5 * (low + high))
    top = max(at(best), *(at(degrees) for degrees in _GRID))
    return TailProfile(best=best, grid=_GRID, drop=tuple(at(degrees) - top for degrees in _GRID))


def _independent(moves: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return moves and covariance in coordinates that all vary: fewer where some say the same of the rest."""
    scale = np.sqrt(np.diag(covariance))
    values, vectors = np.linalg.eigh(correlation_of(covariance))
    varies = values > ZERO_EIGENVALUE * values[-1]
    if varies.all():
        return moves, covariance
    return (moves / scale) @ vectors[:, varies], np.diag(values[varies])


def _distances(moves: FloatArray, covariance: FloatArray) -> tuple[FloatArray, float]:
    """Return squared distances of the moves, and the log-determinant of their covariance."""
    root = np.linalg.cholesky(covariance)
    white = np.linalg.solve(root, moves.T)
    return np.square(white).sum(axis=0), 2.0 * float(np.log(np.diag(root)).sum())


def _log_likelihood(distances: FloatArray, log_determinant: float, k: int, degrees: float) -> float:
    constant = (
        math.lgamma(0.5 * (degrees + k))
        - math.lgamma(0.5 * degrees)
        - 0.5 * k * math.log(math.pi * (degrees - 2.0))
        - 0.5 * log_determinant
    )
    tail = np.log1p(distances / (degrees - 2.0)).sum()
    return len(distances) * constant - 0.5 * (degrees + k) * float(tail)
