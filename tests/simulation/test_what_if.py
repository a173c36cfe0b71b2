"""A trade on the book's own draws: the book stays, the difference is the trade's own law."""

import json
import os
import pickle
import signal
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import stress
from stress.errors import InputError
from stress.portfolio.instruments import (
    Cash,
    Equity,
    FundLookThrough,
    Future,
    LeveragedFund,
    Option,
)
from stress.portfolio.position import Portfolio, Position
from stress.risk.tail import TooFewTailDrawsError
from stress.scenarios.propagation import complete, complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation.drawn_books import DrawnBooks
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate
from stress.simulation.streams import CHUNK

HOLDINGS = {"AAA": 400.0, "BBB": 250.0, "CCC": -150.0, "DDD": 300.0}


def simulated(book, scenario=None, draws=20_000, seed=0):
    variation = Variation(kind="names") if scenario is None else scenario.variation
    completed = (
        complete_baseline(book.model) if scenario is None else complete(scenario, book.model)
    )
    planned = plan(book, completed, variation=variation)
    return simulate([planned], draws=draws, seed=seed)[0]


def test_before_is_the_pnl_of_the_run_bit_for_bit(toy):
    book = toy.book(HOLDINGS)

    assert (book.what_if({"AAA": -100.0}).before == simulated(book).totals).all()


def test_trades_say_what_they_were_tried_on_and_are_written(toy):
    book, scenario = toy.book(HOLDINGS), toy.scenario({"chips": "-12%"})
    found = book.what_if({"CCC": 500.0, "AAA": -100.0}, scenario)
    run = stress.run(book, scenario)
    for field in ("portfolio", "books", "model", "scenarios", "versions", "draws", "seed"):
        assert getattr(found.manifest, field) == getattr(run.manifest, field)
    assert found.manifest.options == {"trades": "AAA=-100, CCC=500"}
    assert found.pnl.digest == run.digest

    written = json.loads(found.to_json())
    assert written == found.to_dict()
    before, after = found.expected_shortfall()
    change, error = found.change()
    assert written["expected_shortfall"] == {
        **{"level": 0.975, "sign": "loss", "before": before, "after": after},
        **{"change": change, "standard_error": error},
    }
    assert (written["scenario"], written["digest"]) == (scenario.id, found.digest)
    assert written["trades"] == {"AAA": -100.0, "CCC": 500.0}
    assert written["warnings"] == []

    again = pickle.loads(pickle.dumps(found))
    assert again.to_json() == found.to_json()
    other = book.what_if({"AAA": -101.0, "CCC": 500.0}, scenario)
    assert other.digest != found.digest
    assert other.manifest.digest != found.manifest.digest


def test_a_tail_that_too_few_draws_hold_is_not_written(toy):
    written = toy.book(HOLDINGS).what_if({"AAA": -100.0}, draws=300).to_dict()
    assert written["expected_shortfall"] is None
    assert written["scenario"] == "baseline"
    assert len(written["warnings"]) == 1


def test_closing_everything_leaves_nothing_draw_by_draw(toy):
    book = toy.book(HOLDINGS)
    scenario = toy.scenario({"chips": "-12%"})
    after = book.what_if({name: -value for name, value in HOLDINGS.items()}, scenario).after

    assert np.abs(after).max() < 1e-9 * np.abs(simulated(book, scenario).totals).max()


def test_the_book_after_has_the_law_of_the_book_bought_outright(toy):
    trades = {"AAA": -300.0, "CCC": 500.0, "IDX": 200.0}
    found = toy.book(HOLDINGS).what_if(trades, draws=100_000).after
    outright = {
        name: HOLDINGS.get(name, 0.0) + trades.get(name, 0.0) for name in (*HOLDINGS, "IDX")
    }
    other = simulated(toy.book(outright), draws=100_000, seed=7).totals

    assert found.std() == pytest.approx(other.std(), rel=0.03)
    for level in (0.01, 0.05, 0.5, 0.95, 0.99):
        spread = 0.06 * other.std() / np.sqrt(level * (1 - level))
        assert np.quantile(found, level) == pytest.approx(np.quantile(other, level), abs=spread)


