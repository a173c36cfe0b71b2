"""Laws of every optimal hedge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stress.hedging.constraints import AtMost, Budget, Gross, TailLimit
from stress.hedging.objectives import CheapestHedge, MinimumExpectedShortfall
from stress.hedging.problem import Costs, HedgeProblem, Outcomes
from stress.hedging.solver.solve import solve
from stress.risk.measures import expected_shortfall

SEEDS = st.integers(min_value=0, max_value=10**9)
FEW = settings(max_examples=25, deadline=None, derandomize=True)


def book(seed, *, draws=600, lines=5, level=0.9, gross=1.0, budget=0.002, currency=1.0):
    rng = np.random.default_rng(seed)
    factors = rng.standard_t(5, size=(draws, 4)) * 0.02
    pnl = factors @ rng.normal(size=4) + 0.003 * rng.standard_normal(draws)
    unit = factors @ rng.normal(size=(4, lines)) + 0.005 * rng.standard_normal((draws, lines))
    unit[:, 0] = np.maximum(-unit[:, 0] - 0.01, 0.0) - 0.001
    law = Outcomes(name="law", pnl=pnl * currency, unit_pnl=unit)
    cost = rng.uniform(0.0002, 0.002, lines)
    return HedgeProblem(
        lines=tuple("ABCDEFGH"[:lines]),
        lower=np.full(lines, -0.5) * currency,
        upper=np.full(lines, 0.5) * currency,
        costs=Costs(buy=cost, sell=cost),
        objective=MinimumExpectedShortfall(outcomes=law, level=level),
        constraints=(
            Gross(limit=gross * currency, notional=np.ones(lines)),
            Budget(amount=budget * currency, costs=Costs(buy=cost, sell=cost)),
        ),
    )


@FEW
@given(seed=SEEDS, wider=st.floats(1.0, 3.0))
def test_wider_limits_never_worsen_the_optimum(seed, wider):
    narrow = solve(book(seed)).objective
    for words in ({"gross": wider}, {"budget": 0.002 * wider}):
        assert solve(book(seed, **words)).objective <= narrow * (1.0 + 1e-7)


@FEW
@given(seed=SEEDS)
def test_zero_bounds_give_the_unhedged_book_bit_for_bit(seed):
    problem = book(seed)
    still = replace(problem, lower=np.zeros(5), upper=np.zeros(5))
    solution = solve(still)
    unhedged = expected_shortfall(problem.objective.outcomes.pnl, level=0.9)
    assert solution.objective == unhedged
    assert not solution.trades.any()
    assert solution.cost == 0.0
    assert solution.certificate.lower == pytest.approx(unhedged, rel=1e-12)


@FEW
@given(seed=SEEDS, currency=st.sampled_from([1e-3, 10.0, 1e7]))
def test_scaling_the_book_scales_the_trades(seed, currency):
    one, many = solve(book(seed)), solve(book(seed, currency=currency))
    assert many.objective / currency == pytest.approx(one.objective, rel=1e-6)
    assert many.trades / currency == pytest.approx(one.trades, abs=1e-3)


@FEW
@given(seed=SEEDS, kind=st.sampled_from(["zero", "premium", "dear"]))
def test_a_useless_instrument_changes_nothing(seed, kind):
    problem = book(seed)
    law = problem.objective.outcomes
    column = {
        "zero": np.zeros(600),
        "premium": np.full(600, -0.001),
        "dear": law.unit_pnl[:, 1] - 0.05,
    }[kind]
    wide = Outcomes(name="law", pnl=law.pnl, unit_pnl=np.column_stack([law.unit_pnl, column]))
    cost = np.append(problem.costs.buy, 0.0)
    more = replace(
        problem,
        lines=(*problem.lines, "useless"),
        lower=np.append(problem.lower, 0.0),
        upper=np.append(problem.upper, 0.5),
        costs=Costs(buy=cost, sell=cost),
        objective=replace(problem.objective, outcomes=wide),
        constraints=(
            Gross(limit=1.0, notional=np.ones(6)),
            Budget(amount=0.002, costs=Costs(buy=cost, sell=cost)),
        ),
    )
    before, after = solve(problem), solve(more)
    assert after.objective == pytest.approx(before.objective, rel=2e-7)
    assert after.trades[5] == 0.0


def test_the_frontier_of_cost_against_es_is_convex_and_monotone():
    budgets = np.linspace(0.0, 0.003, 9)
    values = np.array([solve(replace_cost(book(3, budget=b))).objective for b in budgets])
    assert (np.diff(values) <= 1e-9).all()
    assert (np.diff(values, 2) >= -1e-9).all()


def replace_cost(problem):
    return replace(problem, cost_weight=0.0)


@FEW
@given(seed=SEEDS)
def test_the_price_of_the_budget_is_the_slope_of_the_frontier(seed):
    problem = replace_cost(book(seed, gross=10.0, budget=0.0004))
    solution = solve(problem, tolerance=1e-9)
    prices = {p.constraint: p.price for p in solution.prices if p.line is None}
    step = 1e-8
    more = solve(replace_cost(book(seed, gross=10.0, budget=0.0004 + step)), tolerance=1e-10)
    less = solve(replace_cost(book(seed, gross=10.0, budget=0.0004 - step)), tolerance=1e-10)
    forward = (solution.objective - more.objective) / step
    backward = (less.objective - solution.objective) / step
    price = prices.get("budget", 0.0)
    assert forward - 0.02 * backward - 0.1 <= price <= 1.02 * backward + 0.1


@FEW
@given(seed=SEEDS)
def test_minimum_es_and_cheapest_hedge_are_each_others_mirror(seed):
    problem = replace_cost(book(seed, gross=10.0, budget=0.0004))
    least = solve(problem)
    law = problem.objective.outcomes
    limit = least.objective * (1.0 + 1e-6)
    cheapest = replace(
        problem,
        objective=CheapestHedge(),
        cost_weight=1.0,
        constraints=(
            Gross(limit=10.0, notional=np.ones(5)),
            TailLimit(outcomes=law, limit=limit, level=0.9),
        ),
    )
    assert solve(cheapest).cost <= 0.0004 * (1.0 + 1e-6)


def test_a_perfect_hedge_is_found_and_certified():
    rng = np.random.default_rng(5)
    move = rng.standard_t(4, 2_000)
    law = Outcomes(
        name="law", pnl=1e6 * move, unit_pnl=np.column_stack([move, rng.normal(size=2_000)])
    )
    solution = solve(
        HedgeProblem(
            lines=("mirror", "noise"),
            lower=np.full(2, -2e6),
            upper=np.full(2, 2e6),
            costs=Costs.free(2),
            objective=MinimumExpectedShortfall(outcomes=law),
        )
    )
    unhedged = expected_shortfall(law.pnl, level=0.975)
    assert abs(solution.objective) <= 1e-9 * unhedged
    assert solution.trades[0] == pytest.approx(-1e6, rel=1e-8)


@pytest.mark.parametrize("draws", [1, 2, 7])
def test_very_few_draws(draws):
    rng = np.random.default_rng(draws)
    law = Outcomes(name="few", pnl=rng.normal(size=draws), unit_pnl=rng.normal(size=(draws, 3)))
    solution = solve(
        HedgeProblem(
            lines=("A", "B", "C"),
            lower=-np.ones(3),
            upper=np.ones(3),
            costs=Costs.free(3),
            objective=MinimumExpectedShortfall(outcomes=law),
        )
    )
    assert solution.certificate.gap <= 1e-7


def test_weights_equal_repeated_draws():
    rng = np.random.default_rng(0)
    pnl, unit = rng.normal(size=40), rng.normal(size=(40, 3))
    repeats = rng.integers(1, 6, 40)
    weighted = Outcomes(name="w", pnl=pnl, unit_pnl=unit, weights=repeats / repeats.sum())
    repeated = Outcomes(
        name="r", pnl=np.repeat(pnl, repeats), unit_pnl=np.repeat(unit, repeats, axis=0)
    )

    def optimum(law):
        return solve(
            HedgeProblem(
                lines=("A", "B", "C"),
                lower=-np.ones(3),
                upper=np.ones(3),
                costs=Costs.free(3),
                objective=MinimumExpectedShortfall(outcomes=law, level=0.9),
            )
        ).objective

    assert optimum(weighted) == pytest.approx(optimum(repeated), rel=1e-7)


def test_many_draws_use_the_sample_and_agree_with_one_band_of_all_draws():
    problem = book(11, draws=12_000, lines=8)
    solution = solve(problem)
    direct = solve(problem, start=solution.trades)
    assert solution.objective == pytest.approx(direct.objective, rel=2e-7)
    assert solution.band < 6_000


def test_impact_is_a_three_halves_power():
    problem = book(2, budget=1.0)
    free = solve(problem)
    impact = np.full(5, 0.004)
    dear = solve(replace(problem, costs=replace(problem.costs, impact=impact)))
    linear = problem.costs.of(dear.trades)
    assert dear.cost == pytest.approx(
        linear + 0.004 * (np.abs(dear.trades) ** 1.5).sum(), rel=1e-12
    )
    assert dear.objective > free.objective
    assert dear.certificate.gap <= 1e-7


def test_at_most_k_is_monotone_in_k():
    problem = book(4, budget=1.0)
    values = [
        solve(problem.with_constraints([*problem.constraints, AtMost(lines=k)])).objective
        for k in range(6)
    ]
    assert (np.diff(values) <= 1e-4 * np.abs(values[:-1])).all()
    assert values[0] == expected_shortfall(problem.objective.outcomes.pnl, level=0.9)
    assert values[5] == pytest.approx(solve(problem).objective, rel=1e-4)
