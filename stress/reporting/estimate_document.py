"""One measure with its standard error, as every JSON document has it."""

from __future__ import annotations

from typing import Any

from stress.risk.estimates import Estimate

__all__ = ["estimate_document"]


def estimate_document(estimate: Estimate) -> dict[str, Any]:
    """Return a measure as plain objects."""
    return {
        "measure": estimate.measure,
        "level": estimate.level,
        "value": estimate.value,
        "standard_error": estimate.standard_error,
        "unit": estimate.unit,
        "sign": estimate.sign,
        "conditional_on": estimate.conditional_on,
        "threshold": estimate.threshold,
        "no_error_because": estimate.no_error_because,
    }
