"""Rows that contradict themselves or one another: read by what proves one reading, refused or said otherwise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio

Written = Callable[[str | bytes], Path]

LOTS = "Ticker,Lot,Quantity,Price,Market Value\nMSFT,,20,485.25,9705\n"
SUM, LOT_ROWS = "NVDA,,100,185.5,18550\n", "NVDA,1,60,185.5,11130\nNVDA,2,40,185.5,7420\n"


@pytest.mark.parametrize(
    ("rows", "whole", "lots"), [(SUM + LOT_ROWS, 3, "4, 5"), (LOT_ROWS + SUM, 5, "3, 4")]
)
def test_a_position_and_its_lots_do_not_count_twice(written: Written, rows, whole, lots) -> None:
    file = written(LOTS + rows)
    with pytest.raises(InputError, match=f"line {whole} is the sum of lines {lots}: a position"):
        load_portfolio(file)
    assert load_portfolio(file, merge=True).nav == 2 * 18_550.0 + 9_705.0


def test_lots_that_no_row_sums_are_positions_of_their_own(written: Written) -> None:
    book = load_portfolio(written(LOTS + LOT_ROWS + "NVDA,3,40,185.5,7420\n"))
    assert book.nav == 18_550.0 + 7_420.0 + 9_705.0


def test_a_value_in_pounds_beside_a_price_in_pence_is_proven_by_the_quantity(
    written: Written,
) -> None:
    text = (
        "Ticker,Quantity,Price,Value,Currency\n"
        "NVDA,100,18550,18550,GBX\nMSFT,20,48525,970500,GBX\nAAPL,3,25000,,GBX\n"
    )
    book = load_portfolio(written(text))
    assert book.currency == "GBP"
    values = {one.ticker: one.market_value for one in book.positions}
    assert values == {"NVDA": 18_550.0, "MSFT": 9_705.0, "AAPL": 750.0}
    assert not [text for text in book.warnings if "quantity × price" in text]


def test_a_ticker_and_another_securitys_identifier_are_said(written: Written) -> None:
    text = "Ticker,ISIN,Quantity,Price\nNVDA,US5949181045,100,185.5\nMSFT,US5949181045,20,485.25\n"
    told = [one for one in load_portfolio(written(text)).warnings if "identifier" in one]
    assert told == [
        "line 2: its ticker is NVDA and its identifier US5949181045 is that of MSFT; it is read as NVDA"
    ]


def test_what_is_pending_is_said_to_be_in_no_total(written: Written) -> None:
    text = (
        "Symbol,Description,Quantity,Last Price,Current Value\n"
        "NVDA,NVIDIA,100,$185.50,$18550.00\nPending Activity,,,,$5000.00\n"
    )
    book = load_portfolio(written(text))
    assert book.nav == 18_550.0
    [told] = [one for one in book.warnings if "pending" in one]
    assert told.startswith("line 3: pending, not settled: $5000.00; it is in no position")


def test_degiro_may_write_the_local_currency_in_a_cell_of_its_own(written: Written) -> None:
    text = (
        "Product,Symbol/ISIN,Amount,Closing,Local value,,Value in EUR\n"
        'NVIDIA,US67066G1040,100,"185,50",USD,"18550,00","16000,00"\n'
        'CASH & CASH FUND (EUR),,,,EUR,"500,00","500,00"\n'
    )
    book = load_portfolio(written(text))
    [share] = [one for one in book.positions if one.ticker == "NVDA"]
    assert (book.dialect, share.currency, share.market_value) == ("degiro", "USD", 16_000.0)
    assert not [one for one in book.warnings if "quantity × price" in one]


def test_a_brokers_file_saved_anew_is_pointed_to_the_reader_of_any_table(written: Written) -> None:
    text = (
        "Account Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value\n"
        'X1,Ind,NVDA,NVIDIA,100,"185,50","18550,00"\n'
    )
    file = written(text)
    with pytest.raises(InputError, match=r"--dialect generic / dialect='generic'"):
        load_portfolio(file)
    assert load_portfolio(file, dialect="generic").nav == 18_550.0


@pytest.mark.parametrize(
    ("row", "implied"),
    [
        ("CASH,10000,1,11700,USD", "10,000.00"),
        ("SPAXX,10000,1,1000,USD", "10,000.00"),
        ("CASH,0,1,500,USD", "0.00"),
        ("AMD,0,215,10750,USD", "0.00"),
        ("AMD,0,,10750,USD", "0.00"),
    ],
)
def test_cash_and_a_quantity_of_zero_contradict_a_value_as_any_row_does(
    written: Written, row: str, implied: str
) -> None:
    rows = f"quantity,price,market_value,currency\nNVDA,100,187.54,18754,USD\n{row}\n"
    with pytest.raises(InputError, match=rf"is not quantity × price = {implied} USD"):
        load_portfolio(written(f"ticker,{rows}"))
    book = load_portfolio(written(f"Symbol,{rows.replace('market_value', 'Market Value')}"))
    [told] = [one for one in book.warnings if "is not quantity × price" in one]
    assert told.startswith("line 3: ")
    assert "the stated value is used" in told


def test_a_quantity_of_zero_beside_a_value_follows_from_that(written: Written) -> None:
    book = load_portfolio(written("Symbol,Quantity,Price,Market Value\nAMD,0,215,10750\n"))
    assert (book.nav, book.positions[0].quantity) == (10_750.0, 50.0)


@pytest.mark.parametrize(
    "text",
    [
        "Symbol,Quantity,Price,Currency,Market Value\nNVDA,100,187.54,USD,18754\nCash,10000,1,EUR,11700\n",
        "Symbol,Quantity,Price,Currency,Market Value\nNVDA,100,187.54,USD,18754\nEUR Cash,10000,,EUR,11700\n",
        "ticker,quantity,price,currency,market_value,type\nNVDA,100,187.54,USD,18754,equity\nEUR,10000,1,EUR,11700,cash\n",
    ],
)
def test_cash_that_was_translated_already_is_not_translated_again(
    written: Written, text: str
) -> None:
    with pytest.raises(InputError, match=r"11,700\.00 is quantity × price × rate 1\.17: it is in"):
        load_portfolio(written(text), fx={"EUR": 1.17})


def test_cash_in_the_books_currency_has_the_amount_that_its_quantity_states(
    written: Written,
) -> None:
    text = "Symbol,Quantity,Currency,Market Value (USD)\nNVDA,100,USD,18754\nCash,10000,EUR,11700\n"
    book = load_portfolio(written(text))
    [cash] = [one for one in book.positions if one.instrument.kind == "cash"]
    assert (cash.quantity, cash.market_value, cash.currency) == (10_000.0, 11_700.0, "EUR")


def test_cash_at_a_price_of_a_hundred_is_worth_quantity_times_that(written: Written) -> None:
    text = "Symbol,Quantity,Price,Currency,Market Value\nNVDA,100,187.54,USD,18754\nUSD,50,100,USD,5000\n"
    book = load_portfolio(written(text))
    assert not [one for one in book.warnings if "is not quantity × price" in one]


def test_merged_lots_keep_the_mean_of_their_prices(written: Written) -> None:
    text = (
        "Symbol,Quantity,Price,Market Value\nNVDA260116C00200000,-5,2.15,-1075\nNVDA260116C00200000,3,2.20,660\n"
        "AMD,10,215,2150\nAMD,5,200,1000\nMU,5,,1000\nMU,5,210,1050\n"
    )
    prices = {one.id: one.price for one in load_portfolio(written(text), merge=True).positions}
    assert prices == pytest.approx(
        {"NVDA 2026-01-16 200 C": (5 * 2.15 + 3 * 2.20) / 8, "AMD": 210.0, "MU": 205.0}
    )


def test_foreign_cash_of_a_fund_at_an_exchange_rate_is_cash(written: Written) -> None:
    text = (
        "Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Quantity,Price,Currency,Market Currency\n"
        "ASML,ASML HOLDING NV,Tech,Equity,93.6,93.6,1,93.6,USD,EUR\n"
        "JPY,JPY CASH,Cash and/or Derivatives,Cash,6.4,6.4,1000,0.64,USD,JPY\n"
    )
    book = load_portfolio(written(text))
    [cash] = [one for one in book.positions if one.instrument.kind == "cash"]
    assert (book.dialect, cash.currency, cash.quantity) == ("ishares", "JPY", 1_000.0)
    assert cash.market_value == 6.4


def test_cash_in_the_books_own_currency_is_its_value_to_the_cent(written: Written) -> None:
    text = (
        "Symbol,Quantity,Currency,Market Value (USD)\nNVDA,100,USD,18754\nCash,10000,USD,10000.25\n"
    )
    assert load_portfolio(written(text)).positions[1].quantity == 10_000.25
