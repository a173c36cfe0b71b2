"""Sides of the market: kin stay together whatever the sign of a correlation of nothing."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import stress
from stress.factors.correlation import correlation_of
from stress.factors.sides import KIN, market_sides
from stress.factors.stressed_law import stressed_law
from stress.factors.variants import derived_variants

FACTORS = 6
roots = arrays(np.float64, (FACTORS, 3), elements=st.floats(-1, 1))


def reversed_pairs(correlation, target, *, beyond):
    return (np.abs(correlation) > beyond) & (correlation * target < 0.0)


@pytest.mark.parametrize("name", ["us-ai-2025-12", "us-ai-2025-01-24"])
def test_together_reverses_no_two_factors_that_are_kin(name):
    """10-year and 30-year yields, at 0.88 with one another, were driven towards -1."""
    model = stress.load_model(name)
    law = stressed_law(model, correlation="together:0.5")
    market = model.factor_index[model.market]
    covariances = [
        matrix
        for one in (model, *(v.applied(model) for v in derived_variants(model)))
        for matrix in (one.covariance, one.covariance_long)
    ]
    for covariance in covariances:
        correlation = correlation_of(covariance)
        target = law.matrix(covariance, "together")
        assert not reversed_pairs(correlation, target, beyond=KIN).any()
        assert target[market, model.factor_index["vix"]] == -1.0
        assert target[market, model.factor_index["semis_ai_compute"]] == 1.0


#: A chain through factors that are no kin of the market puts one of its weaker kin on the other side.
CHAIN = np.array(
    [
        [0.75, -0.5, -0.5],
        [0.0, -0.5, -0.125],
        [-0.5, -0.5, -0.5],
        [0.75, -0.5, 0.0],
        [-0.5, 0.0, -0.5],
        [-0.5, -0.5, -0.5],
    ]
)


@given(root=roots, signs=st.lists(st.sampled_from([-1.0, 1.0]), min_size=6, max_size=6))
@example(root=CHAIN, signs=[-1.0] * 6)
@settings(max_examples=200)
def test_no_factor_is_put_against_the_one_it_moves_with_most(root, signs):
    correlation = correlation_of(root @ root.T + 0.02 * np.eye(FACTORS))
    side = market_sides(correlation, 0)
    assert side[0] == 1.0
    assert set(np.abs(side)) == {1.0}
    target = np.outer(side, side)
    away = np.abs(correlation - np.diag(np.diag(correlation)))
    for factor, most in enumerate(away.argmax(axis=1)):
        if away[factor, most] > KIN:
            assert target[factor, most] * correlation[factor, most] > 0.0
    # What is clearly kin to the market itself is on the side its own correlation says, where no longer chain decides.
    clear = np.abs(correlation[0]) > KIN
    triple = away[np.ix_(clear, clear)]
    chained = (away[np.ix_(clear, ~clear)] > KIN).any()
    if clear.sum() <= 3 and (triple[np.triu_indices(len(triple), 1)] > KIN).all() and not chained:
        assert (side[clear] == np.sign(correlation[0, clear])).all()
    # A factor written upside down (a price in place of a yield) is on the other side, and nothing else changes.
    turn = np.array([1.0, *signs[1:]])
    turned = market_sides(correlation * np.outer(turn, turn), 0)
    decided = (np.abs(correlation[0]) > 1e-9).all()
    assert not decided or (turned == side * turn).all()


@given(root=arrays(np.float64, (3, 3), elements=st.floats(-1, 1)))
def test_three_factors_that_are_kin_never_contradict_one_another(root):
    correlation = correlation_of(root @ root.T + 1e-6 * np.eye(3))
    side = market_sides(correlation, 0)
    if (np.abs(correlation) > KIN).all():
        assert not reversed_pairs(correlation, np.outer(side, side), beyond=KIN).any()


def test_a_factor_without_kin_is_on_the_side_of_its_own_correlation():
    correlation = np.array([[1.0, -0.2, 0.0], [-0.2, 1.0, 0.4], [0.0, 0.4, 1.0]])
    assert market_sides(correlation, 0).tolist() == [1.0, -1.0, 1.0]


def test_a_shocked_yield_takes_its_neighbour_with_it():
    asked = {"draws": 32, "model_range": False}
    scenario = stress.shock({"rates_10y": "+50bp"}, horizon_days=5)
    for share in (0.2, 0.5, 0.9):
        result = stress.run("sixty_forty", scenario, **asked, correlation=f"together:{share}")
        model = result.pnl.plan.book.model
        assert result.completed.mean[model.factor_index["rates_30y"]] > 0.0
