"""What stands above a hedge plan: what it is of, what was asked, and what forbids to trade it."""

from __future__ import annotations

import datetime

from stress.hedging.asked_bands import NEUTRAL
from stress.hedging.comparing.comparison import Comparison
from stress.hedging.hedge_plan import HedgePlan
from stress.hedging.lines.held_securities import sides_in_words
from stress.reporting.filling import together
from stress.reporting.header import model_in_words
from stress.reporting.hedge_evidence import proved
from stress.reporting.words import short_name
from stress.tables import money_unit, thousands

__all__ = ["hedge_flags", "hedge_heading", "other_warnings"]

#: A gap above this is said at the top of the page.
_FAR_FROM_PROVED = 0.05
#: Quotes older than so many days are old, where the positions have no date. [days]
_OLD_QUOTES = 7


def hedge_heading(plan: HedgePlan) -> tuple[str, list[tuple[str, str]]]:
    """Return the title with what it is of, and the settings with a label each.

    Parameters
    ----------
    plan : HedgePlan
        The plan.
    """
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
    lost = ", ".join(
        effect.id for effect in plan.scenarios if effect.chosen and effect.before < 0.0
    )
    gained = ", ".join(
        effect.id for effect in plan.scenarios if effect.chosen and effect.before >= 0.0
    )
    said = []
    if plan.settings.only_scenario:
        if lost:
            said.append(f"expected P&L in {lost} at most zero: no profit from it")
        if gained:
            said.append(f"no more profit from {gained} than unhedged")
        return " · ".join(said)
    if lost:
        said.append(
            f"loss in {lost} at most {plan.settings.scenario_share:.0%} of unhedged, never a profit"
        )
    if gained:
        said.append(f"no limit in {gained}, where the book does not lose")
    return " · ".join(said)


def hedge_flags(plan: HedgePlan) -> list[str]:
    """Return what forbids to trade a plan, or to call it the best; a line each.

    Parameters
    ----------
    plan : HedgePlan
        The plan.
    """
    said = list(plan.not_covered)
    said += [f"OVERFITTED, do not trade it: {plan.fresh.why}"] if plan.fresh.overfitted else []
    said += [line.removeprefix("! ") for line in _model(plan)[1]]
    if plan.newer_quotes:
        said.append(plan.newer_quotes)
    said += _undated(plan)
    if plan.certificate.gap > _FAR_FROM_PROVED:
        said.append(f"NOT PROVED TO BE THE BEST: {proved(plan)}")
    return said


def other_warnings(found: HedgePlan | Comparison) -> tuple[str, ...]:
    """Return the warnings that are no flag at the top: what no figure contains is said there.

    Parameters
    ----------
    found : HedgePlan or Comparison
        What a page is of.
    """
    return tuple(said for said in found.warnings if said not in found.not_covered)


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


def _model(plan: HedgePlan) -> tuple[str, list[str]]:
    """Return the model in words, and what is to be doubted of its age."""
    data_end, today = plan.hedged.model.as_of, datetime.date.today()
    return model_in_words(plan.model_id, data_end, as_of=plan.as_of, today=today)
