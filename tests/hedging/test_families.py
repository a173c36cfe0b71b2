"""Every objective and constraint: the arrays and the direct statement mean the same, and relaxing never hurts."""

from __future__ import annotations

import pkgutil
from dataclasses import replace

import numpy as np
import pytest

from stress.hedging import constraints, objectives
from stress.hedging.constraints import (
    AdvShare,
    AtMost,
    Band,
    Budget,
    Direction,
    Gross,
    Linear,
    MinimumSize,
    PerLine,
    ScenarioLoss,
    TailLimit,
    Turnover,
    WholeLots,
)
from stress.hedging.objectives import (
    CheapestHedge,
    Minimax,
    MinimumExpectedShortfall,
    MinimumVariance,
    Mixture,
    RobustExpectedShortfall,
)
from stress.hedging.problem import Costs, HedgeProblem, Outcomes
from stress.hedging.solver.direct import solve_direct
from stress.hedging.solver.solve import solve

LINES = 5
RNG = np.random.default_rng(8)
FACTORS = RNG.standard_t(5, size=(250, 3)) * 0.02
PNL = FACTORS @ np.array([1.0, 0.6, -0.4]) + 0.003 * RNG.standard_normal(250)
UNIT = FACTORS @ RNG.normal(size=(3, LINES)) + 0.004 * RNG.standard_normal((250, LINES))
LAW = Outcomes(name="law", pnl=PNL, unit_pnl=UNIT)
OTHER = Outcomes(
    name="other", pnl=1.3 * PNL, unit_pnl=UNIT + 0.002 * RNG.standard_normal((250, LINES))
)
FEW = Outcomes(name="few", pnl=PNL[:12], unit_pnl=UNIT[:12])
COST = np.array([0.0005, 0.001, 0.0002, 0.0015, 0.0008])
COSTS = Costs(buy=COST, sell=1.5 * COST)
ONES = np.ones(LINES)
LIMIT = TailLimit(outcomes=LAW, limit=0.03, level=0.9)

# Halfway between the least the other law allows and what the hedge for the first law has there.
TIGHT = 0.02455

OBJECTIVE_CASES = {
    "minimum_es": (MinimumExpectedShortfall(outcomes=LAW, level=0.9), ()),
    "mixture": (Mixture(parts=(LAW, OTHER), weights=(0.8, 0.2), level=0.9), ()),
    "minimum_variance": (MinimumVariance(outcomes=LAW, aversion=20.0), ()),
    "minimax": (Minimax(scenarios=FEW), ()),
    "robust_es": (RobustExpectedShortfall(laws=(LAW, OTHER), level=0.9), ()),
    "cheapest": (CheapestHedge(), (LIMIT,)),
}
CONSTRAINT_CASES = {
    "adv_share": AdvShare(share=0.1, volume=np.array([1.0, 2.0, 0.5, np.inf, 3.0])),
    "at_most": AtMost(lines=2),
    "band": Band(name="beta", exposures=UNIT[0] * 50, lower=-0.2, upper=0.1, of_book=0.05),
    "budget": Budget(amount=0.0002, costs=COSTS),
    "direction": Direction(side="long", lines=np.array([False, True, False, True, True])),
    "gross": Gross(limit=0.4, notional=np.array([1.0, 2.0, 1.0, 0.5, 1.0])),
    "linear": Linear(name="row", coefficients=np.array([1.0, -1, 0.5, 0, 2]), limit=-0.1),
    "minimum_size": MinimumSize(sizes=np.array([0.3, 0.4, 0.0, 0.2, 0.35])),
    "per_line": PerLine(limit=0.2, notional=np.array([1.0, 2.0, 1.0, 0.0, 4.0])),
    "scenario_loss": ScenarioLoss(
        name="crash", pnl=-0.01, unit_pnl=np.array([0.0, 0, -0.1, 0.01, 0]), limit=0.04
    ),
    "tail_limit": TailLimit(outcomes=OTHER, limit=TIGHT, level=0.8),
    "turnover": Turnover(limit=0.5, notional=ONES),
    "whole_lots": WholeLots(lots=np.array([0.1, 0.25, 0.0, 0.2, 0.1])),
}


def problem(objective=None, constraints=()):
    return HedgeProblem(
        lines=tuple("ABCDE"),
        lower=-0.6 * ONES,
        upper=0.6 * ONES,
        costs=COSTS,
        objective=objective or MinimumExpectedShortfall(outcomes=LAW, level=0.9),
        constraints=constraints,
    )


def test_every_member_of_both_families_is_tested_here():
    for package, cases in (
        (objectives, [objective for objective, _ in OBJECTIVE_CASES.values()]),
        (constraints, list(CONSTRAINT_CASES.values())),
    ):
        files = {module.name for module in pkgutil.iter_modules(package.__path__)}
        tested = {type(case).__name__: type(case).__module__ for case in cases}
        assert set(tested) == set(package.__all__)
        assert {module.rpartition(".")[2] for module in tested.values()} == files