def test_the_paired_error_is_far_below_that_of_two_runs(toy):
    found = toy.book(HOLDINGS).what_if({"AAA": -40.0})
    change, error = found.change()
    before, after = found.expected_shortfall()

    assert change == pytest.approx(after - before)
    assert change < 0.0
    alone = np.maximum(np.quantile(found.before, 0.025) - found.before, 0.0).std() / 0.025
    assert 0.0 < error < 0.3 * alone / np.sqrt(20_000)


def test_compound_scenarios_and_names_the_book_does_not_hold(toy):
    stated = {"market": "-30%", "chips": "-50%", "power": "-40%", "rates_10y": "-75bp"}
    scenario = toy.scenario(stated, returns="compound", horizon_days=60)
    book = toy.book({"AAA": 100.0})
    found = book.what_if({"AAA": -100.0, "CCC": 50.0}, scenario, draws=5000)
    alone = simulated(toy.book({"CCC": 50.0}), scenario, draws=5000)

    assert found.after == pytest.approx(alone.totals, abs=1e-9)
    assert found.expected_change == pytest.approx(
        alone.plan.central_pnl() - simulated(book, scenario, draws=10).plan.central_pnl()
    )


def test_a_name_that_is_fixed_moves_as_stated(toy):
    scenario = toy.scenario(core_names={"AAA": "-12%"})
    found = toy.book(HOLDINGS).what_if({"AAA": 100.0}, scenario, draws=1000)

    assert found.after - found.before == pytest.approx(np.full(1000, -12.0))


def test_what_is_wrong_is_said_at_once(toy):
    with pytest.raises(InputError, match="neither held nor") as caught:
        toy.book(HOLDINGS).what_if({"AAAA": 1.0, "AAA": float("nan")})
    assert len(caught.value.problems) == 2
    assert "Did you mean 'AAA'" in str(caught.value)
    for money in ("USD", "cash"):
        with pytest.raises(InputError, match="Money in USD changes nothing that is simulated"):
            toy.book(HOLDINGS).what_if({money: 1000.0, "AAA": -1000.0})
    with pytest.raises(InputError, match="no trades"):
        toy.book(HOLDINGS).what_if({})
    with pytest.raises(TooFewTailDrawsError, match="Use about 2,000 draws"):
        toy.book(HOLDINGS).what_if({"AAA": 1.0}, draws=100).change()


def test_what_the_figures_leave_out_is_not_said_to_be_no_holding(toy):
    portfolio = toy.portfolio({"AAA": 900.0, "ZZZ": 100.0})
    book = stress.open_book(portfolio, toy.model(), unknown="exclude")
    with pytest.raises(
        InputError, match="'ZZZ' is held, but left out of the figures: not a name of"
    ):
        book.what_if({"ZZZ": 1.0}, draws=1000)


@pytest.mark.parametrize(
    "trades",
    [
        {"AAA": "abc"},
        {1: 2.0},
        [("AAA", 1.0)],
        {"AAA": float("inf")},
        {"AAA": -1e300},
        {"AAA": None},
    ],
)
def test_trades_are_amounts_by_name(toy, trades):
    with pytest.raises(InputError, match="what if"):
        toy.book(HOLDINGS).what_if(trades)


def test_arguments_of_a_what_if_are_checked(toy):
    book = toy.book(HOLDINGS)
    with pytest.raises(InputError, match=r"reads no files. Write stress.load_scenario\('chips'\)"):
        book.what_if({"AAA": 10.0}, "chips")
    with pytest.raises(InputError, match="scenario: 3 is not a Scenario"):
        book.what_if({"AAA": 10.0}, 3)
    with pytest.raises(InputError, match=r"draws: 2000.0 is not a whole number"):
        book.what_if({"AAA": 10.0}, draws=2000.0)


def test_what_was_computed_is_read_only_and_says_what_it_is(toy):
    book = toy.book(HOLDINGS)
    found = book.what_if({"AAA": 10.0}, draws=4000)
    arrays = [found.before, found.after]
    for one in (book, pickle.loads(pickle.dumps(book))):
        arrays += [one.values, one.exposures, one.specific_volatility, one.position_values]
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[:1] = 0.0
    with pytest.raises(TypeError):
        found.trades["AAA"] = 1.0
    before, after = found.expected_shortfall()
    assert f"ES 97.5% {before:,.2f} -> {after:,.2f}" in repr(found)
    assert "too few for a tail average" in repr(book.what_if({"AAA": 10.0}, draws=100))


