"""Whole lots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.line_amounts import line_amounts
from stress.hedging.problem import Draft, Statement

__all__ = ["WholeLots"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WholeLots:
    """Trades are whole multiples of a lot.

    Parameters
    ----------
    lots : ndarray, shape (M,)
        Size of a lot; 0 where any amount can be traded. [units]
    name : str
        Name in messages and prices.
    priority : int
        Higher is more important.
    """

    lots: FloatArray
    name: str = "whole lots"
    priority: int = 1

    def __post_init__(self) -> None:
        lots = line_amounts(self.lots, what="lots", constraint=self.name)
        object.__setattr__(self, "lots", lots)

    @property
    def unit(self) -> str:
        """A share of each lot."""
        return "of each lot"

    @property
    def size(self) -> float:
        """None: rounding is what keeps it."""
        return 0.0

    def add_to(self, draft: Draft) -> None:
        """Write the lots, refusing those larger than the line's limits."""
        draft.lots = np.maximum(draft.lots, self.lots)

    def express(self, statement: Statement) -> list[Any]:
        """State an integer number of lots a line."""
        import cvxpy as cp

        some = np.flatnonzero(self.lots)
        if not some.size:
            return []
        count = cp.Variable(some.size, integer=True)
        return [statement.trades[some] == cp.multiply(self.lots[some], count)]

    def relaxed(self, by: float) -> WholeLots:
        """Smaller lots, by a fraction."""
        return replace(self, lots=self.lots * max(0.0, 1.0 - by))
