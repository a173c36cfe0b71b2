"""The trust-region subproblem: printed oracle, hard case, and optimality for any sign of G."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stress.errors import InputError
from stress.reverse_stress.answer import UnreachableLossError
from stress.reverse_stress.linear import reverse_linear
from stress.reverse_stress.space import search_space

NAMES = ("a", "b", "c")
COVARIANCE = np.array([[4.0, 1.0, 0.5], [1.0, 2.0, 0.3], [0.5, 0.3, 1.0]]) * 1e-4


def test_printed_oracle(exact):
    found = exact.trust_region(np.array([1.0, -2.0]), np.diag([-1.0, 3.0]), 2.0)
    assert round(found.multiplier, 10) == 1.5127474647
    np.testing.assert_array_equal(np.round(found.points[0], 8), [-1.95027781, 0.44318899])
    assert round(found.value, 10) == -4.4438228239


def test_hard_case_has_two_answers(exact):
    found = exact.trust_region(np.array([0.0, -2.0]), np.diag([-1.0, 3.0]), 2.0)
    assert found.points.shape == (2, 2)
    np.testing.assert_allclose(found.points[:, 1], 0.5)
    np.testing.assert_allclose(found.points[0, 0], -found.points[1, 0])
    np.testing.assert_allclose(np.linalg.norm(found.points, axis=1), 2.0)
    assert found.multiplier == 1.0
    for point in found.points:
        assert found.value == pytest.approx(
            -2 * point[1] + 0.5 * (3 * point[1] ** 2 - point[0] ** 2)
        )


def test_short_straddle_has_two_worst_cases(exact):
    here = search_space(("x",), np.array([[1e-4]]))
    answers = exact.worst_quadratic(np.zeros(1), np.array([[-2e6]]), here, radius=3.0)
    assert sorted(a.moves[0] for a in answers) == pytest.approx([-0.03, 0.03])
    back = exact.reverse_quadratic(np.zeros(1), np.array([[-2e6]]), here, loss=answers[0].loss)
    assert sorted(a.moves[0] for a in back) == pytest.approx([-0.03, 0.03])


def test_interior_minimum_of_a_long_straddle(exact):
    found = exact.trust_region(np.array([1.0, 0.0]), np.diag([2.0, 1.0]), 5.0)
    np.testing.assert_allclose(found.points, [[-0.5, 0.0]])
    assert (found.multiplier, found.value) == (0.0, -0.25)


def numbers(low, high):
    """Numbers whose products still have all their digits."""
    return st.floats(low, high).map(lambda x: x if abs(x) > 1e-100 else 0.0)


@given(
    g=arrays(np.float64, 3, elements=st.integers(-5, 5).map(float)),
    half=arrays(np.float64, (3, 3), elements=st.integers(-3, 3).map(float)),
    radius=st.floats(0.1, 10),
    others=arrays(np.float64, (50, 3), elements=numbers(-1, 1)),
)
def test_optimality_conditions(exact, g, half, radius, others):
    matrix = half + half.T
    found = exact.trust_region(g, matrix, radius)
    lowest = np.linalg.eigvalsh(matrix)[0]
    assert found.multiplier >= max(0.0, -lowest) - 1e-9
    scale = 1 + np.abs(matrix).max() * radius + np.abs(g).max()
    for z in found.points:
        assert np.linalg.norm(z) <= radius * (1 + 1e-9)
        assert matrix @ z + found.multiplier * z == pytest.approx(-g, abs=1e-6 * scale)
        assert g @ z + 0.5 * z @ matrix @ z == pytest.approx(found.value, abs=1e-7 * scale * radius)
        assert found.multiplier * (np.linalg.norm(z) - radius) == pytest.approx(0, abs=1e-6 * scale)
    inside = others / np.maximum(1.0, np.linalg.norm(others, axis=1, keepdims=True)) * radius
    values = inside @ g + 0.5 * np.einsum("ij,jk,ik->i", inside, matrix, inside)
    assert values.min() >= found.value - 1e-7 * scale * radius


@given(
    delta=arrays(np.float64, 3, elements=numbers(-1e6, 1e6)),
    half=arrays(np.float64, (3, 3), elements=numbers(-1e7, 1e7)),
    radius=st.floats(0.5, 6),
)
def test_worst_case_and_reverse_stress_are_inverse(exact, delta, half, radius):
    here = search_space(NAMES, COVARIANCE)
    gamma = half + half.T
    worst = exact.worst_quadratic(delta, gamma, here, radius=radius)[0]
    assume(worst.loss > 1.0)
    back = exact.reverse_quadratic(delta, gamma, here, loss=worst.loss * (1 - 1e-13))[0]
    assert back.distance <= radius * (1 + 1e-6)
    assert back.loss == pytest.approx(worst.loss, rel=1e-7)
    if worst.distance == pytest.approx(radius):  # else the loss is reached inside the ball
        assert back.distance == pytest.approx(radius, rel=1e-4)


def test_without_gamma_it_is_the_linear_answer(exact):
    delta = np.array([1e6, -2e6, 5e5])
    here = search_space(NAMES, COVARIANCE, only=("a", "b"))
    linear = reverse_linear(delta, here, loss=1e5)
    (found,) = exact.reverse_quadratic(delta, np.zeros((3, 3)), here, loss=1e5)
    np.testing.assert_allclose(found.moves, linear.moves, rtol=1e-8)
    assert found.distance == pytest.approx(linear.distance, rel=1e-10)


def test_a_long_gamma_book_can_only_lose_so_much(exact):
    here = search_space(("x",), np.array([[1e-4]]))
    with pytest.raises(UnreachableLossError) as caught:
        exact.reverse_quadratic(np.array([1e6]), np.array([[1e8]]), here, loss=1e5)
    assert caught.value.largest_loss == pytest.approx(1e6**2 / (2 * 1e8))
    assert caught.value.distance == pytest.approx(1.0)


def test_bounds_may_be_there_but_not_bind(exact):
    here = search_space(("x",), np.array([[1e-4]]), floor=np.array([-1.0]))
    free = search_space(("x",), np.array([[1e-4]]))
    one, two = (
        exact.worst_quadratic(np.ones(1), np.eye(1), s, radius=1.0)[0] for s in (here, free)
    )
    assert one.loss == two.loss
    up = search_space(("x",), np.array([[1e-4]]), signs={"x": "up"})
    with pytest.raises(InputError, match="a bound stands in the way"):
        exact.worst_quadratic(np.ones(1), np.eye(1), up, radius=1.0)
    # Of two equally bad answers the one within the bounds stands.
    (found,) = exact.worst_quadratic(np.zeros(1), -np.eye(1), up, radius=2.0)
    assert found.moves[0] == pytest.approx(0.02)
