"""A limit on an expected shortfall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stress.hedging.limited import Limited
from stress.hedging.problem import Draft, Outcomes, Statement
from stress.risk.measures import TAIL_LEVEL

__all__ = ["TailLimit"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TailLimit(Limited):
    """Expected shortfall of the hedged book under one law of at most an amount.

    Parameters
    ----------
    outcomes : Outcomes
        Draws.
    limit : float
        Largest expected shortfall, a loss positive. [currency]
    level : float in (0, 1]
        Confidence level; 1 limits the largest loss.
    name : str
        Name in messages and prices.
    priority : int
        Higher is more important.
    """

    outcomes: Outcomes
    limit: float
    level: float = TAIL_LEVEL
    name: str = "expected shortfall"
    priority: int = 1

    def add_to(self, draft: Draft) -> None:
        """Write a limited tail term."""
        draft.tail(self.outcomes, name=self.name, level=self.level, limit=self.limit)

    def express(self, statement: Statement) -> list[Any]:
        """Rockafellar and Uryasev's form below the limit."""
        from stress.hedging.statements import tail_average

        return [
            tail_average(statement, self.outcomes, self.level) / statement.unit
            <= self.limit / statement.unit
        ]
