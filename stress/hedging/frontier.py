"""The efficient frontier: the smallest baseline ES for every budget, with bands from fresh draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.frozen import hold_still, still_when_copied
from stress.hedging.constraints import Budget
from stress.hedging.default_problem import bounds
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.objectives import MinimumExpectedShortfall
from stress.hedging.prepared import Setting
from stress.hedging.problem import HedgeProblem, Outcomes
from stress.hedging.solver.solve import solve
from stress.hedging.strategies.strategy import shared_limits
from stress.risk.standard_errors import NORMAL_95, expected_shortfall_error

__all__ = ["FrontierPoint", "frontier"]


#: Budgets tried, as shares of what the unlimited optimum costs.
SHARES = (0.0, 0.01, 0.03, 0.07, 0.15, 0.3, 0.5, 0.75, 1.0)


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrontierPoint:
    """One point. [currency].

    Parameters
    ----------
    budget : float
        Cap on the all-in cost.
    cost : float
        Spent.
    es : float
        Baseline ES on the fitting draws: the certified optimum.
    fresh, error : float
        The same trades on fresh draws, and its simulation error.
    trades : ndarray, shape (M,)
        Signed units.
    """

    budget: float
    cost: float
    es: float
    fresh: float
    error: float
    trades: FloatArray

    def __post_init__(self) -> None:
        hold_still(self)

    @property
    def band(self) -> tuple[float, float]:
        """95 % range of the fresh ES."""
        return self.fresh - NORMAL_95 * self.error, self.fresh + NORMAL_95 * self.error


def frontier(
    setting: Setting, fresh: Outcomes, *, budgets: Sequence[float] | None = None
) -> tuple[FrontierPoint, ...]:
    """Trace ES against the all-in cost.

    Parameters
    ----------
    setting : Setting
        Its budget is not used; gross, volume and no-profit limits are.
    fresh : Outcomes
        Draws of the baseline that the hedges are not fitted to, on the same candidates.
    budgets : sequence of float, optional
        Ascending caps [currency]; shares of what the unlimited optimum costs when omitted.

    Returns
    -------
    tuple of FrontierPoint
        By budget. ES is convex and does not rise: the value of a convex programme in its right-hand side.
    """
    lower, upper = bounds(setting)
    level = setting.settings.level
    kept = tuple(c for c in shared_limits(setting) if not isinstance(c, Budget))
    costs = setting.rates.all_in()
    problem = HedgeProblem(
        lines=setting.candidates.ids,
        lower=lower,
        upper=upper,
        costs=costs,
        objective=MinimumExpectedShortfall(outcomes=setting.baseline, level=level),
        constraints=kept,
        currency=setting.book.portfolio.currency,
        cost_weight=0.0,
    )
    start: FloatArray | None = None
    if budgets is None:
        free = solve(problem, tolerance=setting.settings.tolerance)
        most = costs.of(free.trades)
        budgets = [share * most for share in SHARES]
        start = free.trades
    points = []
    for budget in budgets:
        stated = problem.with_constraints((*kept, Budget(amount=float(budget), costs=costs)))
        trades = (
            np.zeros(len(problem.lines))
            if budget == 0.0
            else solve(stated, tolerance=setting.settings.tolerance, start=start).trades
        )
        unseen = hedged(fresh, trades)
        points.append(
            FrontierPoint(
                budget=float(budget),
                cost=costs.of(trades),
                es=es_of(hedged(setting.baseline, trades), level),
                fresh=es_of(unseen, level),
                error=expected_shortfall_error(unseen, level=level),
                trades=trades,
            )
        )
    return tuple(points)
