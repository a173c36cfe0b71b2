"""A hedge plan as a page: tickets, cost, before and after, the alternative, what remains, how sure."""

from __future__ import annotations

import datetime
import math
from typing import Literal

from stress.factors.horizon import horizon_group
from stress.hedging.asked_bands import NEUTRAL
from stress.hedging.hedge_plan import HedgePlan, ScenarioEffect
from stress.hedging.held_securities import sides_in_words
from stress.hedging.solver.prices import LimitPrice
from stress.reporting.blocks import Block, Rows, block_html, block_text, filled
from stress.reporting.filling import together
from stress.reporting.header import model_in_words
from stress.reporting.html_blocks import definitions, folded, heading, page, text
from stress.reporting.words import BUCKETS, counted, listing_order, short_name
from stress.tables import Column, money_unit, percent, shorten, thousands

__all__ = ["hedge_html", "hedge_page"]

_EXPOSURES = 6
_WIDEST = 48
_PRICES = 5
#: A gap up to the first is rounding of lots and the solver's own; above the second it is said at the top of the page.
_PROVED_BEST = 1e-3
_FAR_FROM_PROVED = 0.05
#: Quotes older than so many days are old, where the positions have no date. [days]
_OLD_QUOTES = 7
_L: Literal["left"] = "left"


def hedge_page(plan: HedgePlan) -> str:
    """Write a plan as text, in the order a decision needs it.

    Parameters
    ----------
    plan : HedgePlan
        The plan.
    """
    title, settings = _head(plan)
    head = [title, *(f"{label:<11}{words}" for label, words in settings)]
    blocks = ["\n".join(map(filled, head)), *(filled(f"! {said}") for said in _flags(plan))]
    blocks += map(block_text, _blocks(plan))
    if plan.warnings:
        said = tuple(shorten(words, 160) for words in plan.warnings)
        blocks.append(block_text(Block(title="WARNINGS", parts=said)))
    return "\n\n".join(blocks)


def hedge_html(plan: HedgePlan) -> str:
    """Write a plan as HTML for a notebook: the page's tables, words and order.

    Parameters
    ----------
    plan : HedgePlan
        The plan.
    """
    title, settings = _head(plan)
    name, _, identity = title.partition("   ")
    return page(
        [
            heading(name, large=True),
            text(identity, quiet=True),
            *(text(f"! {said}") for said in _flags(plan)),
            definitions(settings),
            *map(block_html, _blocks(plan)),
            folded(counted(len(plan.warnings), "warning"), plan.warnings),
        ]
    )


def _flags(plan: HedgePlan) -> list[str]:
    """Say what forbids to trade it, or to call it the best."""
    said = [f"OVERFITTED, do not trade it: {plan.fresh.why}"] if plan.fresh.overfitted else []
    said += [line.removeprefix("! ") for line in _model(plan)[1]]
    if plan.newer_quotes:
        said.append(plan.newer_quotes)
    said += _undated(plan)
    if plan.certificate.gap > _FAR_FROM_PROVED:
        said.append(f"NOT PROVED TO BE THE BEST: {_proved(plan)}")
    return said


def _undated(plan: HedgePlan) -> list[str]:
    """Say how old the quotes are where the positions have no date to hold them against."""
    days = [ticket.price_time for ticket in plan.tickets if ticket.price_time[:1].isdigit()]
    if plan.as_of is not None or not days:
        return []
    today = datetime.date.today()
    age = (today - datetime.date.fromisoformat(min(days))).days
    if age <= _OLD_QUOTES:
        return []
    return [
        f"Quotes of {min(days)}, {age} days ago, on positions without a date: state it (--as-of / as_of=), and quotes older "
        "than it are refused."
    ]


def _blocks(plan: HedgePlan) -> list[Block]:
    """Return what stands under the settings."""
    return [
        _tickets(plan),
        _cost(plan),
        _effects(plan),
        _selling(plan),
        _residual(plan),
        _fresh(plan),
        _day_after(plan),
        _limits(plan),
    ]


def _bp(amount: float, plan: HedgePlan) -> str:
    return f"{1e4 * amount / plan.nav:.1f} bp"


