"""Bond contracts: schedules, accrued interest, carry, spreads of prices."""

from __future__ import annotations

import numpy as np
import pytest
import QuantLib

from stress.errors import InputError
from stress.portfolio.instruments import Bond, Driver, DurationBond
from stress.portfolio.pricing.bonds import bond_risk


def note(**terms):
    return Bond(
        **{
            "name": "T 4.25 2034",
            "coupon": 0.0425,
            "frequency": 2,
            "maturity": "2034-11-15",
            "curve": "USD 10y",
            "credit": None,
            **terms,
        }
    )


def levels(rate, spread=0.0, name="T 4.25 2034"):
    return {
        Driver("rate", "USD 10y"): np.asarray(rate),
        Driver("spread", name): np.asarray(spread),
    }


@pytest.mark.parametrize("as_of", ["2025-01-24", "2025-11-15", "2026-05-14", "2034-06-01"])
@pytest.mark.parametrize("yield_", [0.01, 0.0462, 0.09])
def test_a_treasury_note_agrees_with_quantlib(as_of, yield_):
    bond = note().dated(as_of)
    today = QuantLib.DateParser.parseISO(as_of)
    QuantLib.Settings.instance().evaluationDate = today
    schedule = QuantLib.Schedule(
        QuantLib.Date(15, 11, 2020), QuantLib.Date(15, 11, 2034),
        QuantLib.Period(QuantLib.Semiannual), QuantLib.NullCalendar(), QuantLib.Unadjusted,
        QuantLib.Unadjusted, QuantLib.DateGeneration.Backward, False,
    )  # fmt: skip
    count = QuantLib.ActualActual(QuantLib.ActualActual.ISMA, schedule)
    theirs = QuantLib.FixedRateBond(0, 100.0, schedule, [0.0425], count)
    clean = QuantLib.BondFunctions.cleanPrice(
        theirs, yield_, count, QuantLib.Compounded, QuantLib.Semiannual, today
    )
    assert bond.accrued() == pytest.approx(theirs.accruedAmount(today), abs=1e-10)
    assert bond.value(levels(yield_)) - bond.accrued() == pytest.approx(clean, abs=1e-9)


def test_hulls_bond_as_a_contract():
    bond = note(name="H", coupon=0.10, maturity="2028-01-15", continuous=True).dated("2025-01-15")
    assert bond.value(levels(0.12, name="H")) == pytest.approx(94.2130, abs=5e-5)
    flows = bond.cash_flows()
    risk = bond_risk(flows.years, flows.amounts, 0.12, frequency=None)
    assert risk.duration == pytest.approx(2.6530, abs=5e-5)


def test_the_spread_of_its_price_gives_the_price_back():
    bond = note(credit="investment-grade").dated("2025-01-24")
    spread = bond.spread_of_price(96.5, 0.0462)
    full = bond.value(levels(0.0462, spread))
    assert full - bond.accrued() == pytest.approx(96.5, abs=1e-10)


def test_a_coupon_inside_the_horizon_is_cash():
    bond = note().dated("2025-05-12")
    before, after = (float(bond.value(levels(0.0425), elapsed_days=d)) for d in (2.999, 3.001))
    assert after == pytest.approx(before, abs=1e-3)
    assert len(bond.cash_flows(3.0).years) == len(bond.cash_flows().years) - 1
    matured = note(maturity="2025-05-15").dated("2025-05-12")
    assert matured.value(levels(0.0425), elapsed_days=5.0) == pytest.approx(102.125)
    assert matured.accrued(5.0) == 0.0


def test_month_ends_stay_month_ends():
    bond = note(maturity="2030-08-31").dated("2026-03-01")
    assert bond.accrued() == pytest.approx(100 * 0.0425 / 2 * 1 / 184)


def test_bad_terms_are_named_at_once():
    with pytest.raises(InputError) as refused:
        note(coupon=4.25, frequency=3, maturity="2034-13-01")
    assert len(refused.value.problems) == 3
    assert "4.25 % is 0.0425" in str(refused.value)
    with pytest.raises(InputError, match="matured 2034-11-15, not after 2035-01-01"):
        note().dated("2035-01-01")
    with pytest.raises(InputError, match="no valuation date"):
        note().value(levels(0.04))


def test_a_bond_of_unknown_terms_moves_by_duration_and_convexity():
    held = DurationBond(
        name="HYG", price=79.0, yield_now=0.044, spread_now=0.028, duration=3.1, convexity=14.0,
        curve="USD 10y",
    )  # fmt: skip
    assert held.value(levels(0.044, 0.028, "HYG")) == 79.0
    moved = held.value(levels(0.042, 0.038, "HYG"))
    assert moved == pytest.approx(79.0 * (1.0 - 3.1 * 0.008 + 7.0 * 0.008**2))
    carried = held.value(levels(0.044, 0.028, "HYG"), elapsed_days=365.0)
    assert carried == pytest.approx(79.0 * np.exp(0.072))
    assert "terms are unknown" in held.approximation
