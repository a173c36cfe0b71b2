"""Over several sessions a run says what a leveraged fund's path would cost, which its figures leave out."""

import math
import re

import numpy as np
import pytest

import stress
from stress.portfolio.instruments import Equity
from stress.portfolio.position import Portfolio, Position


def opened(toy, follows, model=None):
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
    return stress.open_book(portfolio, model or toy.model(), leveraged={"TRIPLE": f"3:{follows}"})


def warned(result):
    return [warning for warning in result.warnings if "leveraged funds move" in warning]


def along_paths(growth, *, sessions, daily_volatility):
    """Mean value of one unit of the triple fund at the end of paths with a given total, less that of the even path."""
    rng = np.random.default_rng(3)
    steps = daily_volatility * rng.standard_normal((200_000, sessions))
    steps += math.log(growth) / sessions - steps.mean(axis=1, keepdims=True)
    end = np.prod(1.0 + 3.0 * np.expm1(steps), axis=1)
    even = (1.0 + 3.0 * (growth ** (1.0 / sessions) - 1.0)) ** sessions
    return end.mean() - even


@pytest.mark.parametrize("move", ["-25%", "+10%"])
@pytest.mark.parametrize("sessions", [8, 23])
@pytest.mark.parametrize("follows", ["AAA", "chips"])
def test_a_path_is_said_to_cost_what_paths_with_that_total_do(toy, follows, sessions, move):
    """Of the value at the end, which a fall leaves small, and with the volatility of the law used for that horizon."""
    long = 4.0 * toy.model().covariance
    book = opened(toy, follows, toy.model(covariance_long=long, volatility_level=0.8))
    scenario = toy.scenario({"chips": move}, horizon_days=sessions)
    result = stress.run_many(book, [scenario], draws=64, model_range=False)[0]
    planned = result.pnl.plan
    model = book.model
    covariance = model.covariance if sessions <= 10 else long
    if follows == "AAA":
        exposure = model.exposures[0]
        own = model.specific_volatility[0] / (1.0 if sessions <= 10 else 0.8)
        variance = exposure @ covariance @ exposure + own**2
        growth = 1.0 + planned.central_returns()[planned.book.names.index("AAA")]
    else:
        variance, growth = covariance[1, 1], 1.0 + float(move[:-1]) / 100.0
    cost = 50_000.0 * along_paths(growth, sessions=sessions, daily_volatility=math.sqrt(variance))
    (said,) = warned(result)

    found = re.search(
        r"would change their values at the end by about: TRIPLE (.+) % \((.+) USD\)", said
    )
    share, money = (float(text.replace(",", "")) for text in found.groups())
    assert f"{sessions} sessions" in said
    assert money == pytest.approx(cost, rel=0.1, abs=5.0)
    end = 50_000.0 + planned.central_revalued().sum()
    assert share / 100.0 == pytest.approx(money / end, abs=6e-4)


def test_one_session_is_exact_and_says_nothing(toy):
    scenario = toy.scenario({"chips": "-12%"})
    result = stress.run_many(opened(toy, "AAA"), [scenario], draws=64, model_range=False)[0]
    assert warned(result) == []