def _head(plan: HedgePlan) -> tuple[str, list[tuple[str, str]]]:
    """Return the title with what it is of, and the settings with a label each."""
    money = money_unit(plan.nav)
    settings = plan.settings
    budget = "none" if settings.budget is None else f"{settings.budget:.2%} of NAV all-in"
    title = "PROPOSED HEDGE" if not plan.settings.only_scenario else plan.heading.upper()
    identity = (
        f"{short_name(plan.portfolio_name)} · NAV {money.plain(plan.nav)} {plan.currency} · positions of "
        f"{plan.as_of or 'no stated date'} · {together(_model(plan)[0])}"
    )
    asked = _asked_limits(plan)
    said = [
        ("minimised", plan.objective),
        (
            "limits",
            f"budget {budget} over {settings.holding_days:g} days · gross {settings.gross_share:.0%} of the book's · "
            f"{settings.adv_share:.0%} of daily volume",
        ),
        *([("", asked)] if asked else []),
        (
            "",
            f"{_scenario_limit(plan)} · positions sold down by at most {settings.sell_down_share:.0%}"
            + ("" if settings.max_lines is None else f" · {settings.max_lines} lines")
            + f", {settings.min_ticket:.1%} of NAV or more each where possible",
        ),
        ("fitted on", f"{thousands(settings.draws)} draws, seed {settings.seed}"),
    ]
    if plan.left_out:
        said.append(
            (
                "left out",
                f"{sides_in_words(plan.left_out)} of {plan.universe_name}: the book holds them, so that side is "
                "traded by selling down alone",
            )
        )
    return f"{title}   {identity}", said


def _model(plan: HedgePlan) -> tuple[str, list[str]]:
    """Return the model in words, and what is to be doubted of its age."""
    data_end, today = plan.hedged.model.as_of, datetime.date.today()
    return model_in_words(plan.model_id, data_end, as_of=plan.as_of, today=today)


def _asked_limits(plan: HedgePlan) -> str:
    """Say the limits that stand only where they are asked."""
    settings = plan.settings
    said = [
        f"neutral to {band.target} within {NEUTRAL:.1%}"
        if band.neutral
        else f"{band.target} in {band.edges}"
        for band in settings.bands
    ]
    if said:
        said[-1] += " of NAV"
    if settings.es_limit is not None:
        said.append(f"baseline ES at most {100.0 * settings.es_limit:.4g}% of unhedged")
    if settings.turnover is not None:
        said.append(f"turnover {settings.turnover:.1%} of NAV")
    if settings.max_ticket is not None:
        said.append(f"tickets of {settings.max_ticket:.1%} of NAV at most")
    if settings.side != "both":
        said.append(f"{'bought' if settings.side == 'long' else 'sold'} only, beside selling down")
    return " · ".join(said)


def _scenario_limit(plan: HedgePlan) -> str:
    """Say what the chosen scenarios limit."""
    chosen = ", ".join(effect.id for effect in plan.scenarios if effect.chosen)
    if not chosen:
        return "no scenario's loss is limited"
    if plan.settings.only_scenario:
        return f"expected P&L in {chosen} at most zero: no profit from it"
    lost = ", ".join(
        effect.id for effect in plan.scenarios if effect.chosen and effect.before < 0.0
    )
    gained = ", ".join(
        effect.id for effect in plan.scenarios if effect.chosen and effect.before >= 0.0
    )
    said = []
    if lost:
        said.append(
            f"loss in {lost} at most {plan.settings.scenario_share:.0%} of unhedged, never a profit"
        )
    if gained:
        said.append(f"no limit in {gained}, where the book does not lose")
    return " · ".join(said)


