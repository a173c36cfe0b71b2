"""The cheapest hedge that keeps ES and scenario losses under limits."""

from __future__ import annotations

from dataclasses import dataclass

from stress.arrays import FloatArray
from stress.hedging.constraints import TailLimit
from stress.hedging.objectives import CheapestHedge
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import asked_of_trades, on_lines

__all__ = ["CheapestHedgeStrategy"]


@dataclass(frozen=True, slots=True)
class CheapestHedgeStrategy:
    """Smallest all-in cost with ES at `es_share` of the unhedged one, scenario losses and exposures at their limits."""

    title: str = "cheapest within limits"
    es_share: float = 0.6

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades."""
        cap = TailLimit(
            outcomes=setting.baseline,
            limit=self.es_share * setting.unhedged_es(),
            level=setting.settings.level,
            name="ES limit",
        )
        open_ = ~setting.candidates.mask("sell_down")
        costs = setting.rates.all_in()
        return on_lines(
            setting, open_, CheapestHedge(), extra=(cap, *asked_of_trades(setting)), costs=costs
        )
