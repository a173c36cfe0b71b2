"""A limit on the loss in a named scenario."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.problem import Draft, Statement

__all__ = ["ScenarioLoss"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScenarioLoss:
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

    @property
    def unit(self) -> str:
        """The currency of the problem."""
        return "currency"

    @property
    def size(self) -> float:
        """The limit, where there is one. [currency]."""
        return abs(self.limit) if np.isfinite(self.limit) else 0.0

    def add_to(self, draft: Draft) -> None:
        """Write one row in signed trades."""
        draft.row(-np.asarray(self.unit_pnl, dtype=np.float64), self.limit + self.pnl)

    def express(self, statement: Statement) -> list[Any]:
        """Loss below the limit."""
        return [-(self.pnl + self.unit_pnl @ statement.trades) <= self.limit]

    def relaxed(self, by: float) -> ScenarioLoss:
        """Raise the limit. [currency]."""
        return replace(self, limit=self.limit + by)
