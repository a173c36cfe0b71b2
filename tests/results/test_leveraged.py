"""Over several sessions a run says what a leveraged fund's path would cost, which its figures leave out."""

import math

import pytest

import stress
from stress.portfolio.instruments import Equity, variance_drag
from stress.portfolio.position import Portfolio, Position


def opened(toy, follows):
    def held(ticker, quantity):
        return Position(
            id=ticker,
            instrument=Equity(ticker),
            quantity=quantity,
            price=50.0,
            market_value=50.0 * quantity,
            currency="USD",
        )

    portfolio = Portfolio(
        name="p",
        positions=(held("AAA", 2_000.0), held("TRIPLE", 1_000.0)),
        currency="USD",
        nav=150_000.0,
        as_of="2025-12-30",
    )
    return stress.open_book(portfolio, toy.model(), leveraged={"TRIPLE": f"3:{follows}"})


def warned(book, scenario):
    result = stress.run_many(book, [scenario], draws=4000, model_range=False)[0]
    return [warning for warning in result.warnings if "leveraged funds move" in warning]


@pytest.mark.parametrize("follows", ["AAA", "chips"])
def test_a_path_of_several_sessions_is_said_to_cost(toy, follows):
    book = opened(toy, follows)
    model = book.model
    if follows == "AAA":
        exposure = model.exposures[0]
        variance = exposure @ model.covariance @ exposure + model.specific_volatility[0] ** 2
    else:
        variance = model.covariance[1, 1]
    drag = variance_drag(3.0, daily_volatility=math.sqrt(variance), sessions=8)
    (said,) = warned(book, toy.scenario({"chips": "-12%"}, horizon_days=8))

    assert drag < -0.01
    assert f"TRIPLE {100 * drag:+.1f} % ({50_000 * drag:+,.0f} USD)" in said
    assert "8 sessions" in said


def test_one_session_is_exact_and_says_nothing(toy):
    assert warned(opened(toy, "AAA"), toy.scenario({"chips": "-12%"})) == []
