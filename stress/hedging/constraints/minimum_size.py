"""A minimum size of what is traded at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.line_amounts import line_amounts
from stress.hedging.problem import Draft, Statement

__all__ = ["MinimumSize"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MinimumSize:
    """A line is traded in at least a minimum size or not at all.

    Parameters
    ----------
    sizes : ndarray, shape (M,)
        Least absolute trade; 0 where any size will do. [units]
    name : str
        Name in messages and prices.
    priority : int
        Higher is more important.
    """

    sizes: FloatArray
    name: str = "minimum size"
    priority: int = 1

    def __post_init__(self) -> None:
        sizes = line_amounts(self.sizes, what="sizes", constraint=self.name)
        object.__setattr__(self, "sizes", sizes)

    @property
    def unit(self) -> str:
        """A share of each size."""
        return "of each size"

    @property
    def size(self) -> float:
        """None: rounding keeps sizes by itself."""
        return 0.0

    def add_to(self, draft: Draft) -> None:
        """Write the sizes."""
        draft.least = np.maximum(draft.least, self.sizes)

    def express(self, statement: Statement) -> list[Any]:
        """Bought or sold: at least the size on one side."""
        import cvxpy as cp

        some = np.flatnonzero(self.sizes)
        if not some.size:
            return []
        problem = statement.problem
        bought = cp.Variable(some.size, boolean=True)
        sold = cp.Variable(some.size, boolean=True)
        trades, sizes = statement.trades[some], self.sizes[some]
        low, high = np.minimum(problem.lower[some], 0.0), np.maximum(problem.upper[some], 0.0)
        return [
            bought + sold <= 1,
            statement.held[some] >= bought + sold,
            trades <= cp.multiply(high, bought) - cp.multiply(sizes, sold),
            trades >= cp.multiply(low, sold) + cp.multiply(sizes, bought),
        ]

    def relaxed(self, by: float) -> MinimumSize:
        """Sizes smaller by a fraction of themselves."""
        return replace(self, sizes=self.sizes * max(0.0, 1.0 - by))