def _tickets(plan: HedgePlan) -> Block:
    if not plan.tickets:
        return Block(title="1 TICKETS", parts=("none: within these limits doing nothing is best.",))
    times = {ticket.price_time for ticket in plan.tickets}
    one_day = len(times) == 1
    at_home = all(ticket.currency == plan.currency for ticket in plan.tickets)
    rows = [
        [
            ticket.side,
            thousands(ticket.units, digits=0 if ticket.units == int(ticket.units) else 2),
            ticket.instrument,
            f"{ticket.price:,.2f}" if at_home else f"{ticket.price:,.2f} {ticket.currency}",
            *(() if one_day else (ticket.price_time,)),
            thousands(ticket.notional),
            "-"
            if ticket.share_of_adv is None
            else percent(ticket.share_of_adv, digits=2, signed=False),
            thousands(ticket.effect),
        ]
        for ticket in plan.tickets
    ]
    columns = (
        Column(title="side", align=_L),
        Column(title="units"),
        Column(title="instrument", align=_L, most=38 if one_day else 26),
        Column(title="price"),
        *(() if one_day else (Column(title="of", align=_L),)),
        Column(title="notional" if at_home else f"notional, {plan.currency}"),
        Column(title="of ADV"),
        Column(title="effect"),
    )
    notes: tuple[str, ...] = ()
    if any(ticket.effect < 0.0 for ticket in plan.tickets):
        notes = ("a negative effect: the line is there to keep a limit, not to lower the ES",)
    quoted = f"prices of {times.pop()} · " if one_day else ""
    return Block(
        title="1 TICKETS",
        aside=f"{quoted}effect: by how many {plan.currency} ES would rise without the line",
        parts=(Rows(columns=columns, rows=rows), *notes),
    )


def _cost(plan: HedgePlan) -> Block:
    cost = plan.cost
    parts = [
        ("spread and commission", cost.spread + cost.commission),
        ("market impact", cost.impact),
        (f"borrow and financing, {cost.holding_days:g} days", cost.borrow + cost.financing),
        (f"decay of premium, {cost.holding_days:g} days", cost.decay),
        ("all-in, what the budget caps", cost.all_in),
        ("premium paid (worth what it costs today)", cost.premium),
        ("carry per month", cost.carry_per_month),
    ]
    rows = [[name, thousands(value), _bp(value, plan)] for name, value in parts]
    margin = percent(cost.margin / plan.nav, signed=False)
    rows.append(["margin blocked", thousands(cost.margin), margin])
    columns = (Column(title="", align=_L), Column(title=plan.currency), Column(title="of NAV"))
    low, high = (percent(amount / plan.nav, digits=2) for amount in plan.ordinary_day)
    usual = (
        f"an ordinary day of the hedge alone: {low} to {high} of NAV (middle half, carry taken off)"
    )
    return Block(title="2 COST", parts=(Rows(columns=columns, rows=rows), usual))


def _effects(plan: HedgePlan) -> Block:
    def row(effect: ScenarioEffect) -> list[str]:
        mark = ""
        if effect.chosen and not effect.benign:
            mark = "limited"
        elif effect.benign and effect.after < effect.before:
            mark = "gives up" if effect.after >= 0.0 else "gain lost"
        return [
            effect.id,
            f"{effect.horizon_days} d",
            percent(effect.before / plan.nav),
            percent(effect.after / plan.nav),
            percent((effect.after - effect.before) / plan.nav),
            mark,
        ]

    level = plan.settings.level
    rows = [
        [
            f"baseline, 1-day ES {level:.1%}",
            "1 d",
            percent(-plan.es_before / plan.nav, digits=2),
            percent(-plan.es_after / plan.nav, digits=2),
            percent((plan.es_before - plan.es_after) / plan.nav, digits=2),
            _of_baseline(plan),
        ],
        *(row(effect) for effect in sorted(plan.scenarios, key=_order)),
    ]
    columns = (
        Column(title="", align=_L),
        Column(title=""),
        Column(title="before"),
        Column(title="after"),
        Column(title="change"),
        Column(title="", align=_L),
    )
    worst = [
        f"{BUCKETS[horizon_group(effect.horizon_days)].partition(',')[0]} {effect.id} {percent(effect.after / plan.nav)}"
        for effect in plan.worst_by_horizon
    ]
    found = plan.worst_found
    drivers = ", ".join(name for name, _ in found.drivers)
    searched = (
        f"worst session {found.distance:g} standard deviations away, found by search, each book its own: "
        f"{percent(-found.before / plan.nav)} -> {percent(-found.after / plan.nav)} ({drivers})"
    )
    return Block(
        title="3 BEFORE AND AFTER",
        aside="% of NAV, loss negative; costs not taken off",
        parts=(
            Rows(columns=columns, rows=rows),
            *([f"worst of these for the hedged book: {'; '.join(worst)}"] if worst else []),
            searched,
        ),
    )


def _of_baseline(plan: HedgePlan) -> str:
    """Say whether the baseline ES is what is minimised, or is limited."""
    settings = plan.settings
    if not settings.only_scenario and settings.objective in ("minimum_es", "mixture"):
        return "minimised"
    return "limited" if settings.es_limit is not None else ""


