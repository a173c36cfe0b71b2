"""Why no hedge meets all limits: a minimal conflict, the least relaxation that helps, the nearest budget."""

from __future__ import annotations

from collections.abc import Sequence

from stress.errors import InputError, SolverError
from stress.hedging.problem import Constraint, HedgeProblem
from stress.hedging.solver.feasibility import find_feasible

__all__ = ["InfeasibleHedgeError", "Relaxation", "explain_infeasible"]

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """The least widening of one limit, all others kept, that admits a hedge.

    Parameters
    ----------
    constraint : str
        Name.
    priority : int
        Its priority.
    by : float
        How much wider, in the constraint's own unit (`Constraint.relaxed`).
    """

    constraint: str
    priority: int
    by: float


class InfeasibleHedgeError(SolverError):
    """No trades meet all limits.

    Parameters
    ----------
    message : str
        The whole story.
    conflict : tuple of str
        Names of a minimal conflicting set: without any one of them the rest can be met.
    relaxation : Relaxation or None
        Least relaxation of the limit of the lowest priority that helps.
    nearest_budget : float or None
        Smallest budget at which all other limits can be met.
    """

    def __init__(
        self,
        message: str,
        *,
        conflict: tuple[str, ...],
        relaxation: Relaxation | None = None,
        nearest_budget: float | None = None,
    ) -> None:
        self.conflict = conflict
        self.relaxation = relaxation
        self.nearest_budget = nearest_budget
        super().__init__(message, status="infeasible")


def _possible(problem: HedgeProblem, constraints: Sequence[Constraint]) -> bool:
    try:
        return find_feasible(problem.with_constraints(constraints).compiled()).feasible
    except InputError:
        return False


def minimal_conflict(problem: HedgeProblem) -> tuple[Constraint, ...]:
    """Find a set of constraints, minimal under deletion, that cannot be met together.

    Parameters
    ----------
    problem : HedgeProblem
        Infeasible.

    Returns
    -------
    tuple of Constraint
        Dropping any one of them makes the rest feasible; important ones are dropped from the set first only if they do not
        matter, so that the set explains with the limits most likely to be given up.

    References
    ----------
    Chinneck (2008), Feasibility and Infeasibility in Optimization, ch. 6 (deletion filter).
    """
    kept = sorted(problem.constraints, key=lambda c: -c.priority)
    for constraint in tuple(kept):
        without = [c for c in kept if c is not constraint]
        if not _possible(problem, without):
            kept = without
    return tuple(kept)


def least_relaxation(problem: HedgeProblem, constraint: Constraint) -> float | None:
    """Least amount by which one constraint must be relaxed, all others kept; None when it never helps."""
    others = [c for c in problem.constraints if c is not constraint]

    def works(by: float) -> bool:
        return _possible(problem, [*others, constraint.relaxed(by)])

    if not _possible(problem, others):
        return None
    low, high = 0.0, 1e-6
    while not works(high):
        low, high = high, high * 8.0
        if high > 1e15:
            return None
    while high - low > 1e-6 * high:
        middle = 0.5 * (low + high)
        if works(middle):
            high = middle
        else:
            low = middle
    return high


def explain_infeasible(problem: HedgeProblem, *, explain: bool = True) -> InfeasibleHedgeError:
    """Build the error that explains an infeasible problem.

    Parameters
    ----------
    problem : HedgeProblem
        Infeasible.
    explain : bool
        Whether to look for the conflict and the relaxations at all.

    Returns
    -------
    InfeasibleHedgeError
        To be raised.
    """
    if not explain:
        return InfeasibleHedgeError("no hedge meets all limits.", conflict=())
    conflict = minimal_conflict(problem)
    names = tuple(c.name for c in conflict)
    if not names:
        return InfeasibleHedgeError("the bounds of the lines contradict each other.", conflict=())
    if len(names) == 1:
        text = [f"no hedge meets '{names[0]}': the universe cannot do it within the line limits."]
    else:
        listed = ", ".join(f"'{name}'" for name in names)
        text = [f"no hedge meets these limits together (any one fewer can be met): {listed}."]
    relaxation = None
    for constraint in sorted(conflict, key=lambda c: c.priority):
        by = least_relaxation(problem, constraint)
        if by is not None:
            relaxation = Relaxation(constraint=constraint.name, priority=constraint.priority, by=by)
            text.append(f"Relaxing '{constraint.name}' by {by:.6g} is the least that helps.")
            break
    nearest = None
    for constraint in problem.constraints:
        amount = getattr(constraint, "amount", None)
        if isinstance(amount, float) and constraint.name in names:
            by = (
                relaxation.by
                if relaxation is not None and relaxation.constraint == constraint.name
                else least_relaxation(problem, constraint)
            )
            if by is not None:
                nearest = amount + by
                text.append(f"The nearest feasible budget is {nearest:.6g}.")
    return InfeasibleHedgeError(
        " ".join(text), conflict=names, relaxation=relaxation, nearest_budget=nearest
    )
