"""The worst case over named scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stress.hedging.problem import Draft, Outcomes, Statement

__all__ = ["Minimax"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Minimax:
    """Minimise the largest loss over named scenarios.

    Parameters
    ----------
    scenarios : Outcomes
        One draw for each scenario: its expected P&L.
    name : str
        Short name.
    """

    scenarios: Outcomes
    name: str = "minimax"

    def add_to(self, draft: Draft) -> None:
        """Write a tail average of level one: the largest loss."""
        draft.tail(self.scenarios, name=self.name, level=1.0, weight=1.0)

    def express(self, statement: Statement) -> Any:
        """State the maximum of the losses."""
        from stress.hedging.statements import tail_average

        return tail_average(statement, self.scenarios, 1.0)
