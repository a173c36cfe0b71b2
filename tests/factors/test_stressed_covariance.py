"""Stressed correlation: published boundaries, and positive semi-definite whatever is asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stress.errors import InputError
from stress.factors.correlation import correlation_of
from stress.factors.stressed_covariance import (
    block_target,
    kullback_leibler,
    largest_feasible_share,
    stressed_covariance,
)


def three(a, b, c):
    return np.array([[1, a, b], [a, 1, c], [b, c, 1.0]])


BASE = three(0.3, 0.2, 0.1)


@pytest.mark.parametrize(
    ("share", "lowest"), [(0.0, 0.679809), (0.5, 0.341815), (0.9, 0.068441), (1.0, 0.0)]
)
def test_towards_all_one(share, lowest):
    found = stressed_covariance(BASE, target=np.ones((3, 3)), share=share)
    assert round(np.linalg.eigvalsh(found.covariance)[0], 6) == pytest.approx(lowest, abs=1e-12)
    assert found.share == share
    assert found.warnings == ()


def test_a_target_that_is_no_correlation_matrix_stops_at_the_boundary():
    target = three(0.9, -0.9, 0.9)
    assert np.linalg.eigvalsh(target)[0] == pytest.approx(-0.8)
    assert round(largest_feasible_share(BASE, target), 10) == 0.5161289584
    found = stressed_covariance(BASE, target=target, share=0.8)
    assert round(found.share, 10) == 0.5161289584
    assert found.share_asked == 0.8
    assert found.warnings[0].endswith(
        "used a share of 0.5161 instead of 0.8, the most that is possible"
    )
    assert stressed_covariance(BASE, target=target, share=0.3).warnings == ()


def drawn_correlation(root):
    return correlation_of(root @ root.T + 0.05 * np.eye(root.shape[0]))


roots = arrays(np.float64, (6, 6), elements=st.floats(-1, 1))
themes = st.lists(st.sampled_from("abc"), min_size=6, max_size=6)


@given(root=roots, wild=roots, theme=themes, share=st.floats(0, 1), multiple=st.floats(0.2, 5))
@settings(max_examples=60)
def test_it_stays_positive_semi_definite_and_keeps_the_volatilities(
    root, wild, theme, share, multiple
):
    base = drawn_correlation(root)
    any_target = np.clip(0.5 * (wild + wild.T), -1.0, 1.0)
    np.fill_diagonal(any_target, 1.0)
    targets = [np.ones((6, 6)), np.eye(6), any_target]
    # Factors that cancel one another have no theme to move with.
    sums = np.array([[t == one for t in theme] for one in sorted(set(theme))], dtype=float)
    if (np.diag(sums @ base @ sums.T) > 1e-6).all():
        targets.append(block_target(base, theme))
    for target in targets:
        found = stressed_covariance(
            base, target=target, share=share, volatility_multiplier=multiple
        )
        assert np.linalg.eigvalsh(found.covariance)[0] > -1e-10 * multiple**2
        np.testing.assert_allclose(np.diag(found.covariance), multiple**2, rtol=1e-12)
        assert 0.0 <= found.share <= share
        assert found.divergence >= 0.0


@given(root=roots)
def test_no_stress_is_no_change_and_no_divergence(root):
    covariance = drawn_correlation(root)
    found = stressed_covariance(covariance)
    np.testing.assert_allclose(found.covariance, covariance, atol=1e-15)
    assert found.divergence == pytest.approx(0.0, abs=1e-9)


def test_divergence_is_the_closed_form_for_a_volatility_multiple():
    found = stressed_covariance(BASE, volatility_multiplier=2.0)
    assert found.divergence == pytest.approx(3 * (4 - 1 - np.log(4)) / 2, rel=1e-10)
    assert kullback_leibler(np.ones((3, 3)), BASE) == np.inf


def test_divergence_grows_with_the_share():
    values = [
        stressed_covariance(BASE, target=np.ones((3, 3)), share=k).divergence
        for k in (0.0, 0.2, 0.5, 0.9, 0.99)
    ]
    assert values == sorted(values)
    assert values[1] > 0.0


def test_block_target_is_one_inside_and_average_between():
    base = np.array(
        [[1, 0.5, 0.2, 0.1], [0.5, 1, 0.3, 0.2], [0.2, 0.3, 1, 0.6], [0.1, 0.2, 0.6, 1]]
    )
    target = block_target(base, ("x", "x", "y", "y"))
    assert target[0, 1] == target[2, 3] == 1.0
    assert target[0, 2] == pytest.approx((0.2 + 0.1 + 0.3 + 0.2) / np.sqrt(3.0 * 3.2))
    assert np.linalg.eigvalsh(target)[0] > -1e-12


def test_one_theme_is_all_one():
    np.testing.assert_allclose(block_target(BASE, ("x", "x", "x")), np.ones((3, 3)), atol=1e-12)


def singular(lowest=0.0):
    """Two factors that are one up to the digits of a file: a correlation eigenvalue of `lowest`."""
    return three(1.0 - lowest, 0.5, 0.5)


@pytest.mark.parametrize("lowest", [0.0, 5e-9, -5e-9])
def test_a_model_whose_factors_repeat_one_another_can_be_stressed(lowest):
    base = singular(lowest)
    twice = stressed_covariance(base, volatility_multiplier=2.0)
    # On the directions that can move at all, the closed form of a volatility multiple.
    directions = 3 if lowest > 0.0 else 2
    assert twice.divergence == pytest.approx(directions * (4 - 1 - np.log(4)) / 2, rel=1e-6)
    towards = stressed_covariance(base, target=np.ones((3, 3)), share=0.4)
    assert towards.share == 0.4
    assert towards.warnings == ()


def test_what_a_singular_law_cannot_do_is_infinitely_far():
    assert stressed_covariance(singular(), target=np.eye(3), share=0.4).divergence == np.inf
    assert kullback_leibler(singular(), BASE) == np.inf
    assert kullback_leibler(BASE, singular()) == np.inf
    assert kullback_leibler(singular(), singular()) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"share": 1.2}, r"must be in \[0, 1\], got 1.2"),
        ({"share": 0.5}, "needs a target"),
        ({"target": np.ones((2, 2)), "share": 0.5}, r"finite \(3, 3\) matrix"),
        ({"target": three(0.9, 1.2, 0), "share": 0.5}, r"entries in \[-1, 1\]"),
        ({"target": np.triu(np.ones((3, 3))), "share": 0.5}, "not symmetric"),
        ({"volatility_multiplier": 0.0}, "must be above 0"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(InputError, match=message):
        stressed_covariance(BASE, **arguments)


def test_factors_that_cancel_have_no_block():
    with pytest.raises(InputError, match="theme 'x' cancel out"):
        block_target(np.array([[1.0, -1.0], [-1.0, 1.0]]), ("x", "x"))