@pytest.mark.parametrize("name", CONSTRAINT_CASES)
def test_constraints_have_their_unit(name):
    """A constraint without any is given up whole: there is nothing to be wider by."""
    limit = CONSTRAINT_CASES[name]
    assert limit.unit or isinstance(limit, Direction)
    assert replace(problem(), currency="EUR").unit_of(limit) == limit.unit.replace(
        "currency", "EUR"
    )


@pytest.mark.parametrize("name", OBJECTIVE_CASES)
def test_objectives_agree_with_their_direct_statement(name):
    objective, constraints = OBJECTIVE_CASES[name]
    stated = problem(objective, constraints)
    solution, direct = solve(stated), solve_direct(stated)
    assert solution.objective == pytest.approx(direct.value, rel=1e-6, abs=1e-9)
    assert solution.certificate.lower <= direct.value + 1e-8


@pytest.mark.parametrize("name", CONSTRAINT_CASES)
def test_constraints_agree_with_their_direct_statement(name):
    stated = problem(constraints=(CONSTRAINT_CASES[name],))
    solution = solve(stated, integer_gap=1e-7)
    assert solution.objective == pytest.approx(
        solve_direct(stated, relative_gap=1e-8).value, rel=2e-6
    )
    free = solve(problem())
    assert solution.objective >= free.objective * (1.0 - 1e-6)
    # The case is chosen so that the constraint matters.
    assert solution.objective > free.objective * (1.0 + 1e-5)


@pytest.mark.parametrize("name", CONSTRAINT_CASES)
def test_relaxing_a_constraint_never_worsens_the_optimum(name):
    constraint = CONSTRAINT_CASES[name]
    tight = solve(problem(constraints=(constraint,)))
    for by in (0.05, 1.0):
        wider = solve(problem(constraints=(constraint.relaxed(by),)))
        if name == "whole_lots":  # a finer grid need not contain the coarser one
            assert wider.objective >= tight.relaxed_objective * (1.0 - 1e-6)
        else:
            assert wider.objective <= tight.objective * (1.0 + 2e-4)
    assert constraint.relaxed(0.0).priority == constraint.priority


@pytest.mark.parametrize("name", CONSTRAINT_CASES)
def test_room_inside_a_constraint_is_a_share_of_its_size(name):
    constraint = CONSTRAINT_CASES[name]
    tight = solve(problem(constraints=(constraint,)))
    inside = solve(problem(constraints=(constraint.relaxed(-1e-4 * constraint.size),)))
    kept_by_itself = ("adv_share", "at_most", "direction", "minimum_size", "whole_lots")

    assert (constraint.size == 0.0) == (name in kept_by_itself)
    if constraint.size == 0.0:
        assert inside.objective == pytest.approx(tight.objective, rel=1e-6)
    else:
        assert inside.objective > tight.objective * (1.0 + 1e-6)


def test_limits_written_as_whole_numbers_are_limits():
    assert Gross(limit=3, notional=ONES).size == 3.0
    assert Budget(amount=2, costs=COSTS).size == 2.0
    assert Budget(amount=np.inf, costs=COSTS).size == 0.0
    assert Linear(name="none", coefficients=ONES, limit=np.inf).size == 0.0


def test_impact_agrees_with_the_direct_cone():
    costs = Costs(buy=COST, sell=COST, impact=np.array([0.002, 0.001, 0.0, 0.004, 0.003]))
    stated = replace(problem(constraints=(Budget(amount=0.0006, costs=costs),)), costs=costs)
    solution, direct = solve(stated), solve_direct(stated)
    assert solution.objective == pytest.approx(direct.value, rel=1e-6)
    assert solution.cost <= 0.0006 * (1.0 + 1e-9)


def test_prices_predict_the_effect_of_a_wider_limit():
    for name in ("budget", "gross", "tail_limit", "scenario_loss", "linear"):
        constraint = CONSTRAINT_CASES[name]
        stated = problem(constraints=(constraint,))
        solution = solve(stated, tolerance=1e-10)
        prices = [p for p in solution.prices if p.constraint == constraint.name]
        assert len(prices) == 1
        assert prices[0].line is None
        step = 1e-6 * abs(prices[0].limit)
        wider = solve(stated.with_constraints([constraint.relaxed(step)]), tolerance=1e-10)
        gained = (solution.objective - wider.objective) / step
        assert gained == pytest.approx(prices[0].price, rel=1e-2)


def test_prices_of_bounds_name_the_constraint_and_the_line():
    constraint = CONSTRAINT_CASES["per_line"]
    solution = solve(problem(constraints=(constraint,)))
    bound = [p for p in solution.prices if p.constraint == "per line"]
    assert bound
    for price in bound:
        j = "ABCDE".index(price.line)
        assert solution.trades[j] == pytest.approx(price.limit, rel=1e-6)
        assert price.price > 0.0
        assert price.kind == "upper"
