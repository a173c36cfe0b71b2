"""Simulation errors: closed forms, replication, and the intervals of the literature."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from stress.risk.estimates import summarise
from stress.risk.measures import expected_shortfall, probability_of_loss, value_at_risk
from stress.risk.standard_errors import (
    expected_shortfall_difference,
    expected_shortfall_error,
    expected_shortfall_influence,
    mean_error,
    probability_of_loss_error,
    standard_deviation_error,
)


def value_at_risk_error(pnl, weights=None, *, level):
    estimates = summarise(pnl, weights, unit="USD", conditional_on=None, levels=(level,))
    (found,) = (one for one in estimates if one.measure == "value_at_risk")
    return found.standard_error


@pytest.mark.parametrize(
    ("law", "level", "var", "es"),
    [
        (stats.norm(), 0.95, 2.1132, 2.4656),
        (stats.norm(), 0.975, 2.6713, 3.1993),
        (stats.norm(), 0.99, 3.7332, 4.5884),
        (stats.t(5), 0.95, 3.4162, 6.0105),
        (stats.t(5), 0.975, 5.1462, 9.4169),
        (stats.t(5), 0.99, 9.1191, 17.2902),
    ],
)
def test_root_n_standard_errors_on_a_fine_grid(law, level, var, es):
    """sqrt(n) x se. Ranks are whole numbers (0.3 %); the grid cuts the far t tail (1 %)."""
    n = 1_000_000
    pnl = law.ppf((np.arange(n) + 0.5) / n)
    assert value_at_risk_error(pnl, level=level) * n**0.5 == pytest.approx(var, rel=3e-3)
    assert expected_shortfall_error(pnl, level=level) * n**0.5 == pytest.approx(es, rel=1e-2)


def test_t4_error_at_99_percent_is_the_printed_one():
    """Integrated against the law itself: a sample of a t(4) converges too slowly."""
    law, level = stats.t(4), 0.99
    q = law.ppf(level)
    es = law.expect(lambda x: x, lb=q) / (1 - level)
    square = law.expect(lambda x: x**2, lb=q) / (1 - level)
    closed = np.sqrt((square - es**2 + level * (es - q) ** 2) / (1 - level))
    assert closed == pytest.approx(24.9745, abs=1e-4)


@pytest.mark.parametrize("weighted", [False, True])
def test_errors_match_the_spread_over_replications(weighted):
    """600 books of 4,000 draws: the mean reported error is the spread, within 4 of its own errors."""
    rng = np.random.default_rng(20250127)
    replications, draws, level = 600, 4_000, 0.975
    values, errors = [], []
    for _ in range(replications):
        if weighted:  # a proposal shifted towards losses, weighted back to the standard normal
            pnl = rng.standard_normal(draws) - 0.7
            logw = 0.7 * pnl + 0.245
            weights = np.exp(logw - logw.max())
            weights /= weights.sum()
        else:
            pnl, weights = rng.standard_normal(draws), None
        values.append(
            [
                expected_shortfall(pnl, weights, level=level),
                value_at_risk(pnl, weights, level=level),
                probability_of_loss(pnl, weights, more_than=1.5),
                pnl.mean() if weights is None else weights @ pnl,
            ]
        )
        errors.append(
            [
                expected_shortfall_error(pnl, weights, level=level),
                value_at_risk_error(pnl, weights, level=level),
                probability_of_loss_error(pnl, weights, more_than=1.5),
                mean_error(pnl, weights),
            ]
        )
    spread = np.std(values, axis=0)
    reported = np.mean(errors, axis=0)
    # The spread of R normals is known to 1 / sqrt(2 R) = 2.9 %: four of those.
    np.testing.assert_allclose(reported / spread, 1.0, atol=4 / np.sqrt(2 * replications))


def test_influence_has_mean_zero_and_the_standard_deviation_error_is_the_delta_method():
    pnl = np.random.default_rng(5).standard_t(8, 20_000)
    assert abs(expected_shortfall_influence(pnl, level=0.95).mean()) < 1e-12
    centred = pnl - pnl.mean()
    fourth, variance = np.mean(centred**4), np.mean(centred**2)
    delta = np.sqrt((fourth - variance**2) / (4 * variance * pnl.size))
    assert standard_deviation_error(pnl) == pytest.approx(delta, rel=1e-9)
    assert standard_deviation_error(np.ones(100)) == 0.0


def test_paired_difference_is_far_sharper_than_two_separate_errors():
    rng = np.random.default_rng(6)
    book = rng.standard_normal(20_000)
    hedged = 0.9 * book + 0.01 * rng.standard_normal(20_000)
    value, error = expected_shortfall_difference(hedged, book, level=0.975)
    separate = np.hypot(
        expected_shortfall_error(hedged, level=0.975), expected_shortfall_error(book, level=0.975)
    )
    assert value == pytest.approx(-0.1 * 2.337803, abs=4 * error + 1e-3)
    assert error < separate / 10
    assert expected_shortfall_difference(book, book, level=0.975) == (0.0, 0.0)
