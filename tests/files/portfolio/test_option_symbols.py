"""Option symbols in every way brokers write them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.files.portfolio.numbers import Decimal
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
        "NVDA 21.02.2025 120 Put",
        "NVDA 21.02.25 120,00 P",
        "NVDA 120 Put 21.02.2025",
        "NVDA 2025-02-21 120 P",
        "NVDA 21 Feb 2025 120 Put",
        "-NVDA250221P120,0",
        "O:NVDA250221P00120000",
        "NVDA_022125P120",
        "NVDA_022125P120.0",
        "NVDA21FEB25120.0P",
        "NVDA21FEB25120P",
        "NVDA Feb21'25 120 PUT",
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


@pytest.mark.parametrize(
    ("strike", "decimal", "value"),
    [
        ("180,50", ",", 180.5),
        ("167,5", ",", 167.5),
        ("180.50", ",", 180.5),
        ("180,50", ".", 180.5),
        ("180,50", None, 180.5),
        ("$172,50", ",", 172.5),
        ("1.650,00", ",", 1650.0),
        ("1.650,00", None, 1650.0),
        ("1,650.00", None, 1650.0),
        ("5'500", None, 5500.0),
        ("1,675", ".", 1675.0),
        ("1,675", ",", 1.675),
        ("1.675", ",", 1675.0),
        ("165", None, 165.0),
    ],
)
@pytest.mark.parametrize("date", ["20FEB26", "02/20/2026", "20.02.2026", "Feb 20 '26"])
def test_a_strike_is_read_by_the_decimal_mark_of_the_file(
    strike: str, decimal: Decimal | None, value: float, date: str
) -> None:
    terms = parse_option_symbol(f"NVDA {date} {strike} P", decimal=decimal)
    assert terms is not None
    assert (terms.strike, terms.expiry) == (value, "2026-02-20")


@pytest.mark.parametrize("strike", ["1,675", "1.675"])
def test_a_strike_that_is_two_numbers_is_asked_about(strike: str) -> None:
    with pytest.raises(ValueError, match=r"1\.675 or 1,675: no number of the file says"):
        parse_option_symbol(f"NVDA 20FEB26 {strike} P")


def test_a_comma_strike_in_a_file_of_decimal_commas(written: Callable[[str], Path]) -> None:
    book = load_portfolio(
        written(
            "Symbol;Menge;Kurs;Wert\nNVDA;100;185,00;18.500,00\nNVDA 20FEB26 180,50 C;-1;9,80;-980,00\n"
            "NVDA 20.02.2026 165 Put;-1;3,00;-300,00\n"
        )
    )
    call, put = (position.instrument for position in book.positions[1:])
    assert isinstance(call, Option)
    assert isinstance(put, Option)
    assert (call.strike, call.expiry) == (180.5, "2026-02-20")
    assert (put.strike, put.expiry) == (165.0, "2026-02-20")


def test_a_strike_that_nothing_settles_is_an_error(written: Callable[[str], Path]) -> None:
    text = 'Symbol,Qty,Price,Value\nNVDA,100,185,18500\n"NVDA 20FEB26 1,675 C",-1,3,-300\n'
    with pytest.raises(InputError, match="is its decimal mark"):
        load_portfolio(written(text))


@pytest.mark.parametrize(
    "symbol",
    [
        "NVDA FEB26 165 Put",
        "NVDA 20th of Feb 165 P",
        "NVDA 165,00 PUT",
        "NVDA 20FEB26 1.65.0 C",
        "NVDA 20FEB26 Put 165",
    ],
)
def test_an_option_that_cannot_be_read_is_no_share(
    written: Callable[[str], Path], symbol: str
) -> None:
    text = f'Symbol,Qty,Price,Value\nNVDA,100,185.5,18550\n"{symbol}",-1,3,-300\n'
    with pytest.raises(InputError, match=r"ends in a strike and a right|is not a number") as caught:
        load_portfolio(written(text))
    assert "proxy" not in str(caught.value)


def test_the_name_of_a_fund_may_end_like_an_option(written: Callable[[str], Path]) -> None:
    text = "Symbol,Description,Qty,Price\nVFIFX,TARGET RETIREMENT 2050 C,100,50.5\nNVDA,NVIDIA CORP,1,185.5\n"
    assert [p.instrument.kind for p in load_portfolio(written(text)).positions] == ["equity"] * 2


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


@pytest.mark.parametrize(
    "symbol", ["NVDA2616A200", "NVDA16JAN2026200C", "NVDA_1601C200", "NVDA1626C200"]
)
def test_a_symbol_like_an_options_that_is_not_read_is_no_share(
    written: Callable[[str], Path], symbol: str
) -> None:
    rows = f"Symbol,Quantity,Price,Market Value\nNVDA,100,187.54,18754\n{symbol},-5,2.15,-1075\n"
    book = load_portfolio(written(rows))
    assert [one.id for one in book.positions] == ["NVDA"]
    [row] = book.unread
    assert "looks like the symbol of an option, and its terms cannot be read" in row.reason
    assert row.worth == pytest.approx(1_075.0)
    native = (
        rows.replace("Symbol", "ticker").replace("Quantity", "quantity").replace("Price", "price")
    )
    with pytest.raises(InputError, match="looks like the symbol of an option"):
        load_portfolio(written(native.replace("Market Value", "market_value")))


def test_a_value_a_hundred_times_quantity_and_price_is_no_shares(
    written: Callable[[str], Path],
) -> None:
    text = "Symbol,Quantity,Price,Market Value\nNVDA,100,187.54,18754\nXYZ,-5,2.15,-1075\n"
    with pytest.raises(InputError, match=r"-1,075\.00 is quantity × price × 100, as of an option"):
        load_portfolio(written(text))


@pytest.mark.parametrize("ticker", ["US67066G1040", "67066G104", "CH0012032048", "ESH6", "BRK.B"])
def test_identifiers_and_codes_with_figures_are_no_options(
    written: Callable[[str], Path], ticker: str
) -> None:
    text = f"Symbol,Quantity,Price,Market Value\n{ticker},100,187.54,18754\n"
    assert not load_portfolio(written(text)).unread


def test_an_expiry_without_a_year_has_that_of_the_symbol(written: Callable[[str], Path]) -> None:
    text = "Symbol,Type,Quantity,Exp Date,Strike Price,Call/Put,Mark\nNVDA  260116C00200000,OPTION,-5,{},200,CALL,2.15\nNVDA,STOCK,100,,,,187.54\n"
    held = load_portfolio(written(text.format("Jan 16"))).positions[0]
    assert held.id == "NVDA 2026-01-16 200 C"
    with pytest.raises(
        InputError, match="the columns say 2026-01-17 200 call, the symbol 2026-01-16"
    ):
        load_portfolio(written(text.format("Jan 17")))
    with pytest.raises(InputError, match="'soon' is not an expiry date"):
        load_portfolio(written(text.format("soon")))
