"""Take the factor exposures out, as far as funds and futures can."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.factor_exposures import EXPOSURE_MOVE, factor_exposure
from stress.hedging.objectives import MinimumVariance
from stress.hedging.prepared import Setting
from stress.hedging.problem import Outcomes
from stress.hedging.strategies.strategy import on_lines

__all__ = ["FactorNeutral"]


@dataclass(frozen=True, slots=True)
class FactorNeutral:
    """Least squares of the net factor exposures, each in its own standard deviations, with funds and futures.

    Correlations are not used: a hedge that relies on two factors moving together is not neutral.
    """

    title: str = "factor neutral"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades."""
        lines = setting.candidates.mask("etf", "future")
        model = setting.book.model
        linear = setting.traded(lines.astype(np.float64)).candidates
        net, unit = [], np.zeros((len(model.factors), len(lines)))
        for k, factor in enumerate(model.factors):
            of_book, of_units = factor_exposure(setting.book, linear, factor, "alone")
            per_sd = math.sqrt(float(model.covariance[k, k])) / EXPOSURE_MOVE[factor.unit]
            net.append(per_sd * of_book)
            unit[k, lines] = per_sd * of_units
        # Each factor alone, up and down, as one equally likely state: their variance is the sum of squares.
        states = Outcomes(
            name="one factor at a time",
            pnl=np.concatenate([net, np.negative(net)]),
            unit_pnl=np.concatenate([unit, np.negative(unit)]),
        )
        scale = float(states.pnl.std())
        if scale == 0.0:
            return np.zeros(len(lines))
        return on_lines(setting, lines, MinimumVariance(outcomes=states, aversion=1.0 / scale))
