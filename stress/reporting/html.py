"""Results as escaped HTML tables, for notebooks (`_repr_html_`)."""

from __future__ import annotations

import html

from stress.reporting.words import CONDITION, band_meaning, horizon_words
from stress.results.result import Result, Results
from stress.tables import Column, MoneyUnit, html_table, money_unit, percent

__all__ = ["result_html", "results_html"]

_NAMES_SHOWN = 15


def result_html(result: Result) -> str:
    """Write one result as HTML: headline, attribution, measures.

    Parameters
    ----------
    result : Result
        Of a scenario, or the baseline.

    Returns
    -------
    str
        A `div`; everything that came from a file is escaped.
    """
    unit = money_unit(result.nav)
    scenario = result.scenario
    if scenario is None:
        title = f"{result.portfolio_name} · no scenario"
    else:
        title = f"{result.portfolio_name} · {scenario.title} ({scenario.kind}, {horizon_words(scenario)})"
    parts = [
        f"<h4>{html.escape(title)}</h4>",
        f"<p>{html.escape(_sentence(result))}</p>",
        html_table(*_headline(result, unit)),
        html_table(*_baskets(result, unit), caption="By what is held"),
        html_table(*_names(result, unit), caption="By name"),
    ]
    return f"<div>{''.join(parts)}</div>"


def results_html(results: Results) -> str:
    """Write a run as one HTML table, in the order asked.

    Parameters
    ----------
    results : Results
        The run.
    """
    columns = (
        Column(title="portfolio", align="left"),
        Column(title="scenario", align="left"),
        Column(title="kind", align="left"),
        Column(title="sessions"),
        Column(title="expected"),
        Column(title="% of NAV"),
        Column(title="95 % of variations"),
        Column(title="times ordinary"),
    )
    rows = []
    for result in results:
        unit = money_unit(result.nav)
        lower, upper = result.band
        rows.append(
            [
                result.portfolio_name,
                result.id,
                "" if result.scenario is None else result.scenario.kind,
                str(result.completed.horizon_days),
                unit.signed(result.expected),
                percent(result.expected_pct),
                f"{percent(lower / result.nav)} to {percent(upper / result.nav)}",
                "-" if result.times_ordinary is None else f"{result.times_ordinary:.1f}",
            ]
        )
    return html_table(columns, rows, caption="P&L, loss negative")


def _sentence(result: Result) -> str:
    """Return the fixed sentence of the headline."""
    lower, upper = (percent(point / result.nav) for point in result.band)
    if result.scenario is None:
        return (
            f"Without any scenario, 95 % of one-session outcomes lie between {lower} and {upper}."
        )
    lost = result.expected < 0.0
    verb = "lose" if lost else "make"
    size = percent(-result.expected_pct if lost else result.expected_pct, signed=False)
    return (
        f"If this happens, we expect to {verb} {size} (variations: {lower} to {upper}). "
        f"This is not a forecast and not a VaR: it assumes the event happens. {CONDITION}"
    )


def _headline(result: Result, unit: MoneyUnit) -> tuple[tuple[Column, ...], list[list[str]]]:
    lower, upper = result.band
    rows = [["Expected", unit.signed(result.expected), percent(result.expected_pct), ""]]
    if result.scenario is not None:
        rows.append(["Alone", unit.signed(result.alone), percent(result.alone / result.nav), ""])
    if result.with_recorded_names is not None:
        recorded = result.with_recorded_names
        words = "with the names' own recorded moves"
        rows.append(["Recorded", unit.signed(recorded), percent(recorded / result.nav), words])
    span = f"{unit.signed(lower)} to {unit.signed(upper)}"
    rows.append(["95 % of variations", span, "", band_meaning(result)])
    for estimate in result.measures:
        if estimate.measure == "expected_shortfall" and estimate.level == 0.975:
            tail = -estimate.value
            words = "mean of the worst 2.5 % of these variations"
            rows.append(["Tail average (ES)", unit.signed(tail), percent(tail / result.nav), words])
    columns = (
        Column(title="", align="left"),
        Column(title=result.currency),
        Column(title="of NAV"),
        Column(title="", align="left"),
    )
    return columns, rows


def _baskets(result: Result, unit: MoneyUnit) -> tuple[tuple[Column, ...], list[list[str]]]:
    columns = (
        Column(title="basket", align="left"),
        Column(title="value"),
        Column(title="P&L"),
        Column(title="of NAV"),
    )
    rows = [
        [line.title, unit.plain(line.value), unit.signed(line.pnl), percent(line.pnl / result.nav)]
        for line in result.baskets
    ]
    return columns, rows


def _names(result: Result, unit: MoneyUnit) -> tuple[tuple[Column, ...], list[list[str]]]:
    columns = (
        Column(title="name", align="left"),
        Column(title="value"),
        Column(title="move"),
        Column(title="P&L"),
        Column(title="recorded"),
        Column(title="exposures", align="left"),
    )
    ordered = sorted(result.names, key=lambda line: (-abs(line.pnl), line.name))
    rows = [
        [
            line.name,
            unit.plain(line.value),
            percent(line.move),
            unit.signed(line.pnl),
            "" if line.recorded is None else percent(line.recorded),
            line.source,
        ]
        for line in ordered[:_NAMES_SHOWN]
    ]
    if len(ordered) > _NAMES_SHOWN:
        rest = ordered[_NAMES_SHOWN:]
        rows.append([f"{len(rest)} others", "", "", unit.signed(sum(n.pnl for n in rest)), "", ""])
    return columns, rows
