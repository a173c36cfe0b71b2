"""P&L by a column of the book, where the run was asked for it: on the page, in JSON and as rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from stress.reporting.words import counted, wrapped
from stress.results.grouping import NOT_STRESSED, GroupLine
from stress.results.result import Result
from stress.risk.measures import TAIL_LEVEL
from stress.tables import MoneyUnit, money_unit, percent, shorten

__all__ = ["group_panel", "groups_document"]

#: Factors credited with less of NAV are one line together.
_SMALL = 0.0005


def group_panel(result: Result) -> list[str]:
    """Return the P&L by the column that the run was asked for; nothing without one.

    Parameters
    ----------
    result : Result
        Of a scenario.
    """
    column = result.grouped
    if column is None:
        return []
    groups, unit = result.by(column), money_unit(result.nav)
    if column == "factor":
        return _factor_panel(result, groups, unit)
    whole = math.fsum(group.value for group in groups)
    adds_up = "groups add up to the book, cash included"
    if not math.isclose(whole, result.nav, rel_tol=1e-9):
        adds_up = f"P&L adds up to the book, values to its positions: {unit.plain(whole)}"
    lines = [
        f"BY {column.upper()}   {adds_up}",
        f"  {'':<26}{'value':>12}{'expected':>20}{'in the tail avg':>22}{'its own tail':>14}",
    ]
    for group in groups:
        left = f"  {shorten(group.label, 25, keep_end=8):<26}{unit.plain(group.value):>12}"
        if group.label == NOT_STRESSED:
            lines.append(f"{left}   {group.no_tail_because}")
            continue
        own = "-" if group.alone_tail is None else unit.signed(group.alone_tail)
        lines.append(
            f"{left}{unit.signed(group.expected):>11}{percent(group.expected / result.nav):>9}"
            f"{_tail(group.tail, result.nav, unit)}{own:>14}"
        )
    because = {g.no_tail_because for g in groups if g.label != NOT_STRESSED} - {None}
    return [
        *lines,
        *_errors(groups, result.nav),
        *(line for why in because for line in wrapped("", f"no own tails: {why}", indent=2)),
    ]


def groups_document(result: Result) -> dict[str, Any] | None:
    """Return the same as plain Python objects: losses of the tail positive, as every expected shortfall.

    Parameters
    ----------
    result : Result
        Of a scenario, or the baseline.
    """
    if result.grouped is None:
        return None
    return {
        "column": result.grouped,
        "level": TAIL_LEVEL,
        "expected_shortfall_sign": "loss",
        "rows": [
            {
                "group": group.label,
                "value": None if result.grouped == "factor" else group.value,
                "expected": group.expected,
                "expected_of_nav": group.expected / result.nav,
                "expected_shortfall_contribution": None if group.tail is None else -group.tail,
                "expected_shortfall_contribution_standard_error": group.tail_error,
                "expected_shortfall": None if group.alone_tail is None else -group.alone_tail,
                "expected_shortfall_standard_error": group.alone_error,
                "none_because": group.no_tail_because,
            }
            for group in result.by(result.grouped)
        ],
    }


def _factor_panel(result: Result, groups: Sequence[GroupLine], unit: MoneyUnit) -> list[str]:
    """Return credit to factors: they have no value and no tail of their own; small ones are one line."""
    lines = [
        "BY FACTOR   statistical: correlated factors share credit; lines add up to the book",
        f"  {'':<26}{'expected':>20}{'in the tail avg':>22}",
    ]

    def line(label: str, expected: float, tail: float | None) -> str:
        return (
            f"  {shorten(label, 25):<26}{unit.signed(expected):>11}{percent(expected / result.nav):>9}"
            f"{_tail(tail, result.nav, unit)}"
        )

    large = [g for g in groups if max(abs(g.expected), abs(g.tail or 0.0)) >= _SMALL * result.nav]
    small = [g for g in groups if g not in large]
    lines += [line(g.label, g.expected, g.tail) for g in large]
    if small:
        tails = [g.tail for g in small if g.tail is not None]
        rest = (math.fsum(g.expected for g in small), math.fsum(tails) if tails else None)
        lines.append(line(f"{counted(len(small), 'factor')} below 0.05 %", *rest))
    return [*lines, *_errors(groups, result.nav)]


def _errors(groups: Sequence[GroupLine], nav: float) -> list[str]:
    """Say how far off the tail figures of all groups may be for want of draws; nothing where none is known."""
    shares = [g.tail_error for g in groups if g.tail_error is not None]
    own = [g.alone_error for g in groups if g.alone_error is not None]
    said = [f"of shares of the tail average up to ± {_share(max(shares), nav)}"] if shares else []
    said += [f"of own tails up to ± {_share(max(own), nav)}"] if own else []
    return [f"  simulation error {', '.join(said)} of NAV"] if said else []


def _share(error: float, nav: float) -> str:
    return percent(error / nav, digits=2, signed=False)


def _tail(tail: float | None, nav: float, unit: MoneyUnit) -> str:
    """Write a share of the tail average: money and share of NAV; dashes where too few draws hold it."""
    if tail is None:
        return f"{'-':>13}{'-':>9}"
    return f"{unit.signed(tail):>13}{percent(tail / nav):>9}"
