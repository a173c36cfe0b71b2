"""Smallest baseline ES with everything in the universe."""

from __future__ import annotations

from dataclasses import dataclass

from stress.arrays import FloatArray
from stress.hedging.asked_objective import minimum_es
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import on_lines

__all__ = ["MinimumEsHedge"]


@dataclass(frozen=True, slots=True)
class MinimumEsHedge:
    """Minimum ES over all lines of the universe, sell-downs left out."""

    title: str = "minimum ES"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades."""
        return on_lines(setting, ~setting.candidates.mask("sell_down"), minimum_es(setting))
