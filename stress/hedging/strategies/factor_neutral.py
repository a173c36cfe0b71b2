"""Take the factor exposures out, as far as funds and futures can."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stress.hedging.objectives import MinimumVariance
from stress.hedging.problem import Outcomes
from stress.hedging.setting import Setting
from stress.hedging.strategies.strategy import on_lines

__all__ = ["FactorNeutral"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FactorNeutral:
    """Least squares of the net factor exposures, each in its own standard deviations, with funds and futures.

    Correlations are not used: a hedge that relies on two factors moving together is not neutral.
    """

    title: str = "factor neutral"

    def trades(self, setting: Setting) -> Array:
        """Return the trades."""
        lines = setting.candidates.mask("etf", "future")
        book, candidates = setting.book, setting.candidates
        model = book.model
        sd = np.sqrt(np.diag(model.covariance))
        net = book.values @ book.exposures * sd
        unit = np.zeros((len(lines), len(sd)))
        for j in np.flatnonzero(lines):
            name = candidates.lines[j].instrument.underlying
            if name in model.name_index:
                unit[j] = candidates.delta[j] * model.exposures[model.name_index[name]] * sd
        # Each factor alone, up and down, as one equally likely state: their variance is the sum of squares.
        states = Outcomes(
            name="one factor at a time",
            pnl=np.concatenate([net, -net]),
            unit_pnl=np.concatenate([unit.T, -unit.T]),
        )
        scale = float(states.pnl.std())
        if scale == 0.0:
            return np.zeros(len(lines))
        return on_lines(setting, lines, MinimumVariance(outcomes=states, aversion=1.0 / scale))
