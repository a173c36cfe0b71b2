"""What a hedge makes in an ordinary session, and what it leaves of each factor's bad one."""

from __future__ import annotations

import math

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.costs import BASELINE_DAYS
from stress.hedging.factor_exposures import one_factor
from stress.hedging.hedge_plan import ExposureLine
from stress.hedging.laws import Law
from stress.hedging.prepared import Setting
from stress.hedging.traded import Traded
from stress.units import format_move

__all__ = ["exposures", "ordinary_day"]


def ordinary_day(setting: Setting, trades: FloatArray) -> tuple[float, float]:
    """Return the middle half of what the hedge alone makes in a baseline session, carry taken off. [currency]."""
    legs = setting.baseline.unit_pnl @ trades
    carry = setting.rates.over(BASELINE_DAYS).of(trades) - setting.rates.over(0.0).of(trades)
    low, high = np.quantile(legs, (0.25, 0.75), method="inverted_cdf")
    return float(low) - carry, float(high) - carry


def exposures(traded: Traded) -> tuple[ExposureLine, ...]:
    """Return the P&L of each factor's bad day alone, all others still: full revaluation, before and after."""
    still, model = traded.unshocked(), traded.book.model
    found = []
    for k, factor in enumerate(model.factors):
        sd = math.sqrt(float(model.covariance[k, k]))
        value = -sd if factor.kind == "relative" else sd
        before, after = still.central(Law(scenario=one_factor(factor, value)))
        found.append(
            ExposureLine(
                factor=factor.name,
                title=factor.title,
                move=format_move(value, factor.unit, digits=1),
                before=before,
                after=after,
            )
        )
    return tuple(sorted(found, key=lambda line: line.before))