@pytest.mark.parametrize(
    ("held", "trade", "said"),
    [
        (100.0, -50.0, ""),
        (100.0, -150.0, "after the trades"),
        (-100.0, 150.0, "before the trades"),
        (-100.0, 50.0, "before and after the trades"),
    ],
)
def test_no_tail_average_is_shown_where_none_exists(toy, held, trade, said):
    book = toy.book({"AAA": held, "BBB": 300.0})
    compound = toy.scenario({"chips": "-20%"}, horizon_days=30, returns="compound")
    found = book.what_if({"AAA": trade}, compound, draws=4000)
    simple = book.what_if({"AAA": trade}, toy.scenario({"chips": "-20%"}), draws=4000)

    assert "ES 97.5%" in repr(simple)
    assert ("ES 97.5%" in repr(found)) == (not said)
    if not said:
        return
    assert f"no tail average exists {said}>" in repr(found)
    for asked in (found.expected_shortfall, found.change):
        with pytest.raises(InputError, match=f"^{said}: tail average left out: returns compound"):
            asked()


def test_draws_are_made_once_a_scenario_and_the_oldest_are_forgotten(toy, monkeypatch):
    monkeypatch.setattr("stress.simulation.drawn_books.MOST_DRAWS", 10_000)
    book = toy.book(HOLDINGS)

    def asked(move):
        return book.drawn(toy.scenario({"chips": move}), draws=4000)

    first, second = asked("-1%"), asked("-2%")
    assert asked("-1%") is first  # the same content, another object; now the latest
    asked("-3%")
    assert asked("-1%") is first
    assert len(book._drawn) == 2
    assert asked("-2%") is not second
    large = book.drawn(draws=20_000)
    assert book.drawn(draws=20_000) is large
    assert len(book._drawn) == 1


def test_a_few_draws_count_as_the_chunk_that_is_held_of_them(toy, monkeypatch):
    monkeypatch.setattr("stress.simulation.drawn_books.MOST_DRAWS", 3 * CHUNK)
    book = toy.book(HOLDINGS)
    for seed in range(6):
        book.drawn(draws=100, seed=seed)
    assert len(book._drawn) == 3


def test_any_number_of_threads_may_ask_for_draws_at_hand(monkeypatch):
    """A service asks one opened book from many threads, and what one asks another may forget."""
    monkeypatch.setattr("stress.simulation.drawn_books.MOST_DRAWS", 3 * CHUNK)
    kept, usual = DrawnBooks(), sys.getswitchinterval()

    def asked(worker):
        for i in range(3000):
            key = (f"scenario {(7 * i + worker) % 11}", 1, 0)
            assert kept.get(key, lambda key=key: key) == key

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(asked, range(8)))
    finally:
        sys.setswitchinterval(usual)
    assert len(kept) == 3


def test_all_books_of_a_process_share_what_is_kept(monkeypatch):
    monkeypatch.setattr("stress.simulation.drawn_books.MOST_DRAWS", 3 * CHUNK)
    one, other = DrawnBooks(), DrawnBooks()
    for seed in range(3):
        one.get(("a", 1, seed), lambda: "one")
    other.get(("a", 1, 0), lambda: "other")
    assert (len(one), len(other)) == (2, 1)
    assert one.get(("a", 1, 1), lambda: "again") == "one"
    other.get(("a", 1, 1), lambda: "other")
    assert (len(one), len(other)) == (1, 2)
    del one  # what a book kept goes with it
    other.get(("a", 1, 2), lambda: "other")
    assert len(other) == 3


def test_of_threads_that_ask_at_once_one_draws_and_after_an_error_the_next():
    kept, made = DrawnBooks(), []

    def make():
        made.append(1)
        time.sleep(0.05)
        if len(made) == 1:
            raise MemoryError
        return "drawn"

    def asked(_):
        try:
            return kept.get(("a", 1, 0), make)
        except MemoryError:
            return "error"

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(asked, range(8)))
    assert answers == ["drawn"] * 7 + ["error"]
    assert len(made) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork there")
def test_a_forked_child_draws_though_a_thread_of_its_parent_was_drawing():
    kept, begun, done = DrawnBooks(), threading.Event(), threading.Event()

    def make():
        begun.set()
        done.wait(60)
        return "drawn"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(kept.get, ("a", 1, 0), make)
        begun.wait(60)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside threads, as meant
            child = os.fork()
        if child == 0:
            signal.alarm(30)
            os._exit(0 if kept.get(("a", 1, 0), lambda: "child's") == "child's" else 1)
        _, status = os.waitpid(child, 0)
        done.set()
        assert first.result() == "drawn"
    assert status == 0


