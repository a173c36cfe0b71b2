"""The JSON document of a hedge plan: every field under its own name, numbers that are not finite as null."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

import numpy as np

from stress.hedging.hedge_plan import HedgePlan

__all__ = ["SCHEMA_VERSION", "hedge_document"]

#: Of a plan: additions raise the second number; anything else the first.
SCHEMA_VERSION = "2.1"


def hedge_document(plan: HedgePlan) -> dict[str, Any]:
    """Return a plan as plain Python objects.

    Parameters
    ----------
    plan : HedgePlan
        P&L gains are positive; ES is a loss, positive when money is lost.
    """
    traded = {
        line: float(units)
        for line, units in zip(plan.lines, plan.trades, strict=True)
        if units != 0.0
    }
    skipped = ("trades", "lines", "hedged")
    document = {
        name: plain(getattr(plan, name))
        for name in plan.__dataclass_fields__
        if name not in skipped
    }
    document["trades"] = traded
    document["candidates"] = list(plan.lines)
    document["cost"]["entry"] = plan.cost.entry
    document["cost"]["all_in"] = plan.cost.all_in
    document["fresh"]["within_band"] = plan.fresh.within_band
    document["worst_by_horizon"] = plain(plan.worst_by_horizon)
    document["es_sign"] = "loss"
    document["schema_version"] = SCHEMA_VERSION
    return document


def plain(value: Any) -> Any:
    """Return dataclasses, arrays and tuples as JSON values; a number that is not finite as None."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return value
