"""Three lines at most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.asked_objective import minimum_es
from stress.hedging.costs import BASELINE_DAYS
from stress.hedging.default_problem import bounds
from stress.hedging.practical import practical_hedge
from stress.hedging.prepared import Setting
from stress.hedging.problem import HedgeProblem
from stress.hedging.strategies.strategy import shared_limits

__all__ = ["SparseBasket"]


@dataclass(frozen=True, slots=True)
class SparseBasket:
    """Minimum ES with few lines of the universe."""

    title: str = "sparse basket, 3 lines"
    lines: int = 3

    def trades(self, setting: Setting) -> FloatArray:
        """Return the trades."""
        lower, upper = bounds(setting)
        open_ = ~setting.candidates.mask("sell_down")
        problem = HedgeProblem(
            lines=setting.candidates.ids,
            lower=np.where(open_, lower, 0.0),
            upper=np.where(open_, upper, 0.0),
            costs=setting.rates.over(BASELINE_DAYS),
            objective=minimum_es(setting),
            constraints=shared_limits(setting),
            currency=setting.book.portfolio.currency,
        )
        return practical_hedge(
            problem,
            lots=None,
            max_lines=self.lines,
            worth=np.sqrt((setting.baseline.unit_pnl**2).mean(axis=0)),
            tolerance=setting.settings.tolerance,
            time_limit=setting.settings.time_limit,
        ).trades
