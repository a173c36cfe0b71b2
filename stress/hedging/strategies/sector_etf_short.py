"""Short the one fund that moves most like the book."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stress.hedging.setting import Setting
from stress.hedging.strategies.strategy import one_line_ratio

__all__ = ["SectorEtfShort"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SectorEtfShort:
    """Minimum-variance short of the fund with the highest correlation to the book."""

    title: str = "short one sector ETF"

    def trades(self, setting: Setting) -> Array:
        """Return the short; nothing when the universe has no fund."""
        law = setting.baseline
        funds = np.flatnonzero(setting.candidates.mask("etf"))
        if funds.size == 0:
            return np.zeros(law.lines)
        related = [abs(float(np.corrcoef(law.unit_pnl[:, j], law.pnl)[0, 1])) for j in funds]
        return one_line_ratio(setting, int(funds[int(np.argmax(related))]))
