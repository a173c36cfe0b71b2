"""Implied volatility: round trips, bounds, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stress.errors import InputError
from stress.portfolio.pricing.american import american_value
from stress.portfolio.pricing.black_scholes import european_value
from stress.portfolio.pricing.implied_volatility import implied_volatility, price_bounds

CALL, PUT = 1.0, -1.0


def test_round_trip_wherever_vega_allows():
    rng = np.random.default_rng(20250127)
    n = 20_000
    spot = 100.0 * np.exp(rng.normal(0.0, 0.35, n))
    years = rng.uniform(1.0 / 365.0, 4.0, n)
    rate, dividend = rng.uniform(-0.02, 0.1, n), rng.uniform(0.0, 0.08, n)
    vol, sign = rng.uniform(0.03, 3.0, n), rng.choice([CALL, PUT], n)
    terms = (spot, 100.0, years, rate, dividend)
    price = european_value(*terms, vol, sign=sign)
    bounds = price_bounds(*terms, sign=sign, american=False)
    # One rounding of the price is worth this much volatility.
    spread = vol * np.sqrt(years)
    d1 = (np.log(spot / 100.0) + (rate - dividend) * years) / spread + 0.5 * spread
    vega = spot * np.exp(-dividend * years - 0.5 * d1**2) * np.sqrt(years / (2.0 * np.pi))
    sharp = 4e-16 * (np.maximum(spot, 100.0)) / np.maximum(vega, 1e-300) < 1e-11
    sharp &= (price > bounds.lower) & (price < bounds.upper)
    assert sharp.mean() > 0.8
    at = tuple(t[sharp] if isinstance(t, np.ndarray) else t for t in terms)
    solved = implied_volatility(price[sharp], *at, sign=sign[sharp])
    assert np.max(np.abs(solved - vol[sharp])) < 1e-10


@settings(max_examples=60)
@given(
    st.floats(0.3, 3.0), st.floats(0.01, 3.0), st.floats(-0.03, 0.1), st.floats(0.0, 0.08),
    st.floats(0.03, 2.0), st.sampled_from([CALL, PUT]),
)  # fmt: skip
def test_the_price_comes_back(strike, years, rate, dividend, vol, sign):
    price = european_value(1.0, strike, years, rate, dividend, vol, sign=sign)
    lower, upper = price_bounds(1.0, strike, years, rate, dividend, sign=sign, american=False)
    if not lower < price < upper:
        with pytest.raises(InputError):
            implied_volatility(price, 1.0, strike, years, rate, dividend, sign=sign)
        return
    try:
        solved = implied_volatility(price, 1.0, strike, years, rate, dividend, sign=sign)
    except InputError as error:
        # Only where what is left above the bound is rounding.
        assert price - lower < 1e-14, error  # noqa: PT017
        return
    again = european_value(1.0, strike, years, rate, dividend, solved, sign=sign)
    assert again == pytest.approx(price, abs=4e-15 * (1.0 + strike))


@pytest.mark.parametrize("sign", [CALL, PUT])
def test_american_round_trip(sign):
    rng = np.random.default_rng(2)
    spot, years = 100.0 * np.exp(rng.normal(0.0, 0.15, 60)), rng.uniform(0.05, 1.5, 60)
    vol = rng.uniform(0.15, 0.9, 60)
    price = american_value(spot, 100.0, years, 0.04, 0.02, vol, sign=sign)
    bounds = price_bounds(spot, 100.0, years, 0.04, 0.02, sign=sign, american=True)
    above = price > bounds.lower + 0.05
    assert above.sum() > 40
    solved = implied_volatility(
        price[above], spot[above], 100.0, years[above], 0.04, 0.02, sign=sign, american=True
    )
    assert np.max(np.abs(solved - vol[above])) < 1e-8


def test_prices_outside_the_bounds_are_refused_and_named():
    prices = [5.0, 101.0, 3.0, 4.0]
    with pytest.raises(InputError) as refused:
        implied_volatility(
            prices, [110.0, 100.0, 100.0, 100.0], 100.0, [0.5, 0.5, 0.5, 0.0], 0.0, 0.0, sign=CALL
        )
    text = str(refused.value)
    assert len(refused.value.problems) == 3
    assert "price 5 is not above its discounted forward value 10." in text
    assert "price 101 is not below 100, the most it can be worth." in text
    assert "price 4 has no time left, so no volatility." in text


def test_an_american_price_at_intrinsic_has_no_volatility():
    with pytest.raises(InputError, match="intrinsic or discounted forward value 20"):
        implied_volatility(20.0, 80.0, 100.0, 0.5, 0.05, 0.0, sign=PUT, american=True)


def test_a_price_that_is_no_number_is_refused():
    with pytest.raises(InputError, match="not a number above zero"):
        implied_volatility(float("nan"), 100.0, 100.0, 0.5, 0.0, 0.0, sign=PUT)
