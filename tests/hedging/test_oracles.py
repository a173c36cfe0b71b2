"""Published and hand-checkable answers, to the printed digits."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import norm

from stress.hedging.constraints import AtMost, Band, Linear, WholeLots
from stress.hedging.objectives import Minimax, MinimumExpectedShortfall, MinimumVariance
from stress.hedging.problem import Costs, HedgeProblem, Outcomes
from stress.hedging.solver.solve import solve

# ---- Rockafellar and Uryasev (2000), tables 1-5 -------------------------------------------------

RU_MEAN = np.array([0.0101110, 0.0043532, 0.0137058])
RU_COVARIANCE = np.array(
    [
        [0.00324625, 0.00022983, 0.00420395],
        [0.00022983, 0.00049937, 0.00019247],
        [0.00420395, 0.00019247, 0.00764097],
    ]
)
RU_WEIGHTS = (0.452013, 0.115573, 0.432414)


def portfolio(returns, objective):
    lines = ("S&P", "Gov Bond", "Small Cap")
    return HedgeProblem(
        lines=lines,
        lower=np.zeros(3),
        upper=np.full(3, np.inf),
        costs=Costs.free(3),
        objective=objective,
        constraints=(
            Band(name="fully invested", exposures=np.ones(3), lower=1.0, upper=1.0),
            Linear(name="return", coefficients=-RU_MEAN, limit=-0.011),
        ),
    )


def test_rockafellar_uryasev_2000_minimum_variance_to_six_digits(draws_with):
    returns = draws_with(RU_MEAN, RU_COVARIANCE)
    law = Outcomes(name="normal", pnl=np.zeros(returns.shape[0]), unit_pnl=returns)
    solution = solve(portfolio(returns, MinimumVariance(outcomes=law)), tolerance=1e-12)
    # The printed moments are rounded: their exact optimum is 2e-6 off the printed weights.
    assert solution.trades == pytest.approx(RU_WEIGHTS, abs=2e-6)
    ones = np.vstack([np.ones(3), RU_MEAN])
    system = np.block([[2 * RU_COVARIANCE, ones.T], [ones, np.zeros((2, 2))]])
    exact = np.linalg.solve(system, [0, 0, 0, 1, 0.011])[:3]
    assert solution.trades == pytest.approx(exact, abs=1e-8)
    assert solution.objective == pytest.approx(0.00378529, abs=6e-9)
    for level, shortfall in ((0.90, 0.096975), (0.95, 0.115908), (0.99, 0.152977)):
        tail = norm.pdf(norm.ppf(level)) / (1.0 - level)
        assert np.sqrt(solution.objective) * tail - 0.011 == pytest.approx(shortfall, abs=6e-7)


@pytest.mark.parametrize(("level", "shortfall"), [(0.90, 0.096975), (0.95, 0.115908)])
def test_rockafellar_uryasev_2000_minimum_es_converges(draws_with, level, shortfall):
    returns = draws_with(RU_MEAN, RU_COVARIANCE, draws=60_000, seed=1)
    law = Outcomes(name="normal", pnl=np.zeros(returns.shape[0]), unit_pnl=returns)
    solution = solve(portfolio(returns, MinimumExpectedShortfall(outcomes=law, level=level)))
    assert solution.certificate.gap <= 1e-7
    # The sampling error of ES from 60,000 normal draws of this portfolio is about 0.0006.
    assert solution.objective == pytest.approx(shortfall, abs=0.002)
    assert solution.trades == pytest.approx(RU_WEIGHTS, abs=0.06)


# ---- minimum variance ----------------------------------------------------------------------------


def test_two_instrument_minimum_variance(draws_with):
    covariance = 1e-2 * np.array(
        [[0.04, 0.018, 0.012], [0.018, 0.0225, 0.006], [0.012, 0.006, 0.01]]
    )
    draws = draws_with(np.zeros(3), covariance)
    law = Outcomes(name="law", pnl=draws[:, 0], unit_pnl=draws[:, 1:])
    solution = solve(
        HedgeProblem(
            lines=("A", "B"),
            lower=np.full(2, -5.0),
            upper=np.full(2, 5.0),
            costs=Costs.free(2),
            objective=MinimumVariance(outcomes=law),
        ),
        tolerance=1e-12,
    )
    assert solution.trades == pytest.approx([-0.57142857, -0.85714286], abs=1e-6)
    assert solution.objective / covariance[0, 0] == pytest.approx(0.48571429, abs=1e-8)


def test_hull_jet_fuel_hedge_ratio(draws_with):
    # Hull, Options, Futures and Other Derivatives: rho 0.928, sd 0.0263 (spot) and 0.0313 (futures).
    cross = 0.928 * 0.0263 * 0.0313
    draws = draws_with(np.zeros(2), [[0.0263**2, cross], [cross, 0.0313**2]])
    gallons, contract = 2_000_000.0, 42_000.0
    law = Outcomes(name="jet fuel", pnl=-gallons * draws[:, 0], unit_pnl=contract * draws[:, 1:])
    problem = HedgeProblem(
        lines=("heating oil future",),
        lower=np.array([-100.0]),
        upper=np.array([100.0]),
        costs=Costs.free(1),
        objective=MinimumVariance(outcomes=law, aversion=1e-6),
    )
    solution = solve(problem, tolerance=1e-12)
    assert solution.trades[0] == pytest.approx(37.13, abs=0.005)
    assert solution.trades[0] * contract / gallons == pytest.approx(0.7798, abs=5e-5)
    unhedged = 1e-6 * gallons**2 * 0.0263**2
    assert 1.0 - solution.objective / unhedged == pytest.approx(0.8612, abs=5e-5)
    whole = solve(problem.with_constraints([WholeLots(lots=np.ones(1))]))
    assert whole.trades[0] == 37.0
    assert whole.objective > whole.relaxed_objective


# ---- a toy that can be checked by hand, with an option -------------------------------------------

LOSS = np.array([12.0, 9, 7, 3, 0, -2, -4, -6, -8, -11])
HEDGES = np.column_stack(
    [
        [5.0, 4, 3, 1, 0, -1, -2, -2, -4, -5],
        [2.0, 1, 3, -1, 1, 0, -1, 0, -2, -3],
        [9.2, 4.2, 1.2] + [-0.8] * 7,
    ]
)
MOST = np.array([2.0, 2.0, 1.0])
TOY = Outcomes(name="toy", pnl=-LOSS, unit_pnl=HEDGES)


def toy(objective=None, *, allowed=(0, 1, 2), constraints=()):
    upper = np.where(np.isin(np.arange(3), allowed), MOST, 0.0)
    return HedgeProblem(
        lines=("H1", "H2", "option"),
        lower=np.zeros(3),
        upper=upper,
        costs=Costs.free(3),
        objective=objective or MinimumExpectedShortfall(outcomes=TOY, level=0.8),
        constraints=constraints,
    )


@pytest.mark.parametrize(
    ("allowed", "shortfall", "trades"),
    [
        ((), 10.5, (0, 0, 0)),
        ((0,), 1.5, None),
        ((1,), 7.5, None),
        ((2,), 5.3, None),
        ((0, 1), 1.25, (2, 0.5, 0)),
        ((0, 2), 0.9, (2, 0, 0.5)),
        ((1, 2), 4.3, None),
        ((0, 1, 2), 0.8285714285714286, (2, 1 / 7, 1 / 7)),
    ],
)
def test_toy_minimum_es(allowed, shortfall, trades):
    solution = solve(toy(allowed=allowed))
    assert solution.objective == pytest.approx(shortfall, abs=1e-7)
    if trades is not None:
        assert solution.trades == pytest.approx(trades, abs=1e-5)


def test_toy_minimax():
    solution = solve(toy(Minimax(scenarios=TOY)))
    assert solution.objective == pytest.approx(1.08, abs=1e-7)
    assert solution.trades == pytest.approx([2.0, 0.0, 0.1], abs=1e-5)


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_toy_cardinality_agrees_with_enumeration(most):
    supports = itertools.combinations(range(3), most)
    enumerated = {s: solve(toy(allowed=s)).objective for s in supports}
    best = min(enumerated, key=enumerated.__getitem__)
    solution = solve(toy(constraints=(AtMost(lines=most),)))
    assert solution.objective == pytest.approx(enumerated[best], abs=1e-6)
    assert set(np.flatnonzero(solution.trades)) <= set(best)
    assert {0: (), 1: (0,), 2: (0, 2), 3: (0, 1, 2)}[most] == best


# ---- expected shortfall at fractional tails ------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "shortfall"),
    [(0.75, 13.0), (0.8, 13.5), (0.9, 15.0), (0.95, 15.0), (0.85, 14.0), (0.5, 10.6)],
)
def test_discrete_es_at_fractional_tails(level, shortfall):
    losses = np.array([15.0, 12, 11, 9, 6, 2, 1, 0, -3, -8])
    law = Outcomes(name="ten", pnl=-losses, unit_pnl=np.zeros((10, 1)))
    problem = HedgeProblem(
        lines=("nothing",),
        lower=np.zeros(1),
        upper=np.ones(1),
        costs=Costs.free(1),
        objective=MinimumExpectedShortfall(outcomes=law, level=level),
    )
    solution = solve(problem)
    assert solution.objective == pytest.approx(shortfall, abs=1e-12)
    assert solution.certificate.lower == pytest.approx(shortfall, rel=1e-9)
    assert solution.trades.tolist() == [0.0]
