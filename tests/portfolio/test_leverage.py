"""Leveraged funds, only where asked."""

import pytest

from stress.errors import InputError
from stress.portfolio.instruments import Driver, Equity, LeveragedFund
from stress.portfolio.leverage import KNOWN_LEVERAGE, with_leverage
from stress.portfolio.position import Portfolio, Position


def book(*tickers, price=40.0, quantity=10.0):
    positions = tuple(
        Position(
            id=ticker,
            instrument=Equity(ticker),
            market_value=400.0,
            currency="USD",
            price=price,
            quantity=quantity,
        )
        for ticker in tickers
    )
    return Portfolio(name="b.csv", positions=positions, currency="USD", nav=1000.0)


def test_a_fund_becomes_a_multiple_of_what_it_follows(toy):
    found = with_leverage(book("TRPL", "AAA"), {"TRPL": "3:BBB"}, toy.model()).positions

    assert found[0].instrument == LeveragedFund(
        ticker="TRPL", follows="BBB", leverage=3.0, price=40.0
    )
    assert found[0].instrument.drivers() == (Driver("growth", "BBB"),)
    assert found[1].instrument == Equity("AAA")


def test_a_known_fund_needs_no_multiple(toy):
    model = toy.model(names=("AAA", "BBB", "CCC", "DDD", "SOXX"))
    found = with_leverage(book("SOXS"), {"SOXS": None}, model).positions[0].instrument

    assert (found.leverage, found.follows) == KNOWN_LEVERAGE["SOXS"] == (-3.0, "SOXX")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"NONE": "3:BBB"}, "the book does not hold it"),
        ({"AAA": "3:XYZ"}, "'XYZ' is not in model toy"),
        ({"AAA": "three:BBB"}, "not a multiple and a name"),
        ({"AAA": "0:BBB"}, "not a multiple and a name"),
        ({"AAA": "3"}, "not a multiple and a name"),
        ({"AAA": "-50:BBB"}, "-50 is no fund's multiple; they go to 10. Write AAA=3:SOXX"),
        ({"AAA": None}, "its multiple is not known here"),
    ],
)
def test_what_cannot_be_done_is_said(toy, asked, said):
    with pytest.raises(InputError, match=said):
        with_leverage(book("AAA"), asked, toy.model())


def test_a_value_alone_is_not_enough(toy):
    with pytest.raises(InputError, match="needs quantity and price"):
        with_leverage(book("AAA", quantity=None), {"AAA": "2:BBB"}, toy.model())
