"""A cap on the all-in cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from stress.hedging.problem import Draft, Statement

__all__ = ["Budget"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """All-in cost (spread, commission, borrow, premium given up, impact) of at most an amount.

    Parameters
    ----------
    amount : float
        Most that may be spent, >= 0. [currency]
    name : str
        Name in messages and prices.
    priority : int
        Higher is more important.
    """

    amount: float
    name: str = "budget"
    priority: int = 1

    def add_to(self, draft: Draft) -> None:
        """Write one row in bought and sold amounts."""
        costs = draft.problem.costs
        draft.row(costs.buy, self.amount, sold=costs.sell, impact=costs.impact)

    def express(self, statement: Statement) -> list[Any]:
        """Cost below the amount."""
        return [statement.cost <= self.amount]

    def relaxed(self, by: float) -> Budget:
        """Raise the budget by an amount. [currency]."""
        return replace(self, amount=self.amount + by)
