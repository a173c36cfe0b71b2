"""Why no hedge meets all limits: a minimal conflict, the least relaxation that helps, the nearest budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stress.errors import InputError, SolverError
from stress.hedging.constraints import AtMost, Budget, Direction, WholeLots
from stress.hedging.problem import Constraint, HedgeProblem
from stress.hedging.solver.feasibility import find_feasible

__all__ = ["InfeasibleHedgeError", "Possible", "Relaxation", "explain_infeasible"]

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """The least widening of one limit, all others kept, that was found to admit a hedge.

    Parameters
    ----------
    constraint : str
        Name.
    by : float
        How much wider, in the constraint's own unit (`Constraint.relaxed`).
    proven : bool
        Whether nothing less helps; else nothing less was found.
    """

    constraint: str
    by: float
    proven: bool = True


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
        Smallest budget found at which all other limits can be met; None where the budget is not in conflict, or none is enough.
    in_fractions : bool
        Whether both were found without regard to whole lots, minimum sizes and the number of lines.
    """

    def __init__(
        self,
        message: str,
        *,
        conflict: tuple[str, ...],
        relaxation: Relaxation | None = None,
        nearest_budget: float | None = None,
        in_fractions: bool = False,
    ) -> None:
        self.in_fractions = in_fractions
        self.conflict = conflict
        self.relaxation = relaxation
        self.nearest_budget = nearest_budget
        super().__init__(message, status="infeasible")


#: A relaxation that is found to this is said to be the least, relative.
_SAID_AS_EXACT = 1e-3
#: A relaxation begins at this share of its limit's size, and is sought no nearer than that many of its units.
_FIRST_STEP = 1e-3
_LEAST_STEP = 1e-6
#: Precision of a relaxation that is not proven to be the least, as a share of the limit it widens.
_ROUGH = 0.01
#: The limits that make a problem discrete, in words.
DISCRETE = "whole lots, minimum sizes and the number of lines"
#: Whether a problem admits a hedge; None where a search ended without an answer.
Possible = Callable[[HedgeProblem], bool | None]


def _continuous(problem: HedgeProblem) -> bool:
    """Whether a hedge exists without regard to whole lots, minimum sizes and the number of lines."""
    try:
        return find_feasible(problem.compiled()).feasible
    except InputError:
        return False


def minimal_conflict(
    problem: HedgeProblem, possible: Possible = _continuous
) -> tuple[tuple[Constraint, ...], bool]:
    """Find a set of constraints, minimal under deletion, that cannot be met together.

    Parameters
    ----------
    problem : HedgeProblem
        Infeasible.
    possible : callable
        What counts as possible.

    Returns
    -------
    tuple
        The constraints, and whether the set is proven to be minimal: dropping any one of them makes the rest feasible.
        Important ones are dropped from the set first, if they do not matter, so that the set explains with the limits
        most likely to be given up.

    References
    ----------
    Chinneck (2008), Feasibility and Infeasibility in Optimization, ch. 6 (deletion filter).
    """
    kept, proven = sorted(problem.constraints, key=lambda c: -c.priority), True
    for constraint in tuple(kept):
        without = [c for c in kept if c is not constraint]
        answer = possible(problem.with_constraints(without))
        if answer is False:
            kept = without
        elif answer is None:
            proven = False
    return tuple(kept), proven


def least_relaxation(
    problem: HedgeProblem,
    constraint: Constraint,
    possible: Possible = _continuous,
    *,
    precision: float = 1e-6,
) -> Relaxation | None:
    """Find the least amount by which one constraint must be relaxed, all others kept; None when it never helps.

    Parameters
    ----------
    problem : HedgeProblem
        Infeasible.
    constraint : Constraint
        One of its own.
    possible : callable
        What counts as possible; no answer counts as no, and leaves the least without a proof.
    precision : float
        Relative, of the amount. A number of lines is exact. Smaller lots need not help where larger ones do, so of
        lots it is only asked whether broken ones (1) help; of one side, whether both (1) do.

    Returns
    -------
    Relaxation or None
        Proven where all that is less by more than the precision has no hedge.
    """
    others = [c for c in problem.constraints if c is not constraint]
    without_any = 0.0

    def works(by: float) -> bool:
        nonlocal without_any
        answer = possible(problem.with_constraints([*others, constraint.relaxed(by)]))
        if answer is False:
            without_any = max(without_any, by)
        return answer is True

    def found(by: float, step: float) -> Relaxation:
        return Relaxation(constraint=constraint.name, by=by, proven=by - without_any <= step)

    if not _without(problem, constraint, possible):
        return None
    match constraint:
        case AtMost():
            most = range(1, len(problem.lines) + 1)
            return next((found(float(k), 1.0) for k in most if works(k)), None)
        case WholeLots() | Direction():
            return Relaxation(constraint=constraint.name, by=1.0)
    low, high = 0.0, max(_LEAST_STEP, _FIRST_STEP * constraint.size)
    while not works(high):
        low, high = high, high * 8.0
        if high > 1e15:
            return None
    while high > _LEAST_STEP:
        # Where a smaller one was left without an answer no least is proven: near enough for the limit will do.
        rough = 0.0 if without_any == low else _ROUGH * (constraint.size + high)
        if high - low <= max(precision * high, rough):
            break
        middle = 0.5 * (low + high)
        if works(middle):
            high = middle
        else:
            low = middle
    return found(high, precision * high)


def _without(problem: HedgeProblem, constraint: Constraint, possible: Possible) -> bool | None:
    """Whether a hedge exists without one constraint."""
    return possible(
        problem.with_constraints([c for c in problem.constraints if c is not constraint])
    )


