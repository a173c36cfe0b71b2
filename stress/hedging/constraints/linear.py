"""Any linear limit of the trades."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stress.arrays import FloatArray
from stress.hedging.limited import Limited
from stress.hedging.problem import Draft, Statement

__all__ = ["Linear"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linear(Limited):
    """``coefficients @ trades <= limit``.

    Parameters
    ----------
    coefficients : ndarray, shape (M,)
        One for each line, for signed trades.
    limit : float
        Right-hand side.
    name : str
        Name in messages and prices.
    priority : int
        Higher is more important.
    unit : str
        Of the limit: ``"currency"``, or a word such as ``"share"``.
    """

    coefficients: FloatArray
    limit: float
    name: str
    priority: int = 1
    unit: str = "currency"

    def add_to(self, draft: Draft) -> None:
        """Write one row in signed trades."""
        draft.row(self.coefficients, self.limit)

    def express(self, statement: Statement) -> list[Any]:
        """State the row."""
        return [self.coefficients @ statement.trades <= self.limit]
