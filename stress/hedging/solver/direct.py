"""The direct statement: every problem in cvxpy, solved by HiGHS or Clarabel.

The active set starts again from its answer where it stops short alone (`solver.certified`), and the tests compare both.

It shares nothing with the arrays of `solver.program` but the problem: objectives and constraints express themselves in
cvxpy's own words. No status but `optimal` is accepted, and the value is recomputed from the raw P&L.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import cvxpy as cp
import numpy as np

from stress.arrays import FloatArray
from stress.errors import SolverError
from stress.hedging.problem import Costs, HedgeProblem, Statement
from stress.warnings_here import warnings_here

__all__ = ["DirectSolution", "solve_direct", "state"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DirectSolution:
    """What a general solver answered, before any verification.

    Parameters
    ----------
    trades : ndarray, shape (M,)
        Signed trades. [units]
    value : float
        The solver's objective. [currency]
    solver : str
        Which answered.
    attempts : tuple of str
        What each solver said.
    """

    trades: FloatArray
    value: float
    solver: str
    attempts: tuple[str, ...]


def state(problem: HedgeProblem, *, unit: float | None = None) -> tuple[Any, Any, float]:
    """State a problem in cvxpy.

    Parameters
    ----------
    problem : HedgeProblem
        The problem.
    unit : float, optional
        Currency of one unit of P&L inside the solver; chosen from the P&L when omitted.

    Returns
    -------
    tuple
        The cvxpy problem, the expression of the trades in raw units, and the currency of its value.
    """
    program = problem.compiled()
    count = len(problem.lines)
    spread = np.zeros(count)
    losses = 0.0
    for term in program.terms:
        spread = np.maximum(spread, np.sqrt((term.unit_pnl**2).mean(axis=0)))
        losses = max(losses, float(np.sqrt((term.pnl**2).mean())))
    if program.covariance is not None:
        spread = np.maximum(spread, np.sqrt(np.diag(program.covariance)))
        losses = max(losses, float(np.sqrt(program.variance_of_book)))
    dearest = float(np.maximum(problem.costs.buy, problem.costs.sell).max(initial=0.0))
    unit = unit or losses or dearest or 1.0
    step = np.where(spread > 0.0, unit / np.where(spread > 0.0, spread, 1.0), 1.0)
    most = np.maximum(np.abs(problem.lower), np.abs(problem.upper))
    step = np.where(np.isfinite(most) & (most > 0.0), np.minimum(step, most), step)
    scaled = cp.Variable(count)
    trades = cp.multiply(step, scaled)

    def spent(costs: Costs) -> Any:
        cost: Any = cp.Constant(0.0)
        if (costs.buy == costs.sell).all():
            if costs.buy.any():
                cost = (costs.buy * step) @ cp.abs(scaled)
        else:
            cost = (costs.buy * step) @ cp.pos(scaled) + (costs.sell * step) @ cp.neg(scaled)
        if costs.impact is not None and costs.impact.any():
            some = np.flatnonzero(costs.impact)
            cost = cost + (costs.impact * step**1.5)[some] @ cp.power(cp.abs(scaled[some]), 1.5)
        return cost

    statement = Statement(problem=problem, trades=trades, spent=spent, unit=unit)
    low, high = np.isfinite(problem.lower), np.isfinite(problem.upper)
    stated: list[Any] = []
    if low.any():
        stated.append(scaled[low] >= problem.lower[low] / step[low])
    if high.any():
        stated.append(scaled[high] <= problem.upper[high] / step[high])
    if program.discrete:
        statement.held = cp.Variable(count, boolean=True)
        if not np.isfinite(most).all():
            raise SolverError(
                "a discrete problem needs finite bounds of every line.", status="bounds"
            )
        stated += [
            scaled <= cp.multiply(problem.upper / step, statement.held),
            scaled >= cp.multiply(problem.lower / step, statement.held),
        ]
    objective = problem.objective.express(statement) + problem.cost_weight * spent(problem.costs)
    for constraint in problem.constraints:
        stated += constraint.express(statement)
    return cp.Problem(cp.Minimize(objective / unit), stated), trades, unit


def solve_direct(
    problem: HedgeProblem,
    *,
    solvers: tuple[str, ...] | None = None,
    time_limit: float = np.inf,
    relative_gap: float = 1e-6,
) -> DirectSolution:
    """Solve the direct statement by a chain of solvers.

    Parameters
    ----------
    problem : HedgeProblem
        The problem.
    solvers : tuple of str, optional
        Names in cvxpy; HiGHS then Clarabel for linear and integer problems, Clarabel alone for conic ones.
    time_limit : float
        Seconds in all, the time to state the problem included; what is left is one solver's at a time.
    relative_gap : float
        For integer problems.

    Returns
    -------
    DirectSolution
        Of the first solver that says `optimal`.

    Raises
    ------
    SolverError
        With what each solver said; status `infeasible` or `unbounded` when one is certain.
    """
    began = time.perf_counter()
    statement, trades, unit = state(problem)
    discrete = statement.is_mixed_integer()
    stated = [statement.objective.expr, *(constraint.expr for constraint in statement.constraints)]
    linear = all(expression.is_pwl() for expression in stated)
    if solvers is None:
        solvers = ("HIGHS",) if discrete else ("HIGHS", "CLARABEL") if linear else ("CLARABEL",)
    attempts: list[str] = []
    for solver in solvers:
        left = time_limit - (time.perf_counter() - began)
        if left <= 0.0:
            attempts.append(f"{solver}: not asked, no time was left")
            continue
        words: dict[str, Any] = {}
        if solver == "HIGHS":
            options: dict[str, Any] = {}
            if np.isfinite(left):
                options["time_limit"] = left
            if discrete:
                options["mip_rel_gap"] = relative_gap
            words = {"highs_options": options} if options else {}
        elif solver == "CLARABEL" and np.isfinite(left):
            words = {"time_limit": left}
        try:
            with warnings_here("ignore"):
                statement.solve(solver=solver, **words)
        except cp.error.SolverError as problem_of_solver:
            attempts.append(f"{solver}: {problem_of_solver}")
            continue
        except ValueError as unknown:
            # cvxpy's way to say that a solver ended without an answer; its text tells that from a fault of the statement.
            attempts.append(f"{solver}: ended without an answer ({unknown})")
            continue
        status = str(statement.status)
        attempts.append(f"{solver}: {status}")
        if status in ("infeasible", "unbounded"):
            raise SolverError(
                f"{solver} says the problem is {status}.", status=status, attempts=tuple(attempts)
            )
        if status == "optimal" and trades.value is not None:
            return DirectSolution(
                trades=np.asarray(trades.value, dtype=np.float64).ravel(),
                value=float(statement.value) * unit,
                solver=solver,
                attempts=tuple(attempts),
            )
    raise SolverError(
        f"no solver reached an optimum: {'; '.join(attempts)}.",
        status=attempts[-1].split(": ", 1)[-1] if attempts else "none",
        attempts=tuple(attempts),
    )
