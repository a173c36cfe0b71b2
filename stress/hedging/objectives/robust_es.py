"""The worst expected shortfall over several generators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stress.errors import InputError
from stress.hedging.problem import Draft, Outcomes, Statement
from stress.risk.measures import TAIL_LEVEL

__all__ = ["RobustExpectedShortfall"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RobustExpectedShortfall:
    """Minimise the largest of the tail averages under several laws (t, filtered history, bootstrap, …).

    Parameters
    ----------
    laws : tuple of Outcomes
        One for each generator; they need not have the same number of draws.
    level : float in (0, 1)
        Confidence level.
    name : str
        Short name.
    """

    laws: tuple[Outcomes, ...]
    level: float = TAIL_LEVEL
    name: str = "robust_es"

    def __post_init__(self) -> None:
        if not self.laws:
            raise InputError("a robust objective needs at least one law.")

    def add_to(self, draft: Draft) -> None:
        """Write the laws as terms of which the worst counts."""
        draft.worst_weight = 1.0
        for law in self.laws:
            draft.tail(law, name=law.name, level=self.level, among_worst=True)

    def express(self, statement: Statement) -> Any:
        """State the maximum of the tail averages."""
        import cvxpy as cp

        from stress.hedging.statements import tail_average

        parts = [tail_average(statement, law, self.level) for law in self.laws]
        return cp.maximum(*parts) if len(parts) > 1 else parts[0]
