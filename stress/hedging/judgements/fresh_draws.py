"""A hedge on draws it was not fitted to, and by how much fitting flatters it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.default_problem import es_limited
from stress.hedging.hedge_plan import FreshDraws
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.laws import Law
from stress.hedging.objectives import (
    CheapestHedge,
    Minimax,
    MinimumExpectedShortfall,
    MinimumVariance,
    Mixture,
    RobustExpectedShortfall,
)
from stress.hedging.prepared import Setting
from stress.hedging.problem import HedgeProblem, Objective, Outcomes
from stress.hedging.solver.infeasible import InfeasibleHedgeError
from stress.hedging.solver.solve import solve
from stress.hedging.traded import Traded
from stress.risk.standard_errors import expected_shortfall_difference, expected_shortfall_error

__all__ = ["fresh_draws"]


#: An ES this much above what fitting said, relative, is fitted to the draws.
_OVERFIT = 0.10
_FEWEST_FRESH = 20_000
#: Relative gap to which a hedge is refitted.
_REFIT = 1e-5


def fresh_draws(setting: Setting, problem: HedgeProblem, traded: Traded) -> FreshDraws:
    """Judge trades on draws of the baseline they have not seen."""
    settings = setting.settings
    level = settings.level
    draws, seed = max(settings.draws, _FEWEST_FRESH), settings.seed + 1
    fresh = traded.outcomes(Law(), draws=draws, seed=seed)
    after = hedged(fresh, traded.units)
    fitted = hedged(setting.baseline, traded.trades)
    support = np.flatnonzero(traded.trades).tolist()
    flattered = optimism(setting, problem, support)
    lowered, lowered_error = expected_shortfall_difference(fresh.pnl, after, level=level)
    es_fitted, es_fresh = es_of(fitted, level), es_of(after, level)
    tail = setting.baseline.pnl.size * (1.0 - level)
    fitted_error = expected_shortfall_error(fitted, level=level) if tail >= 2.0 else None
    error = expected_shortfall_error(after, level=level)
    why = _overfit(
        too_few=settings.too_few_draws,
        tail=tail,
        lines=len(support),
        fitted=es_fitted,
        fresh=es_fresh,
        optimism=flattered,
        noise=error if fitted_error is None else math.hypot(error, fitted_error),
    )
    return FreshDraws(
        draws=draws,
        seed=seed,
        before=es_of(fresh.pnl, level),
        after=es_fresh,
        error=error,
        lowered=lowered,
        lowered_error=lowered_error,
        fitted=es_fitted,
        fitted_error=fitted_error,
        optimism=flattered,
        overfitted=bool(why),
        why=why,
    )


def optimism(setting: Setting, problem: HedgeProblem, support: Sequence[int]) -> float:
    """Estimate by how much fitting flatters ES: refit on each half, judge on the other, halve the gap.

    The optimism of a fit falls as one over the number of draws, so that of all S draws is half that of S / 2.
    Which lines were kept is taken as given.
    """
    law = setting.baseline
    half = law.pnl.size // 2
    if not support or half < 1:
        return 0.0
    open_ = np.isin(np.arange(len(problem.lines)), list(support))
    narrowed = replace(
        problem,
        lower=np.where(open_, problem.lower, 0.0),
        upper=np.where(open_, problem.upper, 0.0),
    )
    level = setting.settings.level
    halves = (slice(0, half), slice(half, 2 * half))
    gap = 0.0
    for own, other in (halves, halves[::-1]):
        trades = _refitted(setting, narrowed, own)
        gap += es_of(hedged(_rows(law, other), trades), level)
        gap -= es_of(hedged(_rows(law, own), trades), level)
    return 0.25 * gap


def _refitted(setting: Setting, problem: HedgeProblem, rows: slice) -> FloatArray:
    """Return the optimum on some of the draws: objective and limit on the baseline ES are of those alone."""
    refit = replace(problem, objective=_on_draws(problem.objective, rows))
    share = setting.settings.es_limit
    if share is None:
        return solve(refit, tolerance=_REFIT, explain=False).trades
    law = _rows(setting.baseline, rows)
    limit = es_limited(replace(setting, baseline=law), share)
    others = [c for c in problem.constraints if c.name != limit.name]
    try:
        return solve(
            refit.with_constraints([*others, limit]), tolerance=_REFIT, explain=False
        ).trades
    except InfeasibleHedgeError:
        # The lines of the plan do not lower the ES of these draws as far: as far as they can, then.
        lowest = MinimumExpectedShortfall(outcomes=law, level=setting.settings.level)
        nearest = replace(refit.with_constraints(others), objective=lowest)
        return solve(nearest, tolerance=_REFIT, explain=False).trades


def _rows(law: Outcomes, rows: slice) -> Outcomes:
    return Outcomes(name=law.name, pnl=law.pnl[rows], unit_pnl=law.unit_pnl[rows])


def _on_draws(objective: Objective, rows: slice) -> Objective:
    """Return an objective on some of its draws."""
    match objective:
        case MinimumExpectedShortfall() | MinimumVariance():
            return replace(objective, outcomes=_rows(objective.outcomes, rows))
        case Mixture():
            return replace(objective, parts=tuple(_rows(part, rows) for part in objective.parts))
        case RobustExpectedShortfall():
            return replace(objective, laws=tuple(_rows(law, rows) for law in objective.laws))
        case Minimax() | CheapestHedge():
            return objective  # of no draws
        case _:
            raise TypeError(f"objective {objective.name} has no draws to split.")


def _overfit(
    *,
    too_few: str,
    tail: float,
    lines: int,
    fitted: float,
    fresh: float,
    optimism: float,
    noise: float,
) -> str:
    if lines == 0:
        return ""
    if too_few:
        return too_few
    worse = fresh - fitted > _OVERFIT * abs(fresh) + 2.0 * noise
    if fitted <= 0.0:  # no loss that anything could be a share of
        return "the fitted tail shows no loss; on fresh draws it is worse." if worse else ""
    if worse:
        return f"on fresh draws the ES is {fresh / fitted - 1.0:.0%} above the fitted one."
    if optimism > _OVERFIT * fitted:
        return f"{lines} lines on {tail:.0f} tail draws: fitting alone flatters ES by {optimism / fitted:.0%}."
    return ""
