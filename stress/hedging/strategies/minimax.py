"""Smallest of the largest scenario losses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.default_problem import no_higher_es
from stress.hedging.laws import Law, central
from stress.hedging.objectives import Minimax
from stress.hedging.prepared import Setting
from stress.hedging.problem import Outcomes
from stress.hedging.strategies.strategy import on_lines
from stress.scenarios.relief import relief_of

__all__ = ["MinimaxHedge"]


@dataclass(frozen=True, slots=True)
class MinimaxHedge:
    """Minimise the largest expected loss over the chosen scenarios and the reliefs of them."""

    title: str = "minimax over scenarios"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades; nothing without a chosen scenario."""
        shocks = [point.scenario for point in setting.chosen]
        if not shocks:
            return np.zeros(len(setting.candidates.lines))
        both = [*shocks, *(relief_of(scenario) for scenario in shocks)]
        points = [
            central(setting.book, setting.candidates, Law(scenario=s, exact=True)) for s in both
        ]
        table = Outcomes(
            name="scenarios and reliefs",
            pnl=np.array([pnl for pnl, _ in points]),
            unit_pnl=np.stack([unit for _, unit in points]),
        )
        keep = no_higher_es(setting)
        open_ = ~setting.candidates.mask("sell_down")
        return on_lines(setting, open_, Minimax(scenarios=table), extra=(keep,))
