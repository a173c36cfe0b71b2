"""The cheapest hedge that keeps every limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stress.hedging.problem import Draft, Statement

__all__ = ["CheapestHedge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheapestHedge:
    """Minimise the all-in cost alone; expected shortfall and scenario losses stand in the constraints.

    References
    ----------
    Bilgili, Ferconi and Ulitsky (2017), Risk: stress-constrained hedging.
    """

    name: str = "cheapest"

    def add_to(self, draft: Draft) -> None:
        """Nothing but the cost, which the problem adds."""

    def express(self, statement: Statement) -> Any:
        """Zero: the problem adds the cost."""
        return 0.0
