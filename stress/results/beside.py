"""Figures that stand beside the headline: other modes, severities, models, rules, paths, benchmarks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Literal

from stress.portfolio.instruments import Future
from stress.portfolio.liquidity import Liquidity, is_asked, liquidity
from stress.portfolio.position import Position
from stress.portfolio.volatility import VOLATILITY_RULES
from stress.results.measured import measures_of
from stress.results.model_range import ModelRange, model_range
from stress.results.path import PathResult, evaluate_path
from stress.results.planning import Options, mode_of, plan_for, variation_of
from stress.results.plausibility import Plausibility, lost_more
from stress.results.result import (
    ActiveLine,
    RevaluedLine,
    SeverityPoint,
)
from stress.results.second_opinion import SecondOpinion, second_opinion
from stress.results.settlements import settlements
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book
from stress.simulation.path import plan_path
from stress.simulation.plan import Plan
from stress.simulation.pnl import PnL
from stress.simulation.revaluation import Revaluation

__all__ = [
    "active_line",
    "central",
    "liquidity_of",
    "model_range_of",
    "path_of",
    "plausibility_of",
    "revalued_line",
    "second_opinion_of",
    "severities",
    "with_recorded",
]

_SEVERITIES = (0.5, 1.0, 1.5)
#: Options above this share of NAV show what half and one and a half of their vol betas would mean.
_OPTIONS_WORTH_A_LINE = 0.02


def central(
    book: Book,
    scenario: Scenario | None,
    options: Options,
    planned: Plan,
    *,
    mode: Literal["linked", "alone"],
) -> float:
    """Return the expected P&L under one propagation mode."""
    if planned.mode == mode or scenario is None:
        return planned.central_pnl()
    return plan_for(book, scenario, options, mode=mode, exact=True).central_pnl()


def model_range_of(
    book: Book, scenario: Scenario | None, options: Options, planned: Plan
) -> ModelRange | None:
    """Repeat the expected P&L over model variants, where the run asks for it."""
    if scenario is None or not options.variants:
        return None
    if options.ranged is not None and scenario.id not in options.ranged:
        return None
    other: Literal["linked", "alone"] = "alone" if planned.mode == "linked" else "linked"
    return model_range(
        book,
        options.variants,
        lambda varied: plan_for(varied, scenario, options, exact=True),
        alone=central(book, scenario, options, planned, mode=other),
    )


def revalued_line(
    book: Book, scenario: Scenario | None, options: Options, planned: Plan
) -> RevaluedLine | None:
    """Say what full revaluation adds: passage of time, other volatility rules, vol betas."""
    valuation = book.valuation
    if valuation is None or planned.revaluation is None:
        return None
    optional = [
        holding
        for holding in valuation.holdings
        if any(leg.instrument.kind == "option" for leg in holding.legs)
    ]
    rules: tuple[tuple[str, float], ...] = ()
    betas: tuple[tuple[float, float], ...] = ()
    if optional and scenario is not None:
        rules = tuple(
            (rule, plan_for(book, scenario, options, exact=True, rule=rule).central_pnl())
            for rule in VOLATILITY_RULES
        )
        weight = math.fsum(abs(h.position.market_value) for h in optional) / book.nav
        if weight > _OPTIONS_WORTH_A_LINE:
            betas = tuple(
                (
                    scale,
                    plan_for(book, scenario, options, exact=True, beta_scale=scale).central_pnl(),
                )
                for scale in (0.5, 1.5)
            )
    settling = settlements(planned)
    kinds = Counter(_kind(held.position, book.portfolio.currency) for held in valuation.holdings)
    return RevaluedLine(
        positions=len(valuation.holdings),
        kinds=tuple(sorted(kinds.items(), key=lambda item: (-item[1], item[0]))),
        notional=_notional(planned.revaluation),
        value=math.fsum(h.position.market_value for h in valuation.holdings),
        pnl=math.fsum(planned.central_revalued()),
        passage_of_time=planned.revaluation.passage_of_time(),
        elapsed_days=planned.revaluation.elapsed_days,
        rule=planned.revaluation.rule,
        rules=rules,
        betas=betas,
        expiring=tuple(one.contract for one in settling),
        settlements=settling,
    )


def _kind(position: Position, currency: str) -> str:
    """Return what a revalued position is; shares and cash are there for their currency."""
    kind = position.instrument.kind
    foreign = position.currency != currency and kind in ("equity", "cash", "foreign holding")
    return "line in another currency" if foreign else kind


def _notional(inside: Revaluation) -> float | None:
    """Sum what futures stand for, long less short, in the book's currency."""
    found = [
        held.quantity
        * leg.ratio
        * leg.instrument.notional
        * (1.0 if leg.fx is None else float(inside.base[leg.fx]))
        for held, legs in zip(inside.valuation.holdings, inside.legs, strict=True)
        for leg in legs
        if isinstance(leg.instrument, Future)
    ]
    return math.fsum(found) if found else None


