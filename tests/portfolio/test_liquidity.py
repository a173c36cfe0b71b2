"""Days, cost and margin by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stress.portfolio.instruments import Equity, Option
from stress.portfolio.liquidity import liquidity, margin_requirement
from stress.portfolio.position import Portfolio, Position


def share(ticker="AAA", quantity=1000.0, price=50.0, **more):
    return Position(
        id=ticker,
        instrument=Equity(ticker),
        quantity=quantity,
        price=price,
        market_value=quantity * price,
        currency="USD",
        **more,
    )


def short_option(right, strike, price, *, quantity=-2.0, currency="USD"):
    option = Option(
        underlying="AAA",
        right=right,
        strike=strike,
        expiry="2026-03-20",
        style="american",
        multiplier=100.0,
        currency=currency,
    )
    return Position(
        id="option",
        instrument=option,
        quantity=quantity,
        price=price,
        market_value=quantity * 100.0 * price,
        currency=currency,
    )


def leaving(
    *positions,
    spots=None,
    returns=None,
    gains=None,
    bid_asks=None,
    multiple=None,
    exchange=None,
    settled=(),
):
    portfolio = Portfolio(name="b.csv", positions=positions, currency="USD", nav=1e6)
    return liquidity(
        portfolio,
        spots=spots or {},
        returns=returns or {},
        gains=gains or {},
        bid_asks=bid_asks or {},
        spread_multiple=multiple,
        exchange=exchange or {},
        settled=settled,
    )


def test_days_are_quantity_over_a_fifth_of_the_volume():
    found = leaving(share(adv=500.0), share("BBB", quantity=-300.0, adv=100.0), share("CCC"))

    assert [(line.position, line.days) for line in found.lines] == [("BBB", 15.0), ("AAA", 10.0)]
    assert found.slowest_days == 15.0
    assert found.share_with_volume == pytest.approx(65_000 / 115_000)


def test_the_cost_is_half_the_spread_at_the_scenarios_multiple():
    usual = leaving(share(), bid_asks={"AAA": 0.0010})
    spike = leaving(share(), bid_asks={"AAA": 0.0010}, multiple=3.0)

    assert usual.cost == pytest.approx(25.0)
    assert spike.cost == pytest.approx(75.0)
    assert spike.lines[0].days is None


def test_nothing_known_is_nothing_said():
    assert leaving(share()) is None


@pytest.mark.parametrize(
    ("right", "strike", "spot", "price", "by_hand"),
    [
        # premium + 20 % of 190, out of the money by 10: (6 + 38 - 10) * 200
        ("call", 200.0, 190.0, 6.0, 6_800.0),
        # far out: premium + 10 % of the underlying
        ("call", 260.0, 190.0, 0.5, 3_900.0),
        # far out: premium + 10 % of the strike
        ("put", 100.0, 190.0, 0.5, 2_100.0),
        # in the money: premium + 20 %
        ("put", 200.0, 190.0, 14.0, 10_400.0),
    ],
)
def test_margin_of_short_options_by_hand(right, strike, spot, price, by_hand):
    position = short_option(right, strike, price)

    assert margin_requirement(position, value=200.0 * price, spot=spot) == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("price", "by_hand"),
    [
        (50.0, 0.30 * 5_000.0),
        (10.0, 5.00 * 100),  # 30 % would be 300
        (5.0, 5.00 * 100),
        (4.0, 4.00 * 100),  # all of it, below 5 dollars a share
        (2.1, 2.50 * 100),
    ],
)
def test_margin_of_short_shares_by_hand(price, by_hand):
    """FINRA Rule 4210(c)(2) and (3)."""
    short = share(quantity=-100.0, price=price)
    assert margin_requirement(short, value=100.0 * price, spot=price) == pytest.approx(by_hand)


def test_margin_after_the_shock_follows_spot_and_value():
    position = short_option("put", 200.0, 14.0)
    found = leaving(
        position, spots={"AAA": 190.0}, returns={"AAA": -0.10}, gains={"option": -3_000.0}
    )

    assert found.margin == pytest.approx(10_400.0)
    assert found.margin_after == pytest.approx(5_800.0 + 0.20 * 171.0 * 200.0)


def test_margin_counts_in_the_books_currency():
    foreign = Position(
        id="s",
        instrument=Equity("AAA"),
        quantity=-100.0,
        price=50.0,
        market_value=-5_500.0,
        currency="EUR",
    )
    found = leaving(foreign, returns={"AAA": 0.10})

    assert found.margin == pytest.approx(0.30 * 5_500.0)
    assert found.margin_after == pytest.approx(0.30 * 6_050.0)


def test_margin_of_a_worthless_foreign_option_is_translated_or_not_known():
    """Its price of 0 does not say what a yen costs, and a yen is no dollar."""
    worthless = short_option("put", 100.0, 0.0, currency="JPY")
    in_yen = 2.0 * 100.0 * 0.10 * 100.0  # a tenth of the strike is the least, far out of the money
    spots = {"AAA": 190.0}

    assert leaving(worthless, spots=spots) is None
    found = leaving(worthless, spots=spots, exchange={"JPY": 0.007})
    assert found.margin == pytest.approx(0.007 * in_yen)
    own = leaving(short_option("put", 100.0, 0.0), spots=spots)
    assert own.margin == pytest.approx(in_yen)


@given(
    st.floats(0.0, 0.02),
    st.floats(1.0, 10.0),
    st.floats(-1e5, 1e5).filter(lambda q: abs(q) > 1e-3),
)
def test_cost_is_never_a_gain_and_grows_with_the_multiple(spread, multiple, quantity):
    position = share(quantity=quantity)
    calm = leaving(position, bid_asks={"AAA": spread})
    wide = leaving(position, bid_asks={"AAA": spread}, multiple=multiple)

    assert 0.0 <= calm.cost <= wide.cost


def test_an_option_has_a_spread_of_its_own():
    position = short_option("put", 200.0, 14.0)
    of_share = leaving(position, bid_asks={"AAA": 0.0010})
    own = leaving(position, bid_asks={position.instrument.contract: 0.02})

    assert of_share is None
    assert own.cost == pytest.approx(0.5 * 0.02 * 2_800.0)


def test_an_option_that_has_settled_needs_no_margin_after():
    position = short_option("put", 200.0, 14.0)
    found = leaving(
        position,
        spots={"AAA": 190.0},
        returns={"AAA": -0.10},
        gains={"option": -3_000.0},
        settled={"option"},
    )

    assert found.margin == pytest.approx(10_400.0)
    assert found.margin_after == 0.0
