"""Figures that stand beside the headline: other modes, severities, models, rules, benchmarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from stress.portfolio.liquidity import Liquidity, is_asked, liquidity
from stress.results.measured import measures_of
from stress.results.model_range import ModelRange, model_range
from stress.results.options import Options
from stress.results.planning import plan_for
from stress.results.plausibility import Plausibility, lost_more
from stress.results.second_opinion import SecondOpinion, second_opinion
from stress.results.settlements import positions_settled
from stress.risk.estimates import Estimate
from stress.scenarios.scale import scaled_moves
from stress.scenarios.scenario import Propagation, Scenario
from stress.simulation.book import Book
from stress.simulation.plan import Plan
from stress.simulation.pnl import PnL

__all__ = [
    "ActiveLine",
    "SeverityPoint",
    "active_line",
    "central",
    "liquidity_of",
    "model_range_of",
    "plausibility_of",
    "second_opinion_of",
    "severities",
    "with_recorded",
]

_SEVERITIES = (0.5, 1.0, 1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityPoint:
    """Expected P&L at one severity: a multiple of the moves as the scenario writes them."""

    severity: float
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveLine:
    """P&L against a benchmark scaled to the book's NAV.

    Parameters
    ----------
    benchmark : str
        Its name.
    expected : float
        Expected P&L of the book minus the benchmark's. [currency]
    benchmark_expected : float
        The benchmark's own expected P&L. [currency]
    measures : tuple of Estimate
        Of the active P&L.
    """

    benchmark: str
    expected: float
    benchmark_expected: float
    measures: tuple[Estimate, ...]


def central(
    planned: Plan,
    scenario: Scenario | None,
    options: Options,
    *,
    mode: Propagation,
) -> float:
    """Return the expected P&L under one propagation mode."""
    if planned.mode == mode or scenario is None:
        return planned.central_pnl()
    return plan_for(planned.book, scenario, options, mode=mode, exact=True).central_pnl()


def model_range_of(planned: Plan, scenario: Scenario | None, options: Options) -> ModelRange | None:
    """Repeat the expected P&L over model variants, where the run asks for it."""
    if scenario is None or not options.variants:
        return None
    if options.ranged is not None and scenario.id not in options.ranged:
        return None
    other: Propagation = "alone" if planned.mode == "linked" else "linked"
    return model_range(
        planned.book,
        options.variants,
        lambda varied: plan_for(varied, scenario, options, exact=True),
        alone=central(planned, scenario, options, mode=other),
    )


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

    Measured scenarios have none. Recorded names do not scale: under replay these are totals of the factors alone.
    """
    if scenario is None or scenario.kind == "measured":
        return ()
    return tuple(
        SeverityPoint(
            severity=severity,
            expected=plan_for(
                book, scenario, options, severity=severity, exact=True, replay=False
            ).central_pnl(),
        )
        for severity in sorted({*_SEVERITIES, options.severity})
    )


def liquidity_of(planned: Plan, scenario: Scenario | None) -> Liquidity | None:
    """Say what leaving the positions takes, at the scenario's multiple of the usual spread."""
    book = planned.book
    bid_asks = book.stated.bid_asks
    if not is_asked(book.portfolio, bid_asks):
        return None
    spots: dict[str, float] = {}
    gains: dict[str, float] = {}
    exchange: dict[str, float] = {}
    settled: frozenset[str] = frozenset()
    if book.valuation is not None:
        levels = book.valuation.market.levels
        spots = {driver.name: x.value for driver, x in levels.items() if driver.kind == "spot"}
        into = f"/{book.portfolio.currency}"
        exchange = {
            driver.name.removesuffix(into): x.value
            for driver, x in levels.items()
            if driver.kind == "fx" and driver.name.endswith(into)
        }
        gains = {
            held.position.id: float(gain)
            for held, gain in zip(book.valuation.holdings, planned.central_revalued(), strict=True)
        }
    if planned.revaluation is not None:
        settled = positions_settled(planned.revaluation)
    return liquidity(
        book.portfolio,
        spots=spots,
        returns=dict(zip(book.names, planned.central_returns().tolist(), strict=True)),
        gains=gains,
        bid_asks=bid_asks,
        spread_multiple=None if scenario is None else scenario.bid_ask_multiple,
        exchange=exchange,
        settled=settled,
    )


def plausibility_of(
    planned: Plan, scenario: Scenario | None, options: Options
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
            planned.book,
            planned.central_returns(),
            options.prices,
            horizon_days=completed.horizon_days,
        ),
    )


def second_opinion_of(
    book: Book, scenario: Scenario | None, options: Options
) -> SecondOpinion | None:
    """Ask the carried history, where the run asks for it; without a scenario, stated views alone.

    History has the model's own correlations and volatilities: so has the joint law beside it, whatever law is stressed.
    """
    if not options.second_opinion or (scenario is None and not options.views):
        return None
    if options.stressed is not None:
        book = replace(book, model=options.stressed.base)
    # Views are as typed at any severity: only the scenario's own moves are scaled.
    shock = scenario and replace(scenario, moves=scaled_moves(scenario.moves, options.severity))
    return second_opinion(
        book,
        shock,
        planned=lambda one: plan_for(
            book, one, options, severity=1.0, mode="linked", exact=True, replay=False
        ),
        views=options.views,
    )


def active_line(name: str, planned: Plan, scenario: Scenario | None, pnl: PnL) -> ActiveLine:
    """Measure a planned book against a benchmark, given the P&L of the one minus the other."""
    book = pnl.plan.book
    expected = pnl.plan.central_pnl()
    measures, _ = measures_of(
        pnl, book.portfolio.currency, None if scenario is None else scenario.id
    )
    return ActiveLine(
        benchmark=name,
        expected=expected,
        # As it is valued beside the book: alone, its cash may earn nothing.
        benchmark_expected=planned.central_pnl() - expected,
        measures=measures,
    )
