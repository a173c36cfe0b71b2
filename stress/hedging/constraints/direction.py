"""Long only or short only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stress.errors import InputError
from stress.hedging.problem import Draft, Statement

__all__ = ["Direction"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Direction:
    """Some lines may only be bought, some only sold.

    Parameters
    ----------
    long_only, short_only : ndarray of bool, shape (M,)
        Which lines.
    name : str
        Name in messages and prices.
    priority : int
        Higher is more important.
    slack : float
        How far a line may go the other way. [units]
    """

    long_only: NDArray[np.bool_]
    short_only: NDArray[np.bool_]
    name: str = "direction"
    priority: int = 2
    slack: float = 0.0

    def __post_init__(self) -> None:
        long_only = np.asarray(self.long_only, dtype=bool)
        short_only = np.asarray(self.short_only, dtype=bool)
        if long_only.shape != short_only.shape:
            raise InputError(f"constraint '{self.name}': masks of different lengths.")
        object.__setattr__(self, "long_only", long_only)
        object.__setattr__(self, "short_only", short_only)

    def add_to(self, draft: Draft) -> None:
        """Tighten the bounds."""
        draft.bounds(
            np.where(self.long_only, -self.slack, -np.inf),
            np.where(self.short_only, self.slack, np.inf),
        )

    def express(self, statement: Statement) -> list[Any]:
        """Signs of the trades."""
        stated: list[Any] = []
        if self.long_only.any():
            stated.append(statement.trades[self.long_only] >= -self.slack)
        if self.short_only.any():
            stated.append(statement.trades[self.short_only] <= self.slack)
        return stated

    def relaxed(self, by: float) -> Direction:
        """Trades the wrong way up to an amount. [units]."""
        return replace(self, slack=self.slack + by)
