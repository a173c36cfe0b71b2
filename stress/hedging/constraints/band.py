"""A band for the net exposure to a factor or a sector."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.hedging.problem import Draft, Statement

__all__ = ["Band"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band:
    """Exposure of book and hedge between two numbers: a factor, a sector, a currency, the net.

    Parameters
    ----------
    exposures : ndarray, shape (M,)
        Exposure of one unit of each line.
    lower, upper : float
        Band of the total; may be infinite.
    of_book : float
        Exposure of the book before trades.
    name : str
        Name in messages and prices.
    priority : int
        Higher is more important.
    """

    exposures: FloatArray
    lower: float
    upper: float
    name: str
    of_book: float = 0.0
    priority: int = 1

    def __post_init__(self) -> None:
        if not self.lower <= self.upper:
            raise InputError(
                f"band '{self.name}': lower {self.lower:g} is above upper {self.upper:g}."
            )

    @property
    def unit(self) -> str:
        """The exposure's: the currency of the problem."""
        return "currency of exposure"

    @property
    def size(self) -> float:
        """Half its width, or the distance of its one end from zero. [currency]."""
        width = 0.5 * (self.upper - self.lower)
        return width if np.isfinite(width) else min(abs(self.lower), abs(self.upper))

    def add_to(self, draft: Draft) -> None:
        """Write a row a side, or one equality when the band is a point."""
        exposures = np.asarray(self.exposures, dtype=np.float64)
        if self.lower == self.upper:
            draft.row(exposures, self.upper - self.of_book, equal=True)
            return
        draft.row(exposures, self.upper - self.of_book)
        draft.row(-exposures, self.of_book - self.lower)

    def express(self, statement: Statement) -> list[Any]:
        """Both sides of the band."""
        total = self.of_book + self.exposures @ statement.trades
        if self.lower == self.upper:
            return [total == self.upper]
        stated: list[Any] = []
        if np.isfinite(self.upper):
            stated.append(total <= self.upper)
        if np.isfinite(self.lower):
            stated.append(total >= self.lower)
        return stated

    def relaxed(self, by: float) -> Band:
        """Widen the band by an amount on both sides."""
        return replace(self, lower=self.lower - by, upper=self.upper + by)
