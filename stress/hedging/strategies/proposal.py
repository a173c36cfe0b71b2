"""What `foreshock hedge` proposes."""

from __future__ import annotations

from dataclasses import dataclass

from stress.arrays import FloatArray
from stress.hedging.prepared import Setting
from stress.hedging.propose import solved

__all__ = ["Proposal"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The default problem with its loss limits: few lines, sell-downs within their cap, whole lots."""

    title: str = "the proposal of `hedge`"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades."""
        return solved(setting).trades
