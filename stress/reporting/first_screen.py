"""The first screen: what a run prints in a terminal, 100 columns wide, plain text."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from stress.reporting.attribution_panel import attribution_panel
from stress.reporting.group_panel import group_panel
from stress.reporting.header import header
from stress.reporting.headline import headline
from stress.reporting.liquidity_panel import liquidity_panel
from stress.reporting.path_panel import path_panel
from stress.reporting.propagation_page import propagation_panel
from stress.reporting.reduced_panel import reduced_panel
from stress.reporting.revaluation_panel import revaluation_panel
from stress.reporting.scenario_table import scenario_table
from stress.reporting.trust import trust
from stress.reporting.trust_lines import second_opinion_lines
from stress.reporting.words import band_span, counted, wrapped
from stress.results.result import Result, Results
from stress.scenarios.combine import Detail
from stress.tables import SCREEN_WIDTH, Column, MoneyUnit, money_unit, percent, shorten, table_lines

__all__ = [
    "active_lines",
    "detailed",
    "first_screen",
    "further_panels",
    "measure_rows",
    "ordinary_sentence",
    "result_screen",
    "results_screen",
]

_MEASURES = (Column(title="", align="left"), Column(title=""), Column(title=""), Column(title=""))


def first_screen(
    results: Results,
    *,
    today: datetime.date,
    show_all: bool = False,
    propagation: bool = False,
    detail: Detail | None = None,
    hint: str | None = None,
) -> str:
    """Write a run for the terminal: one screen a book, one scenario in detail.

    Parameters
    ----------
    results : Results
        The run.
    today : date
        Judges the model's age where a book states no date of its own.
    show_all : bool
        Whether every scenario has its row.
    propagation : bool
        Whether each factor that follows what is stated has its row.
    detail : Detail, optional
        Of a sweep the size in detail; the first scenario when omitted.
    hint : str, optional
        The line of next commands at the end.

    Returns
    -------
    str
        Lines of at most 100 characters.
    """
    screens = []
    for name, baseline in results.baselines.items():
        of_book = [result for result in results if result.portfolio_name == name]
        screens.append(
            _screen(
                of_book,
                baseline,
                today=today,
                show_all=show_all,
                propagation=propagation,
                detail=detail,
            )
            if of_book
            else header(baseline, unit=money_unit(baseline.nav), today=today)
        )
    if len(screens) > 1:
        screens.insert(0, _books(results, detail))
    text = ("\n\n" + "=" * SCREEN_WIDTH + "\n\n").join("\n".join(lines) for lines in screens)
    return f"{text}\n{hint}" if hint else text


def result_screen(result: Result) -> str:
    """Write one result for the terminal: headline, attribution, trust.

    Parameters
    ----------
    result : Result
        Of a scenario, or the baseline.
    """
    unit = money_unit(result.nav)
    if result.scenario is None:
        return "\n".join(
            [
                *header(result, unit=unit, today=datetime.date.today()),
                "",
                "ORDINARY DAYS   no scenario, 1 session",
                *table_lines(_MEASURES, measure_rows(result, unit), indent=2),
                *_spaced(second_opinion_lines(result)),
            ]
        )
    return "\n".join(
        [
            *header(result, unit=unit, today=datetime.date.today()),
            "",
            *headline(result, None, unit=unit),
            *active_lines(result, unit),
            "",
            *attribution_panel(result, unit=unit),
            *(line for panel in further_panels(result, [result], unit) for line in _spaced(panel)),
            *_spaced(trust(result)),
        ]
    )


def further_panels(
    result: Result, others: Sequence[Result], unit: MoneyUnit
) -> tuple[list[str], ...]:
    """Return the blocks between attribution and trust, each empty where it has nothing to say.

    Parameters
    ----------
    result : Result
        Of a scenario.
    others : sequence of Result
        On the same page, itself among them: whose tails may have been estimated with fewer draws.
    unit : MoneyUnit
        Of the screen.
    """
    return (
        revaluation_panel(result, unit=unit),
        path_panel(result, unit=unit),
        liquidity_panel(result, unit=unit),
        group_panel(result),
        reduced_panel(others, unit=unit),
    )


def results_screen(results: Results) -> str:
    """Write a run for the terminal as tables only: every scenario of every book.

    Parameters
    ----------
    results : Results
        The run.
    """
    blocks = []
    for name, baseline in results.baselines.items():
        unit = money_unit(baseline.nav)
        of_book = [result for result in results if result.portfolio_name == name]
        lines = [
            *header(baseline, unit=unit, today=datetime.date.today(), shown=of_book),
            *_ordinary(baseline),
            "",
            *scenario_table(of_book, show_all=True),
        ]
        blocks.append("\n".join(lines))
    if said := results.warnings:
        blocks.append(f"{counted(len(said), 'warning')}: .warnings has them.")
    return "\n\n".join(blocks)


def _screen(
    of_book: list[Result],
    baseline: Result,
    *,
    today: datetime.date,
    show_all: bool,
    propagation: bool,
    detail: Detail | None,
) -> list[str]:
    first = detailed(of_book, detail)
    unit = money_unit(first.nav)
    lines = [
        *header(first, unit=unit, today=today, shown=(first,) if len(of_book) > 1 else ()),
        "",
        *_which(of_book, detail),
        *headline(first, baseline, unit=unit, in_table=len(of_book) > 1),
        *active_lines(first, unit),
    ]
    if len(of_book) > 1:
        lines += ["", *scenario_table(of_book, show_all=show_all, swept=detail is not None)]
    lines += ["", *attribution_panel(first, unit=unit)]
    for panel in further_panels(first, [*of_book, baseline], unit):
        lines += _spaced(panel)
    followed = propagation_panel(first) if propagation else []
    return [*lines, *_spaced(followed), "", *trust(first, baseline)]


def _spaced(panel: list[str]) -> list[str]:
    """Put an empty line before a block, where there is one."""
    return ["", *panel] if panel else []


def detailed(of_book: Sequence[Result], detail: Detail | None) -> Result:
    """Return the result of a book that is shown in detail: the first, or of a sweep the size asked for."""
    return next((one for one in of_book if detail is not None and one.id == detail.id), of_book[0])


def _which(of_book: Sequence[Result], detail: Detail | None) -> list[str]:
    """Say which size of a sweep is in detail."""
    if detail is None or len(of_book) == 1:
        return []
    words = f"{len(of_book)} sizes, each with its row; in detail: {detail.why}, {detail.id}."
    return [line.removeprefix("  ") for line in wrapped("SWEEP", words, indent=10)]


def _books(results: Results, detail: Detail | None) -> list[str]:
    """Compare books on the scenario in detail, largest expected loss first."""
    if not len(results):
        return []
    first = detailed(results, detail)
    of_first = sorted(
        (result for result in results if result.id == first.id), key=lambda r: r.expected_of_nav
    )
    rows = [
        [
            result.portfolio_name,
            f"{money_unit(result.nav).plain(result.nav)} {result.currency}",
            percent(result.expected_of_nav),
            band_span(result),
        ]
        for result in of_first
    ]
    columns = (
        Column(title="book", align="left", most=40),
        Column(title="NAV"),
        Column(title="expected"),
        Column(title="95 % of variations"),
    )
    return [f"BOOKS IF {first.id}", *table_lines(columns, rows, indent=2, gap=3)]


def active_lines(result: Result, unit: MoneyUnit) -> list[str]:
    """Return the line against a benchmark, when there is one."""
    active = result.active
    if active is None:
        return []
    return [
        f"  Against {shorten(active.benchmark, 20)}: {unit.signed(active.expected)}  "
        f"{percent(active.expected / result.nav)}   it is expected to make "
        f"{percent(active.benchmark_expected / result.nav)}; same draws, scaled to your NAV"
    ]


def _ordinary(baseline: Result) -> list[str]:
    sentence = ordinary_sentence(baseline)
    return [sentence] if sentence else []


def ordinary_sentence(baseline: Result) -> str:
    """Return the fixed sentence of a baseline; nothing where its tail average is refused."""
    tail = baseline.tail_average
    if tail is None:
        return ""
    share = percent(tail.value / baseline.nav, signed=False)
    return f"Your ordinary bad day (1-day ES 97.5 %, no scenario) is {share}."


def measure_rows(result: Result, unit: MoneyUnit) -> list[list[str]]:
    """Return the measures of a result as signed P&L, losses negative; the worst draw has no error."""
    rows = []
    for estimate in result.measures:
        if estimate.unit != result.currency or estimate.measure == "worst_of_N":
            continue
        value = -estimate.value if estimate.sign == "loss" else estimate.value
        level = "" if estimate.level is None else percent(estimate.level, signed=False)
        words = estimate.measure.replace("_", " ")
        rows.append([words, level, unit.signed(value), percent(value / result.nav)])
    return rows
