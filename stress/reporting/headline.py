"""The headline: what this book is expected to lose if the scenario happens."""

from __future__ import annotations

from typing import NamedTuple

from stress.reporting.words import CONDITION, band_meaning, headline_title, horizon_words
from stress.results.result import Result
from stress.tables import Column, MoneyUnit, percent, shorten, text_table

__all__ = ["HeadlineRow", "headline", "headline_rows", "identity", "severity_line"]

#: Recorded names are shown beside the headline from this share of gross on.
_RECORDED_SHARE = 0.05

_COLUMNS = (
    Column(title="", align="left"),
    Column(title="", align="left"),
    Column(title="", align="left"),
)


class HeadlineRow(NamedTuple):
    """One line of the block: what, how much money, what share of NAV, what it means."""

    label: str
    money: str
    share: str
    meaning: str


def headline(result: Result, baseline: Result | None, *, unit: MoneyUnit) -> list[str]:
    """Return the block of one scenario.

    Parameters
    ----------
    result : Result
        Of a scenario.
    baseline : Result or None
        Of the same book; without it the yardstick line is left out.
    unit : MoneyUnit
        Of the screen.
    """
    scenario = result.scenario
    if scenario is None:
        raise ValueError("the baseline has no headline.")
    title = shorten(headline_title(scenario), 100)
    about = identity(result)
    first = (
        [f"{title}      {about}"]
        if len(title) + len(about) <= 94
        else [title, f"  {shorten(about, 98)}"]
    )
    rows = [
        [row.label, f"{row.money:>7}  {row.share:>8}" if row.share else row.money, row.meaning]
        for row in headline_rows(result, baseline, unit=unit)
    ]
    block = text_table(_COLUMNS, rows, indent=2, gap=3).splitlines()
    severities = [f"  {'Expected by severity':<25}{severity_line(result)}"]
    return [*first, *block, *(severities if result.severities else []), CONDITION]


def identity(result: Result) -> str:
    """Return id, kind and horizon of the scenario; its severity when it is scaled."""
    scenario = result.scenario
    if scenario is None:
        return "no scenario"
    text = f"{scenario.id} · {scenario.kind} · {horizon_words(scenario)}"
    scaled = result.completed.severity != 1.0
    return f"{text} · severity {result.completed.severity:g}" if scaled else text


def headline_rows(result: Result, baseline: Result | None, *, unit: MoneyUnit) -> list[HeadlineRow]:
    """Return the rows of the block, for text and for HTML.

    Parameters
    ----------
    result, baseline, unit
        As for `headline`.
    """
    lower, upper = result.band
    return [
        _amount("Expected", result.expected, result.nav, unit, _recorded(result)),
        *_other_propagation(result, unit),
        HeadlineRow(
            "95 % of variations",
            f"{unit.signed(lower):>7} to {unit.signed(upper)}",
            "",
            band_meaning(result),
        ),
        *_tail(result, unit),
        *_ordinary(result, baseline, unit),
    ]


def severity_line(result: Result) -> str:
    """Return the expected P&L at other severities, for moves that nobody measured; else nothing."""
    if not result.severities:
        return ""
    points = ", ".join(
        f"{percent(point.expected / result.nav)} at {point.severity:g}"
        for point in result.severities
    )
    return f"{points} times the stated moves"


def _amount(label: str, pnl: float, nav: float, unit: MoneyUnit, meaning: str) -> HeadlineRow:
    """Write money and its share of NAV."""
    return HeadlineRow(label, unit.signed(pnl), percent(pnl / nav), meaning)


def _recorded(result: Result) -> str:
    recorded = result.with_recorded_names
    if recorded is None or result.recorded_share <= _RECORDED_SHARE:
        return ""
    return f"with the names' own recorded moves: {percent(recorded / result.nav)}"


def _other_propagation(result: Result, unit: MoneyUnit) -> list[HeadlineRow]:
    """Return the total of the other mode where the two differ by more than a fifth."""
    if not result.differs:
        return []
    match result.propagation:
        case "linked":
            label, other = "! Alone", result.alone
            words = "were the unstated factors to stand still: quote both"
        case "alone":
            label, other = "! Linked", result.linked
            words = "were the unstated factors to follow: quote both"
    return [_amount(label, other, result.nav, unit, words)]


def _tail(result: Result, unit: MoneyUnit) -> list[HeadlineRow]:
    try:
        tail = -result.measure("expected_shortfall", level=0.975).value
    except KeyError:
        return []
    meaning = "mean of the worst 2.5 % of these variations"
    return [_amount("Tail average (ES)", tail, result.nav, unit, meaning)]


def _ordinary(result: Result, baseline: Result | None, unit: MoneyUnit) -> list[HeadlineRow]:
    if baseline is None:
        return []
    try:
        tail = -baseline.measure("expected_shortfall", level=0.975).value
    except KeyError:
        return []
    meaning = "1-day ES 97.5 %, no scenario"
    if result.times_ordinary is not None:
        sessions = result.completed.horizon_days
        times = f"{result.times_ordinary:.1f} times it"
        meaning += f": this is {times}" if sessions == 1 else f": {times} over {sessions} d"
    return [_amount("Your ordinary bad day", tail, baseline.nav, unit, meaning)]
