"""The cheapest hedge that keeps ES and scenario losses under limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stress.hedging.constraints import TailLimit
from stress.hedging.default_problem import limits
from stress.hedging.objectives import CheapestHedge
from stress.hedging.setting import Setting
from stress.hedging.strategies.strategy import on_lines

__all__ = ["CheapestHedgeStrategy"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CheapestHedgeStrategy:
    """Smallest all-in cost with ES at `es_share` of the unhedged one and scenario losses at their limits."""

    title: str = "cheapest within limits"
    es_share: float = 0.6

    def trades(self, setting: Setting) -> Array:
        """Return the trades."""
        cap = TailLimit(
            outcomes=setting.baseline,
            limit=self.es_share * setting.unhedged_es(),
            level=setting.settings.level,
            name="ES limit",
        )
        losses = [c for c in limits(setting) if c.name.startswith("loss in ")]
        open_ = ~setting.candidates.mask("sell_down")
        costs = setting.rates.all_in()
        return on_lines(setting, open_, CheapestHedge(), extra=(cap, *losses), costs=costs)
