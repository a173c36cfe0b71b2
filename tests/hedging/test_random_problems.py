"""On random problems the active set, Clarabel and HiGHS agree, and the certificate brackets them all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stress.errors import SolverError
from stress.hedging.certificate import lower_bound
from stress.hedging.solver.direct import solve_direct
from stress.hedging.solver.infeasible import InfeasibleHedgeError
from stress.hedging.solver.solve import solve


def tail_average(pnl, weights, level):
    """Independent: sort, walk down the tail, take a fraction of the last draw."""
    weights = np.full(pnl.size, 1.0 / pnl.size) if weights is None else weights
    if level >= 1.0:
        return -min(pnl[weights > 0.0])
    left, total = 1.0 - level, 0.0
    for value, weight in sorted(zip(pnl, weights, strict=True)):
        part = min(weight, left)
        total += part * value
        left -= part
        if left <= 0.0:
            break
    return -total / (1.0 - level)


def size_of(problem, value):
    """What 1e-6 is relative to: the optimum, but no less than a thousandth of the P&L or of the dearest trade."""
    program = problem.compiled()
    spread = max((float(np.sqrt((t.pnl**2).mean())) for t in program.terms), default=0.0)
    dearest = float((problem.costs.buy + problem.costs.sell).sum())
    if problem.costs.impact is not None:
        dearest += float(problem.costs.impact.sum())
    return max(abs(value), 1e-3 * spread, 1e-3 * dearest, 1e-300)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(seed=st.integers(min_value=0, max_value=10**9))
def test_optimum_agrees_with_general_solvers_and_is_bracketed(random_problem, seed):
    problem = random_problem(seed, most_draws=300)
    answers = {}
    for solver in ("HIGHS", "CLARABEL"):
        curved = problem.costs.impact is not None
        if solver == "HIGHS" and curved:
            continue
        try:
            answers[solver] = solve_direct(problem, solvers=(solver,)).value
        except SolverError as refused:
            answers[solver] = refused.status
    try:
        solution = solve(problem, explain=False)
    except InfeasibleHedgeError:
        assert "infeasible" in answers.values()
        return
    certificate = solution.certificate
    size = size_of(problem, certificate.upper)
    assert certificate.gap <= 1e-7
    assert certificate.lower <= certificate.upper + 1e-12 * size
    assert certificate.violation <= 1e-9
    numbers = [value for value in answers.values() if isinstance(value, float)]
    assert numbers, answers
    for value in numbers:
        # Clarabel's own tolerance is 1e-8 of the largest cost: near zero it is the less exact one, and may be worse.
        cone = 1e-7 * float(problem.costs.impact.max()) if curved else 0.0
        assert value - 1e-5 * size - cone <= solution.objective <= value + 1e-6 * size + cone
        assert certificate.lower <= value + 1e-6 * size
    program = problem.compiled()
    values = tuple(
        tail_average(term.pnl + term.unit_pnl @ solution.trades, term.weights, term.level)
        for term in program.terms
    )
    assert tuple(solution.tails.values()) == pytest.approx(values, rel=1e-9, abs=1e-12 * size)
    recomputed = program.objective(program.amounts(solution.trades), values)
    assert solution.objective == pytest.approx(recomputed, rel=1e-9, abs=1e-12 * size)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(min_value=0, max_value=10**9), noise=st.floats(0.0, 1.0))
def test_lower_bound_holds_for_any_multipliers(random_problem, seed, noise):
    from dataclasses import replace

    from stress.hedging.solver.active_set import solve_active_set
    from stress.hedging.solver.feasibility import find_feasible

    problem = random_problem(seed, most_draws=100)
    program = problem.compiled()
    found = find_feasible(program)
    if not found.feasible:
        return
    solution = solve_active_set(program, anchor=found.anchor)
    rng = np.random.default_rng(seed)
    spoilt = replace(
        solution.multipliers,
        rows=solution.multipliers.rows * (1.0 + noise * rng.normal(size=program.limit.size)),
        terms=tuple(
            replace(part, weights=part.weights * np.exp(noise * rng.normal(size=part.weights.size)))
            for part in solution.multipliers.terms
        ),
    )
    bound = lower_bound(program, spoilt, radius=solution.certificate.radius)
    size = size_of(problem, solution.certificate.upper)
    assert bound <= solution.certificate.upper + 1e-9 * size
