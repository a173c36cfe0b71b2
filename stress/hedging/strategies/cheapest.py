"""The cheapest hedge that keeps ES and scenario losses under limits."""

from __future__ import annotations

from dataclasses import dataclass

from stress.arrays import FloatArray
from stress.hedging.default_problem import es_limited
from stress.hedging.objectives import CheapestHedge
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import asked_of_trades, on_lines

__all__ = ["CheapestHedgeStrategy"]

#: Of the unhedged ES, where no limit is asked for.
_ES_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class CheapestHedgeStrategy:
    """Smallest all-in cost with ES at the limit asked for, else at 60 % of the unhedged one; losses and exposures at theirs."""

    title: str = "cheapest within limits"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades."""
        asked = asked_of_trades(setting)
        if setting.settings.es_limit is None:
            asked = (es_limited(setting, _ES_SHARE), *asked)
        open_ = ~setting.candidates.mask("sell_down")
        costs = setting.rates.all_in()
        return on_lines(setting, open_, CheapestHedge(), extra=asked, costs=costs)
