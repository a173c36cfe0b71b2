"""The worst ES over several generators."""

from __future__ import annotations

from dataclasses import dataclass

from stress.arrays import FloatArray
from stress.hedging.asked_objective import robust_es
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import on_lines

__all__ = ["RobustEs"]


@dataclass(frozen=True, slots=True)
class RobustEs:
    """Minimise the largest ES under the t law, filtered history and the block bootstrap."""

    title: str = "robust minimum ES"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades; the t law alone when the model carries no history."""
        return on_lines(setting, ~setting.candidates.mask("sell_down"), robust_es(setting))