def _order(effect: ScenarioEffect) -> tuple[int, int, float, str]:
    """Horizon group, kind, then the largest loss first: losses are not ranked across horizons."""
    return listing_order(
        effect.id, horizon_days=effect.horizon_days, kind=effect.kind, expected=effect.before
    )


def _selling(plan: HedgePlan) -> Block:
    sold = plan.selling_down
    meaning, short = "the same baseline ES without a hedge", not sold.reached
    if short:
        wanted, least = (percent(-es / plan.nav) for es in (plan.es_after, sold.es))
        meaning = f"no share gives the plan's baseline ES of {wanted}; the least is {least}"
    title = "4 SELLING DOWN INSTEAD"
    if sold.share == 0.0:
        nothing = "every sale raises it." if short else "nothing to match."
        return Block(title=title, aside=meaning if short else "", parts=(nothing,))
    elsewhere = ", ".join(f"{id_} {percent(pnl / plan.nav)}" for id_, pnl in sold.scenarios)
    sale = (
        f"sell {sold.share:.0%} of every position: costs {thousands(sold.cost)} ({_bp(sold.cost, plan)}), once; "
        f"taxes, and decay of held options that it ends, not counted{'; ' + elsewhere if elsewhere else ''}"
    )
    return Block(title=title, aside=meaning, parts=(sale,))


def _residual(plan: HedgePlan) -> Block:
    parts: list[Rows | str] = []
    if plan.exposure_limits:
        parts += [
            _limited_exposures(plan),
            "linked: with what such a move brings along in the other factors; alone: those stand still",
            "",
        ]
    columns = (
        Column(title="one factor alone, one standard deviation", align=_L),
        Column(title="move"),
        Column(title="before"),
        Column(title="after"),
    )
    rows = [
        [
            line.title,
            line.move,
            percent(line.before / plan.nav, digits=2),
            percent(line.after / plan.nav, digits=2),
        ]
        for line in sorted(plan.exposures, key=lambda e: e.after)[:_EXPOSURES]
    ]
    parts.append(Rows(columns=columns, rows=rows))
    if len(plan.exposures) > _EXPOSURES:
        parts.append(
            f"of a day, the way it hurts holders of the factor; the {_EXPOSURES} of {len(plan.exposures)} factors that "
            "then cost most"
        )
    for condition in plan.conditions:
        parts += [
            condition.what,
            f"  {condition.where}: {percent(condition.holds / plan.nav, digits=2)} if it holds, "
            f"{percent(condition.fails / plan.nav, digits=2)} two standard deviations off",
        ]
    title = "5 WHAT REMAINS, AND WHAT MUST HOLD"
    return Block(title=title, aside="% of NAV", parts=tuple(parts))


def _limited_exposures(plan: HedgePlan) -> Rows:
    """Show what was limited, and the same exposure by the other reading."""

    def share(amount: float) -> str:
        return "" if math.isinf(amount) else percent(amount / plan.nav)

    rows = []
    for limit in plan.exposure_limits:
        own, other = limit.linked, limit.alone
        if limit.propagation == "alone":
            own, other = other, own
        rows.append(
            [
                f"{limit.title}, {limit.propagation}",
                limit.move,
                *map(share, own),
                f"{share(limit.lower)} .. {share(limit.upper)}",
                *map(share, other),
                "alone" if limit.propagation == "linked" else "linked",
            ]
        )
    columns = (
        Column(title="exposure by deltas", align=_L),
        Column(title="rise"),
        Column(title="before"),
        Column(title="after"),
        Column(title="limits", align=_L),
        Column(title="before"),
        Column(title="after"),
        Column(title="", align=_L),
    )
    return Rows(columns=columns, rows=rows)


