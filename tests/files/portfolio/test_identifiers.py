"""Check digits, and the bundled map."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stress.files
from stress.files.portfolio import load_portfolio
from stress.files.portfolio.identifier_map import bundled_identifiers, ticker_of
from stress.files.portfolio.identifiers import (
    cusip_check_digit,
    is_cusip,
    is_isin,
    isin_check_digit,
    isin_of_cusip,
)

BUNDLED = Path(stress.files.__file__).parent / "data" / "identifiers.csv"


@pytest.mark.parametrize(
    "isin",
    [
        "US0378331005",
        "US67066G1040",
        "GB0002634946",
        "DE0007164600",
        "NL0010273215",
        "AU0000XVGZA3",
    ],
)
def test_published_isins(isin: str) -> None:
    assert is_isin(isin)


@pytest.mark.parametrize(
    "cusip", ["037833100", "17275R102", "38259P508", "68389X105", "N07059210", "00287Y109"]
)
def test_published_cusips(cusip: str) -> None:
    assert is_cusip(cusip)


@pytest.mark.parametrize(
    "text", ["", "US037833100", "us0378331005", "US03783310055", "0378331005", "US0378331O05"]
)
def test_what_is_not_an_isin(text: str) -> None:
    assert not is_isin(text)


@given(st.from_regex(r"[A-Z]{2}[A-Z0-9]{9}", fullmatch=True), st.integers(0, 9))
def test_one_check_digit_fits_an_isin(body: str, digit: int) -> None:
    assert is_isin(f"{body}{digit}") == (digit == isin_check_digit(body))


@given(
    st.from_regex(r"[0-9A-Z]{8}", fullmatch=True), st.integers(0, 7), st.sampled_from("0123456789")
)
def test_a_wrong_digit_in_a_cusip_shows(body: str, place: int, digit: str) -> None:
    cusip = f"{body}{cusip_check_digit(body)}"
    assert is_cusip(cusip)
    wrong = cusip[:place] + digit + cusip[place + 1 :]
    if cusip[place].isdigit() and wrong != cusip:
        assert not is_cusip(wrong)


def test_every_bundled_identifier_has_its_check_digit() -> None:
    rows = list(csv.DictReader(BUNDLED.read_text().splitlines()))
    assert len(rows) > 200
    assert [row for row in rows if row["cusip"] and not is_cusip(row["cusip"])] == []
    assert [row for row in rows if row["isin"] and not is_isin(row["isin"])] == []


def test_no_bundled_identifier_stands_for_two_tickers() -> None:
    rows = list(csv.DictReader(BUNDLED.read_text().splitlines()))
    keys = [key for row in rows for key in (row["cusip"], row["isin"]) if key]
    assert len(keys) == len(set(keys)) == len(bundled_identifiers())


def test_an_isin_of_the_united_states_holds_its_cusip() -> None:
    for row in csv.DictReader(BUNDLED.read_text().splitlines()):
        if row["isin"].startswith("US") and row["cusip"]:
            assert row["isin"] == isin_of_cusip(row["cusip"])


def test_either_identifier_finds_the_ticker() -> None:
    assert ticker_of("67066G104", {}) == ticker_of("US67066G1040", {}) == "NVDA"
    assert ticker_of("67066G104", {"US67066G1040": "OWN"}) == "OWN"
    assert ticker_of("IE00B3RBWM25", {}) is None


@pytest.mark.parametrize(
    ("written_as", "ticker"),
    [
        ("NVIDIA Corp.", "NVDA"),
        ("Nvidia", "NVDA"),
        ("NVDA", "NVDA"),
        ("nvda", "NVDA"),
        ("NVD", "NVD"),
    ],
)
def test_a_name_among_tickers_is_read_by_its_identifier(
    written: Callable[[str], Path], written_as: str, ticker: str
) -> None:
    text = f"Instrument,ISIN,Quantity,Price\n{written_as},US67066G1040,100,187.54\n"
    book = load_portfolio(written(text))
    assert [one.ticker for one in book.positions] == [ticker]
    said = f"line 2: '{written_as}' is read as NVDA, that of US67066G1040"
    assert (said in book.warnings) == (written_as.casefold() not in ("nvda", "nvd"))


def test_a_name_whose_identifier_no_map_knows_stays_as_it_is(
    written: Callable[[str], Path],
) -> None:
    text = "Instrument,ISIN,Quantity,Price\nNestle N,CH0038863350,100,90\n"
    file = written(text)
    assert load_portfolio(file).positions[0].ticker != "NSRGY"
    own = load_portfolio(file, identifiers={"CH0038863350": "NSRGY"})
    assert own.positions[0].ticker == "NSRGY"
