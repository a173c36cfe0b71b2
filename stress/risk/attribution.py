"""Where a tail loss comes from: Euler contributions, which add up, each with its simulation error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.risk.standard_errors import SPACING
from stress.risk.tail import (
    MIN_TAIL_DRAWS,
    checked_pnl,
    checked_weights,
    lower_tail,
    require_tail_draws,
    tail_mass,
    tail_weights,
)

__all__ = ["Contributions", "TailDraws", "expected_shortfall_contributions", "tail_draws"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TailDraws:
    """The draws that contributions to a tail average are read from: its own, and those about its edge.

    Parameters
    ----------
    rows : ndarray of int, shape (R,)
        Which draws, ascending.
    tail : ndarray of shape (R,)
        What each counts in the tail average; they sum to one.
    edge : ndarray of shape (R,)
        What each counts in a mean at the edge of the tail: of the draws within two standard errors of the
        quantile's rank. They sum to one.
    probability : ndarray of shape (R,)
        Of each draw.
    square_sum : float
        Sum of the squared probabilities of *all* draws.
    """

    rows: np.ndarray
    tail: FloatArray
    edge: FloatArray
    probability: FloatArray
    square_sum: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contributions:
    """What each component adds to the expected shortfall of the whole.

    Parameters
    ----------
    values : ndarray of shape (C,)
        Losses, positive when the component loses in the tail of the whole. [currency]
    standard_errors : ndarray of shape (C,)
        Simulation errors. [currency]
    """

    values: FloatArray
    standard_errors: FloatArray


def tail_draws(
    pnl: FloatArray,
    weights: FloatArray | None = None,
    *,
    level: float,
    min_tail_draws: float = MIN_TAIL_DRAWS,
) -> TailDraws:
    """Choose the draws that contributions to the expected shortfall are read from.

    Parameters
    ----------
    pnl : ndarray of shape (S,)
        Profit and loss of the whole, gain positive.
    weights : ndarray of shape (S,), optional
        Probabilities, summing to one. Equal when omitted.
    level : float in (0, 1)
        Confidence level.
    min_tail_draws : float
        Refuse a tail with fewer effective draws.

    Raises
    ------
    TooFewTailDrawsError
        If the tail holds fewer.
    """
    pnl = checked_pnl(pnl)
    weights = checked_weights(weights, pnl.size)
    mass = tail_mass(level)
    probability = np.full(pnl.size, 1.0 / pnl.size) if weights is None else weights
    square_sum = float((probability * probability).sum())
    reach = SPACING * float(np.sqrt(mass * (1.0 - mass) * square_sum))
    sorted_tail = lower_tail(pnl, weights, mass=min(1.0, mass + reach))
    require_tail_draws(sorted_tail, level=level, draws=pnl.size, needed=min_tail_draws)
    low, high = (sorted_tail.quantile(max(mass + side * reach, 0.0)) for side in (-1.0, 1.0))
    near = np.where((pnl >= low) & (pnl <= high), probability, 0.0)
    tail = tail_weights(pnl, weights, level=level)
    rows = np.flatnonzero((tail > 0.0) | (near > 0.0))
    return TailDraws(
        rows=rows,
        tail=tail[rows],
        edge=near[rows] / near.sum(),
        probability=probability[rows],
        square_sum=square_sum,
    )


def expected_shortfall_contributions(
    draws: TailDraws, parts: Iterable[tuple[slice, FloatArray]], *, centre: FloatArray
) -> Contributions:
    """Return the Euler contributions to ES: ``E[-component | tail of the total]``.

    Parameters
    ----------
    draws : TailDraws
        Of the P&L of the whole.
    parts : iterable of (slice, ndarray of shape (C, R'))
        P&L of each component, gain positive, at `draws.rows`, some at a time: where they stand there, and
        what they are. [currency]
    centre : ndarray of shape (C,)
        P&L about which sums are taken, so that nothing is lost to rounding: what is expected of each. [currency]

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
    tail = draws.tail
    in_tail, at_edge, squares, linear, crossed = (np.zeros(len(centre)) for _ in range(5))
    for place, part in parts:
        moved = part - centre[:, None]
        in_tail -= moved @ tail[place]
        at_edge -= moved @ draws.edge[place]
        squares += np.square(moved) @ np.square(tail[place])
        linear += moved @ np.square(tail[place])
        crossed += moved @ (tail[place] * draws.probability[place])
    # A draw at the edge is inside the tail by the fraction that counts; the rest of it is outside.
    constant = at_edge - in_tail
    inside = squares + 2.0 * at_edge * linear + at_edge**2 * float(tail @ tail)
    between = crossed + at_edge * float(tail @ draws.probability)
    variance = inside - 2.0 * constant * between + constant**2 * draws.square_sum
    return Contributions(
        values=in_tail - centre, standard_errors=np.sqrt(np.maximum(variance, 0.0))
    )
