"""Days on which today's book would have lost more, counted by hand; the tail probability against scipy."""

import numpy as np
import pytest
from scipy import stats

import stress
from stress.errors import InputError
from stress.factors.prices import Prices
from stress.results.plausibility import lost_more

HOLDINGS = {"AAA": 500.0, "BBB": 400.0, "CCC": -100.0}


def priced(names=("AAA", "BBB", "CCC"), days=120, seed=3, blank=()):
    random = np.random.default_rng(seed)
    moves = random.normal(0.0, 0.02, (days, len(names)))
    levels = 50.0 * np.cumprod(1.0 + moves, axis=0)
    for row, column in blank:
        levels[row, column] = np.nan
    dates = np.busday_offset("2024-01-01", np.arange(days))
    return Prices(dates=tuple(dates), names=tuple(names), levels=levels)


@pytest.mark.parametrize("horizon", [1, 5])
def test_past_windows_are_counted_as_by_hand(toy, horizon):
    book, prices = toy.book(HOLDINGS), priced()
    scenario = toy.scenario({"chips": "-2.5%"}, horizon_days=horizon)
    result = stress.run(book, scenario, draws=64, prices=prices)
    pnl = [
        sum(
            value
            * (
                prices.levels[t, prices.index[name]]
                / prices.levels[t - horizon, prices.index[name]]
                - 1.0
            )
            for name, value in HOLDINGS.items()
        )
        for t in range(horizon, 120)
    ]
    found = result.plausibility.lost_more
    assert found.worse.worse == sum(one < result.expected for one in pnl)
    assert 0 < found.worse.worse < found.worse.days == 120 - horizon
    assert found.worse.since == prices.dates[horizon]
    assert found.worse.worst_pnl == pytest.approx(min(pnl))
    assert found.compared == pytest.approx(result.expected)
    assert (found.share, found.thin, found.dropped) == (pytest.approx(1.0), 0, 0)
    assert result.manifest.options["prices"] == prices.content_hash[:12]


def test_a_book_in_another_currency_is_counted_by_the_returns_of_its_names(toy):
    scenario, prices = toy.scenario({"chips": "-2.5%"}), priced()
    rows = [
        {"ticker": name, "market_value": value, "currency": "EUR"}
        for name, value in HOLDINGS.items()
    ]
    abroad = stress.load_portfolio(rows, name="eur", currency="EUR")
    book = stress.open_book(abroad, toy.model(), fx_moves={"USD": "-5%"})
    found = stress.run(book, scenario, draws=64, prices=prices).plausibility.lost_more
    at_home = stress.run(toy.book(HOLDINGS), scenario, draws=64, prices=prices)

    assert (found.returns_in, found.revalued, found.without_prices) == ("USD", 0, ())
    assert found.worse == at_home.plausibility.lost_more.worse
    assert found.compared == pytest.approx(at_home.expected)
    assert at_home.plausibility.lost_more.returns_in is None


def test_a_name_without_prices_is_left_out_on_both_sides_and_named(toy):
    book = toy.book(HOLDINGS)
    returns = np.array([-0.03, -0.02, -0.01])
    found = lost_more(book, returns, priced(("AAA", "BBB")), horizon_days=1)
    assert found.without_prices == ("CCC",)
    assert found.compared == pytest.approx(500 * -0.03 + 400 * -0.02)
    assert found.share == pytest.approx(0.9)


def test_windows_without_a_tenth_of_the_book_are_counted_and_said_others_dropped(toy):
    book = toy.book({"AAA": 500.0, "BBB": 450.0, "CCC": 50.0})
    small = [(t, 2) for t in range(30)]
    large = [(t, 0) for t in range(100, 110)]
    found = lost_more(
        book, np.array([-0.03, -0.02, -0.01]), priced(blank=small + large), horizon_days=1
    )
    # 30 moves of the small name are missing (its first price ends no move), 11 of a large one.
    assert (found.thin, found.dropped) == (30, 11)
    assert found.worse.days == 119 - 11


def test_a_row_of_a_few_stray_prices_is_no_session(toy):
    names = ("AAA", "BBB", "CCC")
    blank = [(60, column) for column in (0, 1)]
    found = lost_more(
        toy.book(HOLDINGS), np.full(3, -0.02), priced(names, blank=blank), horizon_days=1
    )
    assert found.worse.days == 118
    assert found.dropped == 0


def test_a_proxied_name_takes_the_history_of_what_it_moves_like(toy):
    from stress.portfolio.cover import cover
    from stress.simulation.book import compile_book

    model = toy.model()
    portfolio = toy.portfolio({"ZZZ": 100.0})
    book = compile_book(portfolio, model, cover(portfolio, model, proxies={"ZZZ": "AAA"}))
    found = lost_more(book, np.array([-0.02]), priced(), horizon_days=1)
    own = lost_more(toy.book({"AAA": 100.0}), np.array([-0.02]), priced(), horizon_days=1)
    assert found.worse == own.worse


def test_a_gain_is_compared_with_nothing_and_short_prices_say_so(toy):
    book = toy.book(HOLDINGS)
    assert lost_more(book, np.array([0.03, 0.02, -0.01]), priced(), horizon_days=1) is None
    short = lost_more(book, np.full(3, -0.02), priced(days=10), horizon_days=40)
    assert short.worse is None
    result = stress.run(
        book,
        toy.scenario({"chips": "-9%"}, horizon_days=40),
        draws=64,
        prices=priced(days=10),
        waive=["short"],
    )
    assert "too few prices for overlapping windows of 40 sessions" in repr(result)
    assert result.to_dict()["plausibility"]["worse_days"]["k"] is None


def test_prices_of_none_of_the_names_are_an_error(toy):
    with pytest.raises(InputError, match="the prices hold none of the names of this book"):
        lost_more(toy.book(HOLDINGS), np.full(3, -0.02), priced(("SPY",)), horizon_days=1)


def test_the_screen_and_the_json_say_the_same(toy):
    result = stress.run(
        toy.book(HOLDINGS), toy.scenario({"chips": "-2.5%"}), draws=64, prices=priced()
    )
    said = result.to_dict()["plausibility"]
    worse = said["worse_days"]
    line = f"today's book would have lost more on {worse['k']} of {worse['of']} days since {worse['since']}"
    assert line in repr(result)
    law = stats.f(said["n_stated"], said["degrees_of_freedom"])
    nu = said["degrees_of_freedom"]
    tail = law.sf(said["distance"] ** 2 / said["n_stated"] * nu / (nu - 2.0))
    assert said["tail_probability"] == pytest.approx(tail, rel=1e-10)
    assert "once in" not in repr(result)


def test_a_baseline_has_no_plausibility_and_names_alone_have_one(toy):
    results = stress.run_many(
        toy.book(HOLDINGS), [toy.scenario(core_names={"AAA": "-20%"})], draws=64
    )
    assert results.baseline.plausibility is None
    assert results.baseline.to_dict()["plausibility"] is None
    assert results[0].plausibility.n_stated == 1
    assert results[0].plausibility.distance == pytest.approx(results[0].completed.distance)
