"""The same protection by selling a share of every position."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.candidates import Candidates
from stress.hedging.hedge_plan import SellingDown
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.prepared import Setting

__all__ = ["selling_down", "whole_book"]


def whole_book(candidates: Candidates) -> FloatArray:
    """Return the trades that sell every held position, shape (M,)."""
    return np.array(
        [
            (line.lower if line.lower < 0.0 else line.upper) if line.type == "sell_down" else 0.0
            for line in candidates.lines
        ]
    )


def selling_down(setting: Setting, trades: FloatArray) -> SellingDown:
    """Return the share of every position whose sale gives the same baseline ES, and what it costs."""
    level = setting.settings.level
    target = es_of(hedged(setting.baseline, trades), level)
    whole = whole_book(setting.candidates)
    unit = setting.baseline.unit_pnl @ whole
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        if es_of(setting.baseline.pnl + middle * unit, level) > target:
            low = middle
        else:
            high = middle
    share = 0.0 if not trades.any() else high
    sold = share * whole
    return SellingDown(
        share=share,
        cost=setting.rates.of(sold).entry,
        es=es_of(setting.baseline.pnl + share * unit, level),
        scenarios=tuple((point.scenario.id, point.hedged(sold)) for point in setting.chosen),
    )
