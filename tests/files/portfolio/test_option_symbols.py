"""Option symbols in every way brokers write them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.files.portfolio.option_symbols import parse_option_symbol
from stress.portfolio.instruments import Option


@pytest.mark.parametrize(
    "symbol",
    [
        "NVDA250221P00120000",
        "NVDA  250221P00120000",
        "NVDA 250221P00120000",
        "-NVDA250221P00120000",
        "-NVDA250221P120",
        " -NVDA250221P120",
        ".NVDA250221P120",
        "NVDA250221P120.00",
        "NVDA 02/21/2025 120.00 P",
        "NVDA 2/21/25 120 Put",
        "NVDA 21FEB25 120 P",
        "NVDA FEB 21 2025 $120 PUT",
        "NVDA Feb 21 '25 $120 Put",
        "NVDA $120 Put 2/21/2025",
    ],
)
def test_one_contract_in_every_form(symbol: str) -> None:
    terms = parse_option_symbol(symbol)
    assert terms is not None
    assert (terms.underlying, terms.expiry, terms.right, terms.strike) == (
        "NVDA",
        "2025-02-21",
        "put",
        120.0,
    )


@pytest.mark.parametrize(
    ("symbol", "strike"),
    [
        ("TEST  260620P00010000", 10.0),
        ("A260620C00000500", 0.5),
        (" -AMAT260424C400", 400.0),
        ("X260620C2.5", 2.5),
    ],
)
def test_strikes(symbol: str, strike: float) -> None:
    terms = parse_option_symbol(symbol)
    assert terms is not None
    assert terms.strike == strike


@pytest.mark.parametrize(
    "text",
    [
        "NVDA",
        "US67066G1040",
        "67066G104",
        "SPY 500",
        "Call of Duty 2",
        "Put 10 in the bank",
        "",
        "NVDA250221X120",
    ],
)
def test_what_is_not_an_option(text: str) -> None:
    assert parse_option_symbol(text) is None


@pytest.mark.parametrize(
    "symbol", ["NVDA250231P00120000", "NVDA251301P120", "NVDA 02/31/2025 120.00 P"]
)
def test_an_impossible_date_is_named(symbol: str) -> None:
    with pytest.raises(ValueError, match="impossible date"):
        parse_option_symbol(symbol)


def test_a_strike_of_zero_is_named() -> None:
    with pytest.raises(ValueError, match="strike of zero"):
        parse_option_symbol("NVDA250221P00000000")


def test_an_adjusted_root() -> None:
    terms = parse_option_symbol("NVDA1 250221P00120000")
    assert terms is not None
    assert terms.adjusted


@given(
    st.from_regex(r"[A-Z]{1,5}", fullmatch=True),
    st.dates(
        min_value=__import__("datetime").date(2000, 1, 1),
        max_value=__import__("datetime").date(2099, 12, 31),
    ),
    st.sampled_from("CP"),
    st.integers(1, 99_999_999),
    st.booleans(),
)
def test_osi_symbols_read_back(
    root: str, expiry: object, right: str, strike: int, padded: bool
) -> None:
    symbol = f"{root:<6}" if padded else root
    terms = parse_option_symbol(f"{symbol}{expiry:%y%m%d}{right}{strike:08d}")
    assert terms is not None
    assert (terms.underlying, terms.expiry, terms.strike) == (root, str(expiry), strike / 1000.0)
    assert terms.right[0].upper() == right


HEADER = "Symbol,Quantity,Price,Market Value,Multiplier\nNVDA,1000,186.5,186500,\n"


@pytest.mark.parametrize("row", ["10,6.20,62,", "10,620,6200,", "-10,6.20,-62,"])
def test_a_contract_for_one_share_must_be_stated(written: Callable[[str], Path], row: str) -> None:
    """Quantity × price is the value: the file counts contracts as shares, or prices them whole."""
    with pytest.raises(
        InputError, match="a contract would be for one share; a listed US contract is for 100"
    ):
        load_portfolio(written(f"{HEADER}NVDA 03/20/2026 170.00 P,{row}\n"))
    (stated,) = load_portfolio(written(f"{HEADER}NVDA 03/20/2026 170.00 P,{row}1\n")).positions[1:]
    assert isinstance(stated.instrument, Option)
    assert stated.instrument.multiplier == 1.0


@pytest.mark.parametrize(
    ("row", "multiplier", "said"),
    [
        (
            "10,6.20,6200,",
            100.0,
            "multiplier 100 of 1 option follows from value ÷ (quantity × price): line 3",
        ),
        ("10,6.20,6117.50,", 100.0, "multiplier 100 of 1 option follows"),
        ("10,0.01,5.50,", 100.0, "multiplier 100 of 1 option follows"),
        ("10,0.03,34,", 100.0, "multiplier 100 of 1 option follows"),
        ("10,6.20,620,", 10.0, "multiplier 10 of 1 option follows"),
        ("10,6.20,,", 100.0, "multiplier 100, that of a listed US contract, is taken"),
        ("10,6.20,6200,100", 100.0, ""),
    ],
)
def test_a_multiplier_that_is_not_stated_is_said(
    written: Callable[[str], Path], row: str, multiplier: float, said: str
) -> None:
    book = load_portfolio(written(f"{HEADER}NVDA 03/20/2026 170.00 P,{row}\n"))
    option = book.positions[1].instrument
    assert isinstance(option, Option)
    assert option.multiplier == multiplier
    assert any(said in warning for warning in book.warnings)
    told = [text for text in book.warnings if "multiplier" in text and "--map" not in text]
    assert len(told) == (1 if said else 0)


@pytest.mark.parametrize("row", ["10,6.20,62,100", "10,620,6200,100"])
def test_a_value_without_the_stated_multiplier_is_refused(
    written: Callable[[str], Path], row: str
) -> None:
    with pytest.raises(InputError, match="differ by the multiplier 100"):
        load_portfolio(written(f"{HEADER}NVDA 03/20/2026 170.00 P,{row}\n"))
