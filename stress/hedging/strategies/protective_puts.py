"""Buy puts, nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from stress.arrays import FloatArray
from stress.hedging.objectives import MinimumExpectedShortfall
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import on_lines

__all__ = ["ProtectivePuts"]


@dataclass(frozen=True, slots=True)
class ProtectivePuts:
    """Minimum ES with lines of type `put` alone."""

    title: str = "protective puts"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades."""
        objective = MinimumExpectedShortfall(
            outcomes=setting.baseline, level=setting.settings.level
        )
        return on_lines(setting, setting.candidates.mask("put"), objective)
