"""What full revaluation of options and bonds adds: time, volatility rules, contracts that settle."""

from __future__ import annotations

from stress.reporting.filling import together
from stress.reporting.words import counted_kind, wrapped
from stress.results.result import Result
from stress.results.revalued_line import RevaluedLine
from stress.tables import SCREEN_WIDTH, MoneyUnit, percent, shorten

__all__ = ["revaluation_panel"]

#: Contracts listed that settle inside the horizon.
_SETTLING = 4
_BETA_SOURCE = {"given": "stated", "measured": "measured", "assumed": "assumed"}


def revaluation_panel(result: Result, *, unit: MoneyUnit) -> list[str]:
    """Return the block, or nothing for a book that is linear.

    Parameters
    ----------
    result : Result
        Of a scenario.
    unit : MoneyUnit
        Of the screen.
    """
    line = result.revalued
    if line is None:
        return []
    nav = result.nav
    lines = [
        shorten(
            f"REVALUED IN FULL   {_kinds(line)}; worth {unit.plain(line.value)} before",
            SCREEN_WIDTH,
        ),
        f"  expected          {unit.signed(line.pnl):>8}  {percent(line.pnl / nav):>8}",
        f"  passage of time   {unit.signed(line.passage_of_time):>8}  "
        f"{percent(line.passage_of_time / nav, digits=2):>8}   {_over(line, unit)}",
    ]
    if line.rules:
        rules = ", ".join(
            together(f"{percent(pnl / nav)} {rule}{' (used)' if rule == line.rule else ''}")
            for rule, pnl in line.rules
        )
        lines += wrapped("volatility rule", f"the book: {rules}", indent=20)
    if line.betas:
        betas = ", ".join(f"{percent(pnl / nav)} at {multiple:g} x" for multiple, pnl in line.betas)
        ones = " and ".join(_BETA_SOURCE[source] for source in line.beta_sources)
        lines += wrapped("vol betas", f"the book: {betas} the {ones} ones", indent=20)
    if line.notional is not None:
        lines += wrapped(
            "futures",
            f"notional {unit.signed(line.notional)}, long less short: in the P&L, worth 0 in gross; their "
            "margin is your broker's and not shown",
            indent=20,
        )
    lines += _settling(line, unit)
    return lines


def _settling(line: RevaluedLine, unit: MoneyUnit) -> list[str]:
    """Return the contracts that settle, most at stake first, each with what hangs on the way there."""
    ordered = sorted(
        line.settlements,
        key=lambda one: (-max(abs(one.lower), abs(one.upper), abs(one.expected)), one.contract),
    )
    lines = []
    for number, one in enumerate(ordered[:_SETTLING]):
        words = f"{one.contract} in {_days(one.days)}: {unit.signed(one.expected)} at settlement"
        if not one.last_session:
            words += (
                f"; {unit.signed(one.lower)} and {unit.signed(one.upper)} with the way there, which is "
                "unknown, a deviation lower and higher"
            )
        else:
            words += ", on the last session"
        lines += wrapped("settle inside" if number == 0 else "", words, indent=20)
    if len(ordered) > _SETTLING:
        lines += wrapped("", f"and {len(ordered) - _SETTLING} more (--format json)", indent=20)
    return lines


def _kinds(line: RevaluedLine) -> str:
    """Say what is revalued, in words of the field."""
    return ", ".join(counted_kind(count, kind) for kind, count in line.kinds)


def _over(line: RevaluedLine, unit: MoneyUnit) -> str:
    """Say over what time, and what of it is interest."""
    if line.interest == 0.0:
        return f"of it, over {_days(line.elapsed_days)}"
    return f"over {_days(line.elapsed_days)}; interest on cash {unit.signed(line.interest)}"


def _days(days: float) -> str:
    if days == 0.0:
        return "0 days: an instantaneous shock"
    return f"{days:g} calendar day{'' if days == 1.0 else 's'}"
