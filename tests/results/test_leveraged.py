"""Over several sessions the ups and downs of its way cost a leveraged fund value, and a run says how much."""

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import stress
from stress.errors import InputError
from stress.portfolio import leverage
from stress.portfolio.instruments import Equity, variance_drag
from stress.portfolio.position import Portfolio, Position
from stress.scenarios.student_law import mean_mixing


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
    return [warning for warning in result.warnings if "leveraged funds: ups and downs" in warning]


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
    # The law makes the way between the ends the more variable the further they lie apart.
    mixing = max(1.0, mean_mixing(5.0, 1, math.log(growth) ** 2 / (sessions * variance)))
    deviation = math.sqrt(variance * mixing)
    cost = 50_000.0 * along_paths(growth, sessions=sessions, daily_volatility=deviation)
    (said,) = warned(result)

    found = re.search(
        r"change their values at the end, and are in them: TRIPLE (.+) % \((.+) USD\)", said
    )
    share, money = (float(text.replace(",", "")) for text in found.groups())
    assert f"{sessions} sessions" in said
    assert money == pytest.approx(cost, rel=0.1, abs=5.0)
    end = 50_000.0 + planned.central_revalued().sum()
    even = 50_000.0 * (1.0 + 3.0 * (growth ** (1.0 / sessions) - 1.0)) ** sessions
    assert end == pytest.approx(even + money, abs=1.0)
    assert share / 100.0 == pytest.approx(money / even, abs=6e-4)
    # Time alone has no ups and downs, and neither has a shock in no time.
    assert planned.revaluation.passage_of_time() == pytest.approx(0.0, abs=1e-9)
    at_once = stress.run(book, scenario, instant=True, draws=64, model_range=False)
    assert 50_000.0 + at_once.pnl.plan.central_revalued().sum() == pytest.approx(even, abs=1e-6)


def test_one_session_is_exact_and_says_nothing(toy):
    scenario = toy.scenario({"chips": "-12%"})
    result = stress.run_many(opened(toy, "AAA"), [scenario], draws=64, model_range=False)[0]
    assert warned(result) == []


def test_a_known_multiple_that_moves_otherwise_is_said(toy, monkeypatch):
    monkeypatch.setitem(leverage.KNOWN_LEVERAGE, "AAA", (2.0, "BBB"))
    weekly = toy.scenario({"chips": "-12%"}, horizon_days=5)
    own = stress.run(toy.book({"AAA": 100.0}), weekly, draws=64, model_range=False)
    assert any("by their own exposures" in said and "AAA" in said for said in own.warnings)
    daily = toy.scenario({"chips": "-12%"})
    once = stress.run(toy.book({"AAA": 100.0}), daily, draws=64, model_range=False)
    assert not any("own exposures" in said for said in once.warnings)

    monkeypatch.setitem(leverage.KNOWN_LEVERAGE, "TWICE", (2.0, "BBB"))
    portfolio = toy.portfolio({"TWICE": 100.0})
    behind = stress.open_book(portfolio, toy.model(), proxies={"TWICE": "BBB"})
    result = stress.run(behind, daily, draws=64, model_range=False)
    assert any(
        "a stand-in lends its moves once: TWICE is 2 times BBB" in s for s in result.warnings
    )
    with pytest.raises(
        InputError, match=r"fund of 2 times the daily return of BBB.+\n.*leveraged="
    ):
        stress.open_book(portfolio, toy.model())


SHARED = Path(__file__).parents[3] / "shared" / "data" / "prices" / "adjclose_wide_2018_2025.csv"


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/data")
def test_against_prices_of_past_windows_the_way_counts():
    """What docs/market-inputs.md says: four windows of the library, six funds."""
    prices = pd.read_csv(SHARED, index_col=0)
    model = stress.load_model()
    nearer, pairs = 0, 0
    covid = {}
    for id_ in ("covid-full", "rates-2022-full", "tariff-apr2-8-2025", "yen-carry-window"):
        scenario = stress.load_scenario(id_)
        window = prices.loc[scenario.start : scenario.date]
        sessions = len(window) - 1
        for fund in ("SQQQ", "SOXL", "SDS", "PSQ", "SOXS", "SH"):
            multiple, follows = leverage.KNOWN_LEVERAGE[fund]
            growth = window[follows].iloc[-1] / window[follows].iloc[0]
            truth = window[fund].iloc[-1] / window[fund].iloc[0]
            even = (1.0 + multiple * (growth ** (1.0 / sessions) - 1.0)) ** sessions
            daily = model.daily_volatility(follows, horizon_days=scenario.horizon_days)
            drag = variance_drag(
                multiple,
                daily_variance=daily**2,
                sessions=sessions,
                growth=growth,
                degrees_of_freedom=model.degrees_of_freedom,
            )
            nearer += abs(math.log(even * (1.0 + drag) / truth)) < abs(math.log(even / truth))
            pairs += 1
            if id_ == "covid-full":
                covid[fund] = tuple(
                    round(100.0 * (x - 1.0)) for x in (even, even * (1.0 + drag), truth)
                )
    assert covid["SQQQ"] == (160, 122, 84)
    assert (nearer, pairs) == (16, 24)


@pytest.mark.parametrize(("horizon", "loss"), [(5, "50%"), (20, "50%"), (5, "30%")])
def test_an_answer_of_a_search_loses_in_a_run_what_was_asked(horizon, loss):
    lines = pd.DataFrame({"ticker": ["SQQQ", "KO"], "quantity": [2000, 500], "price": [50.0, 70.0]})
    book = stress.open_book(lines.assign(currency="USD"), leveraged={"SQQQ": None})
    answer = stress.reverse(book, loss, horizon_days=horizon, only=["market"]).answers[0]
    run = stress.run(book, answer.scenario, draws=300, model_range=False)
    assert -run.expected == pytest.approx(answer.loss, rel=1e-9)


def test_edges_of_the_drag():
    given = {"daily_variance": 1e-4, "sessions": 20, "degrees_of_freedom": 5.0}
    assert variance_drag(1.0, **given, growth=0.7) == 0.0
    assert variance_drag(0.5, **given, growth=0.9) > 0.0
    assert variance_drag(-3.0, **given, growth=0.0) == 0.0
    assert variance_drag(3.0, **given, growth=1e-9) == 0.0
    far, near = variance_drag(-3.0, **given, growth=np.array([0.6, 0.95]))
    assert far < near < 0.0
