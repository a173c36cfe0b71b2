"""A cap on the notional of every line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.hedging.limited import Limited
from stress.hedging.line_amounts import line_amounts
from stress.hedging.problem import Draft, Statement

__all__ = ["PerLine"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PerLine(Limited):
    """Notional of the trade of every line of at most an amount, the same for all.

    What one line alone may trade is a bound of the problem (`max_units` and `side` of a universe).

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
    name: str = "per line"
    priority: int = 1

    def __post_init__(self) -> None:
        if not self.limit >= 0.0:
            raise InputError(
                f"constraint '{self.name}': the limit must be at least 0, got {self.limit}."
            )
        notional = line_amounts(self.notional, what="notionals", constraint=self.name)
        object.__setattr__(self, "notional", notional)

    def add_to(self, draft: Draft) -> None:
        """Tighten the bounds."""
        most = np.full(self.notional.shape, np.inf)
        some = self.notional > 0.0
        most[some] = self.limit / self.notional[some]
        draft.bounds(-most, most)

    def express(self, statement: Statement) -> list[Any]:
        """Bounds on absolute notionals."""
        import cvxpy as cp

        some = self.notional > 0.0
        if not some.any():
            return []
        return [cp.multiply(self.notional[some], cp.abs(statement.trades[some])) <= self.limit]
