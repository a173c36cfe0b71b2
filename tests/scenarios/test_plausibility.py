"""Distances and tail probabilities against printed values, and the laws of a distance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from stress.errors import InputError, ModelError
from stress.scenarios.plausibility import (
    days_worse,
    mahalanobis,
    tail_probability,
    whitener,
)

VOLATILITY = np.array([0.012, 0.025, 0.018, 0.010])
CORRELATION = np.array(
    [[1, 0.75, 0.70, 0.45], [0.75, 1, 0.60, 0.20], [0.70, 0.60, 1, 0.30], [0.45, 0.20, 0.30, 1]]
)
COVARIANCE = CORRELATION * np.outer(VOLATILITY, VOLATILITY)
CHIPS = np.array([False, True, False, False])
CHIPS_AND_HYPER = np.array([False, True, True, False])


def stated_distance(moves, stated, covariance):
    return mahalanobis(moves[stated], covariance[np.ix_(stated, stated)])


def test_one_stated_move():
    moves = np.array([0.0, -0.0983, 0.0, 0.0])
    assert stated_distance(moves, CHIPS, COVARIANCE) == pytest.approx(3.932, abs=1e-12)


def test_two_stated_moves_and_their_probability():
    moves = np.array([9.9, -0.0983, -0.05, 9.9])  # what is unstated is ignored
    distance = stated_distance(moves, CHIPS_AND_HYPER, COVARIANCE)
    assert round(distance, 8) == 3.96665924
    assert round(tail_probability(distance, 2, degrees_of_freedom=5.0), 8) == 0.01026135


def test_standalone_is_far_less_plausible_than_the_completion():
    alone = np.array([0.0, -0.0983, -0.05, 0.0])
    completed = np.array([-0.03735008, -0.0983, -0.05, -0.00904125])
    assert mahalanobis(alone, COVARIANCE) ** 2 == pytest.approx(46.1486, abs=1e-4)
    assert mahalanobis(completed, COVARIANCE) ** 2 == pytest.approx(15.734385, abs=1e-5)


def test_it_is_the_distance_of_scipy_and_scikit_learn():
    from scipy.spatial.distance import mahalanobis as other
    from sklearn.covariance import EmpiricalCovariance

    history = np.random.default_rng(1).multivariate_normal(np.zeros(4), COVARIANCE, 400)
    fitted = EmpiricalCovariance(assume_centered=True).fit(history)
    for moves in history[:20]:
        found = mahalanobis(moves, fitted.covariance_)
        assert found == pytest.approx(other(moves, np.zeros(4), fitted.precision_), rel=1e-9)
        assert found**2 == pytest.approx(fitted.mahalanobis(moves[None, :])[0], rel=1e-9)


def test_semiconductors_on_the_day():
    assert tail_probability(4.98, 1, degrees_of_freedom=5.0) == pytest.approx(1.4e-3, abs=5e-5)


@pytest.mark.parametrize(
    ("n", "expected"), [(1, 2.5758), (2, 3.0349), (3, 3.3682), (4, 3.6437), (5, 3.8841)]
)
def test_radii_exceeded_once_in_a_hundred_are_the_normal_ones_and_more_often_with_fat_tails(
    n, expected
):
    nearly_normal = 1e7
    inside, outside = (
        tail_probability(expected + rounding, n, degrees_of_freedom=nearly_normal)
        for rounding in (-5e-5, 5e-5)
    )
    assert outside < 0.01 < inside
    assert tail_probability(expected, n, degrees_of_freedom=5.0) > 0.01


def test_probability_is_that_of_simulated_t_moves():
    rng = np.random.default_rng(0)
    nu, draws = 5.0, 200_000
    mixing = np.sqrt((nu - 2) / rng.chisquare(nu, draws))
    moves = mixing[:, None] * rng.multivariate_normal(np.zeros(4), COVARIANCE, draws)
    distance = np.sqrt(np.einsum("ij,jk,ik->i", moves, np.linalg.inv(COVARIANCE), moves))
    expected = tail_probability(4.0, 4, degrees_of_freedom=nu)
    found = np.mean(distance >= 4.0)
    assert abs(found - expected) < 4 * np.sqrt(expected * (1 - expected) / draws)
    assert expected == pytest.approx(stats.f.sf(16 / 4 * 5 / 3, 4, 5), rel=1e-10)


@given(
    root=arrays(np.float64, (4, 4), elements=st.floats(-1, 1)),
    moves=arrays(np.float64, 4, elements=st.floats(-1, 1)),
    scale=st.floats(0.1, 10),
)
def test_laws_of_a_distance(root, moves, scale):
    covariance = root @ root.T + np.eye(4)
    plain = mahalanobis(moves, covariance)
    assert mahalanobis(-moves, covariance) == pytest.approx(plain, rel=1e-12)
    assert mahalanobis(scale * moves, covariance) == pytest.approx(
        scale * plain, rel=1e-9, abs=1e-12
    )
    assert mahalanobis(moves, scale**2 * covariance) == pytest.approx(plain / scale, rel=1e-9)
    # Any change of units or basis leaves it alone.
    basis = np.array([[1, 0.5, 0, 0], [0, 2, 0, 0], [0.1, 0, 3, 0], [0, 0, 0.7, 1.0]])
    changed = mahalanobis(basis @ moves, basis @ covariance @ basis.T)
    assert changed == pytest.approx(plain, rel=1e-8, abs=1e-12)
    # Completing by the conditional mean leaves it; saying more never lowers it.
    stated = np.array([True, True, False, False])
    part = stated_distance(moves, stated, covariance)
    gain = covariance[2:, :2] @ np.linalg.inv(covariance[:2, :2])
    completed = np.concatenate([moves[:2], gain @ moves[:2]])
    assert mahalanobis(completed, covariance) == pytest.approx(part, rel=1e-8, abs=1e-12)
    assert plain >= part * (1 - 1e-9)


def test_the_same_thing_twice_is_refused_by_name():
    covariance = np.array([[4e-4, 4e-4], [4e-4, 4e-4]])
    with pytest.raises(ModelError, match="SMH and SOXX say nearly the same thing"):
        mahalanobis(np.array([-0.1, 0.1]), covariance, names=("SMH", "SOXX"))
    with pytest.raises(ModelError, match="move 1 has no variance"):
        mahalanobis(np.array([0.1, 0.1]), np.diag([1e-4, 0.0]))


def test_the_whitener_makes_distances_lengths():
    white = whitener(COVARIANCE)
    assert np.allclose(white @ COVARIANCE @ white.T, np.eye(len(COVARIANCE)), atol=1e-12)
    moves = np.array([-0.03, -0.12, -0.06, 0.01])
    assert np.linalg.norm(white @ moves) == pytest.approx(
        np.sqrt(moves @ np.linalg.solve(COVARIANCE, moves)), rel=1e-12
    )
    assert whitener(np.zeros((0, 0))).shape == (0, 0)
    with pytest.raises(ModelError, match="scenario x: a has no variance"):
        whitener(np.diag([0.0, 1e-4]), names=("a", "b"), where="scenario x: ")


def test_nothing_stated_is_no_distance_and_bad_numbers_are_errors():
    assert stated_distance(np.ones(4), np.zeros(4, bool), COVARIANCE) == 0.0
    with pytest.raises(InputError, match="finite"):
        mahalanobis(np.array([np.nan]), np.eye(1))
    with pytest.raises(InputError, match="covariance of"):
        mahalanobis(np.zeros(2), np.eye(3))
    with pytest.raises(InputError, match="finite and above 2"):
        tail_probability(1.0, 1, degrees_of_freedom=2.0)
    with pytest.raises(InputError, match="at least one move"):
        tail_probability(1.0, 0, degrees_of_freedom=5.0)


def test_days_on_which_the_book_would_have_lost_more():
    history = np.array([-5.0, 1.0, -2.0, -3.0, 0.0])
    dates = ("2020-03-12", "2020-03-13", "2020-03-16", "2020-03-17", "2020-03-18")
    found = days_worse(history, -2.0, dates=dates)
    assert (found.worse, found.days, found.worst_day, found.worst_pnl) == (2, 5, "2020-03-12", -5.0)
    assert str(found) == "today's book would have lost more on 2 of 5 days since 2020-03-12"
    assert days_worse(history, -5.0).worse == 0
    with pytest.raises(InputError, match="5 days of P&L but 1 dates"):
        days_worse(history, -2.0, dates=("2020-03-12",))
    with pytest.raises(InputError, match="drop days without a price"):
        days_worse(np.array([np.nan]), -2.0)
