"""A hedge on draws it was not fitted to, and by how much fitting flatters it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stress.hedging.hedge_plan import FreshDraws
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.laws import Law
from stress.hedging.objectives import MinimumExpectedShortfall, Mixture
from stress.hedging.prepared import Setting
from stress.hedging.problem import HedgeProblem, Objective, Outcomes
from stress.hedging.solver.solve import solve
from stress.hedging.traded import Traded
from stress.risk.standard_errors import expected_shortfall_difference, expected_shortfall_error

__all__ = ["fresh_draws"]


#: An ES this much above what fitting said, relative, is fitted to the draws.
_OVERFIT = 0.10
_FEWEST_FRESH = 20_000


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
        refit = solve(
            replace(narrowed, objective=_on_draws(problem.objective, own)),
            tolerance=1e-5,
            explain=False,
        )
        gap += es_of(hedged(_rows(law, other), refit.trades), level)
        gap -= es_of(hedged(_rows(law, own), refit.trades), level)
    return 0.25 * gap


def _rows(law: Outcomes, rows: slice) -> Outcomes:
    return Outcomes(name=law.name, pnl=law.pnl[rows], unit_pnl=law.unit_pnl[rows])


def _on_draws(objective: Objective, rows: slice) -> Objective:
    """Return an objective on some of its draws."""
    match objective:
        case MinimumExpectedShortfall():
            return replace(objective, outcomes=_rows(objective.outcomes, rows))
        case Mixture():
            return replace(objective, parts=tuple(_rows(part, rows) for part in objective.parts))
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
