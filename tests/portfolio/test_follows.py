"""Futures follow names and relative factors of the model, however they are spelt."""

import pytest

import stress
from stress.errors import InputError

ROWS = [{"ticker": "NVDA", "quantity": 1000, "price": 180.0, "currency": "USD"}]


def book(underlying):
    future = {
        "ticker": "CLF6",
        "quantity": 10,
        "price": 58.0,
        "currency": "USD",
        "type": "future",
        "underlying": underlying,
        "multiplier": 1000,
    }
    return stress.open_book(stress.load_portfolio([*ROWS, future]))


@pytest.mark.parametrize(
    ("written", "follows"), [("oil", "oil"), ("Oil", "oil"), ("uso", "USO"), ("USO", "USO")]
)
def test_a_future_follows_a_name_or_a_factor_in_any_case(written, follows):
    opened = book(written)
    held = next(p for p in opened.portfolio.positions if p.id == "CLF6")
    assert held.instrument.follows == follows
    assert opened.coverage.excluded == ()


def test_a_future_on_a_factor_makes_the_factors_move():
    result = stress.run(book("oil"), stress.shock({"oil": "-10%"}), draws=2000, model_range=False)
    line = next(line for line in result.names if line.name == "oil")
    assert line.move == pytest.approx(-0.10, rel=1e-9)
    assert line.pnl == pytest.approx(-0.10 * 10 * 58.0 * 1000, rel=1e-9)


@pytest.mark.parametrize(
    ("factor", "unit", "instead"),
    [
        ("rates_10y", "bp", "write the fund it moves like as underlying (IEF, TLT)"),
        ("VIX", "pts", "values options and futures on a volatility: leave them out"),
    ],
)
def test_a_factor_that_is_no_return_moves_no_price(factor, unit, instead):
    with pytest.raises(InputError) as caught:
        book(factor)
    said = str(caught.value)
    assert f"is a factor that moves in {unit}, not by a return" in said
    assert instead in said


def test_what_the_model_does_not_know_is_said_in_capitals():
    with pytest.raises(InputError, match=r"'OILS' .* is not in model"):
        book("oils")
