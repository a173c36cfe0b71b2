"""Own bounds of each line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stress.hedging.problem import Draft, Statement

__all__ = ["PerLine"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PerLine:
    """Bounds of the trade of every line.

    Parameters
    ----------
    lower, upper : ndarray, shape (M,)
        Least and largest trade; infinite where free. [units]
    name : str
        Name in messages and prices.
    priority : int
        Higher is more important.
    """

    lower: Array
    upper: Array
    name: str = "per line"
    priority: int = 1

    def add_to(self, draft: Draft) -> None:
        """Tighten the bounds."""
        draft.bounds(np.asarray(self.lower), np.asarray(self.upper))

    def express(self, statement: Statement) -> list[Any]:
        """Bounds where finite."""
        low, high = np.isfinite(self.lower), np.isfinite(self.upper)
        stated: list[Any] = []
        if low.any():
            stated.append(statement.trades[low] >= self.lower[low])
        if high.any():
            stated.append(statement.trades[high] <= self.upper[high])
        return stated

    def relaxed(self, by: float) -> PerLine:
        """Bounds wider by a fraction of themselves."""
        lower = self.lower - by * np.where(np.isfinite(self.lower), np.abs(self.lower), 0.0)
        upper = self.upper + by * np.where(np.isfinite(self.upper), np.abs(self.upper), 0.0)
        return replace(self, lower=lower, upper=upper)
