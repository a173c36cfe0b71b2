"""Bonds: Hull's three-year bond and a street-convention one, to the printed digits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stress.errors import InputError
from stress.portfolio.pricing.bonds import bond_risk, duration_value, present_value, yield_of_price

HULL_YEARS = np.arange(1, 7) / 2.0
HULL_AMOUNTS = np.array([5.0] * 5 + [105.0])
STREET_YEARS = np.arange(1, 11) / 2.0
STREET_AMOUNTS = np.array([2.5] * 9 + [102.5])


def test_hulls_bond():
    risk = bond_risk(HULL_YEARS, HULL_AMOUNTS, 0.12, frequency=None)
    assert risk.value == pytest.approx(94.2130, abs=5e-5)
    assert risk.duration == pytest.approx(2.6530, abs=5e-5)
    assert risk.convexity == pytest.approx(7.57003, abs=5e-6)
    up = present_value(HULL_YEARS, HULL_AMOUNTS, [0.121, 0.17], frequency=None)
    assert up[0] == pytest.approx(93.9634, abs=5e-5)
    assert up[1] - risk.value == pytest.approx(-11.6478, abs=5e-5)
    first = duration_value(risk.value, [0.001, 0.05], duration=risk.duration, convexity=0.0)
    assert first[0] == pytest.approx(93.9631, abs=5e-5)
    assert first[1] - risk.value == pytest.approx(-12.4974, abs=5e-5)
    second = duration_value(risk.value, 0.05, duration=risk.duration, convexity=risk.convexity)
    assert second - risk.value == pytest.approx(-11.6059, abs=5e-5)


def test_a_street_convention_bond():
    risk = bond_risk(STREET_YEARS, STREET_AMOUNTS, 0.06, frequency=2)
    assert risk.value == pytest.approx(95.734899, abs=5e-7)
    assert risk.duration == pytest.approx(4.34144, abs=5e-6)
    assert risk.convexity == pytest.approx(22.3047, abs=5e-5)
    up = present_value(STREET_YEARS, STREET_AMOUNTS, 0.075, frequency=2)
    assert up == pytest.approx(89.734016, abs=5e-7)
    assert up / risk.value - 1.0 == pytest.approx(-0.062682, abs=5e-7)


@given(st.floats(-0.02, 0.5), st.sampled_from([None, 1, 2, 4, 12]))
def test_the_yield_comes_back(yield_, frequency):
    price = float(present_value(STREET_YEARS, STREET_AMOUNTS, yield_, frequency=frequency))
    solved = yield_of_price(STREET_YEARS, STREET_AMOUNTS, price, frequency=frequency)
    assert solved == pytest.approx(yield_, abs=1e-12)


@given(st.floats(-0.02, 0.3), st.sampled_from([None, 1, 2]))
def test_duration_and_convexity_are_the_slopes(yield_, frequency):
    risk = bond_risk(STREET_YEARS, STREET_AMOUNTS, yield_, frequency=frequency)
    h = 1e-4
    down, up = present_value(
        STREET_YEARS, STREET_AMOUNTS, [yield_ - h, yield_ + h], frequency=frequency
    )
    assert (down - up) / (2.0 * h * risk.value) == pytest.approx(risk.duration, rel=1e-5)
    bend = (up - 2.0 * risk.value + down) / (h**2 * risk.value)
    assert bend == pytest.approx(risk.convexity, rel=1e-4)


def test_what_has_no_yield_is_refused():
    with pytest.raises(InputError, match="no yield for a price of 0"):
        yield_of_price(STREET_YEARS, STREET_AMOUNTS, 0.0, frequency=2)
    with pytest.raises(InputError, match="outside -50% to 1000%"):
        yield_of_price(STREET_YEARS, STREET_AMOUNTS, 1e9, frequency=2)
    with pytest.raises(InputError, match="no discount factor"):
        present_value(STREET_YEARS, STREET_AMOUNTS, -2.5, frequency=2)
