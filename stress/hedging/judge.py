"""A hedge judged: fresh draws, optimism, selling down instead, what remains, what must hold, the day after."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.candidates import Candidates
from stress.hedging.costs import BASELINE_DAYS
from stress.hedging.factor_exposures import one_factor
from stress.hedging.hedge_plan import (
    Condition,
    DayAfter,
    ExposureLine,
    FreshDraws,
    ScenarioEffect,
    SellingDown,
    WorstFound,
)
from stress.hedging.laws import Law
from stress.hedging.objectives import MinimumExpectedShortfall, Mixture
from stress.hedging.prepared import Setting
from stress.hedging.problem import HedgeProblem, Objective, Outcomes
from stress.hedging.regression import regressed
from stress.hedging.solver.solve import solve
from stress.hedging.traded import Traded
from stress.reverse_stress.book import worst_case_of_book
from stress.risk.measures import expected_shortfall
from stress.risk.standard_errors import expected_shortfall_difference, expected_shortfall_error
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book
from stress.units import format_move

__all__ = [
    "conditions",
    "day_after",
    "es_of",
    "exposures",
    "fresh_draws",
    "hedged",
    "ordinary_day",
    "scenario_effects",
    "selling_down",
    "whole_book",
    "worst_found",
]


#: An ES this much above what fitting said, relative, is fitted to the draws.
_OVERFIT = 0.10
_FEWEST_FRESH = 20_000
#: Standard deviation of a vol beta, a judgement: half of it.
_BETA_SD = 0.5


def hedged(law: Outcomes, trades: FloatArray) -> FloatArray:
    """Return the P&L of the book and its trades; the book's own bits when nothing is traded."""
    traded = np.flatnonzero(trades)
    if traded.size == 0:
        return law.pnl
    return np.asarray(law.pnl + law.unit_pnl[:, traded] @ trades[traded])


def es_of(pnl: FloatArray, level: float) -> float:
    """Return the expected shortfall, however few draws: callers flag those themselves."""
    return expected_shortfall(pnl, level=level, min_tail_draws=0.0)


def scenario_effects(
    setting: Setting, traded: Traded, family: Sequence[Scenario]
) -> tuple[ScenarioEffect, ...]:
    """Return the expected P&L in every scenario, before and after."""
    chosen = {point.scenario.id for point in setting.chosen}
    found = []
    for scenario in family:
        before, after = traded.central(Law(scenario=scenario, exact=True))
        found.append(
            ScenarioEffect(
                id=scenario.id,
                horizon_days=scenario.horizon_days,
                before=before,
                after=after,
                chosen=scenario.id in chosen,
            )
        )
    return tuple(found)


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
    if fresh - fitted > _OVERFIT * fresh + 2.0 * noise:
        return f"on fresh draws the ES is {fresh / max(fitted, 1e-300) - 1.0:.0%} above the fitted one."
    if optimism > _OVERFIT * fitted:
        return f"{lines} lines on {tail:.0f} tail draws: fitting alone flatters ES by {optimism / fitted:.0%}."
    return ""


def whole_book(candidates: Candidates) -> FloatArray:
    """Return the trades that sell every held position, shape (M,)."""
    return np.array(
        [
            (line.lower if line.lower < 0.0 else line.upper) if line.type == "sell_down" else 0.0
            for line in candidates.lines
        ]
    )


def selling_down(setting: Setting, trades: FloatArray) -> SellingDown:
    """Return the share of every position whose sale gives the same baseline ES, and what it costs."""
    level = setting.settings.level
    target = es_of(hedged(setting.baseline, trades), level)
    whole = whole_book(setting.candidates)
    unit = setting.baseline.unit_pnl @ whole
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        if es_of(setting.baseline.pnl + middle * unit, level) > target:
            low = middle
        else:
            high = middle
    share = 0.0 if not trades.any() else high
    sold = share * whole
    return SellingDown(
        share=share,
        cost=setting.rates.of(sold).entry,
        es=es_of(setting.baseline.pnl + share * unit, level),
        scenarios=tuple((point.scenario.id, point.hedged(sold)) for point in setting.chosen),
    )


