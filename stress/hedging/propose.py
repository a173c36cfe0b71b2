"""`propose`: from a book, a universe and scenarios to a `HedgePlan`, as one page of plain calls."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from stress.arrays import FloatArray
from stress.errors import SolverError
from stress.hedging.asked_objective import objective_in_words
from stress.hedging.book_gross import gross_exposure
from stress.hedging.covered_calls import said_of_uncovered
from stress.hedging.default_problem import (
    check_free_money,
    es_is_limited,
    hedge_problem,
    no_higher_es,
)
from stress.hedging.hedge_plan import HedgePlan, Ticket
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.infeasible_words import in_shares
from stress.hedging.judgements import (
    conditions,
    day_after,
    exposures,
    fresh_draws,
    ordinary_day,
    scenario_effects,
    selling_down,
    worst_found,
)
from stress.hedging.lines.hedge_line import SHARES
from stress.hedging.lines.universe import HedgeUniverse
from stress.hedging.lots_fit import check_lots
from stress.hedging.practical import PracticalHedge, practical_hedge
from stress.hedging.prepared import Setting
from stress.hedging.problem import HedgeProblem
from stress.hedging.solver.infeasible import InfeasibleHedgeError
from stress.portfolio.instruments import Option
from stress.scenarios.scenario import Scenario
from stress.simulation.said_of_book import not_covered

__all__ = ["STEPS", "ending_early", "propose", "solved"]


#: Steps that `propose` tells of.
STEPS = 4

#: A proof this near is a proposal's where no solver comes nearer; the page says how near it is. [fraction of the objective]
_NEAR_ENOUGH = 1e-4

_HEDGE = "a hedge"
_POSITION = "a position for this scenario, not a hedge"


def propose(
    setting: Setting,
    *,
    family: Sequence[Scenario] = (),
    relief: Scenario | None = None,
    step: Callable[[], None] = lambda: None,
) -> HedgePlan:
    """Propose a hedge.

    Parameters
    ----------
    setting : Setting
        The book, what may be traded, the chosen scenarios (the first is the reference) and what was asked.
    family : sequence of Scenario
        Shown before and after, benign ones included; the chosen ones are added where missing.
    relief : Scenario, optional
        The day after the reference.
    step : callable, optional
        Called `STEPS` times: the problem is stated, trades are found, judged on fresh draws, and all the rest.

    Returns
    -------
    HedgePlan

    Raises
    ------
    InputError
        Lots larger than their line's share of daily volume; free money in the universe.
    InfeasibleHedgeError
        No hedge within all limits; names a minimal conflict.
    SolverError
        The certificate was not reached.
    """
    book, candidates, rates = setting.book, setting.candidates, setting.rates
    settings, universe = setting.settings, setting.universe
    chosen = [point.scenario for point in setting.chosen]
    shut = check_lots(setting)
    check_free_money(setting)
    problem = hedge_problem(setting)
    step()
    found = solved(setting, problem)
    step()
    trades = found.trades
    shown = list({scenario.id: scenario for scenario in (*chosen, *family)}.values())
    traded = setting.traded(trades)
    effects = scenario_effects(setting, traded, shown)
    reference = chosen[0] if chosen else None
    after = traded.hedged_book()
    fresh = fresh_draws(setting, problem, traded)
    step()
    plan = HedgePlan(
        portfolio_name=book.portfolio.name,
        universe_name=universe.label,
        model_id=book.model.id,
        currency=book.portfolio.currency,
        nav=book.nav,
        gross=gross_exposure(book),
        as_of=book.portfolio.as_of,
        settings=settings,
        heading=_POSITION if settings.only_scenario else _HEDGE,
        objective=objective_in_words(setting),
        lines=candidates.ids,
        left_out=candidates.left_out,
        trades=trades,
        tickets=_tickets(setting, trades, universe),
        cost=rates.of(trades),
        ordinary_day=ordinary_day(setting, trades),
        es_before=setting.unhedged_es(),
        es_after=es_of(hedged(setting.baseline, trades), settings.level),
        scenarios=effects,
        worst=min(effects, key=lambda effect: effect.after) if effects else None,
        worst_found=worst_found(book, after),
        hedged=after,
        selling_down=selling_down(setting, trades),
        exposures=exposures(traded),
        exposure_limits=tuple(band.kept(trades, book.nav) for band in setting.bands),
        conditions=conditions(setting, traded, reference),
        fresh=fresh,
        day_after=day_after(book, after, reference, relief),
        prices=found.prices,
        certificate=found.certificate,
        continuous=found.continuous,
        lots_cost=found.lots_cost,
        lines_cost=found.lines_cost,
        not_covered=tuple(not_covered(setting.book)),
        newer_quotes=setting.newer_quotes,
        warnings=tuple(
            dict.fromkeys(
                (
                    *([f"overfitted, do not trade it: {fresh.why}"] if fresh.overfitted else []),
                    *(said for said in setting.warnings if said != fresh.why),
                    *candidates.warnings,
                    *shut,
                    *_said(setting, found),
                )
            )
        ),
    )
    step()
    return plan


def solved(setting: Setting, problem: HedgeProblem | None = None) -> PracticalHedge:
    """Solve the default problem of a setting; no trade may raise the baseline ES unless that was allowed.

    Parameters
    ----------
    setting : Setting
        What was asked.
    problem : HedgeProblem, optional
        Its `hedge_problem`, where it is stated already: stating it may draw scenarios.
    """
    problem = hedge_problem(setting) if problem is None else problem
    settings = setting.settings
    lots = np.array([line.lot for line in setting.candidates.lines])
    worth = np.sqrt((setting.baseline.unit_pnl**2).mean(axis=0))
    notional = np.maximum(setting.candidates.notional, 1e-300)
    least = settings.min_ticket * setting.book.nav / notional

    def practical(limits: bool, tolerance: float = settings.tolerance) -> PracticalHedge:
        stated = problem
        if limits:
            stated = problem.with_constraints((*problem.constraints, no_higher_es(setting)))
        try:
            return practical_hedge(
                stated,
                lots=lots if settings.whole_lots else None,
                max_lines=settings.max_lines,
                worth=worth,
                least=least,
                tolerance=tolerance,
                time_limit=settings.time_limit,
            )
        except InfeasibleHedgeError as refused:
            raise in_shares(setting, refused) from None
        except SolverError as refused:
            if refused.status == "gap" and tolerance < _NEAR_ENOUGH:
                return practical(limits, _NEAR_ENOUGH)
            if refused.status != "no_lots":
                raise
            broken = setting.book.portfolio.worded("--broken-lots", "whole_lots=False")
            raise SolverError(
                f"{refused} Broken lots: {broken}.",
                status=refused.status,
                attempts=refused.attempts,
            ) from None

    found = practical(False)
    raised = es_of(hedged(setting.baseline, found.trades), settings.level) > setting.unhedged_es()
    if raised and not es_is_limited(setting) and not settings.allow_higher_es:
        return practical(True)
    return found


def ending_early(setting: Setting, trades: FloatArray) -> list[str]:
    """Name options that are bought and end before the holding period: what they cost is not for all of it.

    What is bought back has no decay to pay.
    """
    days, valuation = setting.settings.holding_days, setting.candidates.book.valuation
    bought = {
        line.id
        for line, units in zip(setting.candidates.lines, trades, strict=True)
        if units > 0.0 and line.type != "sell_down"
    }
    ending = [
        held.position.id
        for held in (() if valuation is None else valuation.holdings)
        if held.position.id in bought
        and any(
            isinstance(leg.instrument, Option) and leg.instrument.days_to_expiry < days
            for leg in held.legs
        )
    ]
    if not ending:
        return []
    return [
        f"{', '.join(ending)}: bought for less than the {days:g} days that costs are counted over, and the decay is "
        "that to expiry. Protection for all of them costs another premium then."
    ]


def _said(setting: Setting, found: PracticalHedge) -> list[str]:
    gains = [p.scenario.id for p in setting.chosen if p.pnl >= 0.0]
    said = []
    if gains:
        said.append(f"the book does not lose in {', '.join(gains)}: no limit is set there.")
    lines = setting.candidates.lines
    silent = [line.id for line in lines if line.type == "sell_down" and math.isinf(line.adv)]
    if silent and setting.settings.sell_down_share > 0.0:
        said.append(
            f"no daily volume is known of {len(silent)} held positions: selling them down has no impact "
            "cost and no volume limit here."
        )
    by_value = {f"sell {p.id}" for p in setting.book.portfolio.positions if p.quantity is None}
    sold = [line.id for j, line in enumerate(lines) if line.id in by_value and found.trades[j]]
    if sold:
        said.append(
            f"{', '.join(id_.removeprefix('sell ') for id_ in sold)}: known by value alone, so a unit of the ticket is one "
            f"{setting.book.portfolio.currency} of it."
        )
    said += _assumed_costs(setting, found.trades)
    said += ending_early(setting, found.trades)
    said += said_of_uncovered(setting, found.trades)
    if found.small:
        small = ", ".join(lines[j].id for j in found.small)
        option = setting.book.portfolio.worded("--min-ticket", "min_ticket")
        said.append(
            f"below {setting.settings.min_ticket:.1%} of NAV ({option}): {small}. No hedge without such tickets was "
            "found that keeps the limits."
        )
    return said


def _assumed_costs(setting: Setting, trades: FloatArray) -> list[str]:
    """Name what the universe does not say of the lines that are traded: a spread that is assumed, margin that is left out."""
    lines, universe = setting.candidates.lines, setting.universe
    said = []
    if not universe.sell_down_stated and any(
        line.type == "sell_down" and units for line, units in zip(lines, trades, strict=True)
    ):
        said.append(
            f"held positions are sold at a half-spread of {1e4 * universe.sell_down_half_spread:g} bp, which is assumed: "
            f"{universe.label} has no sell_down row that states it."
        )
    without = [
        line.id
        for line, units in zip(lines, trades, strict=True)
        if line.margin is None
        and ((line.type == "future" and units) or (line.type in SHARES and units < 0.0))
    ]
    if without:
        said.append(
            f"the margin blocked leaves out {', '.join(without)}: {universe.label} states none of them (column margin)."
        )
    return said


def _tickets(setting: Setting, trades: FloatArray, universe: HedgeUniverse) -> tuple[Ticket, ...]:
    candidates, level = setting.candidates, setting.settings.level
    whole = es_of(hedged(setting.baseline, trades), level)
    found = []
    for j in np.flatnonzero(trades):
        line, units = candidates.lines[j], float(trades[j])
        without = trades.copy()
        without[j] = 0.0
        found.append(
            Ticket(
                side=_side(line.type, units),
                units=abs(units),
                instrument=line.id.removeprefix("sell ") if line.type == "sell_down" else line.id,
                type=line.type,
                price=float(candidates.price[j]),
                currency=candidates.currencies[j],
                price_time=line.quoted or universe.as_of or "not stated",
                notional=float(np.sign(units) * candidates.notional[j] * abs(units)),
                value=float(candidates.value[j] * units),
                share_of_adv=None if math.isinf(line.adv) else abs(units) / line.adv,
                effect=es_of(hedged(setting.baseline, without), level) - whole,
            )
        )
    return tuple(sorted(found, key=lambda ticket: -ticket.effect))


def _side(type_: str, units: float) -> str:
    if type_ == "sell_down":
        return "sell" if units < 0.0 else "buy to cover"
    if units > 0.0:
        return "buy"
    return "sell" if type_ in ("future", "put", "call", "put_spread", "collar") else "sell short"
