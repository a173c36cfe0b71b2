"""The continuous optimum, certified: by the active set, or by it and a general solver's answer to start from.

Where the active set stops short of its gap (nearly singular or badly scaled lines), the problem is stated in cvxpy,
HiGHS or Clarabel answers, and the active set starts once more from there. Their word is not taken: bounds of both
searches come from the raw P&L, and the better of each stand together in one certificate.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from stress.arrays import FloatArray
from stress.errors import SolverError
from stress.hedging.certificate import Certificate
from stress.hedging.problem import HedgeProblem
from stress.hedging.solver.active_set import MAX_ROUNDS, ActiveSetSolution, solve_active_set
from stress.hedging.solver.cutting_planes import solve_by_planes
from stress.hedging.solver.program import Program

if TYPE_CHECKING:
    from stress.hedging.solver.direct import DirectSolution

__all__ = ["METHOD", "solve_certified"]


METHOD = "scenario active set, interior point"
#: Draws times lines that a general solver is given at most: above, stating them takes more memory than a machine has.
MOST_STATED = 20_000_000


def solve_certified(
    problem: HedgeProblem,
    program: Program,
    *,
    tolerance: float,
    start: FloatArray | None = None,
    anchor: FloatArray | None = None,
    max_rounds: int = MAX_ROUNDS,
    time_limit: float = math.inf,
    again: bool = True,
) -> tuple[ActiveSetSolution, str]:
    """Solve without regard to whole lots, minimum sizes and the number of lines.

    Parameters
    ----------
    problem : HedgeProblem
        To be stated, if need be.
    program : Program
        The problem compiled; feasible and bounded.
    tolerance : float
        Relative gap to reach.
    start, anchor : ndarray, shape (n,), optional
        As of `solve_active_set`.
    max_rounds : int
        Re-evaluations on all draws at most, from each start.
    time_limit : float
        Seconds in all.
    again : bool
        Whether to ask a general solver where the active set stops short.

    Returns
    -------
    tuple of ActiveSetSolution and str
        With ``certificate.gap <= tolerance``, and which way it went.

    Raises
    ------
    SolverError
        If the gap is not reached either way; `attempts` has what each solver said.
    """
    end = time.perf_counter() + time_limit
    attempts: list[str] = []

    def searched(start: FloatArray | None, where: str) -> ActiveSetSolution | None:
        """Search from a start and note what came of it; None where no hedge did."""
        try:
            found = solve_active_set(
                program,
                tolerance=tolerance,
                start=start,
                anchor=anchor,
                max_rounds=max_rounds,
                time_limit=end - time.perf_counter(),
                strict=False,
            )
        except SolverError as stuck:
            attempts.extend(f"{attempt}{where}" for attempt in stuck.attempts)
            if stuck.status not in ("gap", "time_limit"):
                raise
            return None
        attempts.append(
            f"scenario active set: {found.rounds} rounds, {found.iterations} steps, "
            f"a gap of {found.certificate.gap:.1e}{where}"
        )
        return found

    if start is None:
        found = solve_by_planes(program, tolerance=tolerance, anchor=anchor)
        if found is not None:
            return found, f"{found.rounds} cutting planes"
    found = searched(start, "")
    if found is not None and found.certificate.gap <= tolerance:
        return found, METHOD
    left = end - time.perf_counter()
    answer = _stated(problem, program, left, attempts) if again else None
    if answer is not None:
        other = searched(program.amounts(answer.trades), f", from the answer of {answer.solver}")
        found = _better_of_each(found, other)
        if found is not None and found.certificate.gap <= tolerance:
            return found, f"{METHOD}, started again from what {answer.solver} answers in cvxpy"
    reached = "none" if found is None else f"{found.certificate.gap:.1e}"
    said = f"a certified gap (asked: {tolerance:.1e}, reached: {reached}): {'; '.join(attempts)}."
    if time.perf_counter() >= end:
        raise SolverError(
            f"the time limit of {time_limit:g} s ran out before {said} Allow more time.",
            status="time_limit",
            attempts=tuple(attempts),
        )
    raise SolverError(f"no solver reached {said}", status="gap", attempts=tuple(attempts))


def _stated(
    problem: HedgeProblem, program: Program, time_limit: float, attempts: list[str]
) -> DirectSolution | None:
    """Return the answer of a general solver, None without one; what each said is added to the attempts."""
    size = sum(term.unit_pnl.size for term in program.terms)
    if size > MOST_STATED:
        attempts.append(f"cvxpy: not stated, {size:,} figures are more than {MOST_STATED:,}")
        return None
    if time_limit <= 0.0:
        return None
    # Stating problems loads cvxpy, which takes seconds and which most hedges never need.
    from stress.hedging.solver.direct import solve_direct

    continuous = [one for one in problem.constraints if not problem.is_discrete(one)]
    try:
        answer = solve_direct(problem.with_constraints(continuous), time_limit=time_limit)
    except SolverError as refused:
        attempts.extend(refused.attempts or (f"cvxpy: {refused}",))
        return None
    attempts.extend(answer.attempts)
    return answer


def _better_of_each(
    first: ActiveSetSolution | None, again: ActiveSetSolution | None
) -> ActiveSetSolution | None:
    """Return the better hedge under the better bound of two searches of one program: both are proven of it."""
    if first is None or again is None:
        return first or again
    hedge = min(first, again, key=lambda one: one.certificate.upper)
    bound = max(first, again, key=lambda one: one.certificate.lower)
    certificate = Certificate.of(
        bound.certificate.lower,
        hedge.certificate.upper,
        floor=hedge.certificate.floor,
        violation=hedge.certificate.violation,
        radius=hedge.certificate.radius,
    )
    return replace(
        hedge,
        certificate=certificate,
        multipliers=bound.multipliers,
        rounds=first.rounds + again.rounds,
        iterations=first.iterations + again.iterations,
    )
