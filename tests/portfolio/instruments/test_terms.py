"""Terms of contracts are one thing inside, however they were given, and what is none is refused in words."""

import datetime
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import stress
from stress.errors import InputError

DAYS = [
    "2026-03-20",
    datetime.date(2026, 3, 20),
    datetime.datetime(2026, 3, 20, 15),
    pd.Timestamp("2026-03-20 15:00"),
    np.datetime64("2026-03-20T15:00"),
    np.str_("2026-03-20"),
]
PUT = stress.Option(
    underlying="NVDA",
    right="put",
    strike=120.0,
    expiry="2026-03-20",
    style="american",
    multiplier=100.0,
    currency="USD",
)
FUTURE = stress.Future(
    contract="ESH6", follows="SPY", price=6000.0, multiplier=50.0, expiry="2026-03-20"
)
BOND = stress.Bond(
    name="T", coupon=0.0, frequency=2, maturity="2026-03-20", curve="USD", credit=None
)
FORWARD = stress.FXForward(
    foreign="EUR", domestic="USD", agreed_rate=1.0, delivery="2026-03-20", as_of="2026-03-20"
)
MARKET = stress.Market(as_of="2026-03-20", currency="USD")


@pytest.mark.parametrize("day", DAYS, ids=lambda day: type(day).__name__)
@pytest.mark.parametrize(
    ("made", "fields"),
    [
        (PUT, ["expiry"]),
        (FUTURE, ["expiry"]),
        (BOND, ["maturity"]),
        (FORWARD, ["delivery", "as_of"]),
        (MARKET, ["as_of"]),
    ],
    ids=lambda one: type(one).__name__,
)
def test_a_date_is_its_iso_text_whatever_kind_it_was_given_as(made, fields, day):
    again = replace(made, **dict.fromkeys(fields, day))
    assert again == made
    assert repr(again) == repr(made)


def test_a_book_has_one_hash_however_its_dates_were_given():
    def book(day):
        held = stress.Position(
            id="put", instrument=replace(PUT, expiry=day), market_value=1e4, currency="USD"
        )
        return stress.Portfolio(name="b", positions=(held,), currency="USD", nav=1e6)

    assert len({book(day).content_hash for day in DAYS}) == 1


@pytest.mark.parametrize(
    "number", [np.float32(4.0), np.int64(4), Decimal(4), 4], ids=lambda n: type(n).__name__
)
def test_what_counts_as_a_number_is_one(number):
    for made, field in (
        (PUT, "strike"),
        (PUT, "multiplier"),
        (FUTURE, "price"),
        (FORWARD, "agreed_rate"),
        (stress.Cash("USD"), "rate"),
        (stress.Level(value=1.0, source="given"), "value"),
    ):
        again = getattr(replace(made, **{field: number}), field)
        assert type(again) is float
        assert again == 4.0
    assert replace(BOND, frequency=np.int64(4)).frequency == 4
    assert replace(BOND, coupon=Decimal("0.04")).coupon == 0.04


LINE = {
    "id": "SPY",
    "type": "etf",
    "instrument": stress.Equity("SPY"),
    "currency": "USD",
    "half_spread": 0.0,
    "commission": 0.0,
}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: replace(PUT, strike=True), "strike True is not a number above zero"),
        (lambda: replace(FUTURE, price="x"), "price 'x' is not a number above zero"),
        (lambda: replace(BOND, coupon="x"), "bond T: coupon 'x' is not a fraction of face"),
        (lambda: replace(BOND, frequency=2.0), "frequency 2.0 is not 1, 2, 4 or 12"),
        (lambda: replace(BOND, curve=1), "curve 1 is no text"),
        (lambda: replace(BOND, credit="z"), "credit 'z' is none of high-yield"),
        (lambda: replace(FORWARD, agreed_rate="x"), "agreed rate 'x' is not a number above zero"),
        (lambda: replace(FORWARD, as_of=5), "as_of: 5 is not a date"),
        (lambda: stress.Cash("USD", rate="x"), "cash: rate 'x' is not a number"),
        (lambda: stress.Level(value="x", source="given"), "level: value 'x' is not a number"),
        (lambda: stress.Level(value=1.0, source="z"), "'z' is no source of a level; there are"),
        (lambda: stress.Driver("z", 5), "driver: kind 'z' is none of spot, vol"),
        (lambda: stress.Driver("spot", 5), "driver: name 5 is no text"),
        (lambda: replace(MARKET, currency=1), "market: currency 1"),
        (
            lambda: stress.HedgeLine(**LINE | {"half_spread": "x"}),
            "half_spread 'x' is not a number",
        ),
        (lambda: stress.HedgeLine(**LINE | {"type": "z"}), "type 'z' is none of stock, etf"),
        (lambda: stress.HedgeLine(**LINE | {"instrument": None}), "instrument None has no kind"),
        (lambda: stress.HedgeLine(**LINE | {"quoted": "x"}), "quoted: 'x' is not a date"),
        (
            lambda: stress.Position(
                id="A",
                instrument=stress.Equity("A"),
                market_value=1.0,
                currency="USD",
                groups={"d": ["a"]},
            ),
            r"position 'A': groups: d: \['a'\]",
        ),
        (lambda: stress.parse_move("1%", unit="zz"), "unit: 'zz' is not a unit; known: %, bp"),
        (lambda: stress.load_model().exposures_of(5), "name: 5 is not text"),
        (lambda: stress.load_model().exposures_of(["NVDA"]), "is not text"),
        (lambda: stress.load_model().factor(["market"]), "factor: .* is not text"),
    ],
)
def test_what_is_none_is_refused_in_words(make, said):
    with pytest.raises(InputError, match=said):
        make()


def test_a_driver_is_a_tuple_of_its_kind_and_name():
    driver = stress.Driver("spot", "NVDA")
    assert driver == ("spot", "NVDA")
    assert repr(driver) == "Driver(kind='spot', name='NVDA')"
