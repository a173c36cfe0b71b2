"""How far factors can fall in a reverse stress: to zero from a stated level, or as low as they have been."""

import dataclasses
import pickle

import numpy as np
import pandas as pd
import pytest

import stress
from stress.errors import InputError
from stress.portfolio.instruments import Option
from stress.portfolio.levels import given_of
from stress.portfolio.position import Portfolio, Position
from stress.simulation.levels.floors import floors_of, stated_factor_levels
from stress.simulation.plan import plan_scenario

MODEL = "us-ai-2025-12"


@pytest.fixture(scope="module")
def model():
    return stress.load_model(MODEL)


def test_a_stated_level_puts_the_floor_at_zero(model):
    given = given_of({"vol": {"VIX": "16%"}, "spread": {"hy_oas": "290bp", "ACME": "150bp"}})
    levels = stated_factor_levels(given, model)
    floor = floors_of(model, levels)

    assert levels == {"vix": pytest.approx(16.0), "hy_oas": pytest.approx(0.029)}
    assert floor.moves[model.factor_index["vix"]] == pytest.approx(-16.0)
    assert floor.moves[model.factor_index["hy_oas"]] == pytest.approx(-0.029)
    assert floor.moves[model.factor_index["market"]] == -1.0
    assert floor.moves[model.factor_index["rates_10y"]] == -np.inf


def test_a_market_spread_below_zero_is_refused(model):
    with pytest.raises(
        InputError, match=r"the level of hy_oas is stated as -50 bp: no market spread is below"
    ):
        stated_factor_levels(given_of({"spread": {"hy_oas": "-50bp"}}), model)
    bond = stated_factor_levels(given_of({"spread": {"ACME": "-50bp"}}), model)
    assert bond == {}


def test_without_a_level_the_lowest_of_the_carried_sessions_is_the_floor(model):
    history = model.history
    k = model.factor_index["vix"]
    moves = np.array([row[k] for row in history.standardised]) * np.array(
        [row[k] for row in history.volatility]
    )
    level = 100.0 + np.concatenate([[0.0], np.cumsum(moves)])

    floor = floors_of(model, {}).moves[k]
    assert floor == pytest.approx(level.min() - level[-1])
    assert -15.0 < floor < 0.0


def test_without_either_nothing_is_known_and_that_is_said(model):
    bare = dataclasses.replace(model, history=None)
    floor = floors_of(bare, {})
    k = model.factor_index["vix"]
    down, every = np.zeros(len(model.factors)), np.ones(len(model.factors), dtype=bool)
    down[k] = -20.2

    assert floor.moves[k] == -np.inf
    (said,) = floor.said(down, model.factors, searched=every)
    assert said.startswith("vix -20.2 pts: its level is not known, so nothing stops it at zero.")
    assert "--vol VIX=18% / vols={'VIX': '18%'}" in said
    assert floor.said(-down, model.factors, searched=every) == ()


def book():
    """Long a put on the index: it loses when volatility and fear go away."""
    put = Option(
        underlying="SPY", right="put", strike=650.0, expiry="2026-06-18", style="european",
        multiplier=100.0, currency="USD",
    )  # fmt: skip
    held = Position(
        id="put", instrument=put, quantity=10.0, price=8.0, market_value=8000.0, currency="USD"
    )
    return Portfolio(
        name="puts.csv", positions=(held,), currency="USD", nav=100_000.0, as_of="2025-12-31"
    )


@pytest.mark.parametrize(("vols", "lowest"), [({"VIX": "3%"}, -3.0), ({}, None)])
def test_the_worst_within_ten_deviations_stops_there(model, vols, lowest):
    found = stress.worst_case(
        book(), 10.0, model, horizon_days=5, only=["vix"],
        rates={"USD": "4%"}, dividends={"SPY": "1.2%"}, spots={"SPY": 680.0}, vols=vols,
    )  # fmt: skip
    floor = floors_of(model, {}).moves[model.factor_index["vix"]] if lowest is None else lowest
    worst = found.answers[0]

    assert worst.scenario.stated("vix").value == pytest.approx(floor)
    assert any("--vol VIX=18%" in text for text in worst.warnings) == (lowest is None)


def test_a_loss_that_takes_whole_themes_says_it_is_no_scenario(model):
    shares = stress.load_portfolio("ai_growth")
    found = stress.reverse(shares, "95%", model, horizon_days=10, only=["semis_*", "market"])

    assert any("at -100 %: all of it worthless" in text for text in found.answers[0].warnings)
    mild = stress.reverse(shares, "5%", model)
    assert not any("worthless" in text for text in mild.answers[0].warnings)


def short_book(**options):
    rows = [{"ticker": "NVDA", "quantity": -1000, "price": 190.0, "currency": "USD"}]
    return stress.open_book(stress.load_portfolio(rows, nav=1e6), MODEL, **options)


