"""Linear reverse stress and worst case: printed oracles, and that one inverts the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize

from stress.errors import InputError, ModelError
from stress.reverse_stress.answer import UnreachableLossError
from stress.reverse_stress.linear import reverse_linear, worst_linear
from stress.reverse_stress.space import matching_factors, search_space
from stress.scenarios.plausibility import mahalanobis

NAMES = ("market", "chips", "hyper", "utilities")
VOLATILITY = np.array([0.012, 0.025, 0.018, 0.010])
CORRELATION = np.array(
    [[1, 0.75, 0.70, 0.45], [0.75, 1, 0.60, 0.20], [0.70, 0.60, 1, 0.30], [0.45, 0.20, 0.30, 1]]
)
COVARIANCE = CORRELATION * np.outer(VOLATILITY, VOLATILITY)
BOOK = np.array([2e6, 5e6, 3e6, -1e6])


def space(**restrictions):
    return search_space(NAMES, COVARIANCE, **restrictions)


def test_worst_case_within_three():
    found = worst_linear(BOOK, space(), radius=3.0)
    assert round(found.loss, 4) == 541_592.6514
    assert found.distance == pytest.approx(3.0, abs=1e-12)
    np.testing.assert_array_equal(
        np.round(found.moves, 8), [-0.03012116, -0.07203754, -0.04271402, -0.00697942]
    )
    assert round(found.loss / 3, 4) == 180_530.8838


def test_most_plausible_scenario_that_loses_a_million():
    found = reverse_linear(BOOK, space(), loss=1e6)
    np.testing.assert_array_equal(
        np.round(found.moves, 8), [-0.0556159, -0.13301055, -0.07886743, -0.01288684]
    )
    assert round(found.distance, 10) == 5.5392184375
    assert -BOOK @ found.moves == pytest.approx(1e6, rel=1e-12)
    assert found.stated.all()


definite = arrays(np.float64, (4, 4), elements=st.floats(-1, 1)).map(
    lambda root: 1e-4 * (root @ root.T + 0.2 * np.eye(4))
)
books = arrays(np.float64, 4, elements=st.floats(-1e6, 1e6))
subsets = st.sets(st.sampled_from(NAMES), min_size=1).map(sorted)


@given(
    covariance=definite,
    book=books,
    only=subsets,
    radius=st.floats(0.5, 8),
)
def test_worst_case_and_reverse_stress_are_inverse(covariance, book, only, radius):
    here = search_space(NAMES, covariance, only=only)
    worst = worst_linear(book, here, radius=radius)
    assume(worst.loss > 1.0)
    back = reverse_linear(book, here, loss=worst.loss)
    assert back.distance == pytest.approx(radius, rel=1e-9)
    np.testing.assert_allclose(back.moves, worst.moves, rtol=1e-7, atol=1e-10)
    # The distance is that of what is stated, and linked completion leaves it.
    part = mahalanobis(back.moves[back.stated], covariance[np.ix_(back.stated, back.stated)])
    assert part == pytest.approx(radius, rel=1e-8)
    assert mahalanobis(back.moves, covariance) == pytest.approx(radius, rel=1e-7)
    assert -book @ back.moves == pytest.approx(worst.loss, rel=1e-9)


@given(covariance=definite, book=books, direction=arrays(np.float64, 4, elements=st.floats(-1, 1)))
def test_nothing_more_plausible_loses_as_much(covariance, book, direction):
    assume(np.abs(book).max() > 1.0 and np.abs(direction).max() > 1e-3)
    found = reverse_linear(book, search_space(NAMES, covariance), loss=1e4)
    length = mahalanobis(direction, covariance)
    nearer = direction * (0.999 * found.distance / length)
    assert -book @ nearer < 1e4 * (1 + 1e-9)


@given(book=books, loss=st.floats(1e3, 1e7), basis=definite)
def test_a_change_of_factor_basis_changes_nothing(book, loss, basis):
    assume(np.abs(book).max() > 1.0)
    change = np.eye(4) + 1e3 * basis
    plain = reverse_linear(book, space(), loss=loss)
    other = reverse_linear(
        np.linalg.solve(change.T, book),
        search_space(NAMES, change @ COVARIANCE @ change.T),
        loss=loss,
    )
    assert other.distance == pytest.approx(plain.distance, rel=1e-6)
    np.testing.assert_allclose(
        other.moves, change @ plain.moves, rtol=1e-5, atol=1e-9 * np.abs(change @ plain.moves).max()
    )


def test_only_some_factors_cost_plausibility():
    free = reverse_linear(BOOK, space(), loss=1e6)
    chips = reverse_linear(BOOK, space(only=("chips",)), loss=1e6)
    assert chips.distance > free.distance
    # One factor: the closed form by hand.
    beta = COVARIANCE[:, 1] / COVARIANCE[1, 1]
    assert chips.moves[1] == pytest.approx(-1e6 / (BOOK @ beta), rel=1e-12)
    np.testing.assert_allclose(chips.moves, beta * chips.moves[1], rtol=1e-12)
    assert chips.stated.tolist() == [False, True, False, False]


def reference(book, covariance, loss, lower, upper):
    inverse = np.linalg.inv(covariance)
    scale = np.sqrt(np.diag(covariance))
    found = minimize(
        lambda y: 0.5 * (y * scale) @ inverse @ (y * scale),
        np.clip(np.full(4, -3.0), lower / scale, upper / scale),
        jac=lambda y: scale * (inverse @ (y * scale)),
        bounds=list(zip(lower / scale, upper / scale, strict=True)),
        constraints={
            "type": "ineq",
            "fun": lambda y: -book @ (y * scale) / loss - 1,
            "jac": lambda y: -book * scale / loss,
        },
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    assert found.success
    return found.x * scale, np.sqrt(2 * found.fun)


@pytest.mark.parametrize(
    ("signs", "floor"),
    [
        ({"chips": "up"}, None),
        ({"market": "up", "utilities": "up"}, None),
        ({"hyper": "down", "utilities": "up"}, -0.06),
    ],
)
def test_signs_and_floors_agree_with_a_general_solver(signs, floor):
    floors = None if floor is None else np.full(4, floor)
    here = space(signs=signs, floor=floors)
    book, loss = BOOK, 3e5
    if signs == {"chips": "up"}:
        book = np.array([2e6, 5e6, 3e6, -1e6])
    found = reverse_linear(book, here, loss=loss)
    moves, distance = reference(book, COVARIANCE, loss, here.lower, here.upper)
    assert found.distance == pytest.approx(distance, rel=1e-5)
    np.testing.assert_allclose(found.moves, moves, atol=2e-5)
    assert found.loss == pytest.approx(loss, rel=1e-9)
    worst = worst_linear(book, here, radius=found.distance)
    assert worst.loss == pytest.approx(loss, rel=1e-8)
    for name, sign in signs.items():
        move = found.moves[NAMES.index(name)]
        assert move >= -1e-15 if sign == "up" else move <= 1e-15


@given(
    book=books,
    radius=st.floats(0.5, 6),
    signs=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["up", "down"])),
)
def test_inverse_under_signs(book, radius, signs):
    here = space(signs=signs, floor=np.full(4, -1.0))
    worst = worst_linear(book, here, radius=radius)
    assume(worst.loss > 1.0)
    assert worst.distance <= radius * (1 + 1e-9)
    back = reverse_linear(book, here, loss=worst.loss * (1 - 1e-12))
    assert back.distance == pytest.approx(worst.distance, rel=1e-6)


def test_unreachable_says_the_largest_and_its_distance():
    with pytest.raises(UnreachableLossError) as caught:
        reverse_linear(BOOK, space(), loss=1e6, max_distance=3.0)
    assert isinstance(caught.value, ModelError)
    assert caught.value.largest_loss == pytest.approx(541_592.6514, abs=1e-4)
    assert str(caught.value) == (
        "no scenario within distance 3 loses 1e+06: the largest reachable loss is 541,593, at distance 3. "
        "Ask for less, or loosen the restriction."
    )
    floor = space(floor=np.full(4, -0.05), signs={"utilities": "down"})
    with pytest.raises(UnreachableLossError) as caught:
        reverse_linear(BOOK, floor, loss=1e6)
    assert caught.value.largest_loss == pytest.approx(0.05 * 10e6)
    assert caught.value.distance == pytest.approx(
        mahalanobis(np.array([-0.05, -0.05, -0.05, 0.0]), COVARIANCE)
    )
    with pytest.raises(UnreachableLossError, match="largest reachable loss is 0"):
        reverse_linear(np.zeros(4), space(), loss=1.0)


def test_patterns():
    names = ("market", "semis_memory", "semis_other", "power_ipp")
    assert matching_factors(("power_*", "semis_*"), names) == names[1:]
    with pytest.raises(InputError, match=r"'semi_\*' matches no factor"):
        matching_factors(("semi_*",), names)


@pytest.mark.parametrize(
    ("restrictions", "message"),
    [
        ({"only": ("chip",)}, r"'chip' is not a factor\. Did you mean 'chips'"),
        ({"only": ()}, "no factor is left"),
        ({"only": ("chips",), "signs": {"market": "up"}}, "a sign is stated for market"),
        ({"floor": np.zeros(3)}, "floor must be 4"),
        ({"floor": np.full(4, 0.1)}, "of at most 0"),
    ],
)
def test_bad_restrictions_are_named(restrictions, message):
    with pytest.raises(InputError, match=message):
        space(**restrictions)


def test_twin_factors_are_refused_by_name():
    twins = np.array([[1.0, 1.0], [1.0, 1.0]]) * 1e-4
    with pytest.raises(ModelError, match=r"SMH and SOXX say nearly the same thing .* with `only`"):
        search_space(("SMH", "SOXX"), twins)
    assert search_space(("SMH", "SOXX"), twins, only=("SMH",)).stated.tolist() == [True, False]


def test_bad_numbers_are_named():
    with pytest.raises(InputError, match="loss must be positive"):
        reverse_linear(BOOK, space(), loss=-1.0)
    with pytest.raises(InputError, match="radius must be finite"):
        worst_linear(BOOK, space(), radius=np.inf)
    with pytest.raises(InputError, match="exposure must be 4"):
        worst_linear(BOOK[:3], space(), radius=1.0)
