"""Encodings, delimiters, quotes, lines."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.files.portfolio.text import decode, read_rows

NATIVE = "ticker,quantity,price,currency,name\nNVDA,10,190,USD,Nvidia ©\nKO,5,70,USD,Coca\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings_read_alike(written: Callable[[bytes], Path], encoding: str) -> None:
    book = load_portfolio(written(NATIVE.encode(encoding)))
    assert [(p.id, p.market_value, p.name) for p in book.positions] == [
        ("NVDA", 1900.0, "Nvidia ©"),
        ("KO", 350.0, "Coca"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(
    written: Callable[[str], Path], delimiter: str, newline: str
) -> None:
    text = NATIVE.replace(",", delimiter).replace("\n", newline)
    assert [p.id for p in load_portfolio(written(text)).positions] == ["NVDA", "KO"]


def test_lines_are_those_of_the_file() -> None:
    table = read_rows('a,b\n"two\nlines",1\n\nlast,2\n', "f")
    assert list(zip(table.lines, table.cells, strict=True)) == [
        (1, ["a", "b"]),
        (2, ["two\nlines", "1"]),
        (4, []),
        (5, ["last", "2"]),
    ]


def test_kept_zeros_are_unwrapped() -> None:
    assert read_rows('cusip,x\n="037833100",1\n', "f").cells[1] == ["037833100", "1"]


def test_a_quote_inside_a_cell_is_text() -> None:
    assert read_rows('a,b\nan 8" disk,1\n"say ""yes""",2\n', "f").cells[1:] == [
        ['an 8" disk', "1"],
        ['say "yes"', "2"],
    ]


def test_an_unclosed_quote_names_its_row() -> None:
    with pytest.raises(InputError, match=r"^f:2: a quote is opened in this row and never closed"):
        read_rows('a,b\n"open,1\nc,2\n', "f")


def test_an_endless_cell_is_an_unclosed_quote() -> None:
    with pytest.raises(InputError, match=r"^f:2: a cell is longer than 131072"):
        read_rows('a,b\n"open,' + "1\nc," * 60_000, "f")


@pytest.mark.parametrize(
    ("content", "what"), [(b"a,b\nN\x00A,1", "NUL bytes"), (b"\x01\x02", "0x01")]
)
def test_binary_is_refused(content: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what):
        decode(content, "f")


def test_damaged_utf16_is_named() -> None:
    with pytest.raises(InputError, match="damaged UTF-16"):
        decode("a,b".encode("utf-16") + b"\x00", "f")


def test_more_rows_than_a_book_has(monkeypatch: pytest.MonkeyPatch) -> None:
    from stress.files.portfolio import text

    monkeypatch.setattr(text, "MAX_ROWS", 10)
    with pytest.raises(InputError, match="more than 10 rows"):
        read_rows("a,b\n" * 12, "f")


def test_marks_without_a_width_are_no_part_of_a_cell() -> None:
    table = read_rows("ticker,quantity\n\u200bNVDA\u2060,\u200e5\n", "x.csv")
    assert table.cells == [["ticker", "quantity"], ["NVDA", "5"]]


def test_tabs_between_quotes_are_the_delimiter_whatever_commas_the_numbers_have() -> None:
    text = '"Symbol"\t"Quantity"\t"Market Value"\n"NVDA"\t"100"\t"18,754.00"\n"AMD"\t"(50)"\t"(10,750.00)"\n'
    table = read_rows(text, "book.csv")
    assert table.delimiter == "\t"
    assert table.cells[1] == ["NVDA", "100", "18,754.00"]


def test_the_limit_of_a_cell_is_ours_and_the_process_keeps_its_own() -> None:
    before = csv.field_size_limit(10_000_000)
    try:
        with pytest.raises(InputError, match=r"^f:2: a cell is longer than 131072"):
            read_rows("a,b\n" + "x" * 140_000 + ",1\n", "f")
        assert csv.field_size_limit() == 10_000_000
    finally:
        csv.field_size_limit(before)
