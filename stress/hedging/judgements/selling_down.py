"""The same protection by selling a share of every position."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.hedge_plan import SellingDown
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.lines.candidates import Candidates
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
    """Return the smallest share of every position whose sale gives the same baseline ES, and what it costs.

    ES is convex in the share sold, but it need not fall all the way: where one position is insured by another, selling
    both can leave more than selling a part. Where no share gives the plan's ES, it is the share that leaves least.
    """
    level = setting.settings.level
    target = es_of(hedged(setting.baseline, trades), level)
    whole = whole_book(setting.candidates)
    unit = setting.baseline.unit_pnl @ whole

    def left(share: float) -> float:
        return es_of(setting.baseline.pnl + share * unit, level)

    share, reached = _least_share(left, target)
    sold = share * whole
    return SellingDown(
        share=share,
        reached=reached,
        cost=setting.rates.of(sold).entry,
        es=left(share),
        scenarios=tuple((point.scenario.id, point.hedged(sold)) for point in setting.chosen),
    )


def _least_share(left: Callable[[float], float], target: float) -> tuple[float, bool]:
    """Return the least share at which a convex function of it is at most a target, and that there is one.

    Without one, where the function is least, and that there is none.
    """
    if left(0.0) <= target:
        return 0.0, True
    high = 1.0
    if left(high) > target:
        from scipy.optimize import minimize_scalar

        inner = float(minimize_scalar(left, bounds=(0.0, 1.0), method="bounded").x)
        high = min((0.0, inner, 1.0), key=left)
        if left(high) > target:
            return high, False
    low = 0.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        if left(middle) > target:
            low = middle
        else:
            high = middle
    return high, True