def test_draws_at_hand_do_not_travel(toy):
    book = toy.book(HOLDINGS)
    size = len(pickle.dumps(book))
    book.what_if({"AAA": 1.0})

    assert len(pickle.dumps(book)) < 1.1 * size


def test_the_baseline_before_a_trade_holds_stated_currency_moves_still_as_the_run_does(toy):
    held = toy.portfolio({"AAA": 400.0})
    pounds = Position(
        id="GBP", instrument=Cash("GBP"), quantity=100.0, market_value=130.0, currency="GBP"
    )
    portfolio = Portfolio(
        name="p", positions=(*held.positions, pounds), currency="USD", nav=530.0, as_of="2025-12-30"
    )
    book = stress.open_book(portfolio, toy.model(), fx={"GBP": 1.3}, fx_moves={"GBP": "-5%"})
    scenario = toy.scenario({"chips": "-12%"})
    run = stress.run_many(book, [scenario], draws=5000, model_range=False)

    trade = {"AAA": -100.0}
    assert (book.what_if(trade, draws=5000).before == run.baseline.pnl.totals).all()
    assert (book.what_if(trade, scenario, draws=5000).before == run[0].pnl.totals).all()


def of_every_kind(toy, currency):
    """A share, a leveraged fund, a fund looked through, an option and cash, in a book of some currency."""
    rate = {"USD": 1.0, "EUR": 0.8}[currency]
    terms = {"style": "european", "multiplier": 100.0, "currency": "USD"}
    option = Option(underlying="BBB", right="put", strike=95.0, expiry="2026-06-19", **terms)
    triple = LeveragedFund(ticker="TRIPLE", follows="AAA", leverage=3.0, price=40.0)
    fund = FundLookThrough(
        ticker="FUND",
        price=25.0,
        weights={"AAA": 0.6, "CCC": 0.3},
        residual=0.1,
        residual_follows="IDX",
        holdings_as_of="2025-12-30",
    )
    lines = {
        "AAA": (Equity("AAA"), 300.0, 50.0),
        "AAA in another account": (Equity("AAA"), -100.0, 50.0),
        "triple": (triple, 200.0, 40.0),
        "fund": (fund, -150.0, 25.0),
        "puts": (option, 2.0, 4.0),
        "pounds": (Cash("GBP"), 1_000.0, 1.3),
    }
    positions = tuple(
        Position(
            id=id_,
            instrument=instrument,
            quantity=units,
            price=None if id_ == "pounds" else price,
            market_value=units * price * rate * instrument.multiplier,
            currency="GBP" if id_ == "pounds" else "USD",
        )
        for id_, (instrument, units, price) in lines.items()
    )
    total = sum(position.market_value for position in positions)
    portfolio = Portfolio(
        name="p", positions=positions, currency=currency, nav=total, as_of="2025-12-30"
    )
    foreign = {"USD": {"GBP": 1.3}, "EUR": {"USD": 0.8, "GBP": 1.04}}[currency]
    return stress.open_book(
        portfolio,
        toy.model(),
        fx=foreign,
        fx_moves={"GBP": "-5%"} if currency == "USD" else {"USD": "-4%", "GBP": "-5%"},
        rates={"USD": "4%"},
        dividends={"BBB": "0%"},
        spots={"BBB": 100.0},
        vols={"BBB": "30%"},
    )


@pytest.mark.parametrize("currency", ["USD", "EUR"])
def test_closing_every_line_of_every_kind_leaves_nothing_draw_by_draw(toy, currency):
    book = of_every_kind(toy, currency)
    worth = {position.id: position.market_value for position in book.portfolio.positions}
    # A share and a fund go by their tickers, all accounts together; what else is held by the id of its position.
    closing = {
        "AAA": -(worth["AAA"] + worth["AAA in another account"]),
        "TRIPLE": -worth["triple"],
        "FUND": -worth["fund"],
        "puts": -worth["puts"],
        "pounds": -worth["pounds"],
    }
    for scenario in (
        None,
        toy.scenario({"chips": "-12%"}),
        toy.scenario(core_names={"AAA": "-9%"}),
    ):
        found = book.what_if(closing, scenario, draws=5000)
        assert found.before.std() > 0.01 * abs(book.nav)
        assert found.after == pytest.approx(np.zeros(5000), abs=1e-9 * book.nav)
        assert found.expected_change == pytest.approx(-found.pnl.plan.central_pnl(), abs=1e-9)