def _fresh(plan: HedgePlan) -> Block:
    fresh = plan.fresh
    by = f"{percent(abs(fresh.lowered) / plan.nav, digits=2, signed=False)} of NAV"
    lowered = f"lowered by {by}" if fresh.lowered > 0.0 else f"NOT lowered, raised by {by}"
    if fresh.lowered == 0.0:
        lowered = "not lowered"
    verdict = "within" if fresh.within_band else "OUTSIDE"
    return Block(
        title="6 ON DRAWS IT HAS NOT SEEN",
        aside=f"{thousands(fresh.draws)} fresh draws, seed {fresh.seed}",
        parts=(
            f"ES {percent(-fresh.after / plan.nav, digits=2)} (fitted {percent(-fresh.fitted / plan.nav, digits=2)}, optimism of fitting "
            f"{percent(fresh.optimism / plan.nav, digits=3, signed=False)}): {verdict} the simulation band of ±"
            f"{percent(fresh.band / plan.nav, digits=3, signed=False)}",
            f"unhedged {percent(-fresh.before / plan.nav, digits=2)}: {lowered}, "
            f"paired simulation error {percent(fresh.lowered_error / plan.nav, digits=2, signed=False)}",
            "simulation error only: the model may be wrong by more (foreshock compare shows other models)",
        ),
    )


def _day_after(plan: HedgePlan) -> Block:
    after, title = plan.day_after, "7 THE DAY AFTER"
    if after is None:
        return Block(
            title=title,
            parts=(
                "not known: no scenario is chosen, or the model lacks factors of second-day-rebound. Name what follows: "
                "--day-after FILE / day_after=FILE",
            ),
        )
    return Block(
        title=title,
        aside=f"{after.relief} on what {after.shock} leaves, hedge kept",
        parts=(
            f"first day {percent(after.shock_before / plan.nav)} -> {percent(after.shock_after / plan.nav)}, "
            f"second {percent(after.relief_before / plan.nav)} -> {percent(after.relief_after / plan.nav)}, "
            f"both {percent(after.before / plan.nav)} -> {percent(after.after / plan.nav)}",
        ),
    )


def _proved(plan: HedgePlan) -> str:
    """Say what the certificate proves: the best there is, or the best found."""
    proof = plan.certificate
    if proof.gap <= _PROVED_BEST:
        return f"within {max(proof.gap, 1e-4):.2%} of the best there is"
    room = proof.upper - proof.lower
    return (
        f"best found, proved within {proof.gap:.1%}; better ones may exist, by up to {thousands(room)} {plan.currency} "
        f"({percent(room / plan.nav, digits=2, signed=False)} of NAV)"
    )


def _limit(price: LimitPrice, plan: HedgePlan) -> list[str]:
    """Return the row of a binding limit: what it would be worth a step wider, at most, as the objective is convex."""
    where = price.constraint if price.line is None else f"{price.constraint} of {price.line}"
    size = abs(price.limit)
    if size == 0.0 or any(price.constraint == band.name for band in plan.exposure_limits):
        wider, step, now = "1 % of NAV", 0.01 * plan.nav, ""
    else:
        wider, step, now = "a tenth", 0.1 * size, f"{size:,.0f}"
    if price.equal:
        wider = f"moved by {wider}"
    worth = abs(price.price) * step
    share = percent(worth / plan.nav, digits=3, signed=False)
    return [shorten(where, _WIDEST), now, price.unit if now else "", wider, thousands(worth), share]


def _limits(plan: HedgePlan) -> Block:
    columns = (
        Column(title="limit that binds", align="left"),
        Column(title="now"),
        Column(title="", align="left"),
        Column(title="wider by", align="left"),
        Column(title=f"saves {plan.currency}"),
        Column(title="of NAV"),
    )
    binding = [_limit(price, plan) for price in plan.prices[:_PRICES]]
    lines: list[Rows | str] = []
    if binding:
        lines += [
            Rows(columns=columns, rows=binding),
            "saves: by how much the objective falls, at most: the next step saves less",
        ]
    else:
        lines.append("no limit binds.")
    proof = plan.certificate
    lines.append(
        f"proof: no trades within these limits have an objective below {thousands(proof.lower)}; these have "
        f"{thousands(proof.upper)}: {_proved(plan)}"
    )
    lines.append("  It says nothing about the model.")
    if plan.lines_cost > 0.0 or plan.lots_cost > 0.0:
        lines.append(
            f"practice: without the limits on tickets and lots the objective would be {thousands(plan.continuous)}: few lines "
            f"and no small tickets add {thousands(plan.lines_cost)}, whole lots {thousands(plan.lots_cost)}"
        )
    return Block(title="8 WHAT THE LIMITS COST", parts=tuple(lines))
