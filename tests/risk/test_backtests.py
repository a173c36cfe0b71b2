"""Back-tests against published tables and printed digits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from stress.errors import InputError
from stress.risk.backtests import (
    acerbi_szekely,
    christoffersen_coverage,
    christoffersen_independence,
    exceedances,
    kupiec,
    transitions,
)


def test_kupiec_of_the_mathworks_example():
    found = kupiec(57, 1_043, level=0.95)
    assert round(found.statistic, 5) == 0.46147
    assert round(found.p_value, 5) == 0.49694


@pytest.mark.parametrize(
    ("days", "exceptions", "level", "ratio", "digits"),
    [
        (250, 3, 0.95, 10.8123, 4),
        (250, 3, 0.99, 0.0949, 4),
        (250, 7, 0.99, 5.49699, 5),
        (250, 0, 0.99, 5.02517, 5),
        (1_000, 17, 0.99, 4.09097, 5),
    ],
)
def test_kupiec_ratios(days, exceptions, level, ratio, digits):
    assert round(kupiec(exceptions, days, level=level).statistic, digits) == ratio


def test_kupiec_p_value():
    assert round(kupiec(7, 250, level=0.99).p_value, 6) == 0.019049


@pytest.mark.parametrize(
    ("days", "level", "low", "high"),
    [
        (255, 0.99, None, 7),
        (255, 0.95, 6, 21),
        (510, 0.99, 1, 11),
        (510, 0.95, 16, 36),
        (1_000, 0.99, 4, 17),
        (1_000, 0.95, 37, 65),
    ],
)
def test_non_rejection_ranges_of_kupiecs_table(days, level, low, high):
    def rejected(x):
        return kupiec(x, days, level=level).p_value < 0.05

    assert rejected(high)
    assert not rejected(high - 1)
    if low is not None:
        assert rejected(low)
        assert not rejected(low + 1)


def test_christoffersen():
    found = christoffersen_independence(228, 10, 10, 2)
    assert round(found.statistic, 6) == 2.510858
    assert round(found.p_value, 6) == 0.113064
    assert christoffersen_independence(250, 0, 0, 0).statistic == 0.0


def test_conditional_coverage_is_the_sum_over_the_same_days():
    exceeded = np.random.default_rng(0).random(500) < 0.04
    n00, n01, n10, n11 = transitions(exceeded)
    assert n00 + n01 + n10 + n11 == 499
    assert n01 + n11 == exceeded[1:].sum()
    found = christoffersen_coverage(exceeded, level=0.975)
    expected = (
        kupiec(n01 + n11, 499, level=0.975).statistic
        + christoffersen_independence(n00, n01, n10, n11).statistic
    )
    assert found.statistic == pytest.approx(expected, rel=1e-12)
    assert found.p_value == pytest.approx(stats.chi2.sf(expected, 2), rel=1e-10)


def test_clustered_exceptions_are_rejected_and_spread_ones_are_not():
    clustered, spread = np.zeros(500, bool), np.zeros(500, bool)
    clustered[100:112] = True
    spread[20::40] = True
    assert christoffersen_coverage(clustered, level=0.975).p_value < 1e-6
    assert christoffersen_coverage(spread, level=0.975).p_value > 0.3


def z2(law, rng, samples, days=250, level=0.975):
    """Z2 of samples from a law that the model has exactly right, computed here on its own."""
    pnl = law.ppf(rng.random((samples, days)))
    var = law.ppf(level)
    es = law.expect(lambda x: x, lb=var) / (1 - level)
    return 1 + np.where(-pnl > var, pnl, 0.0).sum(axis=1) / (days * (1 - level) * es), var, es


@pytest.mark.parametrize(
    ("law", "critical"), [(stats.norm(), -0.695), (stats.t(5), -0.734), (stats.t(3), -0.812)]
)
def test_acerbi_szekely_critical_values(law, critical):
    simulated, var, es = z2(law, np.random.default_rng(1), 10_000)
    # Standard error of the 5 % point of 10,000 samples is about .008.
    assert np.quantile(simulated, 0.05) == pytest.approx(critical, abs=0.03)
    pnl = law.ppf(np.random.default_rng(2).random(250))
    found = acerbi_szekely(
        pnl, np.full(250, var), np.full(250, es), level=0.975, simulated=simulated
    )
    beyond = pnl[-pnl > var]
    assert found.statistic == pytest.approx(1 + beyond.sum() / (250 * 0.025 * es), rel=1e-12)
    assert found.exceptions == beyond.size
    assert found.p_value == pytest.approx(np.mean(simulated <= found.statistic), abs=2e-4)


def test_an_understated_shortfall_is_rejected():
    simulated, var, es = z2(stats.norm(), np.random.default_rng(3), 2_000)
    pnl = 2.0 * np.random.default_rng(4).standard_normal(250)
    found = acerbi_szekely(
        pnl, np.full(250, var), np.full(250, es), level=0.975, simulated=simulated
    )
    assert found.statistic < -1.8
    assert found.p_value < 0.001
    assert acerbi_szekely(pnl, np.full(250, var), np.full(250, es), level=0.975).p_value is None


def test_bad_input_is_named():
    with pytest.raises(InputError, match="300 exceptions in 250 days"):
        kupiec(300, 250, level=0.99)
    with pytest.raises(InputError, match="P&L of day 1 is nan"):
        exceedances(np.array([0.0, np.nan]), np.ones(2))
    with pytest.raises(InputError, match="one VaR a day"):
        exceedances(np.zeros(3), np.ones(2))
    with pytest.raises(InputError, match=r"ES of day 0 is 0\.0"):
        acerbi_szekely(np.zeros(2), np.ones(2), np.zeros(2), level=0.975)
    with pytest.raises(InputError, match="at least 2 days"):
        transitions(np.array([True]))
