"""The worst ES over several generators."""

from __future__ import annotations

from dataclasses import dataclass

from stress.arrays import FloatArray
from stress.hedging.laws import Law, outcomes
from stress.hedging.objectives import RobustExpectedShortfall
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import on_lines
from stress.simulation.generators import BlockBootstrap, FilteredHistory

__all__ = ["RobustEs"]


@dataclass(frozen=True, slots=True)
class RobustEs:
    """Minimise the largest ES under the t law, filtered history and the block bootstrap."""

    title: str = "robust minimum ES"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades; the t law alone when the model carries no history."""
        settings = setting.settings
        laws = [setting.baseline]
        if setting.book.model.history is not None:
            laws += [
                outcomes(
                    setting.book,
                    setting.candidates,
                    Law(generator=generator),
                    draws=settings.draws,
                    seed=settings.seed,
                )
                for generator in (FilteredHistory(), BlockBootstrap())
            ]
        objective = RobustExpectedShortfall(laws=tuple(laws), level=settings.level)
        return on_lines(setting, ~setting.candidates.mask("sell_down"), objective)
