"""The optimum of an objective with everything in the universe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stress.arrays import FloatArray
from stress.hedging.prepared import Setting
from stress.hedging.problem import Objective
from stress.hedging.strategies.strategy import on_lines

__all__ = ["Optimum"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The optimum over all lines of the universe, sell-downs left out."""

    title: str
    objective: Callable[[Setting], Objective]

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades."""
        return on_lines(setting, ~setting.candidates.mask("sell_down"), self.objective(setting))
