"""Measures: published and closed-form values, and the laws every measure keeps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from stress.errors import InputError
from stress.risk.measures import (
    expected_shortfall,
    mean,
    probability_of_loss,
    standard_deviation,
    value_at_risk,
    worst,
)
from stress.risk.tail import TooFewTailDrawsError, draws_for_tail, enough_for_tail, tail_weights

DISCRETE = -np.array([15.0, 12, 11, 9, 6, 2, 1, 0, -3, -8])

pnls = arrays(
    np.float64,
    st.integers(2, 60),
    elements=st.integers(-1000, 1000).map(lambda cents: cents / 8.0),
)
levels = st.sampled_from([0.5, 0.625, 0.75, 0.8, 0.9, 0.95, 0.975, 0.99])


def exact(pnl, weights=None, *, level):
    return expected_shortfall(pnl, weights, level=level, min_tail_draws=0)


def quantile_integral(pnl, level):
    """ES as the integral of VaR over the tail: an independent definition."""
    losses = np.sort(-np.asarray(pnl))
    n = losses.size
    edges = np.clip(np.arange(n + 1) / n, level, 1.0)
    return float(np.diff(edges) @ losses / (1.0 - level))


@pytest.mark.parametrize(("level", "es", "var"), [(0.8, 13.5, 11.0), (0.75, 13.0, 11.0)])
def test_discrete_oracle(level, es, var):
    assert exact(DISCRETE, level=level) == pytest.approx(es, abs=1e-12)
    assert value_at_risk(DISCRETE, level=level) == var
    assert -tail_weights(DISCRETE, level=level) @ DISCRETE == pytest.approx(es, abs=1e-12)


@pytest.mark.parametrize(
    ("law", "level", "var", "es"),
    [
        (stats.norm(), 0.95, 1.644854, 2.062713),
        (stats.norm(), 0.975, 1.959964, 2.337803),
        (stats.norm(), 0.99, 2.326348, 2.665214),
        (stats.t(4), 0.975, 2.776445, 3.993557),
        (stats.t(5), 0.975, 2.570582, 3.521577),
        (stats.t(5), 0.99, 3.364930, 4.452429),
    ],
)
def test_closed_forms_on_a_fine_grid(law, level, var, es):
    """A deterministic sample (midpoint quantiles) comes within its own discretisation error."""
    n = 400_000
    pnl = law.ppf((np.arange(n) + 0.5) / n)
    assert value_at_risk(pnl, level=level) == pytest.approx(var, abs=2e-4)
    assert expected_shortfall(pnl, level=level) == pytest.approx(es, abs=1e-3)


@given(pnl=pnls, level=levels)
def test_value_at_risk_is_numpys_inverted_cdf(pnl, level):
    n = pnl.size
    # Away from levels that hit a probability exactly, where 1 - level loses the last bit.
    if abs(n * level - round(n * level)) > 1e-9:
        assert value_at_risk(pnl, level=level) == np.quantile(-pnl, level, method="inverted_cdf")


def test_value_at_risk_where_the_level_is_a_probability_of_the_sample():
    """500 of 20,000 draws are exactly the worst 2.5 %: P(L <= VaR) may equal the level."""
    pnl = -np.arange(20_000.0)
    assert value_at_risk(pnl, level=0.975) == 19_499.0
    assert expected_shortfall(pnl, level=0.975) == pytest.approx(19_749.5, abs=1e-9)
    assert value_at_risk(pnl, np.full(20_000, 1 / 20_000), level=0.975) == 19_499.0


@given(pnl=pnls, level=levels)
def test_expected_shortfall_is_the_average_of_value_at_risk(pnl, level):
    assert exact(pnl, level=level) == pytest.approx(quantile_integral(pnl, level), abs=1e-8)


@given(pnl=pnls, level=levels, scale=st.floats(0.01, 100), shift=st.floats(-100, 100))
def test_translation_and_positive_homogeneity(pnl, level, scale, shift):
    for measure in (exact, value_at_risk):
        moved = measure(scale * pnl + shift, level=level)
        assert moved == pytest.approx(scale * measure(pnl, level=level) - shift, abs=1e-8)
    assert standard_deviation(scale * pnl + shift) == pytest.approx(
        scale * standard_deviation(pnl), abs=1e-6
    )
    assert mean(scale * pnl + shift) == pytest.approx(scale * mean(pnl) + shift, abs=1e-8)


@given(data=st.data(), level=levels)
def test_subadditivity_and_monotonicity(data, level):
    pnl = data.draw(pnls)
    other = data.draw(arrays(np.float64, pnl.size, elements=st.integers(-500, 500).map(float)))
    assert (
        exact(pnl + other, level=level)
        <= exact(pnl, level=level) + exact(other, level=level) + 1e-8
    )
    assert exact(pnl + np.abs(other), level=level) <= exact(pnl, level=level) + 1e-9


@given(pnl=pnls, level=levels)
def test_order_of_the_measures(pnl, level):
    assert worst(pnl) >= exact(pnl, level=level) - 1e-9
    assert exact(pnl, level=level) >= value_at_risk(pnl, level=level) - 1e-9
    assert exact(pnl, level=level) >= -mean(pnl) - 1e-9


@given(data=st.data(), level=levels)
def test_equal_weights_are_no_weights_and_a_split_draw_changes_nothing(data, level):
    pnl = data.draw(pnls)
    n = pnl.size
    equal = np.full(n, 1.0 / n)
    split = np.append(pnl, pnl[0])
    halves = np.append(equal, equal[0] / 2)
    halves[0] /= 2
    for measure in (exact, value_at_risk):
        plain = measure(pnl, level=level)
        assert measure(pnl, equal, level=level) == pytest.approx(plain, abs=1e-8)
        assert measure(split, halves, level=level) == pytest.approx(plain, abs=1e-8)
    assert mean(split, halves) == pytest.approx(mean(pnl), abs=1e-9)
    assert standard_deviation(split, halves) == pytest.approx(standard_deviation(pnl), abs=1e-6)
    assert probability_of_loss(split, halves) == pytest.approx(probability_of_loss(pnl), abs=1e-9)
    assert worst(split, halves) == worst(pnl)


@given(data=st.data(), level=levels)
def test_tail_weights_are_a_law_and_ignore_the_order_of_draws(data, level):
    pnl = data.draw(pnls)
    raw = data.draw(arrays(np.float64, pnl.size, elements=st.floats(0.01, 1)))
    weights = raw / raw.sum()
    tail = tail_weights(pnl, weights, level=level)
    assert tail.sum() == pytest.approx(1.0, abs=1e-12)
    assert tail.min() >= 0.0
    assert (tail <= weights / (1.0 - level) * (1 + 1e-8)).all()
    assert -tail @ pnl == pytest.approx(exact(pnl, weights, level=level), abs=1e-7)
    order = np.random.default_rng(0).permutation(pnl.size)
    np.testing.assert_allclose(
        tail_weights(pnl[order], weights[order], level=level), tail[order], atol=1e-9
    )


def test_ties_share_the_edge():
    tail = tail_weights(np.array([-5.0, -1.0, -1.0, -1.0, 2.0]), level=0.5)
    np.testing.assert_allclose(tail, [0.4, 0.2, 0.2, 0.2, 0.0], atol=1e-15)


def test_probability_of_loss_is_strict():
    pnl = np.array([-2.0, -1.0, 0.0, 1.0])
    assert probability_of_loss(pnl) == 0.5
    assert probability_of_loss(pnl, more_than=1.0) == 0.25
    assert probability_of_loss(pnl, np.array([0.7, 0.1, 0.1, 0.1]), more_than=1.0) == 0.7


def test_too_few_tail_draws_is_refused_with_the_number_that_would_do():
    pnl = np.random.default_rng(1).standard_normal(1_000)
    with pytest.raises(TooFewTailDrawsError) as caught:
        expected_shortfall(pnl, level=0.99)
    assert isinstance(caught.value, InputError)
    assert str(caught.value) == (
        "expected shortfall at 99 % would rest on 10 effective tail draws of 1,000; at least 50 are "
        "needed. Use about 5,000 draws or more, or a lower level."
    )
    assert expected_shortfall(pnl, level=0.95) > 0.0  # exactly 50 in the tail


@given(n=st.integers(200, 3_000))
@settings(max_examples=50)
def test_the_refusal_is_the_plain_rule_for_equal_weights(n):
    pnl = np.random.default_rng(n).standard_normal(n)
    assert draws_for_tail(0.975) == 2_000
    assert enough_for_tail(n, 0.975) == (n >= 2_000)
    if n >= 2_000:
        expected_shortfall(pnl, level=0.975)
    else:
        with pytest.raises(TooFewTailDrawsError):
            expected_shortfall(pnl, level=0.975)


def test_the_refusal_sees_concentrated_weights():
    pnl = np.random.default_rng(2).standard_normal(20_000)
    weights = np.full(20_000, 1.0)
    weights[np.argmin(pnl)] = 500.0
    weights /= weights.sum()
    with pytest.raises(TooFewTailDrawsError) as caught:
        expected_shortfall(pnl, weights, level=0.975)
    assert caught.value.effective < 5


@pytest.mark.parametrize(
    ("pnl", "weights", "level", "message"),
    [
        ([1.0, np.nan], None, 0.9, "P&L of draw 1 is nan"),
        ([1.0, -np.inf], None, 0.9, "P&L of draw 1 is -inf"),
        ([], None, 0.9, r"shape \(0,\)"),
        ([1.0, 2.0], [0.5], 0.9, r"weights have shape \(1,\)"),
        ([1.0, 2.0], [0.5, 0.6], 0.9, "weights add up to 1.1"),
        ([1.0, 2.0], [1.5, -0.5], 0.9, "weight of draw 1 is -0.5"),
        ([1.0, 2.0], [np.nan, 1.0], 0.9, "weight of draw 0 is nan"),
        ([1.0, 2.0], None, 95.0, r"got 95\. Write 0\.95 for 95 %"),
        ([1.0, 2.0], None, 1.0, r"must be in \(0, 1\)"),
    ],
)
def test_bad_input_is_named(pnl, weights, level, message):
    with pytest.raises(InputError, match=message):
        expected_shortfall(
            np.array(pnl), None if weights is None else np.array(weights), level=level
        )


def test_weighted_moments_agree_with_statsmodels_and_shortfall_with_cvxpy():
    import cvxpy as cp
    from statsmodels.stats.weightstats import DescrStatsW

    rng = np.random.default_rng(4)
    pnl, weights = rng.standard_t(5, 2_000), rng.dirichlet(np.ones(2_000))
    other = DescrStatsW(pnl, weights=weights, ddof=0)
    assert mean(pnl, weights) == pytest.approx(other.mean, abs=1e-12)
    assert standard_deviation(pnl, weights) == pytest.approx(other.std, rel=1e-12)
    for level in (0.9, 0.9731, 0.999):
        assert exact(pnl, level=level) == pytest.approx(cp.cvar(-pnl, level).value, rel=1e-9)
        # With weights: the maximum over densities bounded by 1 / (1 - level), as a linear program.
        from scipy.optimize import linprog

        dual = linprog(
            pnl,
            A_eq=np.ones((1, pnl.size)),
            b_eq=[1.0],
            bounds=np.column_stack([np.zeros(pnl.size), weights / (1 - level)]),
        )
        assert exact(pnl, weights, level=level) == pytest.approx(-dual.fun, rel=1e-9)


def test_huge_and_tiny_books():
    pnl = np.random.default_rng(3).standard_normal(20_000)
    for scale in (1e-9, 1e12):
        assert expected_shortfall(scale * pnl, level=0.99) == pytest.approx(
            scale * expected_shortfall(pnl, level=0.99), rel=1e-12
        )
