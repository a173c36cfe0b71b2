"""Liquidity and the coverage ledger in shares: beside the P&L."""

from __future__ import annotations

from typing import Any

from stress.portfolio.liquidity import Liquidity
from stress.results.ledger import LedgerLine
from stress.results.result import Result
from stress.tables import SCREEN_WIDTH, MoneyUnit, percent, shorten

__all__ = ["ledger_document", "liquidity_document", "liquidity_panel"]

_SLOWEST_SHOWN = 3


def liquidity_panel(result: Result, *, unit: MoneyUnit) -> list[str]:
    """Return the block, or nothing where no volume or spread is stated and nothing is short.

    Parameters
    ----------
    result : Result
        Of a scenario.
    unit : MoneyUnit
        Of the screen.
    """
    leaving = result.liquidity
    if leaving is None:
        return []
    lines = ["LEAVING THE POSITIONS   not in the P&L"]
    timed = [(line.position, line.days) for line in leaving.lines if line.days is not None]
    if timed:
        slowest = ", ".join(
            f"{position} {_days(days)}" for position, days in timed[:_SLOWEST_SHOWN]
        )
        share = percent(leaving.share_with_volume, signed=False)
        lines.append(
            shorten(
                f"  days to sell      {slowest}   at {leaving.participation:.0%} of volume, known for "
                f"{share} of gross",
                SCREEN_WIDTH,
            )
        )
    if leaving.cost is not None:
        lines.append(
            f"  cost of selling   {unit.signed(-leaving.cost)}  {percent(-leaving.cost / result.nav)}   "
            f"half the bid/ask spread, at {leaving.spread_multiple:g} times the usual"
        )
    if leaving.margin is not None:
        after = (
            f", {unit.plain(leaving.margin_after)} after the shock"
            if leaving.margin_after is not None
            else ""
        )
        lines.append(
            f"  margin on shorts  {unit.plain(leaving.margin)} now{after}   (no offsets between legs)"
        )
    return lines


def _days(days: float) -> str:
    return f"{days:.1f}" if days >= 0.05 else "under 0.1"


def liquidity_document(leaving: Liquidity) -> dict[str, Any]:
    """Return liquidity as plain objects, as the JSON document has it."""
    return {
        "participation": leaving.participation,
        "spread_multiple": leaving.spread_multiple,
        "slowest_days": leaving.slowest_days,
        "share_with_volume": leaving.share_with_volume,
        "cost": leaving.cost,
        "margin": leaving.margin,
        "margin_after": leaving.margin_after,
        "rows": [
            {
                "position": line.position,
                "value": line.value,
                "days": line.days,
                "cost": line.cost,
                "margin": line.margin,
                "margin_after": line.margin_after,
            }
            for line in leaving.lines
        ],
    }


def ledger_document(ledger: tuple[LedgerLine, ...]) -> list[dict[str, Any]]:
    """Return the ledger's shares as plain objects, as the JSON document has them."""
    return [
        {
            "kind": line.kind,
            "positions": line.positions,
            "share_of_gross": line.share_of_gross,
            "share_of_risk": line.share_of_risk,
        }
        for line in ledger
    ]
