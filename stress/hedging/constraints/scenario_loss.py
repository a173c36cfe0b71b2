"""A limit on the loss in a named scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.limited import Limited
from stress.hedging.problem import Draft, Statement

__all__ = ["ScenarioLoss"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScenarioLoss(Limited):
    """Expected loss of book and hedge in one scenario of at most an amount; linear in the trades.

    Parameters
    ----------
    pnl : float
        Expected P&L of the book in the scenario, gain positive. [currency]
    unit_pnl : ndarray, shape (M,)
        Expected P&L of one unit of each line. [currency per unit]
    limit : float
        Largest loss, positive when money may be lost. [currency]
    name : str
        Of the scenario.
    priority : int
        Higher is more important.
    """

    pnl: float
    unit_pnl: FloatArray
    limit: float
    name: str
    priority: int = 1

    def add_to(self, draft: Draft) -> None:
        """Write one row in signed trades."""
        draft.row(-np.asarray(self.unit_pnl, dtype=np.float64), self.limit + self.pnl)

    def express(self, statement: Statement) -> list[Any]:
        """Loss below the limit."""
        return [-(self.pnl + self.unit_pnl @ statement.trades) <= self.limit]
