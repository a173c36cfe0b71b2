"""Smallest variance with shares, funds and futures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.asked_objective import minimum_variance
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import linear_lines, on_lines

__all__ = ["MinimumVarianceHedge"]


@dataclass(frozen=True, slots=True)
class MinimumVarianceHedge:
    """Minimum variance over all linear lines."""

    title: str = "minimum variance"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades; none where the book does not vary."""
        if not setting.baseline.pnl.std() > 0.0:
            return np.zeros(len(setting.candidates.lines))
        return on_lines(setting, linear_lines(setting), minimum_variance(setting))
