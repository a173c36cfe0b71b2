"""A hedge plan as a page: tickets, cost, before and after, the alternative, what remains, how sure."""

from __future__ import annotations

import math
from typing import Literal

from stress.factors.horizon import horizon_group
from stress.hedging.hedge_plan import HedgePlan, ScenarioEffect
from stress.reporting.blocks import Block, Rows, block_html, block_text, filled
from stress.reporting.hedge_evidence import day_after_block, fresh_draws_block, limits_block
from stress.reporting.hedge_heading import hedge_flags, hedge_heading, other_warnings
from stress.reporting.html_blocks import definitions, folded, heading, page, text
from stress.reporting.words import BUCKETS, counted, listing_order
from stress.tables import Column, percent, thousands

__all__ = ["hedge_html", "hedge_page"]

_EXPOSURES = 6
_L: Literal["left"] = "left"


def hedge_page(plan: HedgePlan) -> str:
    """Write a plan as text, in the order a decision needs it.

    Parameters
    ----------
    plan : HedgePlan
        The plan.
    """
    title, settings = hedge_heading(plan)
    head = [title, *(f"{label:<11}{words}" for label, words in settings)]
    blocks = ["\n".join(map(filled, head)), *(filled(f"! {said}") for said in hedge_flags(plan))]
    blocks += map(block_text, _blocks(plan))
    if warnings := other_warnings(plan):
        blocks.append(block_text(Block(title="WARNINGS", parts=warnings)))
    return "\n\n".join(blocks)


def hedge_html(plan: HedgePlan) -> str:
    """Write a plan as HTML for a notebook: the page's tables, words and order.

    Parameters
    ----------
    plan : HedgePlan
        The plan.
    """
    title, settings = hedge_heading(plan)
    name, _, identity = title.partition("   ")
    warnings = other_warnings(plan)
    return page(
        [
            heading(name, large=True),
            text(identity, quiet=True),
            *(text(f"! {said}") for said in hedge_flags(plan)),
            definitions(settings),
            *map(block_html, _blocks(plan)),
            folded(counted(len(warnings), "warning"), warnings),
        ]
    )


def _blocks(plan: HedgePlan) -> list[Block]:
    """Return what stands under the settings."""
    return [
        _tickets(plan),
        _cost(plan),
        _effects(plan),
        _selling(plan),
        _residual(plan),
        fresh_draws_block(plan),
        day_after_block(plan),
        limits_block(plan),
    ]


def _bp(amount: float, plan: HedgePlan) -> str:
    return f"{1e4 * amount / plan.nav:.1f} bp"


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
    unchecked = ("the margin is not checked against what your broker has free",)
    notes = (usual, *(unchecked if cost.margin > 0.0 else ()))
    return Block(title="2 COST", parts=(Rows(columns=columns, rows=rows), *notes))


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
