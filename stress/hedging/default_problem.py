"""The default problem: the smallest baseline ES under loss limits in the chosen scenarios. A hedge, not a bet.

A scenario's mean is not a forecast, so it never enters the objective alone: the book may lose less in it, never
earn. Minimising a scenario's own tail is `only_scenario`: headed "a position for this scenario, not a hedge", and where
the book gains in it, it may gain no more.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.asked_objective import asked_costs, asked_objective
from stress.hedging.book_gross import gross_exposure
from stress.hedging.constraints import (
    AdvShare,
    Band,
    Budget,
    Direction,
    Gross,
    Linear,
    PerLine,
    ScenarioLoss,
    TailLimit,
    Turnover,
)
from stress.hedging.costs import BASELINE_DAYS
from stress.hedging.covered_calls import calls_covered
from stress.hedging.objectives import MinimumExpectedShortfall
from stress.hedging.prepared import ScenarioPoint, Setting
from stress.hedging.problem import Constraint, HedgeProblem, Objective
from stress.hedging.solver.solve import refuse_free_money
from stress.risk.tail import enough_for_tail

__all__ = [
    "bounds",
    "check_free_money",
    "es_is_limited",
    "es_limited",
    "hedge_problem",
    "limits",
    "no_higher_es",
]


#: Share of the unhedged loss that a chosen scenario must keep: lots and repairs shall not turn it into a gain.
_KEPT = 0.001


def bounds(setting: Setting) -> tuple[FloatArray, FloatArray]:
    """Least and largest trade of each line: held positions may be sold down by a share, and in no other way."""
    lines, settings = setting.candidates.lines, setting.settings
    lower = np.array([line.lower for line in lines])
    upper = np.array([line.upper for line in lines])
    sales = setting.candidates.mask("sell_down")
    lower[sales] *= settings.sell_down_share
    upper[sales] *= settings.sell_down_share
    # What is too small for a ticket is traded by the universe's line on it.
    small = np.array([line.id in setting.candidates.too_small for line in lines], dtype=bool)
    lower[small] = upper[small] = 0.0
    asks_nothing = not _limited(setting) and not setting.bands and settings.es_limit is None
    if settings.budget == 0.0 and asks_nothing:
        # Nothing that costs anything: exactly, not within a solver's tolerance. With limits that ask for trades the
        # solver names the conflict.
        costs = setting.rates.all_in()
        upper[costs.buy > 0.0] = 0.0
        lower[costs.sell > 0.0] = 0.0
    return lower, upper


def _limited(setting: Setting) -> list[ScenarioPoint]:
    """Return the chosen scenarios whose loss has a limit."""
    settings = setting.settings
    if settings.only_scenario or settings.scenario_share >= 1.0:
        return []
    return [point for point in setting.chosen if point.pnl < 0.0]


def limits(setting: Setting) -> tuple[Constraint, ...]:
    """Return all limits: ES, loss and no profit in chosen scenarios, exposures, sizes, sides, covered calls, budget.

    The names of those that a user states are the words they are typed with.
    """
    settings, candidates = setting.settings, setting.candidates
    found: list[Constraint] = []
    for point in _limited(setting):
        found.append(
            ScenarioLoss(
                name=f"loss in {point.scenario.id}",
                pnl=point.pnl,
                unit_pnl=point.unit_pnl,
                limit=-settings.scenario_share * point.pnl,
                priority=2,
            )
        )
    for point in setting.chosen:
        if point.pnl < 0.0:
            what, room = "no profit from", -(1.0 - _KEPT) * point.pnl
        elif settings.only_scenario:
            what, room = "no more profit from", 0.0
        else:
            continue
        found.append(
            Linear(
                name=f"{what} {point.scenario.id}",
                coefficients=point.unit_pnl,
                limit=room,
                priority=3,
            )
        )
    if settings.es_limit is not None:
        found.append(es_limited(setting, settings.es_limit))
    nav = setting.book.nav
    for band in setting.bands:
        of_book, of_units = band.limited
        found.append(
            Band(
                name=band.asked.name,
                exposures=of_units,
                of_book=of_book,
                lower=band.asked.lower * nav,
                upper=band.asked.upper * nav,
                priority=2,
            )
        )
    found.append(
        Gross(
            name="gross of the hedge",
            limit=settings.gross_share * gross_exposure(setting.book),
            notional=candidates.notional,
            priority=2,
        )
    )
    if settings.turnover is not None:
        found.append(
            Turnover(limit=settings.turnover * nav, notional=candidates.spread_base, priority=2)
        )
    if settings.max_ticket is not None:
        found.append(
            PerLine(
                name="max ticket",
                limit=settings.max_ticket * nav,
                notional=candidates.notional,
                priority=2,
            )
        )
    if settings.side != "both":
        found.append(
            Direction(
                name=f"side {settings.side}",
                side=settings.side,
                lines=~candidates.mask("sell_down"),
                priority=3,
            )
        )
    found.append(
        AdvShare(
            name="share of daily volume",
            share=settings.adv_share,
            volume=np.array([line.adv for line in candidates.lines]),
            priority=2,
        )
    )
    found += calls_covered(setting)
    if settings.budget is not None:
        found.append(Budget(amount=settings.budget * nav, costs=setting.rates.all_in(), priority=1))
    return tuple(found)


def es_limited(setting: Setting, share: float) -> TailLimit:
    """Return the limit of the baseline ES to a share of the unhedged one."""
    return TailLimit(
        outcomes=setting.baseline,
        limit=share * setting.unhedged_es(),
        level=setting.settings.level,
        name="limit on the baseline ES",
        priority=2,
    )


def no_higher_es(setting: Setting) -> TailLimit:
    """No trade may raise the baseline ES."""
    return TailLimit(
        outcomes=setting.baseline,
        limit=setting.unhedged_es(),
        level=setting.settings.level,
        name="baseline ES not raised",
        priority=4,
    )


def es_is_limited(setting: Setting) -> bool:
    """Whether the problem itself lets no trade raise the baseline ES; elsewhere the answer is held to it."""
    return setting.settings.only_scenario and not setting.settings.allow_higher_es


def check_free_money(setting: Setting) -> None:
    """Refuse a universe in which some lines together earn in every tail, at any size, entry costs paid.

    Own limits, gross, volume and budget would hide it: the optimum would fill them with a mistaken quote. On few
    draws everything looks like an arbitrage, so below 50 tail draws nothing is said (such a fit is flagged anyway).

    Raises
    ------
    InputError
        Naming the lines.
    """
    settings = setting.settings
    if not enough_for_tail(settings.draws, settings.level):
        return
    lines = setting.candidates.lines
    tradable = [line.type != "sell_down" for line in lines]
    problem = HedgeProblem(
        lines=setting.candidates.ids,
        lower=np.array(
            [
                -np.inf if t and line.lower < 0.0 else 0.0
                for t, line in zip(tradable, lines, strict=True)
            ]
        ),
        upper=np.array(
            [
                np.inf if t and line.upper > 0.0 else 0.0
                for t, line in zip(tradable, lines, strict=True)
            ]
        ),
        costs=replace(setting.rates.over(BASELINE_DAYS), impact=None),
        objective=MinimumExpectedShortfall(outcomes=setting.baseline, level=settings.level),
    )
    refuse_free_money(problem, problem.compiled())


def hedge_problem(setting: Setting, minimised: Objective | None = None) -> HedgeProblem:
    """State the problem a proposal solves, without whole lots and the number of lines.

    Parameters
    ----------
    setting : Setting
        What was asked.
    minimised : Objective, optional
        Instead of what was asked: stating that may draw scenarios and other laws.
    """
    lower, upper = bounds(setting)
    constraints = limits(setting)
    if es_is_limited(setting):
        constraints = (*constraints, no_higher_es(setting))
    return HedgeProblem(
        lines=setting.candidates.ids,
        lower=lower,
        upper=upper,
        costs=asked_costs(setting),
        objective=asked_objective(setting) if minimised is None else minimised,
        constraints=constraints,
        currency=setting.book.portfolio.currency,
    )
