"""A run as a table: one row a book, scenario and measure. The CSV output and the data frame."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from stress.reporting.csv_text import cell
from stress.results.reduced import METHODS
from stress.results.result import Result, Results
from stress.risk.measures import TAIL_LEVEL

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FIELDS", "names_frame", "results_frame", "to_csv"]

#: Columns of the CSV, in order.
FIELDS = (
    "portfolio",
    "scenario",
    "kind",
    "horizon_days",
    "measure",
    "level",
    "value",
    "value_of_nav",
    "standard_error",
    "unit",
    "sign",
    "conditional_on",
    "stressed_share",
    "not_stressed",
    "rows_not_read",
    "unfinished",
    "group_by",
    "group",
)


def to_csv(results: Results) -> str:
    """Write a run as CSV, baselines last.

    Parameters
    ----------
    results : Results
        The run.

    Returns
    -------
    str
        A header line with `FIELDS`, then one row a book, scenario and measure: first the expected
        P&L (``expected``, ``alone``, ``linked``, ``with_recorded_names``; ``sign`` gain), then the
        measures with their errors. Each row carries the coverage of its book: ``stressed_share`` of
        gross, the names ``not_stressed`` (separated by spaces), ``rows_not_read`` of its file; ``unfinished``
        says what an interrupted run left undone. Where the run was asked for groups, each follows with
        ``group_by`` and ``group`` filled: ``value``, ``expected``, its ``expected_shortfall_contribution`` and
        its own ``expected_shortfall``. Tail averages by other methods are ``expected_shortfall_sobol`` and so on.
        Empty where a figure does not exist. A text that a spreadsheet would take for a formula starts with an
        apostrophe.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=FIELDS, lineterminator="\n")
    writer.writeheader()
    for row in _rows(results):
        writer.writerow({key: cell(value) for key, value in row.items()})
    return text.getvalue()


def results_frame(results: Results) -> pd.DataFrame:
    """Return the rows of `to_csv` as a data frame.

    Parameters
    ----------
    results : Results
        The run.

    Returns
    -------
    pandas.DataFrame
        Columns `FIELDS`; missing figures are NaN.
    """
    import pandas as pd

    return pd.DataFrame(list(_rows(results)), columns=list(FIELDS))


def names_frame(result: Result) -> pd.DataFrame:
    """Return the expected P&L by name as a data frame.

    Parameters
    ----------
    result : Result
        One scenario on one book.

    Returns
    -------
    pandas.DataFrame
        Indexed by name: ``value``, ``move``, ``pnl``, ``pnl_of_nav``, ``recorded_move``, ``home``,
        ``source``; ``pnl`` sums to `Result.expected`.
    """
    import pandas as pd

    lines = [
        {
            "name": line.name,
            "value": line.value,
            "move": line.move,
            "pnl": line.pnl,
            "pnl_of_nav": line.pnl / result.nav,
            "recorded_move": line.recorded,
            "home": line.home,
            "source": line.source,
        }
        for line in result.names
    ]
    columns = ["name", "value", "move", "pnl", "pnl_of_nav", "recorded_move", "home", "source"]
    return pd.DataFrame(lines, columns=columns).set_index("name")


def _rows(results: Results) -> Iterator[dict[str, Any]]:
    for result in (*results, *results.baselines.values()):
        yield from _result_rows(result)


def _result_rows(result: Result) -> Iterator[dict[str, Any]]:
    scenario = result.scenario
    label = {
        "portfolio": result.portfolio_name,
        "scenario": result.id,
        "kind": None if scenario is None else scenario.kind,
        "horizon_days": result.completed.horizon_days,
    }
    given = None if scenario is None else scenario.id
    covered = {
        "stressed_share": result.coverage.stressed,
        "not_stressed": " ".join(dict.fromkeys(row.ticker for row in result.coverage.excluded)),
        "rows_not_read": len(result.pnl.plan.book.portfolio.unread),
        "unfinished": " ".join(result.unfinished),
    }
    whole = {"group_by": None, "group": None}
    points = (
        ("expected", result.expected),
        ("alone", result.alone),
        ("linked", result.linked),
        ("with_recorded_names", result.with_recorded_names),
    )
    for measure, value in points:
        if value is not None:
            yield {
                **label,
                "measure": measure,
                "level": None,
                "value": value,
                "value_of_nav": value / result.nav,
                "standard_error": None,
                "unit": result.currency,
                "sign": "gain",
                "conditional_on": given,
                **covered,
                **whole,
            }
    for estimate in result.measures:
        is_money = estimate.unit == result.currency
        yield {
            **label,
            "measure": estimate.measure,
            "level": estimate.level,
            "value": estimate.value,
            "value_of_nav": estimate.value / result.nav if is_money else None,
            "standard_error": estimate.standard_error,
            "unit": estimate.unit,
            "sign": estimate.sign,
            "conditional_on": estimate.conditional_on,
            **covered,
            **whole,
        }
    for measure, level, value, error, sign, group in _further(result):
        yield {
            **label,
            "measure": measure,
            "level": level,
            "value": value,
            "value_of_nav": None if value is None else value / result.nav,
            "standard_error": error,
            "unit": result.currency,
            "sign": sign,
            "conditional_on": given,
            **covered,
            "group_by": None if group is None else result.grouped,
            "group": group,
        }


def _further(
    result: Result,
) -> Iterator[tuple[str, float | None, float | None, float | None, str, str | None]]:
    """Measure, level, value, error, sign and group of what the run was asked for beside: other methods, groups."""
    for tail in result.reduced:
        one = tail.estimate
        level = METHODS[tail.method].level
        value, error = (None, None) if one is None else (one.value, one.standard_error)
        yield f"expected_shortfall_{tail.method}", level, value, error, "loss", None
    for group in () if result.grouped is None else result.by(result.grouped):
        own = None if group.alone_tail is None else -group.alone_tail
        if result.grouped != "factor":
            yield "value", None, group.value, None, "gain", group.label
        yield "expected", None, group.expected, None, "gain", group.label
        within = "expected_shortfall_contribution"
        share = None if group.tail is None else -group.tail
        yield within, TAIL_LEVEL, share, group.tail_error, "loss", group.label
        yield "expected_shortfall", TAIL_LEVEL, own, group.alone_error, "loss", group.label
