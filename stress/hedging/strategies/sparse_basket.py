"""Three lines at most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.asked_objective import minimum_es
from stress.hedging.practical import practical_hedge
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import problem_on

__all__ = ["SparseBasket"]


@dataclass(frozen=True, slots=True)
class SparseBasket:
    """Minimum ES with few lines of the universe."""

    title: str = "sparse basket, 3 lines"
    lines: int = 3

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades."""
        open_ = ~setting.candidates.mask("sell_down")
        return practical_hedge(
            problem_on(setting, open_, minimum_es(setting)),
            lots=None,
            max_lines=self.lines,
            worth=np.sqrt((setting.baseline.unit_pnl**2).mean(axis=0)),
            tolerance=setting.settings.tolerance,
            time_limit=setting.settings.time_limit,
        ).trades
