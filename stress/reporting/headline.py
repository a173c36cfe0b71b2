"""The headline: what this book is expected to lose if the scenario happens."""

from __future__ import annotations

from typing import NamedTuple

from stress.reporting.words import (
    CONDITION,
    band_meaning,
    headline_title,
    horizon_words,
    nothing_varies,
    wide_because,
    wrapped,
)
from stress.results.result import Result
from stress.risk.estimates import Estimate
from stress.scenarios.path import moves_after
from stress.tables import SCREEN_WIDTH, Column, MoneyUnit, percent, shorten, table_lines
from stress.units import format_move

__all__ = [
    "HeadlineRow",
    "headline",
    "headline_notes",
    "headline_rows",
    "identity",
    "severity_line",
]


#: Recorded names are shown beside the headline from this share of gross on.
_RECORDED_SHARE = 0.05
#: Below this share the total says of how much it is: the rest moves as its factors do.
_NEARLY_ALL = 0.95
#: Steps lead to a stated move when they end within this share of it.
_END = 0.1
#: The mean of the variations is said where it is so far from the expected P&L: standard errors, share of it, share of NAV.
_SURE, _BENDS, _SEEN = 4.0, 0.1, 1e-3

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


def headline(
    result: Result, baseline: Result | None, *, unit: MoneyUnit, in_table: bool = False
) -> list[str]:
    """Return the block of one scenario.

    Parameters
    ----------
    result : Result
        Of a scenario.
    baseline : Result or None
        Of the same book; without it the yardstick line is left out.
    unit : MoneyUnit
        Of the screen.
    in_table : bool
        Whether a table of scenarios stands beside, which has the total of either propagation.
    """
    scenario = result.scenario
    if scenario is None:
        raise ValueError("the baseline has no headline.")
    title = shorten(headline_title(scenario), SCREEN_WIDTH)
    about = identity(result)
    first = (
        [f"{title}      {about}"]
        if len(title) + len(about) <= 94
        else [title, f"  {shorten(about, 98)}"]
    )
    rows = [
        [row.label, f"{row.money:>7}  {row.share:>8}" if row.share else row.money, row.meaning]
        for row in headline_rows(result, baseline, unit=unit, in_table=in_table)
    ]
    block = table_lines(_COLUMNS, rows, indent=2, gap=3)
    if max(map(len, block)) > SCREEN_WIDTH:
        block = table_lines(_COLUMNS, rows, indent=2, gap=2)
    block = [shorten(line, SCREEN_WIDTH) for line in block]
    severities = wrapped("Expected by severity", severity_line(result), indent=27)
    notes = [line for note in headline_notes(result) for line in wrapped("", note, indent=2)]
    return [*first, *block, *(severities if result.severities else []), *notes, CONDITION]


def identity(result: Result) -> str:
    """Return id, kind and horizon of the scenario; its severity when it is scaled."""
    scenario = result.scenario
    if scenario is None:
        return "no scenario"
    text = f"{scenario.id} · {scenario.kind} · {horizon_words(scenario)}"
    scaled = result.completed.severity != 1.0
    return f"{text} · severity {result.completed.severity:g}" if scaled else text


def headline_rows(
    result: Result, baseline: Result | None, *, unit: MoneyUnit, in_table: bool = False
) -> list[HeadlineRow]:
    """Return the rows of the block, for text and for HTML.

    Parameters
    ----------
    result, baseline, unit, in_table
        As for `headline`.
    """
    one_step = "" if result.path is None else "end point in one step"
    said = "; ".join(words for words in (one_step, _recorded(result)) if words)
    return [
        _amount("Expected", result.expected, result.nav, unit, said),
        *_other_propagation(result, unit, in_table=in_table),
        *_band(result, unit),
        *_tail(result, unit),
        *_step_by_step(result, unit),
        *_ordinary(result, baseline, unit),
    ]


def headline_notes(result: Result) -> list[str]:
    """Say how to read figures that would surprise: skewed totals, two ways to one date.

    Parameters
    ----------
    result : Result
        Of a scenario.

    Returns
    -------
    list of str
        Sentences; none for a scenario whose moves simply add up.
    """
    notes = []
    completed = result.completed
    if completed.compound and result.band_known:
        notes.append(
            f"Totals over {completed.horizon_days} sessions are compounded and skewed: half of the variations "
            f"lie below {percent(result.dispersion.median)}. Expected is the P&L at the central moves; the "
            "variations have no mean."
        )
        if result.band[1] - result.band[0] > result.nav:
            notes.append(
                wide_because(completed.distance, completed.mixing_mean, completed.horizon_days)
            )
    mean = next((one for one in result.measures if one.measure == "mean"), None)
    if result.revalued is not None and mean is not None and _far_apart(mean, result):
        notes.append(
            f"The variations average {percent(mean.value / result.nav)}: what is held gains and loses unevenly around the "
            "expected moves (options, mostly), so the mean of its P&L is not its P&L at their mean, which Expected is."
        )
    if result.path is not None:
        notes.append(_two_ways(result))
    return notes


