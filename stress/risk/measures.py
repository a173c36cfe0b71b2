"""Risk measures: pure functions of P&L and weights.

P&L gain is positive. VaR and ES are losses, positive when money is lost. Weights are probabilities
of the draws, equal when omitted.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.risk.tail import (
    MIN_TAIL_DRAWS,
    checked_pnl,
    checked_weights,
    lower_tail,
    require_tail_draws,
    tail_mass,
)

__all__ = [
    "TAIL_LEVEL",
    "as_loss",
    "expected_shortfall",
    "mean",
    "probability_of_loss",
    "standard_deviation",
    "value_at_risk",
    "worst",
]

Figure = TypeVar("Figure", float, FloatArray)

#: Confidence of the tail average that is shown first: the mean of the worst 2.5 %.
TAIL_LEVEL = 0.975


def as_loss(pnl: Figure) -> Figure:
    """Return a P&L as a loss: of none 0, which a change of sign would make -0."""
    return 0.0 - pnl


def mean(pnl: FloatArray, weights: FloatArray | None = None) -> float:
    """Return the expected P&L.

    Parameters
    ----------
    pnl : ndarray of shape (S,)
        Profit and loss, gain positive. [currency]
    weights : ndarray of shape (S,), optional
        Probabilities, summing to one. Equal when omitted.

    Returns
    -------
    float
        Gain positive. [currency]
    """
    pnl = checked_pnl(pnl)
    weights = checked_weights(weights, pnl.size)
    return float(pnl.mean() if weights is None else (weights * pnl).sum())


def standard_deviation(pnl: FloatArray, weights: FloatArray | None = None) -> float:
    """Return the standard deviation of the P&L under the weights (divided by S, not S - 1).

    Parameters
    ----------
    pnl, weights
        As for `mean`.

    Returns
    -------
    float
        At least 0. [currency]
    """
    centred = checked_pnl(pnl) - mean(pnl, weights)
    squares = centred * centred
    variance = squares.mean() if weights is None else (np.asarray(weights) * squares).sum()
    return float(np.sqrt(variance))


def value_at_risk(pnl: FloatArray, weights: FloatArray | None = None, *, level: float) -> float:
    """Return the smallest loss that is not exceeded with probability `level`.

    ``inf {l : P(-pnl <= l) >= level}``, the left-continuous inverse; numpy's ``inverted_cdf``, never
    an interpolation between draws.

    Parameters
    ----------
    pnl, weights
        As for `mean`.
    level : float in (0, 1)
        Confidence level.

    Returns
    -------
    float
        Loss, positive when money is lost. [currency]

    Examples
    --------
    >>> value_at_risk(-np.array([15., 12, 11, 9, 6, 2, 1, 0, -3, -8]), level=0.75)
    11.0
    """
    pnl = checked_pnl(pnl)
    weights = checked_weights(weights, pnl.size)
    mass = tail_mass(level)
    return as_loss(lower_tail(pnl, weights, mass=mass).quantile(mass))


def expected_shortfall(
    pnl: FloatArray,
    weights: FloatArray | None = None,
    *,
    level: float,
    min_tail_draws: float = MIN_TAIL_DRAWS,
) -> float:
    """Return the average loss in the worst ``1 - level`` of outcomes (also called CVaR).

    Parameters
    ----------
    pnl, weights
        As for `mean`.
    level : float in (0, 1)
        Confidence level; 0.975 averages the worst 2.5 %.
    min_tail_draws : float
        Refuse a tail with fewer effective draws. 0 never refuses: for discrete laws that are known
        exactly, where draws are not a sample.

    Returns
    -------
    float
        Loss, positive when money is lost. [currency]

    Raises
    ------
    TooFewTailDrawsError
        If the tail holds fewer than `min_tail_draws` effective draws.

    Notes
    -----
    The draw at the edge of the tail counts by the fraction that is left of ``1 - level`` [1]_.

    References
    ----------
    .. [1] Acerbi and Tasche, "On the coherence of expected shortfall", J. Banking & Finance 26
       (2002), pp. 1487-1503.

    Examples
    --------
    >>> pnl = -np.array([15., 12, 11, 9, 6, 2, 1, 0, -3, -8])
    >>> expected_shortfall(pnl, level=0.75, min_tail_draws=0)
    13.0
    """
    pnl = checked_pnl(pnl)
    weights = checked_weights(weights, pnl.size)
    mass = tail_mass(level)
    tail = lower_tail(pnl, weights, mass=mass)
    require_tail_draws(tail, level=level, draws=pnl.size, needed=min_tail_draws)
    return as_loss(tail.mean(mass))


def probability_of_loss(
    pnl: FloatArray, weights: FloatArray | None = None, *, more_than: float = 0.0
) -> float:
    """Return the probability of losing strictly more than an amount.

    Parameters
    ----------
    pnl, weights
        As for `mean`.
    more_than : float
        The loss, positive when money is lost. [currency]

    Returns
    -------
    float in [0, 1]
    """
    pnl = checked_pnl(pnl)
    weights = checked_weights(weights, pnl.size)
    if not np.isfinite(more_than):
        raise InputError(f"more_than must be a finite loss, got {more_than}.")
    beyond = pnl < -more_than
    if weights is None:
        return float(np.count_nonzero(beyond) / pnl.size)
    return float(np.clip(weights[beyond].sum(), 0.0, 1.0))


def worst(pnl: FloatArray, weights: FloatArray | None = None) -> float:
    """Return the largest loss among the draws that have any probability. It has no error: it grows with S.

    Parameters
    ----------
    pnl, weights
        As for `mean`.

    Returns
    -------
    float
        Loss, positive when money is lost. [currency]
    """
    pnl = checked_pnl(pnl)
    weights = checked_weights(weights, pnl.size)
    return as_loss(float(pnl.min() if weights is None else pnl[weights > 0.0].min()))
