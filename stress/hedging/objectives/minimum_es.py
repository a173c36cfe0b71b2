"""Minimum expected shortfall under one law."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stress.hedging.problem import Draft, Outcomes, Statement
from stress.risk.measures import TAIL_LEVEL

__all__ = ["MinimumExpectedShortfall"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MinimumExpectedShortfall:
    """Minimise the mean of the worst ``1 - level`` of the hedged P&L.

    Parameters
    ----------
    outcomes : Outcomes
        Draws of the baseline law: a hedge is fitted to the baseline, and limited in the scenarios.
    level : float in (0, 1)
        Confidence level.
    name : str
        Short name.

    References
    ----------
    Rockafellar and Uryasev (2000), J. Risk 2(3), eq. 17; (2002), J. Banking & Finance 26.
    """

    outcomes: Outcomes
    level: float = TAIL_LEVEL
    name: str = "minimum_es"

    def add_to(self, draft: Draft) -> None:
        """Write the tail average with weight one."""
        draft.tail(self.outcomes, name=self.name, level=self.level, weight=1.0)

    def express(self, statement: Statement) -> Any:
        """Rockafellar and Uryasev's form."""
        from stress.hedging.statements import tail_average

        return tail_average(statement, self.outcomes, self.level)
