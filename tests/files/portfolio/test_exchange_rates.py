"""Exchange rates of the rows and of the user."""

from collections.abc import Callable
from pathlib import Path

import pytest

import stress
from stress.errors import InputError
from stress.files.portfolio import check_portfolio, load_portfolio

BOOK = (
    "ticker,quantity,price,currency,fx_rate\nNVDA,10,186.5,USD,\nASML,10,900,EUR,1.175\n"
    "CASH_EUR,100,1,EUR,1.175\nCASH_JPY,1000,1,JPY,0.0064\n"
)


@pytest.mark.parametrize(("rate", "said"), [(1.30, True), (11.75, True), (1.18, False)])
def test_a_stated_rate_that_contradicts_the_rows_is_said(
    written: Callable[[str], Path], rate: float, said: bool
) -> None:
    book = load_portfolio(written(BOOK), fx={"EUR": rate})
    assert book.positions[1].market_value == pytest.approx(9000.0 * rate)
    told = [text for text in book.warnings if "as stated" in text]
    assert told == ([f"EUR: {rate:g} USD as stated; the file says 1.175 (line 3)"] if said else [])


def test_rates_into_another_currency_are_refused(written: Callable[[str], Path]) -> None:
    """The file's base is CHF: asked for in USD, its rates would count francs as dollars."""
    text = "ticker,quantity,price,currency,fx_rate\nNVDA,10,186.5,USD,0.88\nNESN,10,90,CHF,1\n"
    assert load_portfolio(written(text)).currency == "CHF"
    with pytest.raises(InputError, match=r"the exchange rate 0\.88 of a row in USD"):
        load_portfolio(written(text), currency="USD")


NVDA = "ticker,quantity,price,currency,fx_rate,type,underlying,multiplier,duration,yield\nNVDA,1000,186.5,USD,,equity,,,,\n"
ROWS = {
    "future": "FDXH6,-2,24000,EUR,1.17,future,SPY,25,,\n",
    "bond": "OAT,10000,98,EUR,1.17,bond,,,7,3%\n",
}


@pytest.mark.parametrize("kind", ROWS)
def test_the_rate_of_a_row_whose_value_does_not_tell_it_serves_the_run(
    written: Callable[[str], Path], kind: str
) -> None:
    path = written(NVDA + ROWS[kind])
    book = stress.open_book(path, as_of="2025-12-30")
    assert book.valuation is not None
    rates = {d.name: level for d, level in book.valuation.market.levels.items() if d.kind == "fx"}
    assert rates["EUR/USD"].value == 1.17
    assert rates["EUR/USD"].source == "portfolio-file"
    # What the user states stands over the row.
    given = stress.open_book(path, as_of="2025-12-30", fx={"EUR": 1.175})
    assert given.valuation is not None
    assert {
        level.value for d, level in given.valuation.market.levels.items() if d.kind == "fx"
    } == {1.175}


def test_two_rates_of_one_currency_are_refused(written: Callable[[str], Path]) -> None:
    text = NVDA + ROWS["future"] + "ASML,10,900,EUR,1.30,equity,,,,\n"
    with pytest.raises(InputError, match=r"fx of EUR/USD: ASML says 1\.3, FDXH6 says 1\.17"):
        stress.open_book(written(text), proxies={"ASML": "AMAT"})


def test_a_rate_may_be_text_as_it_may_where_a_book_is_opened(
    written: Callable[[str], Path],
) -> None:
    path = written(BOOK)
    assert load_portfolio(path, fx={"EUR": "1.18"}) == load_portfolio(path, fx={"EUR": 1.18})
    with pytest.raises(InputError, match="the rate '1,18' of EUR is not a number from 1e-09"):
        load_portfolio(path, fx={"EUR": "1,18"})


def test_a_rate_that_no_row_needs_is_said(written: Callable[[str], Path]) -> None:
    path = written(BOOK)
    (currency,) = load_portfolio(path, fx={"eur": 1.175}).warnings
    assert load_portfolio(path, fx={"GBP": 1.3, "USD": 1.0}).warnings == (
        currency,
        "--fx GBP=1.3 / fx={'GBP': '1.3'} changes nothing: no row is in GBP",
        "--fx USD=1 / fx={'USD': '1'} changes nothing: it is the book's own currency",
    )
    assert check_portfolio(path, fx={"GBP": 1.3}).warnings[-1].endswith("no row is in GBP")


def test_a_rate_that_translates_values_or_a_forward_is_used(
    written: Callable[[str], Path],
) -> None:
    base = "Symbol,Quantity,Price,Currency,Value (GBP)\nNVDA,10,186.5,USD,1400\n"
    book = load_portfolio(written(base), currency="USD", fx={"GBP": 1.33})
    assert not [text for text in book.warnings if "changes nothing" in text]
    forward = (
        "ticker,quantity,strike,expiry,market_value,currency,type\nNVDA,,,,1000,USD,equity\n"
        "EURUSD,200000,1.18,2026-06-30,0,USD,fx_forward\n"
    )
    book = load_portfolio(written(forward), fx={"EUR": 1.18})
    assert book.warnings == ()


def test_a_run_says_an_idle_rate_once(written: Callable[[str], Path]) -> None:
    result = stress.run(
        written("ticker,quantity,price,currency\nNVDA,10,186.5,USD\n"),
        stress.shock({"NVDA": "-5%"}),
        draws=2000,
        fx={"GBP": 1.3},
        model_range=False,
    )
    assert len([text for text in result.warnings if "GBP" in text]) == 1
