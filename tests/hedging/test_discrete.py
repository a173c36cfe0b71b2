"""At most k lines, minimum sizes and whole lots: proven gaps, against HiGHS and enumeration."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stress.errors import SolverError
from stress.hedging.constraints import (
    AdvShare,
    AtMost,
    Band,
    Budget,
    Gross,
    Linear,
    MinimumSize,
    TailLimit,
    WholeLots,
)
from stress.hedging.objectives import CheapestHedge, MinimumExpectedShortfall
from stress.hedging.problem import Costs, HedgeProblem, Outcomes
from stress.hedging.solver import discrete_feasibility
from stress.hedging.solver.direct import solve_direct
from stress.hedging.solver.discrete_feasibility import admits_discrete
from stress.hedging.solver.infeasible import (
    InfeasibleHedgeError,
    explain_infeasible,
    least_relaxation,
)
from stress.hedging.solver.solve import solve
from stress.risk.measures import expected_shortfall


def book(seed, *, draws=120, lines=6, constraints=()):
    rng = np.random.default_rng(seed)
    factors = rng.standard_t(5, size=(draws, 4)) * 0.02
    pnl = factors @ rng.normal(size=4) + 0.003 * rng.standard_normal(draws)
    unit = factors @ rng.normal(size=(4, lines)) + 0.005 * rng.standard_normal((draws, lines))
    unit[:, 0] = np.maximum(-unit[:, 0] - 0.01, 0.0) - 0.001
    cost = rng.uniform(0.0002, 0.002, lines)
    return HedgeProblem(
        lines=tuple(f"line {j}" for j in range(lines)),
        lower=np.full(lines, -0.5),
        upper=np.full(lines, 0.5),
        costs=Costs(buy=cost, sell=1.5 * cost),
        objective=MinimumExpectedShortfall(
            outcomes=Outcomes(name="law", pnl=pnl, unit_pnl=unit), level=0.9
        ),
        constraints=(Gross(limit=1.2, notional=np.ones(lines)), *constraints),
    )


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**9))
def test_branch_and_bound_agrees_with_highs(seed):
    rng = np.random.default_rng(seed)
    limits = []
    if rng.random() < 0.7:
        limits.append(AtMost(lines=int(rng.integers(1, 4))))
    if rng.random() < 0.5:
        limits.append(MinimumSize(sizes=rng.uniform(0.05, 0.3, 6) * (rng.random(6) < 0.8)))
    if rng.random() < 0.4 or not limits:
        limits.append(WholeLots(lots=rng.choice([0.0, 0.1, 0.13, 0.25], 6)))
    if rng.random() < 0.4:
        limits.append(Budget(amount=float(rng.uniform(0.0002, 0.001)), costs=book(seed).costs))
    if rng.random() < 0.2:
        limits.append(Band(name="band", exposures=rng.normal(size=6), lower=-0.1, upper=0.2))
    problem = book(seed, constraints=tuple(limits))
    solution = solve(problem, integer_gap=1e-6)
    direct = solve_direct(problem, relative_gap=1e-7)
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(direct.value, rel=5e-6)
    assert solution.certificate.lower <= direct.value * (1.0 + 1e-6)
    assert solution.certificate.gap <= 1e-6
    assert solution.objective >= solution.relaxed_objective * (1.0 - 1e-6)
    held = solution.trades != 0.0
    for limit in limits:
        if isinstance(limit, AtMost):
            assert held.sum() <= limit.lines
        if isinstance(limit, MinimumSize):
            assert (np.abs(solution.trades[held]) >= limit.sizes[held] * (1 - 1e-9)).all()
        if isinstance(limit, WholeLots):
            some = limit.lots > 0.0
            lots = solution.trades[some] / limit.lots[some]
            assert lots == pytest.approx(np.round(lots), abs=1e-8)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_at_most_k_agrees_with_enumeration(most):
    problem = book(7)
    best = min(
        solve(
            replace(
                problem,
                lower=np.where(np.isin(np.arange(6), support), problem.lower, 0.0),
                upper=np.where(np.isin(np.arange(6), support), problem.upper, 0.0),
            )
        ).objective
        for support in itertools.combinations(range(6), most)
    )
    found = solve(problem.with_constraints([*problem.constraints, AtMost(lines=most)]))
    assert found.objective == pytest.approx(best, rel=1e-4)


def test_lots_are_rounded_and_the_loss_is_reported():
    problem = book(3, constraints=(WholeLots(lots=np.full(6, 0.2)),))
    solution = solve(problem)
    assert solution.objective > solution.relaxed_objective
    assert solution.certificate.lower >= solution.relaxed_objective * (1.0 - 1e-6)


def test_a_time_limit_returns_the_best_hedge_with_its_gap():
    limits = (WholeLots(lots=np.full(8, 0.0037)), AtMost(lines=6))
    problem = book(1, draws=4_000, lines=8, constraints=limits)
    solution = solve(problem, integer_gap=1e-9, time_limit=1.0)
    assert solution.status == "within_gap"
    assert 1e-9 < solution.certificate.gap < 0.5
    assert np.count_nonzero(solution.trades) <= 6


def limits_in_conflict(seed):
    """Limits that can often be met alone, and without few lines, lots and minimum sizes, but not together."""
    rng = np.random.default_rng(seed)
    net = rng.uniform(0.55, 0.95)
    limits = [
        Band(name="net", exposures=np.ones(6), lower=net, upper=2.0, priority=3),
        Budget(
            amount=float(rng.uniform(0.0003, 0.0015)),
            costs=book(seed).costs,
            priority=int(rng.integers(1, 4)),
        ),
        AtMost(lines=int(rng.integers(1, 3)), priority=int(rng.integers(1, 4))),
        Gross(name="tight gross", limit=float(net + 0.1), notional=np.ones(6), priority=2),
    ]
    if rng.random() < 0.5:
        limits.append(MinimumSize(sizes=rng.uniform(0.2, 0.45, 6), priority=1))
    if rng.random() < 0.5:
        limits.append(WholeLots(lots=rng.choice([0.1, 0.3, 0.45], 6), priority=1))
    if rng.random() < 0.5:
        law = book(seed, draws=40).objective.outcomes
        unhedged = expected_shortfall(law.pnl, level=0.9, min_tail_draws=0)
        share = float(rng.uniform(0.5, 1.2))
        limits.append(TailLimit(outcomes=law, level=0.9, limit=share * unhedged, priority=2))
    return book(seed, draws=40, constraints=tuple(limits))


def highs_finds_one(problem):
    try:
        solve_direct(problem, solvers=("HIGHS",), relative_gap=1.0)
    except SolverError as refused:
        if refused.status != "infeasible":
            raise
        return False
    return True


@pytest.mark.parametrize("objective", ["minimum_es", "cheapest"])
def test_the_conflict_is_minimal_and_the_relaxation_least_by_highs(objective):
    by_lots_or_lines = relaxed = 0
    for seed in range(16):
        problem = limits_in_conflict(seed)
        if objective == "cheapest":
            problem = replace(problem, objective=CheapestHedge())
        if highs_finds_one(problem):
            assert admits_discrete(problem.compiled())
            continue
        with pytest.raises(InfeasibleHedgeError) as refused:
            solve(problem)
        error = refused.value
        kept = [c for c in problem.constraints if c.name in error.conflict]
        assert len(kept) == len(error.conflict) > 0
        assert "of these alone, any one fewer can be met" in str(error) or len(kept) == 1
        assert not highs_finds_one(problem.with_constraints(kept))
        for one in kept:
            assert highs_finds_one(problem.with_constraints([c for c in kept if c is not one]))
        by_lots_or_lines += any(isinstance(c, AtMost | MinimumSize | WholeLots) for c in kept)
        if error.relaxation is None:
            continue
        relaxed += 1
        (one,) = (c for c in kept if c.name == error.relaxation.constraint)
        others = [c for c in problem.constraints if c is not one]
        by = error.relaxation.by
        assert highs_finds_one(problem.with_constraints([*others, one.relaxed(by * (1 + 1e-5))]))
        if not isinstance(one, WholeLots):
            less = one.relaxed(by - 1.0 if isinstance(one, AtMost) else by * (1 - 3e-3))
            assert not highs_finds_one(problem.with_constraints([*others, less]))
    assert by_lots_or_lines >= 3
    assert relaxed >= 3


def test_the_message_of_a_discrete_conflict():
    limits = (
        AtMost(lines=1),
        Band(name="two names", exposures=np.array([1.0, 1, 0, 0, 0, 0]), lower=0.8, upper=2.0),
    )
    with pytest.raises(InfeasibleHedgeError) as refused:
        solve(book(0, constraints=limits))
    assert str(refused.value) == (
        "no hedge meets these limits together (of these alone, any one fewer can be met): 'at most 1 line', 'two names'. "
        "Without whole lots, minimum sizes and the number of lines they can be met. "
        "Relaxing 'at most 1 line' by 1 line is the least that helps."
    )


@pytest.mark.parametrize("answered_below", [0.3, 0.0])
def test_a_least_is_said_only_where_less_is_known_not_to_help(answered_below):
    """A search that gives no answer for less proves nothing of it."""
    budget = Budget(amount=0.05, costs=Costs.free(6))
    problem = book(0, constraints=(budget,))

    def possible(asked):
        amounts = [c.amount for c in asked.constraints if isinstance(c, Budget)]
        if not amounts or amounts[0] >= 0.35:
            return True
        return False if amounts[0] < 0.05 + answered_below or amounts[0] == 0.05 else None

    found = least_relaxation(problem, budget, possible, precision=1e-2)
    assert found.by == pytest.approx(0.3, rel=1e-2)
    assert found.proven == (answered_below == 0.3)
    said = str(explain_infeasible(problem, discrete=possible, met_without=True, precision=1e-2))
    assert ("within 1% of the least" in said) == found.proven
    assert ("whether less does was not found out" in said) != found.proven
    assert ("the nearest that was found" in said) != found.proven


def test_advice_that_whole_lots_and_few_lines_have_no_answer_to_is_counted_without_them():
    problem = book(
        0,
        constraints=(
            Band(name="two names", exposures=np.array([1.0, 1, 0, 0, 0, 0]), lower=1.4, upper=2.0),
        ),
    )
    error = explain_infeasible(problem, discrete=lambda _: None)
    assert error.in_fractions
    assert error.relaxation is not None
    assert "It cannot be met already without whole lots" in str(error)
    assert "counts those in" not in str(error)


def test_advice_that_no_single_limit_gives_is_said_to_be_none():
    """Two conflicts at once: widening a limit of the one leaves the other."""
    first, second = np.zeros(6), np.zeros(6)
    first[0], second[1] = 1.0, 1.0
    problem = book(
        0,
        constraints=tuple(
            Band(name=f"{name} {k}", exposures=exposures, lower=lower, upper=upper)
            for name, exposures in (("one", first), ("two", second))
            for k, (lower, upper) in enumerate([(0.3, 0.4), (0.1, 0.2)])
        ),
    )
    error = explain_infeasible(problem)
    assert error.relaxation is None
    assert str(error).endswith("giving up one of them alone: others are in the way too.")


@pytest.mark.parametrize(
    ("limit", "amount"),
    [
        (Gross(limit=1e-6, notional=np.ones(6)), r"by [\d.]+ EUR is"),
        (Linear(name="few", coefficients=-np.ones(6), limit=-2.0, unit="share"), r"by 3 shares is"),
        (AdvShare(share=0.1, volume=np.ones(6)), r"by [\d.]+ % of daily volume is"),
    ],
)
def test_a_relaxation_has_the_unit_of_its_limit(limit, amount):
    wanted = Linear(name="wanted", coefficients=np.ones(6), limit=-1.0, priority=2)
    stated = replace(book(0), currency="EUR").with_constraints((wanted, limit))
    with pytest.raises(InfeasibleHedgeError) as refused:
        solve(stated)
    assert re.search(amount, str(refused.value))


@pytest.mark.parametrize(("room", "answer"), [(1.001, True), (0.999, False)])
def test_impact_counts_when_a_discrete_hedge_is_looked_for(room, answer):
    problem = book(0, lines=1)
    spent = problem.costs.buy[0] * 0.5 + 0.003 * 0.5**1.5
    costs = replace(problem.costs, impact=np.array([0.003]))
    limits = (
        WholeLots(lots=np.array([0.25])),
        Band(name="half", exposures=np.ones(1), lower=0.4, upper=2.0),
        Budget(amount=float(room * spent), costs=costs),
    )
    stated = replace(problem, costs=costs, constraints=limits)
    assert admits_discrete(stated.compiled()) is answer


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**9))
def test_a_question_is_answered_alike_alone_and_after_others(seed):
    """What was looked at for other limits answers and cuts; impact, a tail limit, lots and few lines are in it."""
    rng = np.random.default_rng(seed)
    base = book(seed)
    impact = rng.uniform(0.0, 0.003, 6)
    costs = replace(base.costs, impact=impact)
    base = replace(base, costs=costs)
    unhedged = expected_shortfall(base.objective.outcomes.pnl, level=0.9, min_tail_draws=0)
    seen, asked = [], 0
    for tail, budget in itertools.product((0.95, 0.8, 0.65, 0.5), (0.0003, 0.001, 0.003)):
        limits = (
            *base.constraints,
            WholeLots(lots=np.full(6, 0.05)),
            AtMost(lines=3),
            TailLimit(
                name="tail", outcomes=base.objective.outcomes, limit=tail * unhedged, level=0.9
            ),
            Budget(amount=budget, costs=costs),
        )
        program = base.with_constraints(limits).compiled()
        after = admits_discrete(program, inside=discrete_feasibility.INSIDE, seen=seen)
        assert after is admits_discrete(program, inside=discrete_feasibility.INSIDE)
        asked += len(seen) > 0
    assert asked > 1


@pytest.mark.parametrize(
    ("rounds", "limit"), [(100, {"time_limit": 0.0}), (100, {"node_limit": 0}), (0, {})]
)
def test_whether_any_discrete_hedge_exists_is_not_guessed_when_a_limit_is_reached(
    rounds, limit, monkeypatch
):
    monkeypatch.setattr(discrete_feasibility, "ROUNDS", rounds)
    problem = limits_in_conflict(0)
    assert admits_discrete(problem.compiled(), **limit) is None


def market_split(seed):
    """Rows that next to no lots meet exactly: no answer without a long search (Cornuéjols and Dawande 1999)."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, 100, size=(4, 30)).astype(float)
    base = book(seed, draws=20, lines=30)
    halves = tuple(
        Band(name=f"row {i}", exposures=row, lower=row.sum() // 2, upper=row.sum() // 2)
        for i, row in enumerate(rows)
    )
    return replace(
        base,
        lower=np.zeros(30),
        upper=np.ones(30),
        constraints=(*halves, WholeLots(lots=np.ones(30))),
    )


def test_a_question_stops_at_its_nodes():
    program = market_split(0).compiled()
    assert admits_discrete(program, node_limit=20) is None
    # What can be answered within the nodes is answered: the same question without its last two rows.
    easy = market_split(0)
    fewer = easy.with_constraints(easy.constraints[2:])
    assert admits_discrete(fewer.compiled(), node_limit=20_000) is True


def test_a_discrete_problem_without_bounds_is_refused():
    problem = book(0, constraints=(AtMost(lines=2),))
    endless = replace(
        problem,
        lower=np.full(6, -np.inf),
        upper=np.full(6, np.inf),
        constraints=(AtMost(lines=2),),
    )
    with pytest.raises(SolverError, match="finite bound"):
        solve(endless)


def test_a_search_that_starts_without_a_feasible_hedge_goes_on():
    # No trade at all breaks the limit, so nothing is known when the search begins.
    free = book(3)
    outcomes = free.objective.outcomes
    losses = np.sort(-outcomes.pnl)[::-1]
    unhedged = losses[: len(losses) // 10].mean()
    limit = TailLimit(outcomes=outcomes, level=0.9, limit=0.8 * unhedged)
    problem = book(3, constraints=(limit, AtMost(lines=2)))
    solution = solve(problem, integer_gap=1e-6)
    direct = solve_direct(problem, relative_gap=1e-7)
    assert solution.status == "optimal"
    assert 0 < (solution.trades != 0.0).sum() <= 2
    assert solution.objective == pytest.approx(direct.value, rel=5e-6)
