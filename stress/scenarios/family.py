"""The family of 27 January 2025: what is looked at when no scenario is named, benign ones included."""

from __future__ import annotations

__all__ = ["FAMILY", "RELIEF"]

#: The reference scenario first, in detail; the rest in the table.
FAMILY: tuple[str, ...] = (
    "deepseek-2025-01-27",
    "deepseek-press-time",
    "deepseek-open",
    "chips-only-derating",
    "hyperscaler-capex-cut",
    "power-demand-derating",
    "second-day-rebound",
    "training-cost-relief",
    "inference-boom",
    "export-controls",
    "open-source-price-war",
    "europe-asia-contagion",
    "ai-winter-path",
    "liquidity-vol-spike",
    "aftershock",
)

#: The day after the reference scenario.
RELIEF = "second-day-rebound"
