"""An option that is left out counts with the shares it is on, on the side it is exposed to: a short put is long."""

from dataclasses import replace

import pytest

import stress
from stress.errors import InputError
from stress.portfolio.cover import cover
from stress.portfolio.instruments import Driver, Equity, Option
from stress.portfolio.levels import Given
from stress.portfolio.market import Level
from stress.portfolio.position import Position
from stress.results.left_out import theme_moves


def option(right, quantity, *, underlying="ZZZ", price=2.0, **more):
    currency = more.pop("currency", "USD")
    return Position(
        id=f"{underlying} {right}",
        instrument=Option(
            underlying=underlying,
            right=right,
            strike=40.0,
            expiry="2026-03-20",
            style="american",
            multiplier=5.0,
            currency=currency,
        ),
        market_value=quantity * price * 5.0 * more.pop("rate", 1.0),
        quantity=quantity,
        price=price,
        currency=currency,
        **more,
    )


def held(toy, *positions, cash=0.0):
    book = toy.portfolio({"AAA": 1000.0}, cash=cash)
    return replace(book.with_positions([*book.positions, *positions]), as_of="2026-01-02")


def left_out_effect(toy, position, **options):
    result = stress.run(
        held(toy, position, cash=500.0),
        toy.scenario({"market": "-2%", "chips": "-12%"}),
        toy.model(),
        unknown="exclude",
        draws=2000,
        model_range=False,
        **options,
    )
    (move,) = theme_moves(result.pnl.plan).values()
    return result, move


def test_its_shares_are_in_the_shares_of_gross_and_in_the_gate(toy):
    # One contract on 5 shares at a strike of 40 is 200; its premium is 10.
    coverage = cover(held(toy, option("put", -1.0)), toy.model(), unknown="exclude")
    assert coverage.gross == pytest.approx(1200.0)
    assert coverage.share("excluded") == pytest.approx(200 / 1200)
    assert coverage.shares_of == "gross with options at notional"
    (row,) = coverage.excluded
    assert row.notional == pytest.approx(200.0)
    assert row.at_strike
    with pytest.raises(
        InputError, match=r"28\.6% of gross with options at notional would be left out"
    ):
        cover(held(toy, option("put", -2.0)), toy.model(), unknown="exclude")


@pytest.mark.parametrize(
    ("right", "quantity", "side"),
    [("put", -1.0, 1.0), ("put", 1.0, -1.0), ("call", 1.0, 1.0), ("call", -1.0, -1.0)],
)
def test_it_is_on_the_side_it_is_exposed_to(toy, right, quantity, side):
    coverage = cover(held(toy, option(right, quantity)), toy.model(), unknown="exclude")
    (row,) = coverage.excluded
    assert row.notional == pytest.approx(side * 200.0)


def test_a_price_that_is_stated_or_held_stands_over_the_strike(toy):
    model, put = toy.model(), option("put", -1.0)
    share = Position(
        id="ZZZ",
        instrument=Equity("ZZZ"),
        market_value=60.0,
        quantity=2.0,
        price=30.0,
        currency="USD",
    )
    (row, _) = sorted(
        cover(held(toy, put, share), model, unknown="exclude").excluded, key=lambda r: -r.exposure
    )
    assert (row.notional, row.at_strike) == (pytest.approx(5 * 30.0), False)
    stated = Given(levels={Driver("spot", "ZZZ"): Level(value=50.0, source="flag")})
    for given, file, price in ((stated, None, 50.0), (None, stated, 30.0)):
        rows = cover(
            held(toy, put, share), model, unknown="exclude", given=given, file=file
        ).excluded
        assert max(row.exposure for row in rows) == pytest.approx(5 * price)


def test_a_short_put_that_is_left_out_would_lose(toy):
    result, move = left_out_effect(toy, option("put", -1.0))
    assert move < -0.05
    assert result.left_out_effect == pytest.approx(200.0 * move)
    assert any(
        "at the strike: no price of ZZZ is known (spots={'ZZZ': PRICE})" in said
        for said in result.warnings
    )
    stated, move = left_out_effect(toy, option("put", -1.0), spots={"ZZZ": 50.0})
    assert stated.left_out_effect == pytest.approx(250.0 * move)
    assert not any("at the strike" in said for said in stated.warnings)
    assert not any("changes nothing" in said for said in stated.warnings)


@pytest.mark.parametrize("right", ["put", "call"])
def test_a_long_option_loses_no_more_than_it_is_worth(toy, right):
    result, move = left_out_effect(toy, option(right, 1.0, price=1.0))
    assert 200.0 * abs(move) > 5.0
    # One theme: what is exposed to its fall loses all of the premium, a put gains.
    assert result.left_out_effect == pytest.approx(-5.0 if right == "call" else -200.0 * move)


def test_the_rate_of_its_currency_is_its_own_or_another_rows(toy):
    model = toy.model()
    own = option("put", -1.0, currency="EUR", rate=1.25)
    assert cover(held(toy, own), model, unknown="exclude").gross == pytest.approx(1250.0)
    worthless = option("put", -1.0, currency="EUR", price=0.0)
    share = Position(
        id="BBB",
        instrument=Equity("BBB"),
        market_value=125.0,
        quantity=10.0,
        price=10.0,
        currency="EUR",
    )
    coverage = cover(held(toy, worthless, share), model, unknown="exclude")
    assert coverage.gross == pytest.approx(1000.0 + 125.0 + 250.0)
    with pytest.raises(
        InputError, match="ZZZ put: an option without fx_rate has no notional in USD"
    ):
        cover(held(toy, worthless), model, unknown="exclude")
