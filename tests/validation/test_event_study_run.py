"""The whole event study on factors, prices, books and a universe of the user's own."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from stress.factors.moves import measure_moves
from stress.files.scenario_file import read_scenario
from stress.hedging.universe import HedgeLine, HedgeUniverse
from stress.portfolio.instruments import Cash, Equity
from stress.portfolio.position import Portfolio, Position
from stress.validation.event_study_run import run_event_study

REFERENCE = "2025-01-27"


def line(ticker):
    return HedgeLine(
        id=ticker,
        type="etf",
        instrument=Equity(ticker),
        currency="USD",
        price=100.0,
        half_spread=1e-4,
        commission=0.0,
        borrow=0.003,
        adv=1e6,
    )


def held(ticker, value):
    return Position(
        id=ticker,
        instrument=Equity(ticker),
        market_value=value,
        currency="USD",
        quantity=value / 100.0,
        price=100.0,
    )


def cash(currency, value):
    return Position(
        id=f"{currency} cash", instrument=Cash(currency), market_value=value, currency=currency
    )


def book_of(*positions):
    return Portfolio(
        name="mine.csv",
        positions=positions,
        currency="USD",
        nav=sum(p.market_value for p in positions),
        as_of="2025-12-31",
    )


def universe_of(*tickers):
    return HedgeUniverse(
        label="funds.csv", lines=tuple(line(t) for t in tickers), rates={"USD": 0.03}
    )


BOOK = book_of(held("NVDA", 6e5), held("VST", 3e5), cash("USD", 1e5))


@pytest.fixture(scope="module")
def later(make):
    """The small world moved 208 weeks on, so that it has the named days of 2022 to 2025."""
    prices, definitions = make()
    on = timedelta(weeks=208)
    dates = tuple((date.fromisoformat(day) + on).isoformat() for day in prices.dates)
    return replace(prices, dates=dates, content_hash=""), definitions


def studied(prices, definitions, book=BOOK, universe=None):
    return run_event_study(
        measure_moves(prices, definitions),
        [book],
        universe or universe_of("SPY", "SMH", "XLU", "XLF"),
        reference=REFERENCE,
        scenario=read_scenario("deepseek-2025-01-27"),
        ordinary=1,
    )


@pytest.fixture(scope="module")
def page(later):
    return studied(*later)


def row(page, start):
    return next(text for text in page.splitlines() if text.startswith(start))


def test_the_reference_day_is_fitted_to_the_moves_given_as_every_other_day(later, page):
    prices, definitions = later
    shaken = prices.levels.copy()
    before = prices.dates.index(REFERENCE)
    spy = prices.names.index("SPY")
    noise = np.random.default_rng(1).standard_normal(before)
    shaken[:before, spy] *= 1.0 + 0.03 * noise  # the fund's past, not its move of the day
    shaken[before - 1, spy] = prices.levels[before - 1, spy]
    other = studied(replace(prices, levels=shaken, content_hash=""), definitions)

    for day in ("2025-01-27", "2025-04-03"):
        was, now = (row(one, f"| {day} |").split(" | ") for one in (page, other))
        assert was[2] == now[2]  # do nothing: the moves of the day are the same
        assert was[4] != now[4]  # SPY: the hedge is not, since its past is another


def test_a_name_of_the_prices_is_kept_on_the_reference_day(later, page):
    prices, definitions = later
    renamed = tuple("KOX" if name == "KO" else name for name in prices.names)
    mine = replace(prices, names=renamed, content_hash="")
    book = book_of(held("KOX", 5e5), cash("USD", 1e5))
    found = studied(mine, definitions, book)
    column, day = renamed.index("KOX"), prices.dates.index(REFERENCE)
    move = prices.levels[day, column] / prices.levels[day - 1, column] - 1.0

    assert row(found, f"| {REFERENCE} |").split(" | ")[2] == f"{100 * move * 5 / 6:+.2f}"
    assert found.endswith("left out of the books: none.\n")


def test_no_proposal_looks_ahead_by_factors_that_are_not_there(page):
    assert "deepseek-2025-01-27 (looks ahead)" not in page
    assert "No proposal is limited in deepseek-2025-01-27" in page
