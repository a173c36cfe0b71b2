"""Sell the same share of every position."""

from __future__ import annotations

from dataclasses import dataclass

from stress.arrays import FloatArray
from stress.hedging.judgements import whole_book
from stress.hedging.prepared import Setting

__all__ = ["SellDown"]


@dataclass(frozen=True, slots=True)
class SellDown:
    """Sell every position down by the share that brings the loss in the chosen scenarios to its limit.

    De-risking is what every hedge has to beat (Israelov 2017, "Pathetic protection").
    """

    title: str = "sell down, pro rata"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the pro-rata sales."""
        share = 1.0 - setting.settings.scenario_share
        return share * whole_book(setting.candidates)
