"""Texts that are no ticker are taken for no share, in any table."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.files.portfolio.not_shares import no_share
from stress.portfolio.instruments import Bond, Option

GENERIC = "Symbol;Units;Last Price;CCY\nNVDA;1000;186.5;USD\n"
NO_SHARES = {
    "T 4.25 11/15/34": "looks like a bond, not a share",
    "T 4 1/4 11/15/34": "looks like a contract or a bond, not a share",
    "Brent future": "looks like a contract or a bond, not a share",
    "SPX Dec put": "looks like a contract or a bond, not a share",
    "Siemens bond": "looks like a contract or a bond, not a share",
    "ES H6": "looks like a contract or a bond, not a share",
}


@pytest.mark.parametrize("text", NO_SHARES)
def test_a_text_that_is_no_ticker_is_refused_with_what_to_add(
    written: Callable[[str], Path], text: str
) -> None:
    book = load_portfolio(written(f"{GENERIC}{text};10;99.5;USD\n"))
    assert [position.id for position in book.positions] == ["NVDA"]
    (row,) = book.unread
    assert f"'{text}' {NO_SHARES[text]}: add the column" in row.reason

    native = f"ticker,quantity,price,currency\nNVDA,1000,186.5,USD\n{text},10,99.5,USD\n"
    with pytest.raises(InputError, match=f"3: '{text}' {NO_SHARES[text]}. Add the column"):
        load_portfolio(written(native))


def test_the_columns_it_names_are_enough(written: Callable[[str], Path]) -> None:
    text = (
        "ticker,quantity,price,currency,type,coupon,maturity,frequency,credit\nNVDA,1000,186.5,USD,,,,,\n"
        "T 4.25 11/15/34,100000,99.5,USD,bond,4.25%,2034-11-15,2,treasury\n"
    )
    bond = load_portfolio(written(text)).positions[1]
    assert isinstance(bond.instrument, Bond)
    assert bond.market_value == pytest.approx(99_500.0)


def test_what_a_bond_states_to_be_worth_is_per_100_of_face(written: Callable[[str], Path]) -> None:
    (row,) = load_portfolio(written(f"{GENERIC}T 4.25 11/15/34;100000;99.5;USD\n")).unread
    assert row.worth == pytest.approx(99_500.0)


def test_an_option_as_desks_write_it_is_read(written: Callable[[str], Path]) -> None:
    book = load_portfolio(written(f"{GENERIC}NVDA 200C 06/19/26;10;12.5;USD\n"))
    option = book.positions[1].instrument
    assert isinstance(option, Option)
    assert (option.underlying, option.right, option.strike) == ("NVDA", "call", 200.0)
    assert (option.expiry, option.multiplier) == ("2026-06-19", 100.0)


@pytest.mark.parametrize(
    ("text", "ticker"),
    [
        ("BRK B", "BRK-B"),
        ("BRK.B", "BRK-B"),
        ("BRK/B", "BRK-B"),
        ("BF B", "BF-B"),
        ("700 HK", "700 HK"),
    ],
)
def test_shares_stay_shares(written: Callable[[str], Path], text: str, ticker: str) -> None:
    book = load_portfolio(written(f"{GENERIC}{text};10;99.5;USD\n"))
    assert [position.id for position in book.positions] == ["NVDA", ticker]


@pytest.mark.parametrize("ticker", ["BT/A LN", "7203 JP EQUITY", "PUT", "CALL", "BOND", "SAP SE"])
def test_words_and_exchanges_alone_are_no_contract(ticker: str) -> None:
    assert no_share(ticker) is None