def _two_ways(result: Result) -> str:
    """Say why the end point in one step and the steps are two figures."""
    assert result.path is not None
    assert result.scenario is not None
    sessions = result.completed.horizon_days
    if result.path.period_at(sessions) is None:
        return (
            "Step by step runs the scenario's own steps, which are not the way to this end point: two "
            "figures, each with its own range."
        )
    ends = moves_after(result.scenario.path, sessions)
    apart = [
        f"{stated.target} to {format_move(ends[stated.target].value, stated.move.unit, digits=1)}, stated as "
        f"{format_move(stated.move.value, stated.move.unit)}"
        for stated in result.scenario.moves
        if stated.target in ends and _elsewhere(ends[stated.target].value, stated.move.value)
    ]
    if apart:
        return (
            f"The steps do not lead to the end that is stated: {'; '.join(apart)}. Step by step and in one step are "
            "two scenarios."
        )
    return (
        f"In one step the whole way is one draw of {result.completed.distance:.1f} standard deviations, which widens "
        "what is not stated; step by step every step is its own: the two ranges are two answers."
    )


def _elsewhere(one: float, other: float) -> bool:
    """Whether two moves are further apart than what adding, not compounding, makes of one."""
    return abs(one - other) > _END * max(abs(one), abs(other))


def _far_apart(mean: Estimate, result: Result) -> bool:
    """Whether the mean of the variations is another figure than the expected P&L, beyond its error and to a reader."""
    apart = abs(mean.value - result.expected)
    noise = _SURE * (mean.standard_error or 0.0)
    return apart > max(noise, _BENDS * abs(result.expected), _SEEN * result.nav)


def _band(result: Result, unit: MoneyUnit) -> list[HeadlineRow]:
    if not result.band_known:
        few = f"{result.manifest.draws} draws are too few for a range and a tail"
        return [HeadlineRow("95 % of variations", "-", "", few)]
    if nothing_varies(result):
        words = "nothing is left to vary: all variations are alike"
        return [_amount("All variations", result.band[0], result.nav, unit, words)]
    lower, upper = result.band
    money = f"{unit.signed(lower):>7} to {unit.signed(upper)}"
    return [HeadlineRow("95 % of variations", money, "", band_meaning(result))]


def _step_by_step(result: Result, unit: MoneyUnit) -> list[HeadlineRow]:
    """Return where the path stands at the headline's own date, or at its end."""
    if result.path is None:
        return []
    period = result.path.period_at(result.completed.horizon_days) or result.path.periods[-1]
    low, high = (percent(point / result.nav) for point in period.band)
    span = f"; 95 %: {low} to {high}" if result.band_known else ""
    words = f"{shorten(period.title, 24)}, day {period.sessions}{span}"
    return [_amount("Step by step", period.expected, result.nav, unit, words)]


def severity_line(result: Result) -> str:
    """Return the expected P&L at other severities, for moves that nobody measured; else nothing."""
    if not result.severities:
        return ""
    points = ", ".join(
        f"{percent(point.expected / result.nav)} at {point.severity:g}"
        for point in result.severities
    )
    scenario, planned = result.scenario, result.pnl.plan
    derived = scenario is not None and scenario.extends
    beside = [
        *(["factors alone"] if planned.replayed else []),
        *(["stated moves of currencies as they are"] if planned.book.stated.fx_moves else []),
    ]
    words = f"{points} times the moves {f'of {result.id}' if derived else 'as written'}"
    return "; ".join([words, *beside])


def _amount(label: str, pnl: float, nav: float, unit: MoneyUnit, meaning: str) -> HeadlineRow:
    """Write money and its share of NAV."""
    return HeadlineRow(label, unit.signed(pnl), percent(pnl / nav), meaning)


def _recorded(result: Result) -> str:
    recorded = result.with_recorded_names
    if recorded is None or result.recorded_share <= _RECORDED_SHARE:
        return ""
    whose = "the names' own recorded moves"
    if result.recorded_share < _NEARLY_ALL:
        share = percent(result.recorded_share, digits=0, signed=False)
        whose = f"the recorded moves of {share} of gross"
    return f"with {whose}: {percent(recorded / result.nav)}"


def _other_propagation(result: Result, unit: MoneyUnit, *, in_table: bool) -> list[HeadlineRow]:
    """Return the total of the other mode: flagged where the two differ by more than a fifth, and in no table beside."""
    match result.propagation:
        case "linked":
            label, other, others = "Alone", result.alone, "stand still"
        case "alone":
            label, other, others = "Linked", result.linked, "follow"
    words = f"were the unstated factors to {others}"
    if result.differs:
        return [_amount(f"! {label}", other, result.nav, unit, f"{words}: quote both")]
    same = percent(other / result.nav) == percent(result.expected / result.nav)
    return [] if in_table or same else [_amount(label, other, result.nav, unit, words)]


def _tail(result: Result, unit: MoneyUnit) -> list[HeadlineRow]:
    tail = result.tail_average
    if tail is None or nothing_varies(result):
        return []
    meaning = "mean of the worst 2.5 % of these variations"
    return [_amount("Tail average (ES)", -tail.value, result.nav, unit, meaning)]


def _ordinary(result: Result, baseline: Result | None, unit: MoneyUnit) -> list[HeadlineRow]:
    if baseline is None:
        return []
    tail = baseline.tail_average
    if tail is None:
        return []
    meaning = "1-day ES 97.5 %, no scenario"
    if result.times_ordinary is not None:
        sessions = result.completed.horizon_days
        times = f"{result.times_ordinary:.1f} times it"
        meaning += f": this is {times}" if sessions == 1 else f": {times} over {sessions} d"
    return [_amount("Your ordinary bad day", -tail.value, baseline.nav, unit, meaning)]
