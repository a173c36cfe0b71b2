"""European options: printed tables, QuantLib, limits and laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
import QuantLib
from hypothesis import given
from hypothesis import strategies as st

from stress.portfolio.pricing.black_scholes import _BLOCK, european_value

CALL, PUT = 1.0, -1.0

# sign, strike, spot, dividend, rate, years, vol, printed
HAUG = [
    (CALL, 65.0, 60.0, 0.0, 0.08, 0.25, 0.30, 2.1334),
    (PUT, 95.0, 100.0, 0.05, 0.10, 0.50, 0.20, 2.4648),
    (PUT, 19.0, 19.0, 0.10, 0.10, 0.75, 0.28, 1.7011),
    (CALL, 19.0, 19.0, 0.10, 0.10, 0.75, 0.28, 1.7011),
    (CALL, 1.60, 1.56, 0.08, 0.06, 0.50, 0.12, 0.0291),
    (PUT, 70.0, 75.0, 0.05, 0.10, 0.50, 0.35, 4.0870),
    (CALL, 40.0, 42.0, 0.08, 0.04, 0.75, 0.35, 5.0975),
    (CALL, 100.0, 100.0, 0.10, 0.10, 0.50, 0.25, 6.6997),
]


@pytest.mark.parametrize("row", HAUG, ids=str)
def test_haugs_table(row):
    sign, strike, spot, dividend, rate, years, vol, printed = row
    value = european_value(spot, strike, years, rate, dividend, vol, sign=sign)
    assert value == pytest.approx(printed, abs=1e-4)


def test_hulls_example():
    call, put = european_value(42.0, 40.0, 0.5, 0.1, 0.0, 0.2, sign=[CALL, PUT])
    assert call == pytest.approx(4.7594, abs=5e-5)
    assert put == pytest.approx(0.8086, abs=5e-5)


def slope(at, place, *, sign, times=1):
    """Central differences of the value in one argument, once or twice."""
    h = 1e-4 * max(abs(at[place]), 0.1)
    values = []
    for side in (1.0, 0.0, -1.0):
        moved = list(at)
        moved[place] += side * h
        values.append(european_value(*moved, sign=sign))
    up, here, down = values
    return (up - down) / (2.0 * h) if times == 1 else (up - 2.0 * here + down) / h**2


def test_haugs_greeks_are_the_slopes_of_the_value():
    at = (105.0, 100.0, 0.5, 0.1, 0.1, 0.36)
    assert slope(at, 0, sign=np.array([CALL, PUT])) == pytest.approx([0.5946, -0.3566], abs=5e-5)
    at = (55.0, 60.0, 0.75, 0.1, 0.0, 0.3)
    assert slope(at, 0, sign=CALL, times=2) == pytest.approx(0.0278, abs=5e-5)
    assert slope(at, 5, sign=CALL) == pytest.approx(18.9358, abs=5e-5)
    at = (430.0, 405.0, 1.0 / 12.0, 0.07, 0.05, 0.2)
    assert -slope(at, 2, sign=PUT) == pytest.approx(-31.1924, abs=5e-5)


def test_ten_thousand_contracts_agree_with_quantlib():
    rng = np.random.default_rng(20250127)
    n = 10_000
    spot = 100.0 * np.exp(rng.normal(0.0, 0.3, n))
    years = rng.uniform(1.0 / 365.0, 5.0, n)
    rate, dividend = rng.uniform(-0.02, 0.12, n), rng.uniform(-0.01, 0.10, n)
    vol, sign = rng.uniform(0.05, 1.5, n), rng.choice([CALL, PUT], n)
    ours = european_value(spot, 100.0, years, rate, dividend, vol, sign=sign)
    theirs = np.empty(n)
    for i in range(n):
        pay_off = QuantLib.PlainVanillaPayoff(
            QuantLib.Option.Call if sign[i] > 0 else QuantLib.Option.Put, 100.0
        )
        carry, discount = math.exp(-dividend[i] * years[i]), math.exp(-rate[i] * years[i])
        forward, spread = spot[i] * carry / discount, vol[i] * math.sqrt(years[i])
        black = QuantLib.BlackCalculator(pay_off, forward, spread, discount)
        theirs[i] = black.value()
    assert np.max(np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1.0)) < 1e-10


contracts = st.tuples(
    st.floats(1.0, 1e4),  # spot
    st.floats(0.3, 3.0),  # strike over spot
    st.floats(1e-3, 5.0),  # years
    st.floats(-0.05, 0.15),  # rate
    st.floats(-0.05, 0.15),  # dividend
    st.floats(0.02, 2.0),  # vol
)


@given(contracts)
def test_put_call_parity(contract):
    spot, relative, years, rate, dividend, vol = contract
    strike = relative * spot
    call = european_value(spot, strike, years, rate, dividend, vol, sign=CALL)
    put = european_value(spot, strike, years, rate, dividend, vol, sign=PUT)
    forward = spot * math.exp(-dividend * years) - strike * math.exp(-rate * years)
    assert call - put == pytest.approx(forward, abs=1e-11 * (spot + strike))


@given(contracts, st.sampled_from([CALL, PUT]))
def test_convex_and_monotone_in_spot_and_increasing_in_volatility(contract, sign):
    spot, relative, years, rate, dividend, vol = contract
    strike = relative * spot
    spots = spot * np.linspace(0.2, 3.0, 41)
    values = european_value(spots, strike, years, rate, dividend, vol, sign=sign)
    rounding = 1e-11 * spot * 3.0
    assert np.all(sign * np.diff(values) >= -rounding)
    assert np.all(np.diff(values, 2) >= -rounding)
    richer = european_value(spots, strike, years, rate, dividend, 1.1 * vol, sign=sign)
    assert np.all(richer >= values - rounding)


@given(contracts, st.sampled_from([CALL, PUT]))
def test_homogeneous_in_spot_and_strike(contract, sign):
    spot, relative, years, rate, dividend, vol = contract
    one = european_value(1.0, relative, years, rate, dividend, vol, sign=sign)
    many = european_value(spot, relative * spot, years, rate, dividend, vol, sign=sign)
    assert many == pytest.approx(spot * one, rel=1e-12, abs=1e-12 * spot)


@pytest.mark.parametrize("sign", [CALL, PUT])
def test_no_time_is_intrinsic(sign):
    spots = np.array([0.0, 50.0, 100.0, 150.0])
    for years in (0.0, -1.0):
        values = european_value(spots, 100.0, years, 0.05, 0.02, 0.4, sign=sign)
        assert values == pytest.approx(np.maximum(sign * (spots - 100.0), 0.0))


@pytest.mark.parametrize("sign", [CALL, PUT])
def test_no_volatility_is_the_certain_forward(sign):
    spots = np.array([0.0, 50.0, 100.0, 150.0])
    certain = np.maximum(sign * (spots * math.exp(-0.02) - 100.0 * math.exp(-0.05)), 0.0)
    assert european_value(spots, 100.0, 1.0, 0.05, 0.02, 0.0, sign=sign) == pytest.approx(certain)
    tiny = european_value(spots, 100.0, 1.0, 0.05, 0.02, 1e-9, sign=sign)
    assert tiny == pytest.approx(certain, abs=1e-12)


def test_a_worthless_share():
    assert european_value(0.0, 100.0, 1.0, 0.05, 0.0, 0.4, sign=CALL) == 0.0
    put = european_value(0.0, 100.0, 1.0, 0.05, 0.0, 0.4, sign=PUT)
    assert put == pytest.approx(100.0 * math.exp(-0.05), rel=1e-15)


def test_far_tails_are_small_and_not_negative():
    values = european_value(100.0, [1e-6, 1e6], 0.01, -0.01, 0.0, 0.1, sign=[PUT, CALL])
    assert np.all(values >= 0.0)
    assert np.all(values < 1e-200)


def test_blocks_do_not_change_a_bit():
    rng = np.random.default_rng(7)
    options = 37
    draws = 3 * _BLOCK // options + 5
    spot = rng.uniform(50.0, 150.0, (draws, 1))
    vol = rng.uniform(0.1, 0.9, (draws, options))
    strike, years = np.linspace(60.0, 140.0, options), np.linspace(0.0, 2.0, options)
    sign = np.where(np.arange(options) % 2, CALL, PUT)
    whole = european_value(spot, strike, years, 0.04, 0.01, vol, sign=sign)
    for row in (0, 1, draws // 2, draws - 1):
        alone = european_value(spot[row], strike, years, 0.04, 0.01, vol[row], sign=sign)
        assert np.array_equal(whole[row], alone)
