"""Simulation errors of the measures, from their influence functions.

A measure's influence function says how it answers a little more probability at one draw; its
standard error is ``sqrt(sum w_j^2 IF_j^2)``, which is ``sd(IF) / sqrt(S)`` for equal weights. The same
recipe serves weighted draws, differences on the same draws, and contributions. These are sampling
errors only: they say nothing about the model.

References
----------
.. [1] Hong, Hu and Liu, "Monte Carlo methods for value-at-risk and conditional value-at-risk: a
   review", ACM Trans. Modeling and Computer Simulation 24 (2014), article 22.
.. [2] Woodruff, "Confidence intervals for medians and other position measures", J. American
   Statistical Association 47 (1952), pp. 635-646.
"""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.risk.measures import expected_shortfall, mean, probability_of_loss, standard_deviation
from stress.risk.tail import (
    LowerTail,
    checked_pnl,
    checked_weights,
    lower_tail,
    tail_mass,
)

__all__ = [
    "NORMAL_95",
    "expected_shortfall_difference",
    "expected_shortfall_error",
    "expected_shortfall_influence",
    "influence_error",
    "mean_error",
    "probability_of_loss_error",
    "quantile_error",
    "spacing_reach",
    "standard_deviation_error",
    "tail_mean_error",
]

#: Standard errors on either side of an estimate that hold 95 % of a normal law.
NORMAL_95 = 1.96

#: Half-width, in standard deviations of the tail count, over which the density at a quantile is read.
SPACING = 2.0


def influence_error(influence: FloatArray, weights: FloatArray | None = None) -> float:
    """Return the standard error of a measure from its influence function.

    Parameters
    ----------
    influence : ndarray of shape (S,)
        Influence of each draw, mean zero under the weights.
    weights : ndarray of shape (S,), optional
        Probabilities. Equal when omitted.

    Returns
    -------
    float
        ``sqrt(sum w_j^2 IF_j^2)``, in the unit of the measure.
    """
    if weights is None:
        return float(np.sqrt((influence * influence).sum()) / influence.size)
    return float(np.sqrt(((weights * influence) ** 2).sum()))


def mean_error(pnl: FloatArray, weights: FloatArray | None = None) -> float:
    """Return the standard error of `mean`, in currency."""
    return influence_error(checked_pnl(pnl) - mean(pnl, weights), weights)


def standard_deviation_error(pnl: FloatArray, weights: FloatArray | None = None) -> float:
    """Return the error of `standard_deviation`; it means something where a fourth moment exists."""
    deviation = standard_deviation(pnl, weights)
    if deviation == 0.0:
        return 0.0
    centred = checked_pnl(pnl) - mean(pnl, weights)
    return influence_error((centred**2 - deviation**2) / (2.0 * deviation), weights)


def probability_of_loss_error(
    pnl: FloatArray, weights: FloatArray | None = None, *, more_than: float = 0.0
) -> float:
    """Return the standard error of `probability_of_loss`: binomial for equal weights."""
    probability = probability_of_loss(pnl, weights, more_than=more_than)
    return influence_error(
        np.asarray(checked_pnl(pnl) < -more_than, dtype=np.float64) - probability, weights
    )


def spacing_reach(mass: float, weights: FloatArray | None, draws: int) -> float:
    """Return the tail probability that a sorted tail must cover so that `quantile_error` can be read."""
    if weights is not None:
        return 1.0  # weighted draws are sorted whole
    return min(1.0, mass + SPACING * float(np.sqrt(mass * (1.0 - mass) / draws)))


def quantile_error(tail: LowerTail, mass: float) -> float | None:
    """Return the error of the quantile at `mass` of a sorted tail; None where it is too short (about four draws).

    The tail probability at the quantile is known up to d = ``sqrt(mass (1 - mass) / S)``; the quantiles
    at ``mass - 2d`` and ``mass + 2d`` lie four standard errors apart (Woodruff).
    """
    place = tail.rank(mass)
    inside = tail.cumulative[place - 1] if place else 0.0
    # The draw at the edge lies below by the fraction that is left of the mass.
    below = float(np.square(tail.weights[:place]).sum() + tail.weights[place] * (mass - inside))
    above = max(tail.square_sum - below, 0.0)
    reach = SPACING * float(np.sqrt(below * (1.0 - mass) ** 2 + above * mass**2))
    if mass - reach <= 0.0 or mass + reach >= 1.0:
        return None
    return (tail.quantile(mass + reach) - tail.quantile(mass - reach)) / (2.0 * SPACING)


def tail_mean_error(tail: LowerTail, mass: float) -> float:
    """Return the standard error of the mean of the lowest `mass` of a sorted tail."""
    place = tail.rank(mass)
    excess = tail.values[place] - tail.values[:place]
    weights = tail.weights[:place]
    average = float((weights * excess).sum())
    outside = max(tail.square_sum - float(np.square(weights).sum()), 0.0)
    inside = weights * (excess - average)
    return float(np.sqrt(np.square(inside).sum() + outside * average**2) / mass)


def expected_shortfall_influence(
    pnl: FloatArray, weights: FloatArray | None = None, *, level: float
) -> FloatArray:
    """Return the influence of each draw on the expected shortfall.

    ``VaR + (L_j - VaR)^+ / (1 - level) - ES`` with L = -pnl.

    Parameters
    ----------
    pnl : ndarray of shape (S,)
        Profit and loss, gain positive.
    weights : ndarray of shape (S,), optional
        Probabilities. Equal when omitted.
    level : float in (0, 1)
        Confidence level.

    Returns
    -------
    ndarray of shape (S,)
    """
    pnl = checked_pnl(pnl)
    weights = checked_weights(weights, pnl.size)
    mass = tail_mass(level)
    tail = lower_tail(pnl, weights, mass=mass)
    edge = tail.quantile(mass)
    return np.maximum(edge - pnl, 0.0) / mass - (edge - tail.mean(mass))


def expected_shortfall_error(
    pnl: FloatArray, weights: FloatArray | None = None, *, level: float
) -> float:
    """Return the error of `expected_shortfall`; it means something where the variance exists.

    ``se^2 = (Var(L | L > q) + level (ES - q)^2) / (S (1 - level))`` for equal weights.
    """
    return influence_error(expected_shortfall_influence(pnl, weights, level=level), weights)


def expected_shortfall_difference(
    pnl: FloatArray, other: FloatArray, *, level: float
) -> tuple[float, float]:
    """Return ES of one P&L minus ES of another *on the same draws*, with the paired standard error.

    Parameters
    ----------
    pnl, other : ndarray of shape (S,)
        Profit and loss of two books under the same draws, each as likely as the next; gain positive.
    level : float in (0, 1)
        Confidence level.

    Returns
    -------
    tuple of float
        The difference, negative when `pnl` loses less in its tail, and its standard error. [currency]
    """
    if np.shape(pnl) != np.shape(other):
        raise InputError(f"the two P&Ls have shapes {np.shape(pnl)} and {np.shape(other)}.")
    value = expected_shortfall(pnl, level=level) - expected_shortfall(other, level=level)
    influence = expected_shortfall_influence(pnl, level=level)
    influence -= expected_shortfall_influence(other, level=level)
    return value, influence_error(influence)
