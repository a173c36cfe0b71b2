import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from stress.errors import ModelError
from stress.factors.own_basket import given_whole_basket, meet_basket


@given(st.integers(2, 8), st.integers(0, 1000))
def test_both_forms_say_the_same_of_a_member(members, seed):
    rng = np.random.default_rng(seed)
    b = rng.uniform(0.1, 1.5, (1, 3))
    f, without, specific = rng.standard_normal(3), rng.standard_normal(), rng.standard_normal()
    move = b[0, 1] * without + b[0, 0] * f[0] + b[0, 2] * f[2] + specific
    whole = (move + (members - 1) * without) / members
    solved, _ = given_whole_basket(b, np.zeros((1, 3, 3)), 1, members)
    shrink = 1.0 / (1.0 + b[0, 1] / (members - 1))
    again = solved[0, 1] * whole + solved[0, 0] * f[0] + solved[0, 2] * f[2] + shrink * specific
    assert again == pytest.approx(move, abs=1e-12)


@pytest.mark.parametrize("beta", [-1.0, -1.2])
def test_a_member_that_undoes_its_basket_is_refused(beta):
    """A fund and its inverse: at -1 everything is infinite, below it a specific volatility is negative."""
    with pytest.raises(
        ModelError, match=rf"a member of basket x moves by {beta:g} for a move of 1"
    ):
        given_whole_basket(
            np.array([[0.2, beta], [0.1, 1.0]]), np.zeros((2, 2, 2)), 1, 2, basket="basket x"
        )


def spread_of(rng, members, k):
    root = rng.standard_normal((members, k, k))
    return root @ root.transpose(0, 2, 1) + 0.1 * np.eye(k)


@given(st.integers(2, 8), st.integers(0, 1000))
def test_the_covariance_follows_the_slope_of_the_solution(members, seed):
    """Against the solution of exposures a little to either side."""
    rng = np.random.default_rng(seed)
    b, posterior = rng.uniform(0.1, 1.5, (1, 3)), spread_of(rng, 1, 3)
    _, ours = given_whole_basket(b, posterior, 1, members)
    slope = np.empty((3, 3))
    for j in range(3):
        step = 1e-6 * np.eye(3)[j]
        up, _ = given_whole_basket(b + step, posterior, 1, members)
        down, _ = given_whole_basket(b - step, posterior, 1, members)
        slope[:, j] = (up - down)[0] / 2e-6
    np.testing.assert_allclose(ours[0], slope @ posterior[0] @ slope.T, rtol=1e-6, atol=1e-8)


def test_members_meet_their_basket_by_the_least_change():
    rng = np.random.default_rng(0)
    b = rng.standard_normal((4, 3))
    posterior = spread_of(rng, 4, 3)
    met, _ = meet_basket(b, posterior, 1)
    assert np.allclose(met.mean(axis=0), [0.0, 1.0, 0.0], atol=1e-12)
    weight = np.linalg.inv(posterior)

    def cost(flat):
        d = flat.reshape(4, 3)
        return float(np.einsum("ni,nij,nj->", d, weight, d))

    best = minimize(
        cost,
        np.zeros(12),
        constraints={
            "type": "eq",
            "fun": lambda x: (b + x.reshape(4, 3)).mean(axis=0) - [0.0, 1.0, 0.0],
        },
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert cost((met - b).ravel()) == pytest.approx(best.fun, rel=1e-6)
    assert np.allclose(met - b, best.x.reshape(4, 3), atol=1e-4)


def test_a_certain_member_keeps_its_exposures():
    b = np.array([[0.5, 0.7], [0.1, 0.9], [-0.2, 1.1]])
    posterior = np.stack([1e-14 * np.eye(2), np.eye(2), np.eye(2)])
    met, left = meet_basket(b, posterior, 1)
    assert np.allclose(met[0], b[0])
    assert np.allclose(left[0], 0.0, atol=1e-12)
    assert np.allclose(met.mean(axis=0), [0.0, 1.0])


def test_certain_members_that_are_their_basket_stay_as_they_are():
    b = np.array([[0.5, 0.7], [-0.5, 1.3]])
    met, left = meet_basket(b, np.zeros((2, 2, 2)), 1)
    np.testing.assert_array_equal(met, b)
    np.testing.assert_array_equal(left, 0.0)


def test_what_is_left_of_the_covariance_is_that_of_normals_whose_sum_is_known():
    """Against the conditional normal law of all members' exposures at once."""
    rng = np.random.default_rng(1)
    b, posterior = rng.standard_normal((3, 2)), spread_of(rng, 3, 2)
    met, left = meet_basket(b, posterior, 0)
    joint = np.zeros((6, 6))
    for i in range(3):
        joint[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = posterior[i]
    mean = np.tile(np.eye(2), 3) / 3.0
    gain = joint @ mean.T @ np.linalg.inv(mean @ joint @ mean.T)
    known = joint - gain @ mean @ joint
    np.testing.assert_allclose(
        met.ravel(), b.ravel() + gain @ ([1.0, 0.0] - mean @ b.ravel()), rtol=1e-9
    )
    for i in range(3):
        np.testing.assert_allclose(
            left[i], known[2 * i : 2 * i + 2, 2 * i : 2 * i + 2], rtol=1e-9, atol=1e-12
        )


def test_certain_members_that_are_not_their_basket_are_refused():
    b = np.array([[0.5, 0.7], [0.1, 1.3]])
    # Uncertain of their answers to the basket alone: not of those to the first factor.
    posterior = np.stack([np.diag([0.0, 0.1])] * 2)
    with pytest.raises(ModelError, match=r"2 members of basket chips are certain.*misses by 0\.3"):
        meet_basket(b, posterior, 1, basket="basket chips")
