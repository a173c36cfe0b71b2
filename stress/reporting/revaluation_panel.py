"""What full revaluation of options and bonds adds: time, volatility rules, contracts that settle."""

from __future__ import annotations

from stress.reporting.words import counted, listing
from stress.results.result import Result
from stress.tables import MoneyUnit, percent, shorten

__all__ = ["revaluation_panel"]


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
        f"OPTIONS AND BONDS   {counted(line.positions, 'position')} revalued in full, worth "
        f"{unit.plain(line.value)} before",
        f"  expected          {unit.signed(line.pnl):>8}  {percent(line.pnl / nav):>8}",
        f"  passage of time   {unit.signed(line.passage_of_time):>8}  "
        f"{percent(line.passage_of_time / nav, digits=2):>8}   of it, over {_days(line.elapsed_days)}",
    ]
    if line.rules:
        rules = ", ".join(
            f"{rule} {percent(pnl / nav)}{' (used)' if rule == line.rule else ''}"
            for rule, pnl in line.rules
        )
        lines.append(shorten(f"  volatility rule   the book: {rules}", 100))
    if line.betas:
        betas = ", ".join(f"{percent(pnl / nav)} at {multiple:g} x" for multiple, pnl in line.betas)
        lines.append(shorten(f"  vol betas         the book: {betas} the assumed ones", 100))
    if line.expiring:
        lines.append(shorten(f"  settle inside     {listing(line.expiring, most=4)}", 100))
    return lines


def _days(days: float) -> str:
    if days == 0.0:
        return "0 days: an instantaneous shock"
    return f"{days:g} calendar day{'' if days == 1.0 else 's'}"
