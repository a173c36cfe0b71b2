"""At most a share of what trades on an average day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.hedging.problem import Draft, Statement

__all__ = ["AdvShare"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdvShare:
    """Trade of every line of at most a share of its average daily volume.

    Parameters
    ----------
    share : float
        For example 0.10.
    volume : ndarray, shape (M,)
        Average daily volume; infinite for lines without one. [units]
    name : str
        Name in messages and prices.
    priority : int
        Higher is more important.
    """

    share: float
    volume: FloatArray
    name: str = "share of daily volume"
    priority: int = 1

    def __post_init__(self) -> None:
        volume = np.asarray(self.volume, dtype=np.float64)
        if not (volume >= 0.0).all() or not (np.isfinite(self.share) and self.share >= 0.0):
            raise InputError(f"constraint '{self.name}': share and volumes must be >= 0, not NaN.")
        object.__setattr__(self, "volume", volume)

    def _most(self) -> FloatArray:
        known = np.isfinite(self.volume)
        most = np.full(self.volume.shape, np.inf)
        most[known] = self.share * self.volume[known]
        return most

    @property
    def unit(self) -> str:
        """A share of daily volume."""
        return "of daily volume"

    @property
    def size(self) -> float:
        """None: it bounds each line, and lots are rounded within bounds."""
        return 0.0

    def add_to(self, draft: Draft) -> None:
        """Tighten the bounds."""
        most = self._most()
        draft.bounds(-most, most)

    def express(self, statement: Statement) -> list[Any]:
        """Bounds on absolute trades where the volume is known."""
        import cvxpy as cp

        most = self._most()
        known = np.isfinite(most)
        return [cp.abs(statement.trades[known]) <= most[known]] if known.any() else []

    def relaxed(self, by: float) -> AdvShare:
        """Raise the share of volume."""
        return replace(self, share=self.share + by)
