"""Contributions add up, match the published discrete and normal cases, and carry honest errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from stress.errors import InputError
from stress.risk.attribution import (
    expected_shortfall_contributions,
    group_sums,
    incremental_expected_shortfall,
    linear_contributions,
    standard_deviation_contributions,
)
from stress.risk.measures import expected_shortfall, standard_deviation
from stress.risk.standard_errors import expected_shortfall_error

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


@pytest.mark.parametrize(("level", "expected"), [(0.80, (3, 7, 3.5)), (0.75, (4.4, 6, 2.6))])
def test_discrete_oracle(level, expected):
    found = expected_shortfall_contributions(-LOSSES, level=level, min_tail_draws=0)
    np.testing.assert_allclose(found.values, expected, atol=1e-12)


def test_normal_oracle():
    found = 2.3378027922 * linear_contributions(BOOK, COVARIANCE)
    np.testing.assert_allclose(
        found, [46_944.891, 280_682.587, 99_856.958, -5_438.832], rtol=0, atol=2e-3
    )
    assert found.sum() == pytest.approx(422_045.604, abs=2e-3)


def test_simulated_contributions_meet_the_normal_oracle_within_their_errors():
    rng = np.random.default_rng(11)
    moves = rng.multivariate_normal(np.zeros(4), COVARIANCE, 200_000)
    found = expected_shortfall_contributions(moves * BOOK, level=0.975)
    expected = np.array([46_944.891, 280_682.587, 99_856.958, -5_438.832])
    assert (np.abs(found.values - expected) < 4 * found.standard_errors).all()


def test_errors_match_the_spread_over_replications():
    rng = np.random.default_rng(12)
    values, errors = [], []
    for _ in range(400):
        moves = rng.multivariate_normal(np.zeros(4), COVARIANCE, 4_000)
        found = expected_shortfall_contributions(moves * BOOK, level=0.975)
        values.append(found.values)
        errors.append(found.standard_errors)
    ratio = np.mean(errors, axis=0) / np.std(values, axis=0)
    np.testing.assert_allclose(ratio, 1.0, atol=4 / np.sqrt(2 * 400))


@pytest.mark.parametrize("weighted", [False, True])
def test_the_error_of_the_whole_is_the_error_of_expected_shortfall(weighted):
    rng = np.random.default_rng(13)
    pnl = rng.standard_t(5, 20_000)
    weights = rng.dirichlet(np.full(20_000, 5.0)) if weighted else None
    found = expected_shortfall_contributions(pnl[:, None], weights, level=0.975)
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
        found = expected_shortfall_contributions(parts, weights, level=level, min_tail_draws=0)
        assert found.values.sum() == pytest.approx(whole, abs=1e-7)
        for part in range(3):
            alone = expected_shortfall(parts[:, part], weights, level=level, min_tail_draws=0)
            assert found.values[part] <= alone + 1e-7
            incremental, _ = incremental_expected_shortfall(
                parts.sum(axis=1), parts[:, part], weights, level=level, min_tail_draws=0
            )
            assert incremental <= found.values[part] + 1e-7


def test_children_add_up_to_their_parents():
    rng = np.random.default_rng(14)
    parts = rng.standard_t(5, (20_000, 30)) * 1e6
    found = expected_shortfall_contributions(parts, level=0.975)
    sectors = [f"s{i % 4}" for i in range(30)]
    tops = {"s0": "t0", "s1": "t0", "s2": "t1", "s3": "t1"}
    children = group_sums(found.values, sectors)
    parents = group_sums(found.values, [tops[s] for s in sectors])
    for top, value in parents.items():
        assert value == pytest.approx(
            sum(v for s, v in children.items() if tops[s] == top), rel=1e-9
        )
    # The group's own summed P&L gives the same number.
    columns = np.column_stack(
        [parts[:, [i for i in range(30) if sectors[i] == s]].sum(axis=1) for s in children]
    )
    grouped = expected_shortfall_contributions(columns, level=0.975, total=parts.sum(axis=1))
    np.testing.assert_allclose(grouped.values, list(children.values()), rtol=1e-9)


def test_standard_deviation_contributions_add_up():
    rng = np.random.default_rng(15)
    parts = rng.standard_normal((5_000, 4))
    assert standard_deviation_contributions(parts).sum() == pytest.approx(
        standard_deviation(parts.sum(axis=1)), rel=1e-12
    )
    assert standard_deviation_contributions(np.ones((10, 2))).tolist() == [0.0, 0.0]


def test_mismatched_labels_and_shapes_are_named():
    with pytest.raises(InputError, match="3 values but 2 labels"):
        group_sums(np.zeros(3), ["a", "b"])
    with pytest.raises(InputError, match=r"\(draws, components\)"):
        expected_shortfall_contributions(np.zeros(5), level=0.9)
    with pytest.raises(InputError, match="5 draws of components, 4 of the total"):
        expected_shortfall_contributions(np.zeros((5, 2)), level=0.9, total=np.zeros(4))
