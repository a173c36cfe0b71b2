"""Where some hedge leaves no risk a few cutting planes prove it; elsewhere they stand aside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from stress.hedging.constraints import Band, Gross, TailLimit
from stress.hedging.objectives import MinimumExpectedShortfall, Mixture
from stress.hedging.problem import Costs, HedgeProblem, Outcomes
from stress.hedging.solver.active_set import solve_active_set
from stress.hedging.solver.cutting_planes import solve_by_planes
from stress.hedging.solver.direct import solve_direct
from stress.hedging.solver.linear_program import LinearProgram
from stress.hedging.solver.solve import solve

LINES = 20


def law(draws=4_000, *, opposite=True, seed=3):
    """Return equity-like returns of which the first two are opposites, if asked."""
    rng = np.random.default_rng(seed)
    market = 0.03 * rng.standard_t(5, draws)
    unit = market[:, None] * rng.uniform(0.5, 1.5, LINES)
    unit += rng.uniform(0.01, 0.05, LINES) * rng.standard_normal((draws, LINES))
    if opposite:
        unit[:, 0] = -unit[:, 1]
    return Outcomes(name="law", pnl=np.zeros(draws), unit_pnl=unit)


def invested(outcomes, *, costs=None, extra=()):
    """Return the problem of weights that are not negative and sum to one."""
    return HedgeProblem(
        lines=tuple(f"line {j}" for j in range(LINES)),
        lower=np.zeros(LINES),
        upper=np.ones(LINES),
        costs=costs or Costs.free(LINES),
        objective=MinimumExpectedShortfall(outcomes=outcomes, level=0.975),
        constraints=(
            Band(name="invested", exposures=np.ones(LINES), lower=1.0, upper=1.0),
            *extra,
        ),
    )


def test_two_opposite_assets_are_proved_without_an_interior_point():
    solution = solve(invested(law()))
    assert solution.method.endswith("cutting planes")
    assert solution.iterations == 0
    np.testing.assert_allclose(solution.trades[:2], 0.5, atol=1e-12)
    assert solution.objective == pytest.approx(0.0, abs=1e-15)
    assert solution.certificate.lower <= solution.objective
    assert solution.certificate.gap <= 1e-7


def test_a_book_that_a_line_undoes_is_proved_at_its_cost():
    outcomes = law(opposite=False)
    unit = outcomes.unit_pnl[:, :3]
    problem = HedgeProblem(
        lines=("A", "B", "C"),
        lower=-np.ones(3),
        upper=np.ones(3),
        costs=Costs(buy=np.full(3, 1e-4), sell=np.full(3, 2e-4)),
        objective=MinimumExpectedShortfall(
            outcomes=Outcomes(name="law", pnl=-0.7 * unit[:, 1], unit_pnl=unit), level=0.975
        ),
        constraints=(Gross(limit=2.0, notional=np.ones(3)),),
    )
    solution = solve(problem)
    assert solution.method.endswith("cutting planes")
    np.testing.assert_allclose(solution.trades, [0.0, 0.7, 0.0], atol=1e-9)
    assert solution.objective == pytest.approx(0.7e-4, rel=1e-9)


def test_prices_of_limits_are_those_of_the_active_set():
    outcomes = law(opposite=False)
    book = replace(outcomes, pnl=-0.7 * outcomes.unit_pnl[:, 4])
    costs = Costs(buy=np.full(LINES, 1e-4), sell=np.full(LINES, 2e-4))
    upper = np.ones(LINES)
    upper[4] = 0.6
    problem = replace(invested(book, costs=costs), constraints=(), upper=upper)
    program = problem.compiled()
    by_search = solve_active_set(program, anchor=program.lower)
    solution = solve(problem)
    assert solution.objective == pytest.approx(by_search.certificate.upper, rel=1e-7)
    (price,) = [each for each in solution.prices if each.line == "line 4"]
    wider = replace(problem, upper=np.where(upper < 1.0, 0.601, upper))
    assert (solution.objective - solve(wider).objective) / 0.001 == pytest.approx(
        price.price, rel=0.05
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_several_tails_agree_with_a_general_solver(weighted):
    one, other = law(seed=4), law(seed=5)
    if weighted:
        rng = np.random.default_rng(0)
        one = replace(one, weights=rng.dirichlet(np.ones(one.pnl.size)))
    problem = invested(one)
    problem = replace(
        problem, objective=Mixture(parts=(one, other), weights=(0.7, 0.3), level=0.95)
    )
    planes = solve_by_planes(problem.compiled(), tolerance=1e-7, anchor=np.full(LINES, 1 / LINES))
    assert planes is not None
    size = float(one.unit_pnl.std())
    assert planes.certificate.upper == pytest.approx(solve_direct(problem).value, abs=1e-7 * size)


def test_independent_lines_curvature_and_limited_tails_are_left_to_the_search():
    anchor = np.full(LINES, 1 / LINES)

    def planes(problem):
        return solve_by_planes(problem.compiled(), tolerance=1e-7, anchor=anchor)

    outcomes = law()
    limit = TailLimit(outcomes=outcomes, level=0.9, limit=1.0, name="tail")
    impact = replace(Costs.free(LINES), impact=np.full(LINES, 1e-3))
    assert planes(invested(outcomes)) is not None
    assert planes(invested(law(opposite=False))) is None
    assert planes(invested(outcomes, extra=(limit,))) is None
    assert planes(invested(outcomes, costs=impact)) is None


def test_planes_that_do_not_close_the_gap_leave_the_answer_to_the_search():
    outcomes = law(opposite=False)
    unit = outcomes.unit_pnl.copy()
    unit[:, 7] = unit[:, 8]
    problem = invested(replace(outcomes, unit_pnl=unit))
    program = problem.compiled()
    assert solve_by_planes(program, tolerance=1e-7, anchor=np.full(LINES, 1 / LINES)) is None
    assert solve(problem).method == "scenario active set, interior point"


def test_linear_programmes_agree_with_scipy_and_grow():
    rng = np.random.default_rng(8)
    for _ in range(20):
        cost, rows, high = rng.normal(size=6), rng.normal(size=(4, 6)), rng.uniform(0.5, 2, 4)
        program = LinearProgram(
            cost, np.zeros(6), np.ones(6), rows=rows, low=np.full(4, -np.inf), high=high
        )
        whole = program.least()
        answer = linprog(cost, A_ub=rows, b_ub=high, bounds=[(0, 1)] * 6)
        assert whole is not None
        assert whole.value == pytest.approx(answer.fun, abs=1e-9)
        np.testing.assert_allclose(whole.prices, -answer.ineqlin.marginals, atol=1e-9)
        row = rng.normal(size=6)
        program.add(row, low=row @ whole.point + 0.1)
        grown = program.least()
        again = linprog(
            cost,
            A_ub=np.vstack([rows, -row]),
            b_ub=np.append(high, -(row @ whole.point + 0.1)),
            bounds=[(0, 1)] * 6,
        )
        if again.status == 2:
            assert grown is None
            continue
        assert grown is not None
        assert grown.value == pytest.approx(again.fun, abs=1e-9)
        assert grown.prices[-1] <= 0.0
