"""Buy collars: puts paid for with calls."""

from __future__ import annotations

from dataclasses import dataclass

from stress.arrays import FloatArray
from stress.hedging.objectives import MinimumExpectedShortfall
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import on_lines

__all__ = ["Collars"]


@dataclass(frozen=True, slots=True)
class Collars:
    """Minimum ES with lines of type `collar` alone."""

    title: str = "collars"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades."""
        objective = MinimumExpectedShortfall(
            outcomes=setting.baseline, level=setting.settings.level
        )
        return on_lines(setting, setting.candidates.mask("collar"), objective)
