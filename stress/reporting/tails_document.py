"""The JSON document of the tails of many books. Its fields: `docs/json.md`."""

from __future__ import annotations

from typing import Any

from stress.reporting.document import finite, manifest_document
from stress.results.tails import TailTable

__all__ = ["SCHEMA_VERSION", "tails_document"]

#: Additions raise the second number; anything else the first.
SCHEMA_VERSION = "2.0"


def tails_document(table: TailTable) -> dict[str, Any]:
    """Return the tails as plain Python objects, ready for JSON.

    Parameters
    ----------
    table : TailTable
        From `stress.tails`. A tail average that does not exist is None, and a warning says so.
    """
    tails = [
        {
            "portfolio": book,
            "currency": table.currencies[b],
            "nav": table.nav[b],
            "scenario": scenario,
            "level": level,
            "value_at_risk": table.value_at_risk[b, s, column],
            "expected_shortfall": table.expected_shortfall[b, s, column],
            "expected_shortfall_of_nav": table.expected_shortfall[b, s, column] / table.nav[b],
            "standard_error": table.standard_error[b, s, column],
        }
        for b, book in enumerate(table.books)
        for s, scenario in enumerate(table.scenarios)
        for column, level in enumerate(table.levels)
    ]
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "manifest": manifest_document(table.manifest),
        "sign": "loss",
        "tails": tails,
        "warnings": list(table.warnings),
    }
    return dict(finite(document, []))
