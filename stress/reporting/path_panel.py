"""A path step by step: where the book stands at the end of each, and its largest fall."""

from __future__ import annotations

from typing import Any

from stress.reporting.estimate_document import estimate_document
from stress.reporting.words import counted, wide_because, wrapped
from stress.results.path import PathResult
from stress.results.result import Result
from stress.tables import Column, MoneyUnit, percent, table_lines

__all__ = ["path_document", "path_panel"]

_TRADING = {
    "hold": "positions held",
    "rebalance": "weights restored",
}


def path_panel(result: Result, *, unit: MoneyUnit) -> list[str]:
    """Return the block, or nothing for a scenario without steps.

    Parameters
    ----------
    result : Result
        Of a scenario.
    unit : MoneyUnit
        Of the screen.
    """
    path = result.path
    if path is None:
        return []
    nav = result.nav
    rows = [
        [
            period.title,
            f"{period.sessions} d",
            unit.signed(period.expected),
            percent(period.expected / nav),
            f"{percent(period.band[0] / nav)} .. {percent(period.band[1] / nav)}"
            if result.band_known
            else "-",
        ]
        for period in path.periods
    ]
    columns = (
        Column(title="P&L since the start", align="left", most=36),
        Column(title="sessions"),
        Column(title=""),
        Column(title="% of NAV"),
        Column(title="95 % of variations"),
    )
    same_day = path.period_at(result.completed.horizon_days) is not None
    title = (
        f"STEP BY STEP   {counted(len(path.periods), 'step')}, {_TRADING[path.trading]}; "
        f"the figures above are {'the' if same_day else 'another'} end point at once"
    )
    lines = [title, *table_lines(columns, rows, indent=2, gap=3)]
    lines.append(
        f"  largest fall on the way, of the value before it: {percent(-path.expected_drawdown)} expected"
        + _tail(path)
    )
    if result.band_known and any(high - low > nav for low, high in (p.band for p in path.periods)):
        words = wide_because(path.distance, path.mixing_mean, path.periods[-1].sessions)
        lines += wrapped("", words, indent=2)
    return lines


def _tail(path: PathResult) -> str:
    if path.drawdown_tail is None:
        return ""
    return f"; tail average {percent(-path.drawdown_tail.value)}"


def path_document(path: PathResult, nav: float, *, band_known: bool) -> dict[str, Any]:
    """Return a path as plain objects, as the JSON document has it.

    Parameters
    ----------
    path : PathResult
        Of a result.
    nav : float
        Of the book.
    band_known : bool
        Whether there are draws enough for a range.
    """
    tail = path.drawdown_tail
    return {
        "trading": path.trading,
        "steps": [
            {
                "title": period.title,
                "date": period.date,
                "sessions": period.sessions,
                "expected": period.expected,
                "expected_of_nav": period.expected / nav,
                "band": {
                    "level": 0.95,
                    "lower": period.band[0] if band_known else None,
                    "upper": period.band[1] if band_known else None,
                },
            }
            for period in path.periods
        ],
        "expected": path.expected,
        "expected_of_nav": path.expected / nav,
        "measures": [estimate_document(estimate) for estimate in path.end],
        "drawdown": {
            "expected": path.expected_drawdown,
            "median": path.median_drawdown,
            "expected_shortfall": None if tail is None else tail.value,
            "standard_error": None if tail is None else tail.standard_error,
            "level": None if tail is None else tail.level,
            "sign": "loss",
            "unit": "1",
        },
        "distance": path.distance,
        "mixing_mean": path.mixing_mean,
        "worst_step": path.worst_period,
        "digest": path.digest,
    }
