"""Smallest of the largest scenario losses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.asked_objective import minimax
from stress.hedging.default_problem import no_higher_es
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import on_lines

__all__ = ["MinimaxHedge"]


@dataclass(frozen=True, slots=True)
class MinimaxHedge:
    """Minimise the largest expected loss over the chosen scenarios and the reliefs of them."""

    title: str = "minimax over scenarios"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades; nothing without a chosen scenario."""
        if not setting.chosen:
            return np.zeros(len(setting.candidates.lines))
        open_ = ~setting.candidates.mask("sell_down")
        return on_lines(setting, open_, minimax(setting), extra=(no_higher_es(setting),))
