"""Where a tail loss comes from: Euler contributions, which add up, and incremental ones, which do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stress.errors import InputError
from stress.factors.model import FloatArray
from stress.risk.standard_errors import SPACING, expected_shortfall_difference
from stress.risk.tail import (
    MIN_TAIL_DRAWS,
    checked_pnl,
    checked_weights,
    lower_tail,
    require_tail_draws,
    tail_mass,
    tail_weights,
)

__all__ = [
    "Contributions",
    "expected_shortfall_contributions",
    "group_sums",
    "incremental_expected_shortfall",
    "linear_contributions",
    "standard_deviation_contributions",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contributions:
    """What each component adds to the expected shortfall of the whole.

    Parameters
    ----------
    values : ndarray of shape (C,)
        Losses, positive when the component loses in the tail of the whole. [currency]
    standard_errors : ndarray of shape (C,)
        Simulation errors. [currency]
    level : float
        Confidence level.
    """

    values: FloatArray
    standard_errors: FloatArray
    level: float


def expected_shortfall_contributions(
    components: FloatArray,
    weights: FloatArray | None = None,
    *,
    level: float,
    total: FloatArray | None = None,
    min_tail_draws: float = MIN_TAIL_DRAWS,
) -> Contributions:
    """Return the Euler contributions to ES: ``E[-component | tail of the total]``.

    Parameters
    ----------
    components : ndarray of shape (S, C)
        P&L of each component, gain positive. [currency]
    weights : ndarray of shape (S,), optional
        Probabilities, summing to one. Equal when omitted.
    level : float in (0, 1)
        Confidence level.
    total : ndarray of shape (S,), optional
        P&L of the whole, where `components` are only some of it or overlap (names and sectors side by
        side). Their sum when omitted.
    min_tail_draws : float
        Refuse a tail with fewer effective draws.

    Returns
    -------
    Contributions
        Where the components add up to the total, the values add up to its expected shortfall.

    Notes
    -----
    The tail weights are those of `tail_weights`, shared among ties, so the sum is exact. The
    standard error uses the influence function ``(L_ij - m_i) 1{L_j > q} / (1 - level) + m_i - RC_i``
    with ``m_i = E[L_i | L = q]`` averaged over the draws within two standard errors of the quantile's
    rank; for the total it becomes the error of the expected shortfall itself.

    References
    ----------
    .. [1] Tasche, "Capital allocation to business units and sub-portfolios: the Euler principle",
       arXiv:0708.2542 (2008).
    """
    components = np.asarray(components, dtype=np.float64)
    if components.ndim != 2:
        raise InputError(f"components must be (draws, components), got shape {components.shape}.")
    whole = checked_pnl(components.sum(axis=1) if total is None else total)
    if whole.size != components.shape[0]:
        raise InputError(f"{components.shape[0]} draws of components, {whole.size} of the total.")
    weights = checked_weights(weights, whole.size)
    mass = tail_mass(level)
    probability = np.full(whole.size, 1.0 / whole.size) if weights is None else weights
    square_sum = float((probability * probability).sum())
    reach = SPACING * float(np.sqrt(mass * (1.0 - mass) * square_sum))
    sorted_tail = lower_tail(whole, weights, mass=min(1.0, mass + reach))
    require_tail_draws(sorted_tail, level=level, draws=whole.size, needed=min_tail_draws)

    counted = tail_weights(whole, weights, level=level)
    rows = np.flatnonzero(counted)
    values = -(counted[rows] @ components[rows])

    low, high = (sorted_tail.quantile(max(mass + side * reach, 0.0)) for side in (-1.0, 1.0))
    near = np.flatnonzero((whole >= low) & (whole <= high))
    at_quantile = -(probability[near] @ components[near]) / probability[near].sum()
    # A draw at the edge is inside the tail by the fraction that counts; the rest of it is outside.
    share = counted[rows] * mass
    inside = -share[:, None] * (components[rows] + at_quantile) / mass
    constant = at_quantile - values
    inside += probability[rows, None] * constant
    outside = square_sum - float(probability[rows] @ probability[rows])
    variance = (inside**2).sum(axis=0) + max(outside, 0.0) * constant**2
    return Contributions(values=values, standard_errors=np.sqrt(variance), level=level)


def group_sums(values: FloatArray, labels: Sequence[str]) -> dict[str, float]:
    """Sum contributions by label; the sums add up to the whole.

    Parameters
    ----------
    values : ndarray of shape (C,)
        One value a component.
    labels : sequence of str, length C
        The group of each.

    Returns
    -------
    dict
        Groups in order of first appearance.
    """
    if len(labels) != np.size(values):
        raise InputError(f"{np.size(values)} values but {len(labels)} labels.")
    sums: dict[str, float] = dict.fromkeys(labels, 0.0)
    for label, value in zip(labels, values, strict=True):
        sums[label] += float(value)
    return sums


def incremental_expected_shortfall(
    total: FloatArray,
    component: FloatArray,
    weights: FloatArray | None = None,
    *,
    level: float,
    min_tail_draws: float = MIN_TAIL_DRAWS,
) -> tuple[float, float]:
    """Return what the book's ES would fall by without a component, on the same draws.

    Parameters
    ----------
    total, component : ndarray of shape (S,)
        P&L of the book and of the part to leave out, gain positive. [currency]
    weights : ndarray of shape (S,), optional
        Probabilities. Equal when omitted.
    level : float in (0, 1)
        Confidence level.
    min_tail_draws : float
        Refuse a tail with fewer effective draws.

    Returns
    -------
    tuple of float
        ``ES(total) - ES(total - component)`` and its paired standard error. [currency]

    Notes
    -----
    By convexity it is never more than the Euler contribution; they agree as the component shrinks.
    """
    whole = checked_pnl(total)
    return expected_shortfall_difference(
        whole, whole - component, weights, level=level, min_tail_draws=min_tail_draws
    )


def standard_deviation_contributions(
    components: FloatArray, weights: FloatArray | None = None
) -> FloatArray:
    """Return Euler contributions to the sum's standard deviation: ``Cov(component, total) / sd``.

    Parameters
    ----------
    components : ndarray of shape (S, C)
        P&L of each component.
    weights : ndarray of shape (S,), optional
        Probabilities. Equal when omitted.

    Returns
    -------
    ndarray of shape (C,)
        Adding up to the standard deviation; zeros where the total does not vary. [currency]
    """
    components = np.asarray(components, dtype=np.float64)
    whole = checked_pnl(components.sum(axis=1))
    weights = checked_weights(weights, whole.size)
    probability = np.full(whole.size, 1.0 / whole.size) if weights is None else weights
    centred = whole - (probability * whole).sum()
    weighted = probability * centred
    variance = float((weighted * centred).sum())
    if variance == 0.0:
        return np.zeros(components.shape[1])
    return np.asarray(weighted @ components / np.sqrt(variance))


def linear_contributions(exposure: FloatArray, covariance: FloatArray) -> FloatArray:
    """Return Euler contributions to a linear book's standard deviation: ``b_k (C b)_k / sd``.

    Parameters
    ----------
    exposure : ndarray of shape (K,)
        Money made per unit move of each factor. [currency]
    covariance : ndarray of shape (K, K)
        Of the factor moves over the horizon.

    Returns
    -------
    ndarray of shape (K,)
        Adding up to ``sqrt(b' C b)``; times 2.3378 they are the normal ES 97.5 %. [currency]
    """
    answer = covariance @ exposure
    variance = float(exposure @ answer)
    if variance <= 0.0:
        return np.zeros(exposure.shape[0])
    return np.asarray(exposure * answer / np.sqrt(variance))