def ordinary_day(setting: Setting, trades: FloatArray) -> tuple[float, float]:
    """Return the middle half of what the hedge alone makes in a baseline session, carry taken off. [currency]."""
    legs = setting.baseline.unit_pnl @ trades
    carry = setting.rates.over(BASELINE_DAYS).of(trades) - setting.rates.over(0.0).of(trades)
    low, high = np.quantile(legs, (0.25, 0.75), method="inverted_cdf")
    return float(low) - carry, float(high) - carry


def exposures(traded: Traded) -> tuple[ExposureLine, ...]:
    """Return the P&L of each factor's bad day alone, all others still: full revaluation, before and after."""
    still, model = traded.unshocked(), traded.book.model
    found = []
    for k, factor in enumerate(model.factors):
        sd = math.sqrt(float(model.covariance[k, k]))
        value = -sd if factor.kind == "relative" else sd
        before, after = still.central(Law(scenario=one_factor(factor, value)))
        found.append(
            ExposureLine(
                factor=factor.name,
                title=factor.title,
                move=format_move(value, factor.unit, digits=1),
                before=before,
                after=after,
            )
        )
    return tuple(sorted(found, key=lambda line: line.before))


def conditions(
    setting: Setting, traded: Traded, reference: Scenario | None
) -> tuple[Condition, ...]:
    """Return what must hold for the hedge to work, and the P&L when it fails by two standard deviations."""
    if not traded.units.any():
        return ()
    law = setting.baseline
    legs = law.unit_pnl @ traded.trades
    line = regressed(law.pnl, legs)
    found = [
        Condition(
            what=f"basis: book and hedge move together (R2 {line.explained:.0%} in the baseline)",
            holds=0.0,
            fails=-2.0 * line.left,
            where="an ordinary session",
        )
    ]
    options = traded.candidates.mask("put", "call", "put_spread", "collar")
    if reference is not None and options.any():
        _, holds = traded.central(Law(scenario=reference, exact=True))
        scale = max(0.0, 1.0 - 2.0 * _BETA_SD)
        for what, law_ in (
            (
                f"vol rule: vol betas as stated; failing: {scale:g} times them (2 x an assumed sd of {_BETA_SD:.0%})",
                Law(scenario=reference, exact=True, beta_scale=scale),
            ),
            (
                "smile rule: sticky strike; failing: the smile moves with the spot (sticky moneyness)",
                Law(scenario=reference, exact=True, rule="sticky-moneyness"),
            ),
        ):
            _, fails = traded.central(law_)
            found.append(Condition(what=what, holds=holds, fails=fails, where=reference.id))
    return tuple(found)


def worst_found(before: Book, after: Book, *, distance: float = 4.0) -> WorstFound:
    """Search the worst scenario of book and hedged book, each its own, at a distance."""
    before_case = worst_case_of_book(before, distance=distance, answers=1).answers[0]
    after_case = worst_case_of_book(after, distance=distance, answers=1).answers[0]
    return WorstFound(
        distance=distance,
        before=before_case.loss,
        after=after_case.loss,
        drivers=tuple(after_case.drivers[:3]),
    )


def day_after(traded: Traded, shock: Scenario | None, relief: Scenario | None) -> DayAfter | None:
    """Return shock and rebound with the hedge kept on."""
    if shock is None or relief is None:
        return None
    first = traded.central(Law(scenario=shock, exact=True))
    second = traded.central(Law(scenario=relief, exact=True))
    return DayAfter(
        shock=shock.id,
        relief=relief.id,
        shock_before=first[0],
        shock_after=first[1],
        relief_before=second[0],
        relief_after=second[1],
    )
