"""Entropy pooling: printed oracles, the Gaussian closed form, other solvers, and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize

import stress
from stress.errors import InputError, ModelError
from stress.factors.history import carried_moves
from stress.risk.measures import expected_shortfall, value_at_risk
from stress.simulation.pooling import entropy_pooling
from stress.simulation.pooling.dual import InfeasibleViewsError, Row, solve_dual
from stress.simulation.pooling.entropy_pooling import (
    TooFewEffectiveDrawsError,
    effective_draws,
    pool,
)
from stress.simulation.pooling.views import View, distinct_rows, linear_rows

VOLATILITY = np.array([0.012, 0.025, 0.018, 0.010])
CORRELATION = np.array(
    [[1, 0.75, 0.70, 0.45], [0.75, 1, 0.60, 0.20], [0.70, 0.60, 1, 0.30], [0.45, 0.20, 0.30, 1]]
)
COVARIANCE = CORRELATION * np.outer(VOLATILITY, VOLATILITY)
NAMES = ("market", "chips", "hyper", "utilities")


def normals(draws, seed=0):
    moves = np.random.default_rng(seed).multivariate_normal(np.zeros(4), COVARIANCE, draws)
    return dict(zip(NAMES, moves.T, strict=True))


def mean(of, target, relation="equal"):
    return View(kind="mean", of=of, target=target, relation=relation)


@pytest.fixture
def few_draws(monkeypatch):
    """Oracles on a handful of draws, which a user is refused."""
    monkeypatch.setattr(entropy_pooling, "MIN_EFFECTIVE", 0.0)
    monkeypatch.setattr(entropy_pooling, "MIN_SHARE", 0.0)


def test_five_draws(few_draws):
    x = np.array([-0.10, -0.03, 0.0, 0.02, 0.05])
    found = pool({"x": x}, [mean("x", -0.03)])
    np.testing.assert_array_equal(
        np.round(found.weights, 8), [0.33098145, 0.21204772, 0.17521074, 0.15428090, 0.12747918]
    )
    assert round(found.divergence, 9) == 0.058493989
    assert round(found.effective_draws, 9) == 4.715919547
    assert round(found.multipliers["mean of x = -0.03"], 9) == -6.360728394


def test_gaussian_closed_form_by_quadrature():
    """The chips axis by 80 Gauss-Hermite nodes, the rest of the space by 5 each: no sampling error."""
    order = [1, 0, 2, 3]
    root = np.linalg.cholesky(COVARIANCE[np.ix_(order, order)])
    axes = [np.polynomial.hermite_e.hermegauss(n) for n in (80, 5, 5, 5)]
    grid = np.array(np.meshgrid(*[nodes for nodes, _ in axes], indexing="ij")).reshape(4, -1)
    prior = np.prod(
        np.array(np.meshgrid(*[w / w.sum() for _, w in axes], indexing="ij")), axis=0
    ).ravel()
    moves = root @ grid
    quantities = {NAMES[k]: moves[i] for i, k in enumerate(order)}
    prior /= prior.sum()
    view = mean("chips", -0.0983)
    weights, _ = solve_dual(distinct_rows(linear_rows(view, [view], quantities, prior)), prior)
    kept = weights > 0.0
    assert round(weights[kept] @ np.log(weights[kept] / prior[kept]), 6) == 7.730312
    expected = {"market": -0.035388, "hyper": -0.0424656, "utilities": -0.007864}
    for name, value in expected.items():
        assert weights @ quantities[name] == pytest.approx(value, abs=1e-9)


def test_on_simulated_normals_it_tends_to_the_conditional_mean():
    gain = COVARIANCE[:, 1] / COVARIANCE[1, 1]
    misses = []
    for draws in (2_000, 200_000):
        quantities = normals(draws)
        found = pool(quantities, [mean("chips", -0.04)])
        means = np.array([found.weights @ quantities[name] for name in NAMES])
        misses.append(np.abs((means + 0.04 * gain) / VOLATILITY).max())
        # Entropy pooling moves the mean and keeps the spread of a normal law.
        error = 4.0 / np.sqrt(1.0 / np.sum(found.weights**2))
        assert misses[-1] < error
        spread = np.sqrt(found.weights @ (quantities["chips"] + 0.04) ** 2)
        assert spread == pytest.approx(0.025, rel=2 * error)
    assert misses[1] < misses[0]
    assert found.divergence == pytest.approx((0.04 / 0.025) ** 2 / 2, rel=0.03)


@given(seed=st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_views_that_hold_already_are_the_identity(seed):
    quantities = normals(400, seed)
    prior = np.full(400, 1.0 / 400)
    x, y = quantities["market"], quantities["chips"]
    mx, my = prior @ x, prior @ y
    sx, sy = np.sqrt(prior @ (x - mx) ** 2), np.sqrt(prior @ (y - my) ** 2)
    views = [
        mean("market", mx),
        mean("chips", my),
        View(kind="volatility", of="market", target=sx),
        View(kind="volatility", of="chips", target=sy),
        View(
            kind="correlation",
            of="market",
            other="chips",
            target=prior @ ((x - mx) * (y - my)) / sx / sy,
        ),
        View(
            kind="value_at_risk",
            of="market",
            target=value_at_risk(x, prior, level=0.9),
            level=0.9,
        ),
        View(
            kind="expected_shortfall",
            of="chips",
            target=expected_shortfall(y, prior, level=0.9, min_tail_draws=0),
            level=0.9,
        ),
    ]
    found = pool(quantities, views)
    np.testing.assert_allclose(found.weights, prior, rtol=0, atol=1e-10)
    assert found.divergence == pytest.approx(0.0, abs=1e-12)


def test_no_view_is_the_prior():
    assert (pool(normals(100), []).weights == 0.01).all()


def test_volatility_and_correlation_views():
    quantities = normals(20_000)
    views = [
        mean("market", -0.01),
        View(kind="volatility", of="market", target=0.02),
        View(kind="correlation", of="market", other="chips", target=0.9),
    ]
    found = pool(quantities, views)
    q, x, y = found.weights, quantities["market"], quantities["chips"]
    assert q @ x == pytest.approx(-0.01, abs=1e-12)
    assert np.sqrt(q @ (x - q @ x) ** 2) == pytest.approx(0.02, rel=1e-9)
    # What was not stated and is needed is held at its prior.
    assert q @ y == pytest.approx(y.mean(), abs=1e-11)
    assert np.sqrt(q @ (y - q @ y) ** 2) == pytest.approx(y.std(), rel=1e-9)
    covariance = q @ ((x - q @ x) * (y - q @ y))
    assert covariance / 0.02 / y.std() == pytest.approx(0.9, abs=1e-9)


@pytest.mark.parametrize("multiple", [0.8, 1.3])
def test_tail_views_hold_by_the_house_measures(multiple):
    quantities = normals(20_000)
    x = quantities["chips"]
    target = multiple * value_at_risk(x, level=0.95)
    found = pool(quantities, [View(kind="value_at_risk", of="chips", target=target, level=0.95)])
    assert value_at_risk(x, found.weights, level=0.95) == pytest.approx(target, rel=2e-2)
    target = multiple * expected_shortfall(x, level=0.95)
    found = pool(
        quantities, [View(kind="expected_shortfall", of="chips", target=target, level=0.95)]
    )
    assert expected_shortfall(x, found.weights, level=0.95) == pytest.approx(target, rel=1e-8)
    assert found.effective_draws < 20_000


def test_an_expected_shortfall_view_is_the_nearest_law_that_has_it(few_draws):
    """Against a general convex solver: ES as its own cvxpy problem over the same draws."""
    import cvxpy as cp

    draws, level = 60, 0.9
    x = np.random.default_rng(3).standard_normal(draws)
    losses = np.sort(-x)[::-1]
    target = 1.25 * expected_shortfall(-losses, level=level, min_tail_draws=0)
    q, mass = cp.Variable(draws, nonneg=True), 1 - level
    # Raising ES is convex: q + E[(L - q)+] / mass >= target for every candidate q.
    constraints = [
        losses[j] + q @ np.maximum(losses - losses[j], 0) / mass >= target for j in range(draws)
    ]
    problem = cp.Problem(
        cp.Minimize(cp.sum(cp.rel_entr(q, np.full(draws, 1 / draws)))),
        [cp.sum(q) == 1, *constraints],
    )
    best = problem.solve(solver=cp.CLARABEL)
    view = View(kind="expected_shortfall", of="x", target=target, level=level)
    found = pool({"x": -losses}, [view])
    assert found.divergence == pytest.approx(best, rel=1e-5)
    np.testing.assert_allclose(found.weights, q.value, atol=1e-5)


@pytest.mark.parametrize("multiple", [0.3, 0.5, 0.8])
def test_a_much_lower_expected_shortfall_is_met_by_nearly_the_nearest_law(few_draws, multiple):
    """Against every place where the VaR of the answer could be: lowering ES is one convex problem for each."""
    draws, level = 200, 0.9
    x = np.random.default_rng(5).standard_normal(draws)
    target = multiple * expected_shortfall(x, level=level, min_tail_draws=0)
    found = pool({"x": x}, [View(kind="expected_shortfall", of="x", target=target, level=level)])
    p = np.full(draws, 1 / draws)
    best = np.inf
    for q in np.sort(-x[-x < target]):
        row = Row(
            view="es",
            values=q + np.maximum(-x - q, 0.0) / (1.0 - level),
            target=target,
            relation="at_most",
        )
        try:
            weights, _ = solve_dual([row], p)
        except InfeasibleViewsError:
            continue
        best = min(best, entropy_pooling.divergence(weights))
    reached = expected_shortfall(x, found.weights, level=level, min_tail_draws=0)
    assert reached == pytest.approx(target, rel=1e-8)
    assert best * (1.0 - 1e-9) <= found.divergence <= 1.01 * best


@pytest.mark.parametrize(
    ("of", "others", "target"),
    [
        # The place of the VaR that a shift suggests is out of reach beside the mean.
        ("rates_30y", [("mean", "rates_30y", -2.0546e-4), ("volatility", "power_ipp", 0.042094)], 3.7725e-4),
        # Five cuts on one tail are nearly one and the same.
        ("nuclear_uranium", [("mean", "defensives", -0.0058194), ("volatility", "nuclear_uranium", 0.032784)], 0.13),
    ],
)  # fmt: skip
def test_a_tail_view_that_some_law_meets_beside_others_is_met(of, others, target):
    model = stress.load_model()
    days = carried_moves(model, filtered=True)
    days -= days.mean(axis=0)
    quantities = {factor.name: days[:, k] for k, factor in enumerate(model.factors)}
    views = [View(kind=kind, of=name, target=at) for kind, name, at in others]
    tail = View(kind="expected_shortfall", of=of, target=target, level=0.975)
    before = pool(quantities, views).weights
    found = pool(quantities, [*views, tail], before=before)
    reached = expected_shortfall(quantities[of], found.weights, level=0.975, min_tail_draws=0)
    assert reached == pytest.approx(target, rel=1e-7)


def test_what_no_view_states_is_held_where_it_was_before():
    quantities = normals(20_000)
    first = pool(quantities, [mean("chips", -0.02)])
    asked = [mean("chips", -0.02), View(kind="volatility", of="market", target=0.02)]
    then = pool(quantities, asked, before=first.weights)
    x = quantities["market"]
    moved = first.weights @ x
    assert moved < -0.005
    assert then.weights @ x == pytest.approx(moved, abs=1e-10)
    assert np.sqrt(then.weights @ (x - moved) ** 2) == pytest.approx(0.02, rel=1e-9)
    # Without it the mean is held at none, whatever the other view does to it.
    assert pool(quantities, asked).weights @ x == pytest.approx(x.mean(), abs=1e-10)


# SLSQP before scipy 1.16 steps out of its bounds, and says so.
@pytest.mark.filterwarnings("ignore:Values in x were outside bounds:RuntimeWarning")
def test_inequalities_bind_only_where_they_must_and_agree_with_scipy(few_draws):
    draws = 40
    rng = np.random.default_rng(4)
    quantities = {"x": rng.standard_normal(draws), "y": rng.standard_normal(draws)}
    views = [mean("x", 0.4, "at_least"), mean("y", -0.3, "at_most"), mean("x", 2.0, "at_most")]
    found = pool(quantities, views)
    p = np.full(draws, 1 / draws)
    rows = np.array([quantities["x"], quantities["y"]])
    other = minimize(
        lambda q: np.sum(q * np.log(np.maximum(q, 1e-300) / p)),
        p,
        jac=lambda q: np.log(np.maximum(q, 1e-300) / p) + 1,
        bounds=[(1e-12, 1)] * draws,
        constraints=[
            LinearConstraint(rows, [0.4, -np.inf], [2.0, -0.3]),
            LinearConstraint(np.ones(draws), 1.0, 1.0),
        ],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert found.divergence == pytest.approx(other.fun, rel=1e-6)
    np.testing.assert_allclose(found.weights, other.x, atol=1e-5)
    assert found.multipliers["mean of x >= 0.4"] > 0.0
    assert found.multipliers["mean of y <= -0.3"] < 0.0
    assert found.multipliers["mean of x <= 2"] == 0.0


def test_a_tail_view_that_already_holds_changes_nothing_of_the_others():
    quantities = normals(5_000)
    alone = pool(quantities, [mean("chips", -0.002)])
    held = View(
        kind="expected_shortfall", of="market", target=0.001, level=0.95, relation="at_least"
    )
    beside = pool(quantities, [mean("chips", -0.002), held])
    np.testing.assert_array_equal(beside.weights, alone.weights)
    assert beside.multipliers == alone.multipliers != {}


def test_scale_of_a_view_does_not_matter():
    quantities = normals(5_000)
    quantities["rate"] = 1e-6 * quantities["market"] + 1e-7 * quantities["utilities"]
    found = pool(quantities, [mean("chips", -0.02), mean("rate", -5e-9)])
    assert found.weights @ quantities["rate"] == pytest.approx(-5e-9, rel=1e-6)
    assert found.weights @ quantities["chips"] == pytest.approx(-0.02, rel=1e-9)


def test_collapse_is_refused():
    quantities = normals(5_000)
    with pytest.raises(
        TooFewEffectiveDrawsError, match="effective draws of 5,000; at least 50"
    ) as caught:
        pool(quantities, [mean("chips", -0.08)])
    assert isinstance(caught.value, ModelError)


def test_effective_draws():
    assert effective_draws(np.full(8, 0.125)) == pytest.approx(8.0)
    assert effective_draws(np.array([1.0, 0.0])) == 1.0


def test_the_infeasible_view_is_named():
    quantities = normals(1_000)
    with pytest.raises(InfeasibleViewsError) as caught:
        pool(quantities, [mean("market", -0.005), mean("chips", -0.5)])
    assert caught.value.views == ("mean of chips = -0.5",)
    assert "draws reach from -0.0" in str(caught.value)
    x = quantities["market"]
    quantities["twice"] = 2.0 * x
    with pytest.raises(InfeasibleViewsError) as caught:
        pool(quantities, [mean("market", -0.005), mean("twice", 0.01)])
    assert len(caught.value.views) >= 1
    with pytest.raises(InfeasibleViewsError, match="expected shortfall"):
        pool(
            quantities,
            [View(kind="expected_shortfall", of="market", target=0.5, level=0.95)],
        )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "mean", "target": np.nan}, "must be finite"),
        ({"kind": "correlation", "target": 0.5}, "names two quantities"),
        ({"kind": "correlation", "target": 1.5, "other": "chips"}, "between -1 and 1"),
        ({"kind": "correlation", "target": 0.5, "other": "market"}, "two different quantities"),
        ({"kind": "volatility", "target": 0.0}, "positive"),
        ({"kind": "volatility", "target": 0.1, "relation": "at_most"}, "must be 'equal'"),
        ({"kind": "value_at_risk", "target": 0.1}, "need a level"),
        ({"kind": "mean", "target": 0.1, "level": 0.9}, "need a level"),
        ({"kind": "expected_shortfall", "target": 0.1, "level": 95.0}, "Write 0.95 for 95 %"),
    ],
)
def test_bad_views_are_named(arguments, message):
    with pytest.raises(InputError, match=message):
        View(of="market", **arguments)


def test_bad_input_is_named():
    quantities = normals(100)
    with pytest.raises(InputError, match=r"no draws of 'chip'\. Did you mean 'chips'\?"):
        pool(quantities, [mean("chip", 0.0)])
    with pytest.raises(InputError, match="stated twice"):
        pool(quantities, [mean("chips", 0.0), mean("chips", 0.1)])
    with pytest.raises(InputError, match="needs its mean fixed"):
        pool(
            quantities,
            [mean("chips", 0.0, "at_least"), View(kind="volatility", of="chips", target=0.03)],
        )
    with pytest.raises(InputError, match="one finite value a draw"):
        pool({"x": np.array([np.nan])}, [])
    with pytest.raises(InputError, match="one common, positive number"):
        pool({"x": np.zeros(2), "y": np.zeros(3)}, [])
