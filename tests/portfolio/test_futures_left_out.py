"""A future that is left out counts at its notional: it is worth 0, and would else be left out unseen."""

from dataclasses import replace

import pytest

import stress
from stress.errors import InputError
from stress.portfolio.cover import cover
from stress.portfolio.instruments import Future
from stress.portfolio.position import Position
from stress.reporting.header import coverage_lines
from stress.results.left_out import theme_moves


def future(follows, quantity, **more):
    return Position(
        id=more.pop("id", follows),
        instrument=Future(contract=follows, follows=follows, price=10.0, multiplier=5.0),
        market_value=0.0,
        quantity=quantity,
        price=10.0,
        currency=more.pop("currency", "USD"),
        **more,
    )


def held(toy, *futures):
    book = toy.portfolio({"AAA": 1000.0}, cash=500.0)
    return book.with_positions([*book.positions, *futures])


def test_its_notional_is_in_the_shares_and_in_the_gate(toy):
    portfolio, model = held(toy, future("ZZZ", -20.0), future("market", 40.0)), toy.model()
    with pytest.raises(
        InputError, match=r"'ZZZ' \(25\.0% of gross with futures at notional\) is not in model toy"
    ):
        cover(portfolio, model)

    coverage = cover(portfolio, model, unknown="exclude")
    assert coverage.gross == pytest.approx(1000.0 + 20 * 50 + 40 * 50)
    assert coverage.share("excluded") == pytest.approx(0.25)
    assert coverage.share("revalued") == pytest.approx(0.50)
    assert coverage.stressed == pytest.approx(0.75)
    assert sum(row.share for row in coverage.rows) == pytest.approx(1.0)

    with pytest.raises(InputError, match=r"26\.\d% of gross with futures at notional would be"):
        cover(held(toy, future("ZZZ", -22.0), future("market", 40.0)), model, unknown="exclude")


def test_a_book_that_leaves_no_future_out_keeps_its_gross(toy):
    model = toy.model()
    coverage = cover(held(toy, future("market", 40.0)), model)
    assert coverage.gross == 1000.0
    assert coverage.shares_of == "gross"
    shares = held(toy).with_positions(
        [*toy.portfolio({"AAA": 1000.0, "ZZZ": 100.0}).positions, future("market", 40.0)]
    )
    assert cover(shares, model, unknown="exclude").gross == 1100.0


def test_a_rate_turns_its_notional_into_the_books_currency(toy):
    portfolio = held(toy, future("ZZZ", 4.0, currency="EUR", fx_rate=1.25))
    assert cover(portfolio, toy.model(), unknown="exclude").gross == pytest.approx(1250.0)
    with pytest.raises(InputError, match="ZZZ: a future without fx_rate has no notional in USD"):
        cover(held(toy, future("ZZZ", 4.0, currency="EUR")), toy.model(), unknown="exclude")


@pytest.mark.parametrize("quantity", [4.0, -4.0])
def test_what_it_would_add_is_of_its_notional(toy, quantity):
    portfolio = replace(held(toy, future("ZZZ", quantity)), as_of="2026-01-02")
    result = stress.run(
        portfolio,
        toy.scenario({"market": "-2%", "chips": "-12%"}),
        toy.model(),
        unknown="exclude",
        draws=2000,
        model_range=False,
    )
    (move,) = theme_moves(result.pnl.plan).values()
    assert result.left_out_effect == pytest.approx(quantity * 50.0 * move)
    assert result.left_out_effect * quantity < 0.0
    lines = coverage_lines(result)
    assert lines[0].startswith(
        "STRESSED 83.3 % of gross with futures at notional (own exposure 83.3)."
    )
    assert "NOT STRESSED 16.7 %: ZZZ." in lines[0] + lines[1]
    assert any("16.7% of gross with futures at notional: ZZZ" in said for said in result.warnings)