def explain_infeasible(
    problem: HedgeProblem,
    *,
    explain: bool = True,
    discrete: Possible | None = None,
    met_without: bool = False,
    precision: float = 1e-3,
) -> InfeasibleHedgeError:
    """Build the error that explains an infeasible problem.

    Parameters
    ----------
    problem : HedgeProblem
        Infeasible.
    explain : bool
        Whether to look for the conflict and the relaxations at all.
    discrete : callable, optional
        Given with whole lots, minimum sizes or few lines: whether a problem admits a hedge with those. A relaxation
        must help with them too.
    met_without : bool
        Whether the limits can be met without those; then they are part of the conflict.
    precision : float
        Of a relaxation with those, relative; without them it is 1e-6.

    Returns
    -------
    InfeasibleHedgeError
        To be raised.
    """
    if not explain:
        together = f"no hedge meets {'the ' + DISCRETE + ' together with the other limits' if met_without else 'all limits'}."
        return InfeasibleHedgeError(together, conflict=())
    among = discrete if met_without and discrete is not None else _continuous
    conflict, proven = minimal_conflict(problem, among)
    names = tuple(c.name for c in conflict)
    if not names:
        return InfeasibleHedgeError("the bounds of the lines contradict each other.", conflict=())
    listed = ", ".join(f"'{name}'" for name in names)
    if not proven:
        text = [
            f"no hedge meets these limits together: {listed}. Fewer of them may conflict already; the search for that "
            "gave no answer."
        ]
    elif len(names) == 1:
        text = [f"no hedge meets '{names[0]}': the universe cannot do it within the line limits."]
    else:
        text = [
            f"no hedge meets these limits together (of these alone, any one fewer can be met): {listed}."
        ]
    if met_without:
        text.append(f"Without {DISCRETE} they can be met.")
    possible, counted = (_continuous, False) if discrete is None else (discrete, True)
    precision = precision if counted else 1e-6
    found = _first_that_helps(problem, conflict, possible, precision)
    if (
        found is None
        and counted
        and not met_without
        and any(_without(problem, one, possible) is None for one in conflict)
    ):
        # The search with those gave no answer: without them the advice is a least, and says so.
        possible, counted, precision = _continuous, False, 1e-6
        found = _first_that_helps(problem, conflict, possible, precision)
    if discrete is not None and not met_without:
        follows = "; what follows counts those in." if counted else "."
        already = "It cannot be met" if len(names) == 1 else "They conflict"
        text.append(f"{already} already without {DISCRETE}{follows}")
    relaxation = None
    if found is None:
        text.append("No hedge is found by giving up one of them alone: others are in the way too.")
    else:
        constraint, relaxation = found
        text.append(_least_that_helps(problem, constraint, relaxation, precision))
    nearest = None
    for budget in problem.constraints:
        if isinstance(budget, Budget) and budget.name in names:
            own = (
                relaxation
                if relaxation is not None and relaxation.constraint == budget.name
                else least_relaxation(problem, budget, possible, precision=precision)
            )
            if own is not None:
                nearest = budget.amount + own.by
                amount = _amount(nearest, problem.unit_of(budget))
                text.append(
                    f"The nearest feasible budget is {amount}."
                    if own.proven
                    else f"A budget of {amount} is feasible, the nearest that was found."
                )
            else:
                text.append(_why_no_budget(problem, budget, possible))
    return InfeasibleHedgeError(
        " ".join(text),
        conflict=names,
        relaxation=relaxation,
        nearest_budget=nearest,
        in_fractions=not counted,
    )


def _first_that_helps(
    problem: HedgeProblem,
    conflict: Sequence[Constraint],
    possible: Possible,
    precision: float,
) -> tuple[Constraint, Relaxation] | None:
    """Return the limit that is given up first of those whose widening helps, and by how much it must be wider."""
    for constraint in sorted(conflict, key=lambda c: c.priority):
        least = least_relaxation(problem, constraint, possible, precision=precision)
        if least is not None:
            return constraint, least
    return None


def _why_no_budget(problem: HedgeProblem, budget: Budget, possible: Possible) -> str:
    """Say that no budget is enough and which limits conflict without one, or that it was not found out."""
    unlimited = problem.with_constraints([c for c in problem.constraints if c is not budget])
    if possible(unlimited) is not False:
        return "Whether a larger budget is enough was not found out."
    left, _ = minimal_conflict(unlimited, possible)
    names = ", ".join(f"'{c.name}'" for c in left)
    return f"No budget is enough: without one, no hedge meets {names}."


def _least_that_helps(
    problem: HedgeProblem, constraint: Constraint, relaxation: Relaxation, precision: float
) -> str:
    match constraint:
        case WholeLots():
            return f"Broken lots instead of '{constraint.name}' help."
        case Direction():
            return f"Both sides instead of '{constraint.name}' help."
        case _:
            amount = _amount(relaxation.by, problem.unit_of(constraint))
            if not relaxation.proven:
                least = "helps; whether less does was not found out"
            elif precision <= _SAID_AS_EXACT or isinstance(constraint, AtMost):
                least = "is the least that helps"
            else:
                least = f"helps, within {precision:.0%} of the least"
            return f"Relaxing '{constraint.name}' by {amount} {least}."


def _amount(value: float, unit: str) -> str:
    """Write an amount with its thousands and unit; a small one with its digits, a share in percent."""
    if unit.startswith("of "):
        return f"{100.0 * value:.4g} % {unit}"
    if unit in ("line", "share"):
        return f"{value:,.0f} {unit if round(value) == 1 else unit + 's'}"
    return f"{value:,.0f} {unit}" if value >= 1_000.0 else f"{value:.6g} {unit}"
