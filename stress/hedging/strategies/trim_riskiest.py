"""Sell the positions that carry the tail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.asked_objective import minimum_es
from stress.hedging.book_gross import gross_exposure
from stress.hedging.constraints import Gross
from stress.hedging.prepared import Setting
from stress.hedging.strategies.strategy import on_lines, with_settings

__all__ = ["TrimRiskiest"]

#: Of gross, that is sold at most.
_TURNOVER = 0.25


@dataclass(frozen=True, slots=True)
class TrimRiskiest:
    """Minimum ES by sales of held positions alone, a quarter of gross at most."""

    title: str = "trim the riskiest"

    def trades(self, setting: Setting) -> FloatArray:
        """Return the sales."""
        candidates = setting.candidates
        sales = candidates.mask("sell_down")
        free = with_settings(setting, sell_down_share=1.0)
        cap = Gross(
            name="turnover of the sales",
            limit=_TURNOVER * gross_exposure(setting.book),
            notional=np.where(sales, candidates.notional, 0.0),
        )
        return on_lines(free, sales, minimum_es(setting), extra=(cap,))