def test_a_linked_factor_below_its_floor_is_said_in_written_units_and_is_not_held_there(model):
    found = stress.worst_case(short_book(vols={"VIX": "18%"}), 20.0, only=["vix"])
    said = [text for text in found.answers[0].warnings if "hy_oas" in text]

    (spread,) = said
    lowest = floors_of(model, {}).moves[model.factor_index["hy_oas"]]
    assert spread.startswith("hy_oas follows to -")
    assert f" bp, below its lowest move of {1e4 * lowest:.0f} bp: the linked law is str" in spread
    assert not any("falls no further" in text for text in said)


def test_at_its_floor_a_factor_is_held_and_says_what_holds_it(model):
    floor = floors_of(model, {})
    k = model.factor_index["hy_oas"]
    down, every = np.zeros(len(model.factors)), np.ones(len(model.factors), dtype=bool)
    down[k] = floor.moves[k]

    (said,) = floor.said(down, model.factors, searched=every)
    assert "falls no further" in said
    down[k] *= 1.5
    (said,) = floor.said(down, model.factors, searched=every)
    assert "falls no further" not in said
    assert "follows to" in said
    down[k] = 0.5 * floor.moves[k]
    assert floor.said(down, model.factors, searched=every) == ()
    # What follows is not held: past its floor by less than is written, nothing is to be said of it.
    down[k] = floor.moves[k] - 1e-5
    assert floor.said(down, model.factors, searched=~every) == ()


@pytest.mark.parametrize("where", ["option", "market file"])
def test_an_opened_book_keeps_the_levels_it_was_opened_with(where, tmp_path):
    file = tmp_path / "levels.csv"
    file.write_text("kind,name,value\nvol,VIX,3%\n", encoding="utf-8")
    options = {"vols": {"VIX": "3%"}} if where == "option" else {"market": file}
    book = short_book(**options)
    worst = stress.worst_case(book, 20.0, only=["vix"]).answers[0]

    assert worst.scenario.stated("vix").value == pytest.approx(-3.0)
    assert not any(text.startswith("vix") for text in worst.warnings)
    assert book.content_hash == short_book().content_hash
    back = stress.reverse(pickle.loads(pickle.dumps(book)), "0.1%", only=["vix"]).answers[0]
    assert -3.0 <= back.scenario.stated("vix").value < 0.0


def yen_book(sign):
    """Yen beside a share: what is held in them is divided by the price of a dollar in yen."""
    rows = [
        {"ticker": "JPY", "type": "cash", "quantity": sign * 50_000.0, "currency": "JPY", "fx_rate": 1.0},
        {"ticker": "NVDA", "quantity": 200.0, "price": 100.0, "currency": "USD"},
    ]  # fmt: skip
    return stress.load_portfolio(rows, currency="USD", nav=70_000.0)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("sessions", [5, 20])
def test_a_book_that_is_divided_by_an_exchange_rate_is_searched(sign, sessions):
    found = stress.reverse(yen_book(sign), "60%", MODEL, horizon_days=sessions)
    assert found.answers[0].loss == pytest.approx(42_000.0)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_worst_case_of_yen_stops_short_of_a_dollar_that_is_worth_nothing(model, sign):
    found = stress.worst_case(yen_book(sign), 75.0, MODEL, horizon_days=10)
    worst = found.answers[0]
    move = worst.scenario.stated("usdjpy").value

    if sign > 0.0:
        assert move > 0.5
        return
    assert move == pytest.approx(-0.99)
    assert any(text.startswith("usdjpy -99.0 %: what is held in a") for text in worst.warnings)
    # Found, saved and run, it loses what was said of it.
    again = plan_scenario(stress.open_book(yen_book(sign), MODEL), worst.scenario)
    assert -again.central_pnl() == pytest.approx(worst.loss, rel=1e-6)


def test_an_answer_of_one_theme_that_is_nearer_than_the_first_says_why(model):
    shorts = {"NVDA": -3e5, "MSFT": -2e5, "VST": -1.5e5, "KO": -2.5e5, "TLT": -1e5, "CASH": 3e6}
    book = pd.DataFrame({"ticker": list(shorts), "market_value": list(shorts.values())})
    found = stress.reverse(book.assign(currency="USD"), "5%", model=model)
    first, second = found.answers[:2]
    assert not first.only
    assert second.distance < first.distance
    said = " ".join(repr(found).split())
    assert "also below a floor that the first keeps: some are nearer for that" in said
    longs = pd.DataFrame({"ticker": ["NVDA"], "market_value": [3e5], "currency": ["USD"]})
    assert "below a floor" not in repr(stress.reverse(longs, "5%", model=model))
