"""The scenario active set: only draws near the edge of the tail are looked at one by one.

At any hedge most draws are far inside the tail or far outside it. Those inside enter as one aggregated line, those
outside not at all, and the few hundred between (the *band*) one by one: a relaxation whose size does not depend
on the number of draws. It is solved by the structured interior point, the hedge is re-evaluated on all draws, the
band is widened by every draw that was put on the wrong side, until the weak-duality bound meets the re-evaluated
objective. The first step on many draws is a small sample with a wider tail.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from stress.arrays import FloatArray
from stress.errors import SolverError
from stress.hedging.certificate import Certificate, Multipliers
from stress.hedging.solver.program import Program
from stress.hedging.solver.scaling import scale_program
from stress.hedging.solver.search import Search
from stress.simulation.blas_threads import one_blas_thread

__all__ = ["MAX_ROUNDS", "ActiveSetSolution", "solution_of", "solve_active_set"]


#: Re-evaluations on all draws, at most.
MAX_ROUNDS = 30
#: Below this many draws a term starts without a sample.
SAMPLE_FROM = 4_000
#: From this many draws on, a seventh of them (but so many at least) is solved first, to this gap.
NEST_FROM = 30_000
NEST_BY = 7
NEST_LEAST = 10_000
NEST_GAP = 3e-3
NEST_MARGIN = 20.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ActiveSetSolution:
    """Amounts with their certificate and the prices of the limits.

    Parameters
    ----------
    amounts : ndarray, shape (n,)
        Side amounts. [units]
    certificate : Certificate
        Bounds on the optimum.
    multipliers : Multipliers
        Raw units; of the best lower bound.
    values : tuple of float
        Tail averages at the hedge, by `stress.risk`. [currency]
    rounds, iterations : int
        Re-evaluations on all draws; interior-point steps.
    band : int
        Draws looked at one by one in the last round.
    """

    amounts: FloatArray
    certificate: Certificate
    multipliers: Multipliers
    values: tuple[float, ...]
    rounds: int
    iterations: int
    band: int


@one_blas_thread()
def solve_active_set(
    program: Program,
    *,
    tolerance: float = 1e-7,
    start: FloatArray | None = None,
    anchor: FloatArray | None = None,
    max_rounds: int = MAX_ROUNDS,
    time_limit: float = np.inf,
    strict: bool = True,
) -> ActiveSetSolution:
    """Solve a program of tail averages to a certified gap.

    Parameters
    ----------
    program : Program
        Raw units; feasible and bounded (see `stress.hedging.solver.feasibility`).
    tolerance : float
        Relative gap to reach.
    start : ndarray, shape (n,), optional
        Amounts near which the optimum is expected; saves the sample.
    anchor : ndarray, shape (n,), optional
        Feasible amounts, preferably strictly: hedges are pulled towards it until no limit is breached. The lower bounds
        are used when feasible and none is given.
    max_rounds : int
        Re-evaluations on all draws at most.
    time_limit : float
        Seconds; checked between rounds.
    strict : bool
        Whether a gap above the tolerance is an error. Branch and bound takes any bound, its certificate says which.

    Returns
    -------
    ActiveSetSolution
        With ``certificate.gap <= tolerance``.

    Raises
    ------
    SolverError
        If the gap is not reached; its text has the gap reached.

    Notes
    -----
    BLAS uses one thread meanwhile: the products of an interior-point step are too small for more, and threads that
    wait for one another on a busy machine made it up to fifty times slower.
    """
    began = time.perf_counter()
    scaling = scale_program(program)
    search = Search(program, scaling, anchor)
    if scaling.free.size == 0:
        search.nothing_to_choose()
        return solution_of(search)
    if start is None:
        start = _from_fewer_draws(program, search)
    if start is not None:
        search.look_at(start)
    elif program.terms and max(term.draws for term in program.terms) >= SAMPLE_FROM:
        search.sample()
    else:
        search.look_at(program.lower)
    for _ in range(max_rounds):
        if time.perf_counter() - began > time_limit:
            raise SolverError(
                f"the time limit of {time_limit:g} s ran out {_so_far(search, tolerance)}. Allow more time.",
                status="time_limit",
                attempts=(
                    f"scenario active set: {search.rounds} rounds, a gap of {search.certificate().gap:.1e}",
                ),
            )
        search.step(tolerance)
        if search.certificate().gap <= tolerance:
            break
    certificate = search.certificate()
    if certificate.gap > tolerance and (strict or search.best is None):
        raise SolverError(
            f"the scenario active set stopped at a certified gap of {certificate.gap:.1e} "
            f"(asked: {tolerance:.1e}) after {search.rounds} rounds.",
            status="gap",
            attempts=(f"scenario active set: {search.rounds} rounds, {search.iterations} steps",),
        )
    return solution_of(search)


def _so_far(search: Search, tolerance: float) -> str:
    gap = search.certificate().gap
    if np.isinf(gap):
        return "before anything was certified"
    return f"at a certified gap of {gap:.1e} (asked: {tolerance:.1e})"


def solution_of(search: Search) -> ActiveSetSolution:
    """Return the best hedge of a search under its best bound."""
    if search.best is None or search.multipliers is None:
        raise SolverError(
            "no feasible hedge was found.",
            status="gap",
            attempts=(f"scenario active set: {search.rounds} rounds, no feasible hedge",),
        )
    return ActiveSetSolution(
        amounts=search.best,
        certificate=search.certificate(),
        multipliers=search.multipliers,
        values=search.best_values,
        rounds=search.rounds,
        iterations=search.iterations,
        band=sum(cut.rows for cut in search.cuts),
    )


def _from_fewer_draws(program: Program, search: Search) -> FloatArray | None:
    """Find a nearly optimal hedge on a seventh of the draws, where there are many and no tail is limited."""
    most = max((term.draws for term in program.terms), default=0)
    if most < NEST_FROM or any(np.isfinite(term.limit) for term in program.terms):
        return None
    terms = []
    for i, term in enumerate(program.terms):
        step = min(NEST_BY, term.draws // NEST_LEAST)
        if step <= 1:
            terms.append(term)
            continue
        # Every seventh draw: a view, and odd, so that antithetic pairs are not split one way.
        weights = None if term.weights is None else term.weights[::step]
        if weights is not None:
            weights = weights / weights.sum()
        part = replace(term, pnl=term.pnl[::step], unit_pnl=term.unit_pnl[::step], weights=weights)
        terms.append(part)
        size = part.draws
        # The edge of the tail is known as well as the tail draws of the sample allow.
        tail, known = (1.0 - term.level) * term.draws, max(1.0, (1.0 - term.level) * size)
        search.width[i] = max(search.width[i], NEST_MARGIN * tail / np.sqrt(known))
    fewer = solve_active_set(
        replace(program, terms=tuple(terms)),
        tolerance=NEST_GAP,
        anchor=search.repair.anchor,
        max_rounds=6,
        strict=False,
    )
    search.iterations += fewer.iterations
    return fewer.amounts
