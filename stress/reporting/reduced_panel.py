"""Tail averages by methods that need fewer draws, where the run was asked for them: page and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stress.reporting.words import wrapped
from stress.results.reduced import METHODS
from stress.results.result import Result
from stress.tables import Column, MoneyUnit, percent, table_lines, thousands

__all__ = ["reduced_document", "reduced_panel"]

_COLUMNS = (
    Column(title="", align="left", most=34),
    Column(title="method", align="left"),
    Column(title="worst"),
    Column(title="P&L"),
    Column(title="±"),
    Column(title="draws"),
    Column(title="plain would vary"),
)


def reduced_panel(results: Sequence[Result], *, unit: MoneyUnit) -> list[str]:
    """Return one row a result and method; nothing where none was asked for.

    Parameters
    ----------
    results : sequence of Result
        Of one book, the baseline among them.
    unit : MoneyUnit
        Of the screen.
    """
    rows, refused = [], []
    for result in results:
        for tail in result.reduced:
            one = tail.estimate
            if one is None:
                refused += wrapped("", f"{result.id}, {tail.method}: {tail.because}", indent=2)
                continue
            rows.append(
                [
                    result.id,
                    tail.method,
                    percent(1.0 - one.level, signed=False),
                    unit.signed(-one.value),
                    thousands(one.standard_error),
                    thousands(one.draws),
                    f"{one.variance_ratio:,.1f} times as much",
                ]
            )
    if not rows and not refused:
        return []
    table = table_lines(_COLUMNS, rows, indent=2) if rows else []
    return [
        "TAIL AVERAGES BY OTHER METHODS   ± simulation error, whole currency units",
        *table,
        *refused,
    ]


def reduced_document(result: Result) -> list[dict[str, Any]]:
    """Return one object a method: an expected shortfall, positive when money is lost, or why there is none.

    Parameters
    ----------
    result : Result
        Of a scenario, or the baseline.
    """
    return [
        {
            "method": tail.method,
            "measure": "expected_shortfall",
            "sign": "loss",
            "level": METHODS[tail.method].level,
            "value": None if tail.estimate is None else tail.estimate.value,
            "standard_error": None if tail.estimate is None else tail.estimate.standard_error,
            "draws": None if tail.estimate is None else tail.estimate.draws,
            "variance_ratio": None if tail.estimate is None else tail.estimate.variance_ratio,
            "none_because": tail.because,
        }
        for tail in result.reduced
    ]
