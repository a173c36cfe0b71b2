"""The worst case over named scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.hedging.problem import Draft, Outcomes, Statement

__all__ = ["Minimax"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Minimax:
    """Minimise the largest loss over named scenarios, each counted above its tolerance.

    Parameters
    ----------
    scenarios : Outcomes
        One draw for each scenario: its expected P&L.
    tolerances : ndarray, shape (N,), optional
        Loss that is accepted in each scenario. [currency]
    name : str
        Short name.
    """

    scenarios: Outcomes
    tolerances: FloatArray | None = None
    name: str = "minimax"

    def __post_init__(self) -> None:
        if self.tolerances is not None and self.tolerances.shape != self.scenarios.pnl.shape:
            raise InputError(
                f"{self.tolerances.size} tolerances for {self.scenarios.pnl.size} scenarios."
            )

    def _shifted(self) -> Outcomes:
        if self.tolerances is None:
            return self.scenarios
        return Outcomes(
            name=self.scenarios.name,
            pnl=self.scenarios.pnl + self.tolerances,
            unit_pnl=self.scenarios.unit_pnl,
            weights=self.scenarios.weights,
        )

    def add_to(self, draft: Draft) -> None:
        """Write a tail average of level one: the largest loss."""
        draft.tail(self._shifted(), name=self.name, level=1.0, weight=1.0)

    def express(self, statement: Statement) -> Any:
        """State the maximum of the losses."""
        from stress.hedging.statements import tail_average

        return tail_average(statement, self._shifted(), 1.0)
