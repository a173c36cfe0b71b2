"""Contributions add up, match the published discrete and normal cases, and carry honest errors."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stress.risk.attribution import expected_shortfall_contributions, tail_draws
from stress.risk.measures import expected_shortfall
from stress.risk.standard_errors import expected_shortfall_error
from stress.risk.tail import TooFewTailDrawsError

LOSSES = np.array(
    [
        [10, 2, -1],
        [8, -3, 4],
        [1, 9, 2],
        [0, 1, 1],
        [-2, 0, 3],
        [5, 5, 5],
        [-4, 2, -6],
        [3, -3, 0],
        [2, 2, 2],
        [-1, -1, -1],
    ],
    dtype=float,
)
VOLATILITY = np.array([0.012, 0.025, 0.018, 0.010])
CORRELATION = np.array(
    [[1, 0.75, 0.70, 0.45], [0.75, 1, 0.60, 0.20], [0.70, 0.60, 1, 0.30], [0.45, 0.20, 0.30, 1]]
)
COVARIANCE = CORRELATION * np.outer(VOLATILITY, VOLATILITY)
BOOK = np.array([2e6, 5e6, 3e6, -1e6])


def contributions(components, weights=None, *, total=None, pieces=1, **kwargs):
    """Of all components at the draws that are needed, in pieces, about their means."""
    whole = components.sum(axis=1) if total is None else total
    draws = tail_draws(whole, weights, **kwargs)
    ends = np.linspace(0, len(draws.rows), pieces + 1).astype(int)
    parts = (
        (slice(low, high), components[draws.rows[low:high]].T)
        for low, high in itertools.pairwise(ends)
    )
    return expected_shortfall_contributions(draws, parts, centre=components.mean(axis=0))


@pytest.mark.parametrize(("level", "expected"), [(0.80, (3, 7, 3.5)), (0.75, (4.4, 6, 2.6))])
def test_discrete_oracle(level, expected):
    found = contributions(-LOSSES, level=level, min_tail_draws=0)
    np.testing.assert_allclose(found.values, expected, atol=1e-12)


def test_simulated_contributions_meet_the_normal_oracle_within_their_errors():
    rng = np.random.default_rng(11)
    moves = rng.multivariate_normal(np.zeros(4), COVARIANCE, 200_000)
    found = contributions(moves * BOOK, level=0.975)
    answer = COVARIANCE @ BOOK
    expected = 2.3378027922 * BOOK * answer / np.sqrt(BOOK @ answer)
    np.testing.assert_allclose(
        expected, [46_944.891, 280_682.587, 99_856.958, -5_438.832], atol=2e-3
    )
    assert (np.abs(found.values - expected) < 4 * found.standard_errors).all()


def test_errors_match_the_spread_over_replications():
    rng = np.random.default_rng(12)
    values, errors = [], []
    for _ in range(400):
        moves = rng.multivariate_normal(np.zeros(4), COVARIANCE, 4_000)
        found = contributions(moves * BOOK, level=0.975)
        values.append(found.values)
        errors.append(found.standard_errors)
    ratio = np.mean(errors, axis=0) / np.std(values, axis=0)
    np.testing.assert_allclose(ratio, 1.0, atol=4 / np.sqrt(2 * 400))


@pytest.mark.parametrize("weighted", [False, True])
def test_the_error_of_the_whole_is_the_error_of_expected_shortfall(weighted):
    rng = np.random.default_rng(13)
    pnl = rng.standard_t(5, 20_000)
    weights = rng.dirichlet(np.full(20_000, 5.0)) if weighted else None
    found = contributions(pnl[:, None], weights, level=0.975)
    assert found.values[0] == pytest.approx(
        expected_shortfall(pnl, weights, level=0.975), rel=1e-12
    )
    # Not exactly: m is a local average around the quantile, not the quantile.
    assert found.standard_errors[0] == pytest.approx(
        expected_shortfall_error(pnl, weights, level=0.975), rel=1e-2
    )


@given(data=st.data(), level=st.sampled_from([0.5, 0.7, 0.9, 0.975]))
def test_contributions_add_up_to_the_whole_whatever_the_ties(data, level):
    draws = data.draw(st.integers(3, 40))
    parts = data.draw(arrays(np.float64, (draws, 3), elements=st.integers(-20, 20).map(float)))
    raw = data.draw(arrays(np.float64, draws, elements=st.floats(0.01, 1)))
    for weights in (None, raw / raw.sum()):
        whole = expected_shortfall(parts.sum(axis=1), weights, level=level, min_tail_draws=0)
        found = contributions(parts, weights, level=level, min_tail_draws=0)
        assert found.values.sum() == pytest.approx(whole, abs=1e-7)
        for part in range(3):
            alone = expected_shortfall(parts[:, part], weights, level=level, min_tail_draws=0)
            assert found.values[part] <= alone + 1e-7
            without = expected_shortfall(
                np.delete(parts, part, axis=1).sum(axis=1), weights, level=level, min_tail_draws=0
            )
            assert whole - without <= found.values[part] + 1e-7


def test_draws_come_in_pieces_and_far_from_zero():
    rng = np.random.default_rng(14)
    parts = rng.standard_t(5, (20_000, 3)) * 1e3
    found = contributions(parts, level=0.975)
    pieces = contributions(parts, level=0.975, pieces=7)
    np.testing.assert_allclose(pieces.values, found.values, rtol=1e-12)
    np.testing.assert_allclose(pieces.standard_errors, found.standard_errors, rtol=1e-9)
    # A certain gain is no risk and adds no error, however large.
    certain = contributions(
        np.column_stack([parts, np.full(20_000, 1e9)]), total=parts.sum(axis=1), level=0.975
    )
    np.testing.assert_allclose(certain.standard_errors[:3], found.standard_errors, rtol=1e-9)
    assert (certain.values[3], certain.standard_errors[3]) == (-1e9, 0.0)


def test_a_tail_of_too_few_draws_is_refused():
    with pytest.raises(TooFewTailDrawsError):
        tail_draws(np.arange(1_000.0), level=0.975)
