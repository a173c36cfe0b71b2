"""Option contracts: terms, dates, value by hand."""

from __future__ import annotations

import numpy as np
import pytest

from stress.errors import InputError
from stress.portfolio.instruments import Driver, Option, collar, vertical_spread
from stress.portfolio.pricing.american import american_value
from stress.portfolio.pricing.black_scholes import european_value

TERMS = {
    "underlying": "NVDA", "right": "put", "strike": 120.0, "expiry": "2025-02-21",
    "style": "american", "multiplier": 100.0, "currency": "USD",
}  # fmt: skip


def option(**terms):
    return Option(**{**TERMS, **terms})


def levels(contract, spot=142.0, vol=0.5):
    return {
        Driver("spot", "NVDA"): np.asarray(spot),
        Driver("vol", contract.contract): np.asarray(vol),
        Driver("rate", "USD"): np.asarray(0.043),
        Driver("dividend", "NVDA"): np.asarray(0.0003),
    }


def test_the_contract_in_words():
    assert option().contract == "NVDA 2025-02-21 120 P"
    assert option(strike=122.5, right="call").contract == "NVDA 2025-02-21 122.5 C"


@pytest.mark.parametrize(
    ("style", "kernel"), [("american", american_value), ("european", european_value)]
)
def test_value_is_the_multiplier_times_a_shares_option(style, kernel):
    contract = option(style=style).dated("2025-01-24")
    share = kernel(142.0, 120.0, 28.0 / 365.0, 0.043, 0.0003, 0.5, sign=-1.0)
    assert contract.value(levels(contract)) == pytest.approx(100.0 * share, rel=1e-12)
    later = kernel(142.0, 120.0, 25.0 / 365.0, 0.043, 0.0003, 0.5, sign=-1.0)
    assert contract.value(levels(contract), elapsed_days=3.0) == pytest.approx(
        100.0 * later, rel=1e-12
    )


@pytest.mark.parametrize("style", ["american", "european"])
def test_past_expiry_it_is_worth_its_intrinsic_value(style):
    contract = option(style=style).dated("2025-02-20")
    for elapsed in (1.0, 1.5, 30.0):
        spots = np.array([100.0, 119.0, 121.0])
        values = contract.value(levels(contract, spots, np.full(3, 0.5)), elapsed_days=elapsed)
        assert values == pytest.approx([2000.0, 100.0, 0.0])


def test_every_fault_is_named_at_once():
    with pytest.raises(InputError) as refused:
        option(
            right="Put",
            style="bermudan",
            strike=0.0,
            expiry="2025-02-30",
            multiplier=None,
            currency="",
        )
    assert len(refused.value.problems) == 6
    text = str(refused.value)
    assert "option on NVDA: expiry: '2025-02-30' is not a date." in text
    assert "multiplier None is not a number above zero; state the shares a contract" in text


def test_there_is_no_default_multiplier():
    terms = {key: value for key, value in TERMS.items() if key != "multiplier"}
    with pytest.raises(TypeError, match="multiplier"):
        Option(**terms)


def test_an_expired_option_is_refused_and_todays_is_not():
    assert option().dated("2025-02-21").days_to_expiry == 0
    with pytest.raises(InputError, match="NVDA 2025-02-21 120 P: expired 1 days before 2025-02-22"):
        option().dated("2025-02-22")


def test_without_a_date_there_is_no_value():
    with pytest.raises(InputError, match="no valuation date"):
        option().value(levels(option()))


def test_a_put_spread_is_bounded_by_its_strikes():
    spread = vertical_spread(bought=option(), sold=option(strike=100.0)).dated("2025-01-24")
    assert spread.name == "NVDA 2025-02-21 120/100 put spread"
    first, second = (leg.instrument for leg in spread.legs)
    spots = np.array([1.0, 50.0, 110.0, 200.0])
    both = {**levels(first, spots, np.full(4, 0.5)), **levels(second, spots, np.full(4, 0.5))}
    values = spread.value(both)
    assert np.all(values >= 0.0)
    assert np.all(values <= 2000.0 + 1e-6)
    assert values[0] == pytest.approx(2000.0, rel=1e-6)


def test_a_collar_needs_its_put_below_its_call():
    put, call = option(), option(right="call", strike=160.0)
    assert collar(put=put, call=call).name == "NVDA 2025-02-21 120/160 collar"
    with pytest.raises(InputError, match="a collar buys a put"):
        collar(put=option(strike=170.0), call=call)
    with pytest.raises(InputError, match="differs in strike only"):
        vertical_spread(bought=put, sold=call)
