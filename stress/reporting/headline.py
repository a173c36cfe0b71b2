"""The headline: what this book is expected to lose if the scenario happens."""

from __future__ import annotations

from stress.reporting.words import CONDITION, band_meaning, headline_title, horizon_words
from stress.results.result import Result
from stress.tables import Column, MoneyUnit, percent, shorten, text_table

__all__ = ["headline"]

#: Recorded names are shown beside the headline from this share of gross on.
_RECORDED_SHARE = 0.05

_COLUMNS = (
    Column(title="", align="left"),
    Column(title="", align="left"),
    Column(title="", align="left"),
)


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
    identity = f"{scenario.id} · {scenario.kind} · {horizon_words(scenario)}"
    if result.completed.severity != 1.0:
        identity += f" · severity {result.completed.severity:g}"
    first = (
        [f"{title}      {identity}"]
        if len(title) + len(identity) <= 94
        else [title, f"  {shorten(identity, 98)}"]
    )
    lower, upper = result.band
    rows = [
        ["Expected", _amount(result.expected, result.nav, unit), _recorded(result)],
        *_other_propagation(result, unit),
        [
            "95 % of variations",
            f"{unit.signed(lower):>7} to {unit.signed(upper)}",
            band_meaning(result),
        ],
        *_tail(result, unit),
        *_ordinary(result, baseline, unit),
    ]
    block = text_table(_COLUMNS, rows, indent=2, gap=3).splitlines()
    return [*first, *block, *_severities(result), CONDITION]


def _amount(pnl: float, nav: float, unit: MoneyUnit) -> str:
    """Write money and its share of NAV, aligned."""
    return f"{unit.signed(pnl):>7}  {percent(pnl / nav):>8}"


def _recorded(result: Result) -> str:
    recorded = result.with_recorded_names
    if recorded is None or result.recorded_share <= _RECORDED_SHARE:
        return ""
    return f"with the names' own recorded moves: {percent(recorded / result.nav)}"


def _other_propagation(result: Result, unit: MoneyUnit) -> list[list[str]]:
    """Return the total of the other mode where the two differ by more than a fifth."""
    if not result.differs:
        return []
    match result.propagation:
        case "linked":
            other, words = result.alone, "were the unstated factors to stand still: quote both"
        case "alone":
            other, words = result.linked, "were the unstated factors to follow: quote both"
    return [
        [
            "! Alone" if other is result.alone else "! Linked",
            _amount(other, result.nav, unit),
            words,
        ]
    ]


def _tail(result: Result, unit: MoneyUnit) -> list[list[str]]:
    try:
        tail = -result.measure("expected_shortfall", level=0.975).value
    except KeyError:
        return []
    meaning = "mean of the worst 2.5 % of these variations"
    return [["Tail average (ES)", _amount(tail, result.nav, unit), meaning]]


def _ordinary(result: Result, baseline: Result | None, unit: MoneyUnit) -> list[list[str]]:
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
    return [["Your ordinary bad day", _amount(tail, baseline.nav, unit), meaning]]


def _severities(result: Result) -> list[str]:
    """Return the expected P&L at other severities: for moves that nobody measured."""
    if not result.severities:
        return []
    points = ", ".join(
        f"{percent(point.expected / result.nav)} at {point.severity:g}"
        for point in result.severities
    )
    return [f"  {'Expected by severity':<24}{points} times the stated moves"]
