"""Tiny and huge books, beside bounds that are millions of times the book: limits are kept and bounds hold alike."""

import math

import numpy as np
import pytest

from stress.errors import SolverError
from stress.hedging.certificate import Certificate
from stress.hedging.constraints import AtMost, Gross
from stress.hedging.objectives import MinimumExpectedShortfall
from stress.hedging.problem import Costs, HedgeProblem, Outcomes
from stress.hedging.solver import integer
from stress.hedging.solver.feasibility import find_feasible
from stress.hedging.solver.solve import solve

BETAS = (1.0, 1.3, 0.7, 0.4, 1.1, 0.9)


def problem(size=1.0, *, volume=1e10, gross=1.0, constraints=(), count=3):
    """Return a book of one name beside funds whose bounds are a day's volume, not the book's."""
    rng = np.random.default_rng(3)
    market = rng.standard_t(5, 2_000) * 0.02
    own = 0.006 * rng.standard_normal((2_000, len(BETAS)))
    unit = 100.0 * (np.outer(market, BETAS) + own)[:, :count]
    pnl = size * (1.2 * market + 0.01 * rng.standard_normal(2_000))
    return HedgeProblem(
        lines=("SPY", "SMH", "XLU", "XLP", "QQQ", "IWM")[:count],
        lower=np.full(count, -volume),
        upper=np.full(count, volume),
        costs=Costs(buy=np.full(count, 0.01), sell=np.full(count, 0.02)),
        objective=MinimumExpectedShortfall(
            outcomes=Outcomes(name="law", pnl=pnl, unit_pnl=unit), level=0.95
        ),
        constraints=(
            Gross(name="gross", limit=gross * size, notional=np.full(count, 100.0)),
            *constraints,
        ),
    )


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3, 1e6, 1e9])
def test_objective_and_trades_scale_with_the_book(size):
    one, many = solve(problem(1.0, gross=0.8)), solve(problem(size, gross=0.8))

    assert many.objective / size == pytest.approx(one.objective, rel=1e-7)
    assert many.trades / size == pytest.approx(one.trades, rel=1e-4, abs=1e-8)
    assert 100.0 * np.abs(many.trades).sum() <= 0.8 * size * (1.0 + 1e-9)
    assert many.certificate.gap <= 1e-7


def test_a_breach_is_measured_by_the_limit_not_by_the_bounds():
    stated = problem(1_000.0, gross=0.8)
    program = stated.compiled()
    found = solve(stated)
    most = 800.0 / (100.0 * np.abs(found.trades).sum())
    amounts = program.amounts(found.trades)

    assert program.violation(most * (1.0 + 1e-6) * amounts) == pytest.approx(1e-6, rel=1e-3)
    assert program.violation(most * (1.0 - 1e-6) * amounts) == 0.0


def test_what_no_trades_can_keep_is_infeasible_in_a_small_book_too():
    """A breach of 1 % of a limit of 800, which is 1e-9 of what a day's volume would be worth."""
    from stress.hedging.constraints import Linear

    least = Linear(name="at least", coefficients=np.full(3, 100.0), limit=-808.0)
    stated = problem(1_000.0, gross=0.8, constraints=(least,))

    assert not find_feasible(stated.compiled()).feasible
    met = problem(1_000.0, gross=0.81, constraints=(least,))
    assert find_feasible(met.compiled()).feasible


@pytest.mark.parametrize(
    ("lower", "upper", "floor", "gap"),
    [
        (3.0, math.inf, 1e-3, math.inf),
        (-math.inf, 3.0, 1e-3, math.inf),
        (9.0, 10.0, 1e-3, 0.1),
        (-0.5, 0.0, 2.0, 0.25),
        (0.0, 0.0, 0.0, 0.0),
        (-1e-9, 0.0, 0.0, math.inf),
    ],
)
def test_the_gap_is_a_share_of_the_objective_or_infinite_never_undefined(lower, upper, floor, gap):
    found = Certificate.of(lower, upper, floor=floor, violation=0.0)
    assert found.gap == pytest.approx(gap)
    with pytest.raises(SolverError, match="the certificate is void"):
        Certificate.of(1.0 + 1e-5, 1.0, floor=floor, violation=0.0)


def test_a_node_that_ends_without_a_hedge_leaves_the_bound_true(monkeypatch):
    few = problem(constraints=(AtMost(lines=2),), count=6)
    best = solve(few, integer_gap=1e-6).objective
    calls, inner = [], integer.solve_active_set

    def stuck_at(number):
        def run(*words, **named):
            calls.append(None)
            if len(calls) == number:
                raise SolverError("no feasible hedge was found.", status="gap")
            return inner(*words, **named)

        return run

    for number in (2, 3):
        calls.clear()
        monkeypatch.setattr(integer, "solve_active_set", stuck_at(number))
        found = solve(few, integer_gap=1e-6)
        assert len(calls) >= number
        assert found.certificate.lower <= best * (1.0 + 1e-7)
        assert found.objective >= best * (1.0 - 1e-7)
