"""A currency that a workbook's number formats show is that of its cells, as a sign beside a number of a CSV is."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.files.portfolio.number_formats import format_currency

TITLES = ["Symbol", "Quantity", "Price", "Market Value"]
ROWS = [["NVDA", 100, 185.5, 18550], ["MSFT", 20, 485.25, 9705]]


def saved(path: Path, formats: dict[str, str], titles: list[str], rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in (titles, *rows):
        book.active.append(row)
    for place, shown_as in formats.items():
        book.active[place].number_format = shown_as
    book.save(path / "book.xlsx")
    return path / "book.xlsx"


@pytest.mark.parametrize(
    ("shown_as", "code"),
    [
        ("General", None),
        ("#,##0.00", None),
        ("[$-409]#,##0.00", None),
        ("#,##0.00 [$\u20ac-407]", "EUR"),
        ("#,##0.00\\ [$EUR]", "EUR"),
        ('#,##0.00\\ "\u20ac"', "EUR"),
        ('_-* #,##0.00\\ "EUR"_-;-* #,##0.00', "EUR"),
        ("\u00a3#,##0", "GBP"),
        ('_("$"* #,##0.00_);_("$"* (#,##0.00)', "USD"),
        ("[$$-409]#,##0.00", "USD"),
        ("[$$-1009]#,##0.00", "CAD"),
        ("[$$-0C09]#,##0.00", "AUD"),
        ("[$\u00a5-804]#,##0", "CNY"),
        ("[$\u00a5-411]#,##0", "JPY"),
        ("[$CHF-807] #,##0.00", "CHF"),
        ("CHF #,##0.00", "CHF"),
        ("[Red]#,##0;[$EUR]", None),
        ('0.00"x"', None),
        ('0 "pcs"', None),
        ("yyyy-mm-dd", None),
    ],
)
def test_the_currency_of_a_format(shown_as: str, code: str | None) -> None:
    assert format_currency(shown_as) == code


def test_it_is_the_currency_of_the_book(tmp_path: Path) -> None:
    formats = {place: "#,##0.00 [$\u20ac-407]" for place in ("C2", "C3", "D2", "D3")}
    book = load_portfolio(saved(tmp_path, formats, TITLES, ROWS))
    assert (book.currency, book.nav) == ("EUR", 28255.0)
    assert "book currency EUR, from the symbols beside its numbers" in book.warnings


def test_a_column_of_currencies_counts_before_it(tmp_path: Path) -> None:
    rows = [[*row, "GBP"] for row in ROWS]
    formats = {"C2": "[$$-409]#,##0.00", "D3": "#,##0.00 [$\u20ac-407]"}
    assert load_portfolio(saved(tmp_path, formats, [*TITLES, "Currency"], rows)).currency == "GBP"


def test_rows_in_two_currencies_are_not_added_up(tmp_path: Path) -> None:
    formats = {"C2": "#,##0.00 [$\u20ac-407]", "D2": "[$EUR] 0", "C3": "[$$-409]0", "D3": "$0"}
    with pytest.raises(InputError, match=r"no exchange rate into the book currency EUR for USD"):
        load_portfolio(saved(tmp_path, formats, TITLES, ROWS))


def test_a_row_in_two_currencies_is_refused_and_the_remedy_works(tmp_path: Path) -> None:
    formats = {"C2": "[$$-409]0.00", "D2": "#,##0.00 [$\u20ac-407]"}
    with pytest.raises(
        InputError,
        match=r"'Market Value': '16000 EUR' is in another currency than USD, that of the row. "
        "Name the currencies in the titles",
    ):
        load_portfolio(saved(tmp_path, formats, TITLES, [["NVDA", 100, 185.5, 16000]]))
    titles = ["Symbol", "Quantity", "Price (USD)", "Market Value (EUR)"]
    book = load_portfolio(saved(tmp_path, formats, titles, [["NVDA", 100, 185.5, 16000]]))
    assert (book.currency, book.nav) == ("EUR", 16000.0)
