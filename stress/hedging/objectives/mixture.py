"""A weighted mixture of tail averages: baseline, scenarios and their reliefs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stress.errors import InputError
from stress.hedging.problem import Draft, Outcomes, Statement
from stress.risk.measures import TAIL_LEVEL

__all__ = ["Mixture"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mixture:
    """Minimise ``Σ weight · ES``: by default 80 % baseline and 20 % over the chosen scenarios and their reliefs.

    Parameters
    ----------
    parts : tuple of Outcomes
        Laws.
    weights : tuple of float
        One for each, >= 0, at least one positive.
    level : float in (0, 1)
        Confidence level of every part.
    name : str
        Short name.
    """

    parts: tuple[Outcomes, ...]
    weights: tuple[float, ...]
    level: float = TAIL_LEVEL
    name: str = "mixture"

    def __post_init__(self) -> None:
        weights = np.asarray(self.weights, dtype=np.float64)
        if not self.parts or weights.shape != (len(self.parts),):
            raise InputError(f"a mixture of {len(self.parts)} laws has {weights.size} weights.")
        if not (np.isfinite(weights).all() and (weights >= 0.0).all() and weights.any()):
            raise InputError(f"mixture weights {self.weights} must be >= 0 and not all zero.")

    def add_to(self, draft: Draft) -> None:
        """Write one weighted tail average a law."""
        for part, weight in zip(self.parts, self.weights, strict=True):
            if weight > 0.0:
                draft.tail(part, name=part.name, level=self.level, weight=float(weight))

    def express(self, statement: Statement) -> Any:
        """State the weighted sum."""
        from stress.hedging.statements import tail_average

        return sum(
            weight * tail_average(statement, part, self.level)
            for part, weight in zip(self.parts, self.weights, strict=True)
            if weight > 0.0
        )
