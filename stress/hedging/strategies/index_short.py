"""Short the market index by the book's beta."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import has_room, one_line_ratio

__all__ = ["IndexShort"]


@dataclass(frozen=True, slots=True)
class IndexShort:
    """Minimum-variance short of one index line: the first of SPY futures, SPY itself."""

    title: str = "short the index by beta"
    index: str = "SPY"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the short; nothing when the universe has no such line open on that side."""
        lines = setting.candidates.lines
        for type_ in ("future", "etf"):
            for j, line in enumerate(lines):
                of_index = line.type == type_ and line.instrument.underlying == self.index
                if of_index and has_room(setting, j):
                    return one_line_ratio(setting, j)
        return np.zeros(len(lines))