@pytest.mark.parametrize("currency", ["USD", "EUR"])
def test_more_of_a_line_is_more_of_the_same(toy, currency):
    book = of_every_kind(toy, currency)
    worth = {position.id: position.market_value for position in book.portfolio.positions}
    shock = toy.scenario({"chips": "-12%"})
    for line in ("triple", "fund", "puts", "pounds"):
        more = book.what_if({line: 2.0 * worth[line]}, shock, draws=1000)
        less = book.what_if({line: -worth[line]}, shock, draws=1000)
        gained, lost = more.after - more.before, less.before - less.after
        assert np.abs(lost).max() > 0.0
        assert gained == pytest.approx(2.0 * lost, rel=1e-9, abs=1e-9)


def test_a_name_bought_for_a_book_of_another_currency_moves_with_the_currency_too(toy):
    book, shock = of_every_kind(toy, "EUR"), toy.scenario({"power": "-10%"})
    central = book.drawn(shock, draws=1000).pnl.plan.mean_factors()
    own = float(book.model.exposures[book.model.name_index["DDD"]] @ central)
    found = book.what_if({"DDD": 500.0}, shock, draws=1000)

    assert found.expected_change == pytest.approx(500.0 * ((1.0 + own) * (1.0 - 0.04) - 1.0))


def test_an_amount_of_what_is_worth_nothing_is_no_trade(toy):
    future = Position(
        id="ES",
        instrument=Future(contract="ES", follows="IDX", multiplier=50.0, price=6_000.0),
        quantity=1.0,
        price=6_000.0,
        market_value=0.0,
        currency="USD",
    )
    held = toy.portfolio({"AAA": 400.0})
    portfolio = Portfolio(
        name="p", positions=(*held.positions, future), currency="USD", nav=400.0, as_of="2025-12-30"
    )
    book = stress.open_book(portfolio, toy.model())
    with pytest.raises(InputError, match="ES is worth nothing, so an amount of it says no number"):
        book.what_if({"ES": 100.0})


def test_a_fund_sold_short_loses_without_bound_and_one_that_is_closed_does_not(toy):
    book = of_every_kind(toy, "USD")
    compound = toy.scenario({"chips": "-20%"}, horizon_days=30, returns="compound")
    bought_back = {"FUND": 150.0 * 25.0}

    assert not book.what_if({"AAA": 1.0}, compound, draws=4000).has_tail_after
    assert book.what_if(bought_back, compound, draws=4000).has_tail_after
    both = {**bought_back, "TRIPLE": -200.0 * 40.0}
    assert book.what_if(both, compound, draws=4000).has_tail_after
    over = {**bought_back, "TRIPLE": -201.0 * 40.0}
    assert not book.what_if(over, compound, draws=4000).has_tail_after


@pytest.mark.parametrize("with_others", [False, True])
def test_money_of_the_book_earns_in_a_what_if_what_it_earns_in_a_run(toy, with_others):
    money = Position(
        id="dollars", instrument=Cash("USD"), quantity=5_000.0, market_value=5_000.0, currency="USD"
    )
    portfolio = of_every_kind(toy, "USD").portfolio
    whole = stress.open_book(
        replace(portfolio, positions=(*portfolio.positions, money), nav=portfolio.nav + 5_000.0),
        toy.model(),
        fx={"GBP": 1.3},
        fx_moves={"GBP": "-5%"},
        rates={"USD": "4%"},
        dividends={"BBB": "0%"},
        spots={"BBB": 100.0},
        vols={"BBB": "30%"},
    )
    scenario = toy.scenario({"market": "-5%"}, horizon_days=20)
    trades = {"CCC": 50.0} if with_others else {}
    without = 0.0 if not with_others else whole.what_if(trades, scenario).expected_change
    change = whole.what_if({"dollars": -5_000.0, **trades}, scenario).expected_change - without
    interest = 5_000.0 * np.expm1(0.04 * scenario.elapsed_days / 365.0)
    assert change == pytest.approx(-interest, rel=1e-9)
    with pytest.raises(InputError, match="Money in USD earns its rate here, and is called dollars"):
        whole.what_if({"USD": 1_000.0})
