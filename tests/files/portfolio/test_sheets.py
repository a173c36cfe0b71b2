"""Which sheet of a workbook is the book: the only visible table of positions; the others are refused or named."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio

TITLES = ["Symbol", "Quantity", "Price"]
BOOK = [TITLES, ["NVDA", 100, 185.5], ["MSFT", 20, 485.25]]
OTHER = [TITLES, ["AAPL", 10, 200]]
COVER = [["Holdings report"], ["of 2025"]]
TRADES = [
    ["Date", "Action", "Symbol", "Quantity", "Price"],
    [date(2025, 1, 2), "Buy", "NVDA", 10, 100],
]
WATCHED = [["Symbol", "Price"], ["AAPL", 200]]

Made = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Write a workbook of the given sheets, in their order; those named in `hidden` are."""

    def make(sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> Path:
        book = openpyxl.Workbook()
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
            sheet.sheet_state = "hidden" if title in hidden else "visible"
        book.remove(book.worksheets[0])
        book.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return make


def named(path: Path) -> tuple[list[str], list[str]]:
    """Return the tickers of the book, and what is said of sheets."""
    book = load_portfolio(path)
    return [p.id for p in book.positions], [said for said in book.warnings if "sheet" in said]


def test_one_sheet_needs_no_word(made: Made) -> None:
    assert named(made({"Holdings": BOOK, "Sheet2": []})) == (["NVDA", "MSFT"], [])


def test_two_tables_of_positions_are_refused_with_their_names(made: Made) -> None:
    with pytest.raises(
        InputError,
        match=r"2 sheets of the workbook are tables of positions: 'A', 'B'\. "
        "Save the one to read as a file of its own, or hide the others",
    ):
        load_portfolio(made({"A": BOOK, "B": OTHER}))


def test_the_remedy_works(made: Made) -> None:
    assert named(made({"A": BOOK, "B": OTHER}, hidden=("B",))) == (
        ["NVDA", "MSFT"],
        ["only the sheet 'A' of the workbook is read; it also holds 'B' (hidden)"],
    )


def test_a_table_behind_twenty_sheets_is_found(made: Made) -> None:
    with pytest.raises(InputError, match=r"2 sheets .*: 'A', 'last'"):
        load_portfolio(made({"A": BOOK, **{f"{n}": COVER for n in range(25)}, "last": OTHER}))


@pytest.mark.parametrize("rows", [COVER, TRADES, WATCHED, [["AAPL", 10, 200]], [TITLES]])
def test_what_is_plainly_no_table_of_positions_is_named(made: Made, rows: list[list[Any]]) -> None:
    said = ["only the sheet 'Holdings' of the workbook is read; it also holds 'Other'"]
    assert named(made({"Holdings": BOOK, "Other": rows})) == (["NVDA", "MSFT"], said)
    assert named(made({"Other": rows, "Holdings": BOOK})) == (["NVDA", "MSFT"], said)


def test_a_hidden_sheet_is_not_the_book(made: Made) -> None:
    assert named(made({"old": OTHER, "new": BOOK}, hidden=("old",))) == (
        ["NVDA", "MSFT"],
        ["only the sheet 'new' of the workbook is read; it also holds 'old' (hidden)"],
    )
    with pytest.raises(
        InputError,
        match=r"no visible sheet is a table of positions, .* not read: 'data' \(hidden\)",
    ):
        load_portfolio(made({"Cover": COVER, "data": BOOK}, hidden=("data",)))


def test_transactions_alone_are_called_so(made: Made) -> None:
    with pytest.raises(InputError, match="a history of transactions"):
        load_portfolio(made({"Cover": COVER, "Trades": TRADES}))


def test_an_empty_workbook(made: Made) -> None:
    with pytest.raises(InputError, match="the workbook is empty"):
        load_portfolio(made({"A": [], "B": []}))


def test_cells_of_text_have_a_decimal_mark_that_numbers_do_not_prove(made: Made) -> None:
    taken = "'.' is taken for the decimal mark: no number of the file proves which one it is"
    assert taken in load_portfolio(made({"A": [TITLES, ["NVDA", "1.000", 185.5]]})).warnings
    assert taken not in load_portfolio(made({"A": [TITLES, ["NVDA", 1000, 185.125]]})).warnings
    book = load_portfolio(made({"A": [TITLES, ["NVDA", 100, "185,50"], ["MSFT", 20, 485.25]]}))
    assert [p.price for p in book.positions] == [185.5, 485.25]
