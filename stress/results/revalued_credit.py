"""What a factor's move means for positions revalued in full: slopes along the way, not at its start."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.portfolio.instruments import Option
from stress.simulation.plan import Plan
from stress.simulation.revaluation import Revaluation

__all__ = ["revalued_slopes"]

#: Half a step of the central differences, over the factor's daily standard deviation.
_STEP = 0.05
#: Points of the way (Gauss-Legendre), and many where options end within a month of the horizon: their
#: slope turns within a small move.
_POINTS, _POINTS_OF_SHORT_OPTIONS, _SHORT_DAYS = 4, 20, 30.0


def revalued_slopes(planned: Plan, factors: FloatArray) -> FloatArray:
    """Return the P&L of each revalued position for a unit move of each factor.

    Parameters
    ----------
    planned : Plan
        Of a book, revalued over the scenario's horizon.
    factors : ndarray of shape (K,)
        Where the factors move to; logs in a compound scenario.

    Returns
    -------
    ndarray of shape (P, K)
        Central differences, through the exposures of names and through every level that follows a
        factor, averaged over the straight way from no move to `factors`; at no move where that is where it
        leads. [currency]

    Notes
    -----
    Times the moves they sum to what the factors change in the value at the horizon's end (Aumann and
    Shapley 1974), curvature and crossed terms shared; what time alone changes is not in them. For a
    contract that settles inside the horizon they do so to a few percent: its payoff has a kink.
    """
    count = 0 if planned.revaluation is None else len(planned.revaluation.valuation.holdings)
    if planned.revaluation is None or count == 0:
        return np.zeros((0, len(factors)))
    steps = _STEP * np.sqrt(np.diagonal(planned.book.model.covariance))
    live = np.flatnonzero(steps > 0.0)
    points, weights = np.polynomial.legendre.leggauss(_points(planned.revaluation, factors))
    way = [0.5 * (1.0 + point) * factors for point in points]
    shifts = np.zeros((len(live), len(factors)))
    shifts[np.arange(len(live)), live] = steps[live]
    at = np.concatenate([base + sign * shifts for base in way for sign in (1.0, -1.0)])
    # Names follow their exposures alone, levels their factors.
    pnl = planned.revaluation.pnl(planned.moves_at(at, planned.explained_returns(at)))
    pnl = np.broadcast_to(pnl, (count, len(at))).reshape(count, len(way), 2, len(live))
    slopes = np.zeros((count, len(factors)))
    difference = (pnl[:, :, 0] - pnl[:, :, 1]) / (2.0 * steps[live])
    slopes[:, live] = np.einsum("w,pwk->pk", 0.5 * weights, difference)
    return slopes


def _points(revalued: Revaluation, factors: FloatArray) -> int:
    """Return how many points of the way are looked at: one where it leads nowhere."""
    if not factors.any():
        return 1
    return _POINTS_OF_SHORT_OPTIONS if _short(revalued) else _POINTS


def _short(revalued: Revaluation) -> bool:
    return any(
        isinstance(leg.instrument, Option)
        and leg.instrument.days_to_expiry < revalued.elapsed_days + _SHORT_DAYS
        for legs in revalued.legs
        for leg in legs
    )
