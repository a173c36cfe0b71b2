"""Results as HTML for notebooks (`_repr_html_`) and as a file: the terminal's figures, words and order, escaped."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from stress.reporting.attribution_panel import (
    MIXED,
    basket_rows,
    largest_names,
    mixed_note,
    share_of_whole,
)
from stress.reporting.first_screen import (
    active_lines,
    detailed,
    further_panels,
    measure_rows,
    ordinary_sentence,
)
from stress.reporting.header import header
from stress.reporting.headline import headline_notes, headline_rows, identity, severity_line
from stress.reporting.html_blocks import (
    GAP,
    definitions,
    document,
    folded,
    heading,
    page,
    side_by_side,
    table,
    text,
    verbatim,
)
from stress.reporting.html_chart import variations_chart
from stress.reporting.propagation_page import FILLED, filled_rows, filled_title, followed
from stress.reporting.scenario_table import FLAG_NOTE, by_horizon, tail_average, worst_name
from stress.reporting.trust import line_rows, trust_rows
from stress.reporting.trust_lines import second_opinion_lines
from stress.reporting.words import BUCKETS, CONDITION, KIND, band_span, counted, headline_title
from stress.results.result import Result, Results
from stress.scenarios.combine import Detail
from stress.scenarios.scenario import Scenario
from stress.tables import Column, MoneyUnit, money_unit, percent

__all__ = ["result_html", "results_html", "run_html"]

_WORDS = Column(title="", align="left")
_NUMBER = Column(title="")


def result_html(result: Result) -> str:
    """Write one result as HTML: headline, attribution, trust.

    Parameters
    ----------
    result : Result
        Of a scenario, or the baseline.

    Returns
    -------
    str
        A `div` without scripts or references; everything that came from a file is escaped.
    """
    unit = money_unit(result.nav)
    if result.scenario is None:
        return page(_baseline(result, unit))
    return page(_stressed(result, result.scenario, unit))


def results_html(results: Results) -> str:
    """Write a run as HTML: each book's scenarios, grouped by horizon.

    Parameters
    ----------
    results : Results
        The run.
    """
    blocks: list[str] = []
    for name, baseline in results.baselines.items():
        of_book = [result for result in results if result.portfolio_name == name]
        blocks.append(GAP if blocks else "")
        blocks += [*_header(baseline, of_book), heading("ALL SCENARIOS", large=True)]
        blocks.append(_scenarios(of_book))
        blocks.append(text(f"{ordinary_sentence(baseline)} {CONDITION}"))
    said = results.warnings
    return page([*blocks, folded(counted(len(said), "warning"), said)])


def run_html(results: Results, *, detail: Detail | None = None) -> str:
    """Write a run as a file for a browser: of each book one scenario in detail, then all of them.

    Parameters
    ----------
    results : Results
        The run.
    detail : Detail, optional
        Of a sweep the size in detail; the first scenario when omitted.
    """
    blocks = []
    for name in results.baselines:
        of_book = [result for result in results if result.portfolio_name == name]
        if of_book:
            blocks += [result_html(detailed(of_book, detail)), GAP]
    return document(
        "".join([*blocks, results_html(results)]),
        title=f"foreshock · {', '.join(results.baselines)}",
    )


def _stressed(result: Result, scenario: Scenario, unit: MoneyUnit) -> list[str]:
    """Return the blocks of a scenario, in the order of the terminal."""
    where = side_by_side((_baskets(result), _names(result, unit), variations_chart(result)))
    severities = severity_line(result)
    warnings = [" ".join(warning.split()) for warning in result.warnings]
    return [
        *_header(result),
        heading(headline_title(scenario), large=True),
        text(identity(result), quiet=True),
        text(_sentence(result)),
        table(
            (_WORDS, _NUMBER, _NUMBER, _WORDS),
            [("", [list(row) for row in headline_rows(result, None, unit=unit)])],
            wraps=(3,),
        ),
        text(f"Expected by severity: {severities}." if severities else ""),
        text(_times_ordinary(result)),
        *(text(note) for note in headline_notes(result)),
        *(text(" ".join(line.split())) for line in active_lines(result, unit)),
        text(CONDITION),
        heading(f"WHERE {percent(result.expected_of_nav)} COMES FROM"),
        where,
        *(verbatim(panel) for panel in further_panels(result, [result], unit)),
        *_filled(result),
        heading("HOW FAR TO TRUST IT"),
        definitions(trust_rows(result)),
        folded(counted(len(warnings), "warning"), warnings),
    ]


def _filled(result: Result) -> list[str]:
    """Return the blocks of factors that follow what is stated."""
    report = followed(result)
    if not report:
        return []
    title, _, said = filled_title(result.completed, result.pnl.plan.book.model).partition("   ")
    return [heading(title), text(said, quiet=True), table(FILLED, [("", filled_rows(report))])]


def _baseline(result: Result, unit: MoneyUnit) -> list[str]:
    """Return the blocks of a book without a scenario: every measure as signed P&L."""
    between = band_span(result, between=" and ")
    band = f" 95 % of one-session outcomes lie between {between}." if result.band_known else ""
    columns = (_WORDS, Column(title="level"), Column(title=result.currency), Column(title="of NAV"))
    alone = second_opinion_lines(result)
    return [
        heading(f"{result.portfolio_name} · no scenario", large=True),
        *_header(result),
        text(f"{ordinary_sentence(result)}{band}"),
        side_by_side(
            (table(columns, [("", measure_rows(result, unit))]), variations_chart(result))
        ),
        *([definitions(line_rows(alone))] if alone else []),
        folded(counted(len(result.warnings), "warning"), result.warnings),
    ]


def _header(result: Result, shown: Sequence[Result] = ()) -> list[str]:
    """Return book, model and coverage: all of it stands back when nothing is left out."""
    lines = header(result, unit=money_unit(result.nav), today=datetime.date.today(), shown=shown)
    complete = not result.coverage.excluded and not any("!" in line for line in lines)
    return [text(" ".join(line.split()), quiet=complete) for line in lines]


def _sentence(result: Result) -> str:
    """Return the fixed sentence of the headline."""
    lost = result.expected < 0.0
    verb = "lose" if lost else "make"
    size = percent(-result.expected_of_nav if lost else result.expected_of_nav, signed=False)
    return (
        f"If this happens, we expect to {verb} {size}{_span(result)}. "
        "This is not a forecast and not a VaR: it assumes the event happens."
    )


def _span(result: Result) -> str:
    """Say what the variations could make of it; nothing where there are too few draws to know."""
    if not result.band_known:
        return ""
    lower, upper = result.band
    lost = result.expected < 0.0
    who = "names" if _only_names_vary(result) else "variations"
    low, high = percent(lower / result.nav), percent(upper / result.nav)
    span = f"anything from {low} to {high}"
    if lost and upper < 0.0:
        least = percent(-upper / result.nav, signed=False, unit=False)
        span = f"{least} to {percent(-lower / result.nav, signed=False)}"
    elif not lost and lower > 0.0:
        span = f"{low.lstrip('+').removesuffix(' %')} to {high.lstrip('+')}"
    return f" ({who} could make it {span})"


def _only_names_vary(result: Result) -> bool:
    everything = bool(result.completed.stated.all()) or result.propagation == "alone"
    return result.pnl.plan.variation.kind == "names" and everything


def _times_ordinary(result: Result) -> str:
    if result.times_ordinary is None:
        return ""
    sessions = result.completed.horizon_days
    over = "" if sessions == 1 else f" scaled to {sessions} sessions"
    return (
        f"That is {result.times_ordinary:.1f} times your ordinary bad day "
        f"(1-day ES 97.5 %, no scenario){over}."
    )


def _baskets(result: Result) -> str:
    rows = [
        [title, percent(pnl / result.nav, unit=False), share_of_whole(pnl, result)]
        for title, pnl in basket_rows(result)
    ]
    columns = [Column(title="by what you hold", align="left"), Column(title="% of NAV")]
    if any(share for _, _, share in rows):
        columns.append(Column(title="share"))
    return table(columns, [("", [row[: len(columns)] for row in rows])])


def _names(result: Result, unit: MoneyUnit) -> str:
    columns = (
        Column(title="by name", align="left"),
        Column(title="value"),
        Column(title="move"),
        Column(title="P&L"),
    )
    listed, rest = largest_names(result.names)
    rows = [
        [
            f"{line.name} {MIXED}" if line.mixed else line.name,
            unit.plain(line.value),
            percent(line.move),
            unit.signed(line.pnl),
        ]
        for line in listed
    ]
    if rest:
        rest_pnl = unit.signed(sum(line.pnl for line in rest))
        rows.append([counted(len(rest), "other"), "", "", rest_pnl])
    note = mixed_note(result.names)
    return table(columns, [("", rows)]) + (text(note, quiet=True) if note else "")


def _scenarios(of_book: list[Result]) -> str:
    """Return the table of one book."""
    columns = (
        Column(title="% of NAV, loss negative", align="left"),
        Column(title="kind", align="left"),
        Column(title="alone"),
        Column(title="linked"),
        Column(title="95 % of variations"),
        Column(title="tail avg"),
        Column(title="times ordin."),
        Column(title="worst name", align="left"),
    )
    groups = [
        (title, [_scenario_row(result) for result in group])
        for title, group in zip(BUCKETS, by_horizon(of_book), strict=True)
        if group
    ]
    flagged = any(result.differs for result in of_book)
    return table(columns, groups) + (text(FLAG_NOTE, quiet=True) if flagged else "")


def _scenario_row(result: Result) -> list[str]:
    assert result.scenario is not None
    nav, days = result.nav, result.completed.horizon_days
    return [
        f"{'! ' if result.differs else ''}{result.id}{f' · {days} d' if days > 1 else ''}",
        KIND[result.scenario.kind],
        percent(result.alone / nav, unit=False),
        percent(result.linked / nav, unit=False),
        band_span(result, between=" .. ", unit=False),
        tail_average(result),
        "-" if result.times_ordinary is None else f"{result.times_ordinary:.1f}",
        worst_name(result),
    ]
