"""The whole event study on factors, prices, books and a universe of the user's own."""

import re
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from stress.errors import InputError
from stress.factors.moves import measure_moves
from stress.files.scenarios.file import read_scenario
from stress.hedging.lines.universe import HedgeLine, HedgeUniverse
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
    assert re.search(r"its other names did \(of \d+ days\): none\.\n", found)


def test_no_proposal_looks_ahead_by_factors_that_are_not_there(page):
    assert "deepseek-2025-01-27 (looks ahead)" not in page
    assert "No proposal is limited in deepseek-2025-01-27" in page


def test_a_hedge_whose_fund_is_not_there_is_not_do_nothing(later, page):
    """The universe has no QQQ: no figure stands under its name, and the page says why."""
    titles = row(page, "| day | book |").split(" | ")
    for day in (REFERENCE, "2025-04-03"):
        assert row(page, f"| {day} |").split(" | ")[titles.index("QQQ")] == "-"
    assert row(page, "| QQQ |") == "| QQQ | - | - | - | - | - |"
    assert "| QQQ | - | - | - | - |" in page.splitlines()  # ordinary days
    assert "QQQ (10 book-days)" in page

    few = studied(*later, universe=universe_of("SPY", "SMH"))
    cells = dict(zip(titles, row(few, f"| {REFERENCE} |").split(" | "), strict=False))
    assert cells["SMH"] != "-"
    assert cells["SMH + XLU"] == "-"
    assert "`SMH` and `SMH + XLU` could not both be put on" in few
    assert "XLU (10 book-days)" in few


def test_the_page_names_the_books_and_the_universe_that_were_given(page):
    head = page[: page.index("## ")]
    assert "Books are `mine.csv` at" in head
    assert "shares and funds of `funds.csv` at" in head
    assert "`foreshock event-study`" in head
    for fixed in ("sample books", "hedges_us_ai", "make event-study"):
        assert fixed not in head


def test_foreign_cash_is_left_out_by_name(later, page):
    book = book_of(*BOOK.positions, cash("JPY", 5e4), cash("EUR", -5e4))
    found = studied(*later, book)
    assert "left out of the books: mine.csv: EUR cash, JPY cash." in found
    assert "another currency" not in page
    assert row(found, f"| {REFERENCE} |") == row(page, f"| {REFERENCE} |")


def test_a_book_in_another_currency_is_refused(later):
    with pytest.raises(InputError, match=r"mine\.csv is in EUR.*give a book in USD"):
        studied(*later, replace(BOOK, currency="EUR"))
