"""Option symbols in every way brokers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stress.files.portfolio.option_symbols import parse_option_symbol


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
