"""No net exposure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stress.hedging.problem import Draft, Statement

__all__ = ["Neutrality"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neutrality:
    """Exposure of book and hedge of zero (or within a tolerance), for one or several factors at once.

    Parameters
    ----------
    exposures : ndarray, shape (K, M)
        Exposure of one unit of each line to each factor.
    of_book : ndarray, shape (K,)
        Exposure of the book.
    tolerance : float
        How far from zero each may be.
    name : str
        Name in messages and prices.
    priority : int
        Higher is more important.
    """

    exposures: Array
    of_book: Array
    tolerance: float = 0.0
    name: str = "neutrality"
    priority: int = 1

    def add_to(self, draft: Draft) -> None:
        """Write equalities, or two rows a factor with a tolerance."""
        for exposure, held in zip(
            np.atleast_2d(self.exposures), np.atleast_1d(self.of_book), strict=True
        ):
            if self.tolerance == 0.0:
                draft.row(exposure, -float(held), equal=True)
            else:
                draft.row(exposure, self.tolerance - float(held))
                draft.row(-exposure, self.tolerance + float(held))

    def express(self, statement: Statement) -> list[Any]:
        """Total exposure within the tolerance."""
        import cvxpy as cp

        total = np.atleast_1d(self.of_book) + np.atleast_2d(self.exposures) @ statement.trades
        if self.tolerance == 0.0:
            return [total == 0.0]
        return [cp.abs(total) <= self.tolerance]

    def relaxed(self, by: float) -> Neutrality:
        """Widen the tolerance."""
        return replace(self, tolerance=self.tolerance + by)
