"""Options of one kind, nothing else: puts, put spreads, or collars (puts paid for with calls)."""

from __future__ import annotations

from dataclasses import dataclass

from stress.arrays import FloatArray
from stress.hedging.asked_objective import minimum_es
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import DoesNotApplyError, on_lines

__all__ = ["OptionsAlone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsAlone:
    """Minimum ES with lines of one type alone."""

    title: str
    type: str

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades.

        Raises
        ------
        DoesNotApplyError
            The universe has no line of the type.
        """
        lines = setting.candidates.mask(self.type)
        if not lines.any():
            raise DoesNotApplyError(
                f"{setting.universe.label} has no line of type {self.type} that can be traded here."
            )
        return on_lines(setting, lines, minimum_es(setting))
