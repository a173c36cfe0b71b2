"""Long only or short only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stress.hedging.problem import Draft, Statement

__all__ = ["Direction"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Direction:
    """Some lines may only be bought, or only be sold.

    Parameters
    ----------
    side : {'long', 'short'}
        Long may only be bought, short only be sold.
    lines : ndarray of bool, shape (M,)
        Which.
    name : str
        Name in messages and prices.
    priority : int
        Higher is more important.
    open : bool
        Whether it is given up: there is nothing between one side and both.
    """

    side: Literal["long", "short"]
    lines: NDArray[np.bool_]
    name: str = "direction"
    priority: int = 2
    open: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", np.asarray(self.lines, dtype=bool))

    @property
    def unit(self) -> str:
        """None: there is nothing between one side and both."""
        return ""

    @property
    def size(self) -> float:
        """None: it bounds each line, and lots are rounded within bounds."""
        return 0.0

    def add_to(self, draft: Draft) -> None:
        """Shut one side of the lines."""
        if self.open:
            return
        shut = np.where(self.lines, 0.0, np.inf)
        endless = np.full(shut.shape, np.inf)
        if self.side == "long":
            draft.bounds(-shut, endless)
        else:
            draft.bounds(-endless, shut)

    def express(self, statement: Statement) -> list[Any]:
        """Signs of the trades."""
        if self.open or not self.lines.any():
            return []
        trades = statement.trades[self.lines]
        return [trades >= 0.0 if self.side == "long" else trades <= 0.0]

    def relaxed(self, by: float) -> Direction:
        """Open both sides, by any amount above 0."""
        return replace(self, open=self.open or by > 0.0)
