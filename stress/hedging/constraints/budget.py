"""A cap on the all-in cost."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from stress.errors import InputError
from stress.hedging.problem import Costs, Draft, Statement

__all__ = ["Budget"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Budget:
    """Cost of putting on and holding the hedge of at most an amount; it may count more than the problem's own costs.

    Parameters
    ----------
    amount : float
        Most that may be spent, >= 0. [currency]
    costs : Costs
        What is counted; `CostRates.all_in` of a proposal.
    name : str
        Name in messages and prices.
    priority : int
        Higher is more important.
    """

    amount: float
    costs: Costs
    name: str = "budget"
    priority: int = 1

    def __post_init__(self) -> None:
        if not self.amount >= 0.0:
            raise InputError(f"the budget is {self.amount}: give an amount of at least 0.")

    @property
    def unit(self) -> str:
        """The currency of the problem."""
        return "currency"

    @property
    def size(self) -> float:
        """The amount, where there is one. [currency]."""
        return self.amount if math.isfinite(self.amount) else 0.0

    def add_to(self, draft: Draft) -> None:
        """Write one row in bought and sold amounts."""
        draft.row(self.costs.buy, self.amount, sold=self.costs.sell, impact=self.costs.impact)

    def express(self, statement: Statement) -> list[Any]:
        """State the cost below the amount."""
        return [statement.spent(self.costs) <= self.amount]

    def relaxed(self, by: float) -> Budget:
        """Raise the budget by an amount. [currency]."""
        return replace(self, amount=self.amount + by)
