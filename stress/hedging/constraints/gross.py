"""A cap on the gross notional of the hedge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stress.arrays import FloatArray
from stress.hedging.limited import Limited
from stress.hedging.line_amounts import line_amounts
from stress.hedging.problem import Draft, Statement

__all__ = ["Gross"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gross(Limited):
    """Gross notional of the hedge lines of at most an amount.

    Parameters
    ----------
    limit : float
        Most it may be, >= 0. [currency]
    notional : ndarray, shape (M,)
        Notional of one unit of each line, >= 0; 0 leaves a line out. [currency per unit]
    name : str
        Name in messages and prices.
    priority : int
        Higher is more important.
    """

    limit: float
    notional: FloatArray
    name: str = "gross"
    priority: int = 1

    def __post_init__(self) -> None:
        notional = line_amounts(self.notional, what="notionals", constraint=self.name)
        object.__setattr__(self, "notional", notional)

    def add_to(self, draft: Draft) -> None:
        """Write one row in bought and sold amounts."""
        draft.row(self.notional, self.limit, sold=self.notional)

    def express(self, statement: Statement) -> list[Any]:
        """State a weighted norm of the trades."""
        import cvxpy as cp

        return [self.notional @ cp.abs(statement.trades) <= self.limit]
