"""`summarise` agrees with the single measures, names its condition and refuses what it must."""

from __future__ import annotations

import sys
import tracemalloc

import numpy as np
import pytest

from stress.errors import InputError
from stress.risk import measures, standard_errors
from stress.risk.estimates import summarise
from stress.risk.tail import TooFewTailDrawsError


def by_name(estimates):
    return {(e.measure, e.level if e.threshold is None else e.threshold): e for e in estimates}


@pytest.mark.parametrize("weighted", [False, True])
def test_every_estimate_is_the_single_measure(weighted):
    rng = np.random.default_rng(7)
    pnl = rng.standard_t(5, 20_000)
    weights = rng.dirichlet(np.full(20_000, 5.0)) if weighted else None
    found = by_name(
        summarise(pnl, weights, unit="USD", conditional_on="x", loss_thresholds=(0.0, 2.0))
    )
    assert len(found) == 2 + 2 + 6 + 2 + 1
    assert {e.conditional_on for e in found.values()} == {"x"}

    def same(estimate, value, error):
        assert estimate.value == value
        assert estimate.standard_error == pytest.approx(error, rel=1e-9)

    same(found["mean", None], measures.mean(pnl, weights), standard_errors.mean_error(pnl, weights))
    same(
        found["standard_deviation", None],
        measures.standard_deviation(pnl, weights),
        standard_errors.standard_deviation_error(pnl, weights),
    )
    for level in (0.95, 0.975, 0.99):
        assert found["value_at_risk", level].value == measures.value_at_risk(
            pnl, weights, level=level
        )
        same(
            found["expected_shortfall", level],
            measures.expected_shortfall(pnl, weights, level=level),
            standard_errors.expected_shortfall_error(pnl, weights, level=level),
        )
        assert found["value_at_risk", level].sign == "loss"
    assert found["quantile", 0.025].value == -found["value_at_risk", 0.975].value
    assert found["quantile", 0.975].value == measures.value_at_risk(-pnl, weights, level=0.975)
    opposite = by_name(summarise(-pnl, weights, unit="USD", conditional_on="x"))
    for low, high in ((0.025, 0.975), (0.975, 0.025)):
        assert opposite["quantile", low].value == -found["quantile", high].value
        error = found["quantile", high].standard_error
        assert opposite["quantile", low].standard_error == error
    for threshold in (0.0, 2.0):
        same(
            found["probability_of_loss", threshold],
            measures.probability_of_loss(pnl, weights, more_than=threshold),
            standard_errors.probability_of_loss_error(pnl, weights, more_than=threshold),
        )
        assert found["probability_of_loss", threshold].unit == "1"
    assert found["worst_of_N", None].value == -pnl.min()
    assert found["worst_of_N", None].standard_error is None


@pytest.mark.parametrize(
    ("degrees", "without_error"),
    [
        (5.0, {"worst_of_N"}),
        (4.0, {"worst_of_N", "standard_deviation"}),
    ],
)
def test_no_error_where_the_law_has_no_moment(degrees, without_error):
    pnl = np.random.default_rng(8).standard_t(degrees, 20_000)
    estimates = summarise(pnl, unit="USD", conditional_on=None, degrees_of_freedom=degrees)
    assert {e.measure for e in estimates if e.standard_error is None} == without_error
    for e in estimates:
        assert (e.no_error_because is None) == (e.standard_error is not None)


def test_a_law_without_variance_is_refused():
    with pytest.raises(InputError, match="above 2, got 2"):
        summarise(np.zeros(100), unit="USD", conditional_on=None, degrees_of_freedom=2.0)


def test_a_level_with_too_few_tail_draws_is_refused():
    pnl = np.random.default_rng(9).standard_normal(1_000)
    with pytest.raises(TooFewTailDrawsError, match="99 %"):
        summarise(pnl, unit="USD", conditional_on=None, levels=(0.95, 0.99))


def test_hardly_any_draws_have_hardly_any_errors():
    for draws in (1, 2, 29):
        given = {"unit": "USD", "conditional_on": None, "levels": (), "loss_thresholds": (0.0,)}
        few = summarise(np.arange(float(draws)) - 5.0, **given)
        assert all(e.standard_error is None and e.no_error_because for e in few)
    enough = by_name(summarise(np.arange(30.0), unit="USD", conditional_on=None, levels=()))
    assert enough["quantile", 0.025].standard_error is None
    assert enough["mean", None].standard_error == pytest.approx(np.arange(30).std() / 30**0.5)


def test_a_book_that_does_not_vary():
    estimates = by_name(summarise(np.full(5_000, -3.0), unit="USD", conditional_on="x"))
    assert estimates["expected_shortfall", 0.99].value == pytest.approx(3.0, abs=1e-12)
    assert estimates["expected_shortfall", 0.99].standard_error == pytest.approx(0.0, abs=1e-12)
    assert estimates["standard_deviation", None].value == 0.0


def test_no_further_copy_of_the_draws_creeps_in():
    pnl = np.random.default_rng(10).standard_t(5, 1_000_000)
    summarise(pnl[:20_000], unit="USD", conditional_on=None)
    tracemalloc.start()
    summarise(pnl, unit="USD", conditional_on=None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3.5 * pnl.nbytes  # three here


def test_importing_risk_loads_no_scipy():
    import subprocess

    code = (
        "import sys, stress.risk.estimates, stress.risk.attribution, stress.risk.backtests;"
        "print(any(m.split('.')[0] in ('scipy', 'pandas') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_probability_that_no_draw_contradicts_is_not_known_exactly():
    """Zero of 1,000 draws leave up to 0.3 % open: an error of 0.0 would say that they leave nothing."""
    pnl = np.linspace(-10.0, -1.0, 1_000)
    found = by_name(
        summarise(pnl, unit="USD", conditional_on="x", levels=(), loss_thresholds=(0.0, 5.0, 20.0))
    )
    for threshold, value in ((0.0, 1.0), (20.0, 0.0)):
        one = found["probability_of_loss", threshold]
        assert one.value == value
        assert one.standard_error is None
        assert one.no_error_because == "all draws lie on one side of the loss"
    assert found["probability_of_loss", 5.0].standard_error > 0.0


def test_a_book_that_loses_nothing_loses_0_and_not_minus_0():
    pnl = np.zeros(8192)
    figures = [one.value for one in summarise(pnl, unit="USD", conditional_on=None)]
    figures += [
        measures.value_at_risk(pnl, level=0.975),
        measures.expected_shortfall(pnl, level=0.975),
        measures.worst(pnl),
    ]
    assert not any(np.signbit(figures)), figures
