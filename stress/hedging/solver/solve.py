"""`solve`: one call from a problem to trades with a certificate and prices."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, SolverError
from stress.hedging.certificate import Certificate
from stress.hedging.problem import Constraint, HedgeProblem
from stress.hedging.solver.active_set import MAX_ROUNDS
from stress.hedging.solver.certified import METHOD, solve_certified
from stress.hedging.solver.discrete_feasibility import INSIDE, NODES, admits_discrete, some_discrete
from stress.hedging.solver.feasibility import Feasibility, find_feasible, free_money
from stress.hedging.solver.infeasible import InfeasibleHedgeError, Possible, explain_infeasible
from stress.hedging.solver.integer import solve_discrete
from stress.hedging.solver.lots import is_discrete_feasible
from stress.hedging.solver.prices import LimitPrice, limit_prices
from stress.hedging.solver.program import Program
from stress.simulation.blas_threads import one_blas_thread

__all__ = ["HedgeSolution", "explained", "solve"]


#: Room inside the tail limits, relative, below which a search that stops short is taken to end at the edge of what can be
#: reached: a general solver takes minutes there and comes no nearer.
LEAST_ROOM = 1e-4
#: Nodes of a question while a refusal is explained to a user, and how near the least its advice comes, relative: the
#: questions nearest the least are the longest.
EXPLAINING_NODES = 500
EXPLAINING_PRECISION = 1e-2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HedgeSolution:
    """Trades with a proof of how good they are.

    Parameters
    ----------
    trades : ndarray, shape (M,)
        Signed trades, a purchase positive. [units]
    objective : float
        Objective of the trades, from the raw P&L by `stress.risk`. [currency]
    cost : float
        All-in cost of the trades. [currency]
    tails : dict of str to float
        Tail average of every term at the trades, a loss positive. [currency]
    certificate : Certificate
        Lower and upper bound and relative gap.
    prices : tuple of LimitPrice
        What every binding limit costs (at the relaxed optimum for discrete problems).
    status : {'optimal', 'within_gap'}
        `optimal` when the gap asked for was reached; `within_gap` when a limit of time or nodes ended an integer search with a
        larger, printed gap.
    method : str
        How it was solved: by the scenario active set, or by it from the answer of a general solver (`solver.certified`).
    relaxed_objective : float
        Optimum without whole lots, minimum sizes and the number of lines; equal to `objective` without those.
    iterations, band : int
        Effort: interior-point steps, draws looked at one by one.
    """

    trades: FloatArray
    objective: float
    cost: float
    tails: dict[str, float]
    certificate: Certificate
    prices: tuple[LimitPrice, ...]
    status: str
    method: str
    relaxed_objective: float
    iterations: int
    band: int


@one_blas_thread()
def solve(
    problem: HedgeProblem,
    *,
    tolerance: float = 1e-7,
    integer_gap: float = 1e-4,
    time_limit: float = np.inf,
    node_limit: int = 100_000,
    start: FloatArray | None = None,
    max_rounds: int = MAX_ROUNDS,
    explain: bool = True,
) -> HedgeSolution:
    """Find the optimal hedge and prove it.

    Parameters
    ----------
    problem : HedgeProblem
        What to minimise under which limits.
    tolerance : float
        Relative certified gap for continuous problems.
    integer_gap : float
        Relative certified gap for problems with whole lots, minimum sizes or at most k lines.
    time_limit : float
        Seconds. A continuous problem that does not finish is a `SolverError`; an integer one returns the best hedge found
        with its gap and the status `within_gap`.
    node_limit : int
        Continuous problems that an integer search may solve; then likewise.
    start : ndarray, shape (M,), optional
        Trades near which the optimum is expected.
    max_rounds : int
        Re-evaluations on all draws at most; where they do not reach the gap, once more from a general solver's answer.
    explain : bool
        Whether an infeasible problem is analysed (minimal conflict, least relaxation, nearest budget).

    Returns
    -------
    HedgeSolution
        Verified trades.

    Raises
    ------
    InputError
        Free money: lines that earn in every tail at any size.
    InfeasibleHedgeError
        No trades within all limits; names a minimal conflicting set.
    SolverError
        The gap was not reached; `attempts` has what each solver said.
    """
    began = time.perf_counter()
    program = problem.compiled()
    feasible = find_feasible(program)
    if not feasible.feasible:
        discrete = _with_lots_and_few_lines(began + time_limit) if program.discrete else None
        raise explain_infeasible(problem, explain=explain, discrete=discrete)
    if np.isinf(program.reach()).any():
        refuse_free_money(problem, program)
    near = None if start is None else program.amounts(np.asarray(start, dtype=np.float64))
    at_the_edge = feasible.room < LEAST_ROOM
    try:
        relaxed, method = solve_certified(
            problem,
            program,
            tolerance=tolerance,
            start=near,
            anchor=feasible.anchor,
            max_rounds=max_rounds,
            time_limit=time_limit,
            again=not at_the_edge,
        )
    except SolverError as stuck:
        if not at_the_edge or stuck.status != "gap":
            raise
        raise _no_room(program, feasible, stuck) from None
    if (relaxed.amounts[np.isinf(program.reach())] >= 0.5 * relaxed.certificate.radius).any():
        raise SolverError(
            "an unbounded line ran to the edge of the region the certificate covers "
            f"({relaxed.certificate.radius:.3g} units): give every line a finite limit.",
            status="radius",
        )
    amounts, certificate, status = relaxed.amounts, relaxed.certificate, "optimal"
    values, iterations = relaxed.values, relaxed.iterations
    if program.discrete:
        known = _some_or_refused(problem, program, explain=explain, end=began + time_limit)
        left = time_limit - (time.perf_counter() - began)
        found = solve_discrete(
            program, relaxed, gap=integer_gap, time_limit=left, node_limit=node_limit, start=known
        )
        amounts, certificate, status = found.amounts, found.certificate, found.status
        values = found.values
        method = found.method if method == METHOD else f"{found.method}; without lots: {method}"
        iterations += found.iterations
    trades = program.trades(amounts)
    names = [term.name for term in program.terms]
    return HedgeSolution(
        trades=trades,
        objective=certificate.upper,
        cost=problem.costs.of(trades),
        tails=dict(zip(names, values, strict=True)),
        certificate=certificate,
        prices=limit_prices(problem, program, relaxed),
        status=status,
        method=method,
        relaxed_objective=relaxed.certificate.upper,
        iterations=iterations,
        band=relaxed.band,
    )


def _no_room(program: Program, feasible: Feasibility, stuck: SolverError) -> SolverError:
    """Say which tail limits lie at the edge of what can be reached, and that a wider one helps."""
    assert feasible.anchor is not None
    trades = program.trades(feasible.anchor)
    room, name = min(
        ((term.limit - term.value(trades)) / max(abs(term.limit), 1e-300), term.name)
        for term in program.terms
        if np.isfinite(term.limit)
    )
    return SolverError(
        f"the limits can be met, but the least that can be reached is {100.0 * max(room, 0.0):.2g} % below '{name}': too near "
        "for an optimum to be proved. Widen it by a thousandth of itself or more; whole lots and few lines need more.",
        status="gap",
        attempts=stuck.attempts,
    )


def _some_or_refused(
    problem: HedgeProblem, program: Program, *, explain: bool, end: float
) -> FloatArray | None:
    """Return a discrete hedge within the limits, None where none was found; raise where there is none.

    Doing nothing is no answer here: the search starts from that itself.
    """
    idle = program.lower
    if is_discrete_feasible(program, idle) and program.violation(idle) <= 0.0:
        return None
    some = some_discrete(program, time_limit=end - time.perf_counter())
    if some is None and admits_discrete(program, time_limit=end - time.perf_counter()) is False:
        raise explain_infeasible(
            problem, explain=explain, discrete=_with_lots_and_few_lines(end), met_without=True
        )
    return some


def explained(
    problem: HedgeProblem, discrete: Sequence[Constraint], *, met_without: bool, time_limit: float
) -> InfeasibleHedgeError:
    """Explain why a problem and discrete limits cannot be met together: what is advised keeps those too.

    Parameters
    ----------
    problem : HedgeProblem
        Infeasible, or without a hedge that keeps the discrete limits.
    discrete : sequence of Constraint
        Whole lots, minimum sizes, the number of lines.
    met_without : bool
        Whether the problem has a hedge without those.
    time_limit : float
        Seconds, after which questions have no answer.
    """
    whole = problem.with_constraints((*problem.constraints, *discrete))
    end = time.perf_counter() + time_limit
    possible = _with_lots_and_few_lines(end, EXPLAINING_NODES) if discrete else None
    return explain_infeasible(
        whole, discrete=possible, met_without=met_without, precision=EXPLAINING_PRECISION
    )


def _with_lots_and_few_lines(end: float, nodes: int = NODES) -> Possible:
    """Whether a problem admits a discrete hedge that keeps its limits exactly; None when that is not found out."""
    seen: list[FloatArray] = []

    def possible(problem: HedgeProblem) -> bool | None:
        try:
            program = problem.compiled()
        except InputError:
            return False
        left = end - time.perf_counter()
        return admits_discrete(program, node_limit=nodes, time_limit=left, inside=INSIDE, seen=seen)

    return possible


def refuse_free_money(problem: HedgeProblem, program: Program) -> None:
    """Raise `InputError` when unbounded lines earn in every tail."""
    ray = free_money(program)
    if ray:
        names = ", ".join(problem.lines[j] for j in ray)
        raise InputError(
            f"free money in the hedge universe: {names} together lower the tail loss by more than they cost at any "
            "size, so there is no optimum. Check their prices, costs and signs, or bound them."
        )