def with_recorded(
    book: Book, scenario: Scenario | None, options: Options, recorded: Mapping[str, float]
) -> float | None:
    """Return the expected P&L with recorded names replaying their moves.

    None without any held, and at another severity than what happened.
    """
    if scenario is None or not any(name in recorded for name in book.names):
        return None
    return plan_for(book, scenario, options, exact=True, replay=True).central_pnl()


def severities(
    book: Book, scenario: Scenario | None, options: Options
) -> tuple[SeverityPoint, ...]:
    """Return the expected P&L at half, one and one and a half times the moves as written, and as asked.

    Measured scenarios have none.
    """
    if scenario is None or scenario.kind == "measured":
        return ()
    return tuple(
        SeverityPoint(
            severity=severity,
            expected=plan_for(book, scenario, options, severity=severity, exact=True).central_pnl(),
        )
        for severity in sorted({*_SEVERITIES, options.severity})
    )


def liquidity_of(
    book: Book, scenario: Scenario | None, options: Options, planned: Plan
) -> Liquidity | None:
    """Say what leaving the positions takes, at the scenario's multiple of the usual spread."""
    if not is_asked(book.portfolio, options.bid_asks):
        return None
    spots: dict[str, float] = {}
    gains: dict[str, float] = {}
    if book.valuation is not None:
        levels = book.valuation.market.levels
        spots = {driver.name: x.value for driver, x in levels.items() if driver.kind == "spot"}
        gains = {
            held.position.id: float(gain)
            for held, gain in zip(book.valuation.holdings, planned.central_revalued(), strict=True)
        }
    return liquidity(
        book.portfolio,
        spots=spots,
        returns=dict(zip(book.names, planned.central_returns().tolist(), strict=True)),
        gains=gains,
        bid_asks=options.bid_asks,
        spread_multiple=None if scenario is None else scenario.bid_ask_multiple,
    )


def plausibility_of(
    book: Book, scenario: Scenario | None, options: Options, planned: Plan
) -> Plausibility | None:
    """Say how far out a scenario lies, and with prices when the book would have lost more."""
    if scenario is None:
        return None
    completed = planned.completed
    return Plausibility(
        distance=completed.distance,
        n_stated=completed.n_stated,
        degrees_of_freedom=completed.model_nu,
        lost_more=None
        if options.prices is None
        else lost_more(
            book,
            planned.central_returns(),
            options.prices,
            horizon_days=completed.horizon_days,
        ),
    )


def second_opinion_of(
    book: Book, scenario: Scenario | None, options: Options
) -> SecondOpinion | None:
    """Ask the carried history, where the run asks for it."""
    if scenario is None or not options.second_opinion:
        return None
    return second_opinion(
        book,
        scenario,
        planned=lambda one: plan_for(book, one, options, mode="linked", exact=True, replay=False),
    )


def path_of(book: Book, scenario: Scenario | None, options: Options) -> PathResult | None:
    """Run the steps of a scenario that has some."""
    if scenario is None or not scenario.path or not options.paths:
        return None
    planned = plan_path(
        book,
        scenario,
        severity=options.severity,
        variation=variation_of(scenario, options),
        mode=mode_of(scenario, options),
        generator=options.generator,
        instant=options.instant,
        rebalance=options.rebalance,
    )
    return evaluate_path(
        planned,
        scenario,
        draws=options.draws,
        seed=options.seed,
        currency=book.portfolio.currency,
    )


def active_line(
    name: str, scaled: Book, scenario: Scenario | None, options: Options, pnl: PnL
) -> ActiveLine:
    """Measure the book against a benchmark."""
    own = plan_for(scaled, scenario, options)
    benchmark_expected = own.central_pnl()
    book = pnl.plan.book
    expected = pnl.plan.central_pnl()
    measures, _ = measures_of(
        pnl, book.portfolio.currency, None if scenario is None else scenario.id
    )
    return ActiveLine(
        benchmark=name,
        expected=expected,
        benchmark_expected=benchmark_expected,
        measures=measures,
    )
