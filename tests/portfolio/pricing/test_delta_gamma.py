"""Where delta-gamma fails: the figures of the methods page, and the error it must report."""

from __future__ import annotations

import numpy as np
import pytest

from stress.errors import InputError
from stress.portfolio.instruments import Driver, Leg, Option, Structure
from stress.portfolio.pricing.black_scholes import european_greeks, european_value
from stress.portfolio.pricing.delta_gamma import delta_gamma

SPOT, STRIKE, YEARS, VOL, RATE = 142.41, 135.0, 11.0 / 365.0, 0.55, 0.043
FALL = -0.1697


def _put(strike=STRIKE, expiry="2025-02-04", right="put", style="european"):
    return Option(
        underlying="NVDA", right=right, strike=strike, expiry=expiry, style=style,
        multiplier=1.0, currency="USD", as_of="2025-01-24",
    )  # fmt: skip


def _levels(option, spot, vol, rate=RATE):
    return {
        Driver("spot", "NVDA"): np.asarray(spot),
        Driver("vol", option.contract): np.asarray(vol),
        Driver("rate", "USD"): np.asarray(rate),
        Driver("dividend", "NVDA"): np.asarray(0.0),
    }


def test_the_put_of_the_methods_page():
    greeks = european_greeks(SPOT, STRIKE, YEARS, RATE, 0.0, VOL, sign=-1.0)
    base = european_value(SPOT, STRIKE, YEARS, RATE, 0.0, VOL, sign=-1.0)
    assert base == pytest.approx(2.3289, abs=5e-5)
    assert greeks.delta == pytest.approx(-0.26731, abs=5e-6)
    assert greeks.gamma == pytest.approx(0.024195, abs=5e-7)
    moved = SPOT * (1.0 + FALL)
    # Friday to Monday: three of the eleven days have passed in the full value.
    full = european_value(moved, STRIKE, 8.0 / 365.0, RATE, 0.0, VOL, sign=-1.0) - base
    assert full == pytest.approx(14.5308, abs=5e-5)
    richer = european_value(moved, STRIKE, 8.0 / 365.0, RATE, 0.0, VOL + 0.15, sign=-1.0) - base
    assert richer == pytest.approx(14.9355, abs=5e-5)
    move = SPOT * FALL
    expanded = greeks.delta * move + 0.5 * greeks.gamma * move**2
    assert greeks.delta * move == pytest.approx(6.4601, abs=5e-5)
    assert expanded == pytest.approx(13.5256, abs=5e-5)
    put = _put()
    shocked = _levels(put, [moved], [VOL + 0.15])
    found = delta_gamma(put, _levels(put, SPOT, VOL), shocked, elapsed_days=3.0)
    assert expanded + 0.15 * greeks.vega + found.passage_of_time == pytest.approx(14.1179, abs=1e-4)
    assert found.pnl[0] == pytest.approx(14.1179, abs=1e-3)
    assert found.max_error == pytest.approx(richer - found.pnl[0])


@pytest.mark.parametrize(
    ("fall", "full", "approximate"), [(-0.17, -12.7362, -21.1994), (-0.05, -1.6724, -1.7586)]
)
def test_the_short_straddle_of_the_methods_page(fall, full, approximate):
    terms = (100.0, 2.0 / 252.0, 0.0, 0.0, 0.6)
    both = np.array([1.0, -1.0])
    base = european_value(100.0, *terms, sign=both).sum()
    after = european_value(100.0 * (1.0 + fall), *terms, sign=both).sum()
    assert base - after == pytest.approx(full, abs=5e-5)
    greeks = european_greeks(100.0, *terms, sign=both)
    move = 100.0 * fall
    expanded = greeks.delta.sum() * move + 0.5 * greeks.gamma.sum() * move**2
    assert -expanded == pytest.approx(approximate, abs=5e-5)


def test_the_error_is_that_of_full_revaluation_on_the_subsample():
    rng = np.random.default_rng(8)
    call = _put(140.0, "2025-03-21", "call", "american")
    spots = SPOT * np.exp(0.05 * rng.standard_normal(1000))
    vols = VOL + 0.02 * rng.standard_normal(1000)
    base, shocked = _levels(call, SPOT, VOL), _levels(call, spots, vols)
    whole = delta_gamma(call, base, shocked, elapsed_days=1.0, sample=1000)
    pnl = call.value(shocked, elapsed_days=1.0) - call.value(base)
    assert whole.max_error == pytest.approx(np.max(np.abs(whole.pnl - pnl)))
    assert whole.mean_error == pytest.approx(np.mean(np.abs(whole.pnl - pnl)))
    part = delta_gamma(call, base, shocked, elapsed_days=1.0, sample=50)
    assert part.sampled == 50
    assert part.max_error <= whole.max_error
    assert part.label == "delta-gamma approximation"


def test_several_volatilities_are_refused():
    legs = tuple(Leg(instrument=_put(142.41, right=right), ratio=-1.0) for right in ("call", "put"))
    straddle = Structure(name="straddle", legs=legs)
    levels = {**_levels(legs[0].instrument, SPOT, VOL), **_levels(legs[1].instrument, SPOT, VOL)}
    with pytest.raises(InputError, match="reads 2 levels of kind 'vol'"):
        delta_gamma(straddle, levels, {**levels, Driver("spot", "NVDA"): np.array([1.0, 2.0])})
