"""Bad input, infeasible limits, free money, gaps: each says what, where, and what to do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stress.errors import InputError, SolverError
from stress.hedging.constraints import Band, Budget, Gross, Linear, ScenarioLoss, TailLimit
from stress.hedging.objectives import CheapestHedge, MinimumExpectedShortfall
from stress.hedging.problem import Costs, HedgeProblem, Outcomes
from stress.hedging.solver.active_set import solve_active_set
from stress.hedging.solver.infeasible import InfeasibleHedgeError
from stress.hedging.solver.solve import solve

RNG = np.random.default_rng(0)
PNL = RNG.standard_t(5, 400) * 0.02
UNIT = np.column_stack([-PNL + 0.004 * RNG.standard_normal(400), 0.01 * RNG.standard_normal(400)])
LAW = Outcomes(name="law", pnl=PNL, unit_pnl=UNIT)


COSTS = Costs(buy=np.full(2, 0.001), sell=np.full(2, 0.001))


def problem(**words):
    settings = {
        "lines": ("short index", "noise"),
        "lower": np.zeros(2),
        "upper": np.ones(2),
        "costs": COSTS,
        "objective": MinimumExpectedShortfall(outcomes=LAW),
    }
    return HedgeProblem(**{**settings, **words})


def test_every_problem_of_the_outcomes_is_named():
    bad = UNIT.copy()
    bad[17, 1] = np.nan
    with pytest.raises(InputError, match=r"unit P&L is nan in draw 17 of line 1"):
        Outcomes(name="law", pnl=PNL, unit_pnl=bad)
    with pytest.raises(InputError, match="weights sum to 2"):
        Outcomes(name="law", pnl=PNL, unit_pnl=UNIT, weights=np.full(400, 1 / 200))
    with pytest.raises(InputError, match=r"shape \(400, lines\), got \(399, 2\)"):
        Outcomes(name="law", pnl=PNL, unit_pnl=UNIT[1:])


def test_negative_costs_and_nan_costs_are_refused_with_all_their_lines():
    with pytest.raises(InputError) as refused:
        Costs(buy=np.array([-0.1, 0.0]), sell=np.array([0.0, np.nan]))
    assert len(refused.value.problems) == 2


def test_an_empty_universe_is_refused():
    with pytest.raises(InputError, match="universe is empty"):
        problem(lines=(), lower=np.zeros(0), upper=np.zeros(0), costs=Costs.free(0))


def test_crossed_bounds_name_the_line():
    with pytest.raises(InputError, match=r"'noise': lower bound 2 is above upper bound 1"):
        problem(lower=np.array([0.0, 2.0]))


def test_free_money_names_the_lines():
    arbitrage = np.column_stack([UNIT, np.full(400, 0.01)])
    law = Outcomes(name="law", pnl=PNL, unit_pnl=arbitrage)
    with pytest.raises(InputError, match=r"free money.*: gift together") as refused:
        solve(
            problem(
                lines=("short index", "noise", "gift"),
                lower=np.zeros(3),
                upper=np.array([1.0, 1.0, np.inf]),
                costs=Costs(buy=np.full(3, 0.001), sell=np.full(3, 0.001)),
                objective=MinimumExpectedShortfall(outcomes=law),
            )
        )
    assert refused.value.exit_code == 3


def test_unbounded_lines_without_free_money_have_an_optimum():
    solution = solve(problem(lower=np.full(2, -np.inf), upper=np.full(2, np.inf)))
    assert solution.certificate.gap <= 1e-7
    assert solution.trades[0] == pytest.approx(1.0, abs=0.2)


def test_a_minimal_conflict_and_the_nearest_budget():
    limits = (
        Budget(amount=0.0001, costs=COSTS, priority=1),
        Gross(limit=5.0, notional=np.ones(2), priority=1),
        ScenarioLoss(
            name="crash", pnl=-0.10, unit_pnl=np.array([0.10, 0.0]), limit=0.05, priority=3
        ),
        Linear(name="harmless", coefficients=np.ones(2), limit=10.0),
    )
    with pytest.raises(InfeasibleHedgeError) as refused:
        solve(problem(constraints=limits))
    error = refused.value
    assert set(error.conflict) == {"budget", "crash"}
    assert error.relaxation.constraint == "budget"
    # Half a unit of the index is needed, at a cost of 0.001 a unit.
    assert error.nearest_budget == pytest.approx(0.0005, rel=1e-5)
    assert error.exit_code == 1
    assert "'budget'" in str(error)
    assert "harmless" not in str(error)
    nearest = (Budget(amount=error.nearest_budget * (1 + 1e-6), costs=COSTS), *limits[1:])
    assert solve(problem(constraints=nearest)).trades[0] == pytest.approx(0.5, rel=1e-4)


def test_where_no_budget_is_enough_that_is_said_and_what_conflicts_without_one():
    """Budget and loss conflict alone; without the budget, loss and gross do."""
    limits = (
        Budget(amount=0.0001, costs=COSTS, priority=1),
        Gross(limit=0.2, notional=np.ones(2), priority=2),
        ScenarioLoss(
            name="crash", pnl=-0.10, unit_pnl=np.array([0.10, 0.0]), limit=0.05, priority=2
        ),
    )
    with pytest.raises(InfeasibleHedgeError) as refused:
        solve(problem(constraints=limits))
    error = refused.value
    assert set(error.conflict) == {"budget", "crash"}
    assert error.nearest_budget is None
    assert error.relaxation.constraint == "crash"
    assert "(of these alone, any one fewer can be met): 'crash', 'budget'" in str(error)
    assert "No budget is enough: without one, no hedge meets 'gross', 'crash'." in str(error)
    for name in ("budget", "crash"):
        others = [limit for limit in limits if limit.name in {"budget", "crash"} - {name}]
        assert solve(problem(constraints=others)).certificate.gap <= 1e-7
    with pytest.raises(InfeasibleHedgeError) as unlimited:
        solve(problem(constraints=limits[1:]))
    assert set(unlimited.value.conflict) == {"gross", "crash"}


def test_a_budget_written_as_a_whole_number_has_a_nearest_one_too():
    crash = ScenarioLoss(name="crash", pnl=-0.10, unit_pnl=np.array([0.10, 0.0]), limit=0.05)
    with pytest.raises(InfeasibleHedgeError) as refused:
        solve(problem(constraints=(Budget(amount=0, costs=COSTS, name="what it may cost"), crash)))
    assert refused.value.nearest_budget == pytest.approx(0.0005, rel=1e-4)


def test_a_conflict_with_an_expected_shortfall_limit():
    limits = (
        Gross(limit=0.2, notional=np.ones(2)),
        TailLimit(outcomes=LAW, limit=0.001, name="es limit", priority=2),
    )
    with pytest.raises(InfeasibleHedgeError) as refused:
        solve(problem(objective=CheapestHedge(), constraints=limits))
    assert "es limit" in refused.value.conflict


def test_a_band_that_no_line_can_reach():
    limits = (Band(name="beta", exposures=np.zeros(2), lower=-0.1, upper=0.1, of_book=1.0),)
    with pytest.raises(InfeasibleHedgeError) as refused:
        solve(problem(constraints=limits))
    assert refused.value.conflict == ("beta",)
    assert refused.value.relaxation.by == pytest.approx(0.9, rel=1e-4)


def test_a_budget_of_zero_does_nothing():
    solution = solve(problem(constraints=(Budget(amount=0.0, costs=COSTS),)))
    assert not solution.trades.any()
    assert solution.cost == 0.0


def large_program():
    rng = np.random.default_rng(1)
    law = Outcomes(
        name="large",
        pnl=rng.standard_t(5, 12_000),
        unit_pnl=rng.standard_t(5, (12_000, 12)) + 0.3,
    )
    return problem(
        lines=tuple("ABCDEFGHIJKL"),
        lower=-np.ones(12),
        upper=np.ones(12),
        costs=Costs.free(12),
        objective=MinimumExpectedShortfall(outcomes=law),
    ).compiled()


def test_a_time_limit_is_an_error_with_the_gap():
    with pytest.raises(SolverError, match="time limit") as refused:
        solve_active_set(large_program(), time_limit=0.0)
    assert refused.value.status == "time_limit"


def test_a_gap_that_cannot_be_reached_is_an_error():
    with pytest.raises(SolverError, match="certified gap") as refused:
        solve_active_set(large_program(), tolerance=1e-18, max_rounds=1)
    assert refused.value.status == "gap"


def test_lines_of_outcomes_and_problem_must_agree():
    with pytest.raises(InputError, match="2 lines, the problem 3"):
        solve(
            replace(
                problem(),
                lines=("A", "B", "C"),
                lower=np.zeros(3),
                upper=np.ones(3),
                costs=Costs.free(3),
            )
        )
