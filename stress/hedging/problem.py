"""`HedgeProblem`: what to trade, what it costs, what to minimise and under which limits. No solver in its types.

A hedge is positions too: candidates are revalued on the draws of the book, so hedged P&L is
``pnl + unit_pnl @ trades`` and every tail average of it is convex in the trades, options included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.hedging.draft import Draft, Statement
from stress.hedging.outcomes import Costs, Outcomes
from stress.hedging.solver.program import Program
from stress.twice import given_twice

__all__ = ["Constraint", "Costs", "Draft", "HedgeProblem", "Objective", "Outcomes", "Statement"]


class Objective(Protocol):
    """What is minimised; costs are added by the problem."""

    @property
    def name(self) -> str:
        """Short name."""
        ...

    def add_to(self, draft: Draft) -> None:
        """Write the objective into a programme of arrays."""
        ...

    def express(self, statement: Statement) -> Any:
        """State the same as a cvxpy expression, in currency."""
        ...


class Constraint(Protocol):
    """A limit with a name and a priority (a higher one is given up later)."""

    @property
    def name(self) -> str:
        """Name in messages and prices."""
        ...

    @property
    def priority(self) -> int:
        """Higher is more important."""
        ...

    def add_to(self, draft: Draft) -> None:
        """Write the limit into a programme of arrays."""
        ...

    def express(self, statement: Statement) -> list[Any]:
        """State the same as cvxpy constraints."""
        ...

    @property
    def size(self) -> float:
        """Size that room inside it is a share of, in the unit of `relaxed`; 0 where rounding to whole lots keeps it."""
        ...

    @property
    def unit(self) -> str:
        """Unit of `relaxed` and of a price: "currency" stands for the problem's, "of ..." for a share of something."""
        ...

    def relaxed(self, by: float) -> Constraint:
        """Return the limit made wider by an amount in its own unit, narrower where the amount is negative."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HedgeProblem:
    """A hedge to find.

    Parameters
    ----------
    lines : tuple of str
        Names of the candidates, unique.
    lower, upper : ndarray, shape (M,)
        Least and largest trade of each line; may be infinite. [units]
    costs : Costs
        All-in cost; minimised together with the objective.
    objective : Objective
        What to minimise.
    constraints : tuple of Constraint
        Limits.
    cost_weight : float
        Weight of the cost in the objective, >= 0.
    currency : str
        ISO code that amounts are said in; only words depend on it.

    Raises
    ------
    InputError
        With every problem found: shapes, NaN, crossed bounds, duplicate names, an empty universe.
    """

    lines: tuple[str, ...]
    lower: FloatArray
    upper: FloatArray
    costs: Costs
    objective: Objective
    constraints: tuple[Constraint, ...] = ()
    cost_weight: float = 1.0
    currency: str = ""

    def __post_init__(self) -> None:
        problems: list[str] = []
        count = len(self.lines)
        if count == 0:
            problems.append("the hedge universe is empty: there is no line to trade.")
        twice = given_twice(self.lines)
        if twice:
            problems.append(f"lines named twice: {', '.join(twice)}.")
        lower = np.asarray(self.lower, dtype=np.float64)
        upper = np.asarray(self.upper, dtype=np.float64)
        for word, value in (
            ("lower", lower),
            ("upper", upper),
            ("buy cost", self.costs.buy),
            ("sell cost", self.costs.sell),
            ("impact", self.costs.impact),
        ):
            if value is not None and value.shape != (count,):
                problems.append(f"{word} has shape {value.shape}, expected ({count},).")
        if not problems:
            for j, name in enumerate(self.lines):
                if np.isnan(lower[j]) or np.isnan(upper[j]):
                    problems.append(f"line '{name}': a bound is NaN.")
                elif lower[j] > upper[j] or lower[j] == np.inf or upper[j] == -np.inf:
                    problems.append(
                        f"line '{name}': lower bound {lower[j]:g} is above upper bound {upper[j]:g}."
                    )
        if not (np.isfinite(self.cost_weight) and self.cost_weight >= 0.0):
            problems.append(f"cost weight is {self.cost_weight}: it must be finite and >= 0.")
        names = [constraint.name for constraint in self.constraints]
        repeated = given_twice(names)
        if repeated:
            problems.append(f"constraints named twice: {', '.join(repeated)}.")
        if problems:
            raise InputError([Problem(message=text) for text in problems])
        object.__setattr__(self, "lower", lower)
        object.__setattr__(self, "upper", upper)

    def unit_of(self, constraint: Constraint) -> str:
        """Return the unit of a constraint with the problem's own currency in it."""
        return constraint.unit.replace("currency", self.currency or "currency")

    def compiled(self) -> Program:
        """Return the problem as arrays."""
        draft = Draft(self)
        self.objective.add_to(draft)
        for constraint in self.constraints:
            draft.owner = constraint.name
            constraint.add_to(draft)
        return draft.program()

    def is_discrete(self, constraint: Constraint) -> bool:
        """Whether a constraint lets some amounts not vary continuously; it alone is written down."""
        draft = Draft(self)
        constraint.add_to(draft)
        return draft.discrete

    def with_constraints(self, constraints: Sequence[Constraint]) -> HedgeProblem:
        """Return the same problem under other limits."""
        return replace(self, constraints=tuple(constraints))
