"""Workbooks: the SPDR dialect, formulas that are not computed, and archives that are not workbooks."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from stress.errors import InputError
from stress.files.portfolio import check_portfolio, load_portfolio
from stress.files.portfolio import workbook as reader


def saved(path: Path, rows: list[list[Any]], *, first: list[list[Any]] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    if first is not None:
        for row in first:
            sheet.append(row)
        sheet = book.create_sheet("second")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


SPDR = [
    ["Fund Name:", "A Made Up ETF"],
    ["Ticker Symbol:", "MADE"],
    ["Holdings:", "As of 30-Dec-2025"],
    [],
    ["Name", "Ticker", "Identifier", "SEDOL", "Weight", "Sector", "Shares Held", "Local Currency"],
    ["NVIDIA CORP", "NVDA", "67066G104", "2379504", 60.0, "-", 100.0, "USD"],
    ["CONOCOPHILLIPS", "COP", "20825C104", "2685717", 25.0, "-", 50.0, "USD"],
    ["BERKSHIRE HATHAWAY INC CL B", "BRK.B", "084670702", "2073390", 14.95, "-", 10.0, "USD"],
    ["US DOLLAR", "-", "999USDZ92", "-", 0.05, "-", 12.5, "USD"],
    [],
    [],
    ["Past performance is not a reliable indicator of future performance. This file is made up."],
]


def test_spdr(tmp_path: Path) -> None:
    check = check_portfolio(saved(tmp_path / "x.csv", SPDR))
    assert (check.dialect, check.positions, check.cash, check.ignored) == ("spdr", 3, 1, 1)
    assert check.rows == check.positions + len(check.ledger)
    assert [(t.unit, t.stated, t.met) for t in check.totals] == [("weight", 1.0, True)]
    book = check.portfolio
    assert [p.ticker for p in book.positions] == ["NVDA", "COP", "BRK-B", "USD"]
    assert [p.market_value for p in book.positions] == pytest.approx([6e5, 2.5e5, 1.495e5, 500.0])
    assert (book.as_of, book.currency, book.positions[0].sector) == ("2025-12-30", "USD", None)
    assert book.positions[0].quantity is None


def test_a_native_sheet_behind_another(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "b.xlsx",
        [["ticker", "quantity", "price"], ["NVDA", 10, 190.5], ["KO", -1, 70]],
        first=[["read me"], ["this sheet says nothing"]],
    )
    book = load_portfolio(path)
    assert [(p.id, p.market_value, p.row) for p in book.positions] == [
        ("NVDA", 1905.0, 2),
        ("KO", -70.0, 3),
    ]


def test_per_cent_formats_keep_their_sign(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["ticker", "weight"])
    sheet.append(["NVDA", 0.6])
    sheet.append(["KO", 0.4])
    for row in (2, 3):
        sheet.cell(row, 2).number_format = "0.00%"
    book.save(tmp_path / "w.xlsx")
    read = load_portfolio(tmp_path / "w.xlsx", nav=100.0)
    assert [p.market_value for p in read.positions] == pytest.approx([60.0, 40.0])


@pytest.mark.parametrize("titles", [["ticker", "quantity", "price"], ["Symbol", "Units", "Kurs"]])
def test_a_formula_without_a_stored_value_is_not_computed(
    tmp_path: Path, titles: list[str]
) -> None:
    path = saved(tmp_path / "f.xlsx", [titles, ["NVDA", "=5+5", 190], ["MSFT", 1, 400]])
    with pytest.raises(
        InputError,
        match=rf":2:2: column '{titles[1]}': '=5\+5' is a formula, which is never evaluated; write its value\. "
        "Or open the workbook in a spreadsheet program and save it",
    ):
        load_portfolio(path)


def test_formulas_that_no_figure_needs(tmp_path: Path) -> None:
    rows = [
        ["Symbol", "Quantity", "Price", "Market Value", "Note"],
        ["NVDA", 10, 190, 1900, "=B2*2"],
        ["Total", None, None, "=SUM(D2:D2)"],
    ]
    book = load_portfolio(saved(tmp_path / "f.xlsx", rows))
    assert [(p.id, p.market_value, dict(p.groups)) for p in book.positions] == [
        ("NVDA", 1900.0, {})
    ]
    assert (
        "line 3: 'Total' is a formula without a stored value, which is not compared with the rows"
        in book.warnings
    )


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        (b'<c r="C2"><f>1+1</f><v>190.5</v></c>', 190.5),
        (b'<c r="C2" t="str"><f>IF(1,"","")</f><v></v></c>', None),
    ],
)
def test_a_stored_value_of_a_formula_is_read(
    tmp_path: Path, cell: bytes, price: float | None
) -> None:
    good = saved(
        tmp_path / "good.xlsx", [["ticker", "market_value", "price"], ["NVDA", 381, 190.5]]
    )
    members = {}
    with zipfile.ZipFile(good) as packed:
        for name in packed.namelist():
            members[name] = packed.read(name)
    sheet = members["xl/worksheets/sheet1.xml"]
    before = b'<c r="C2" t="n"><v>190.5</v></c>'
    assert before in sheet
    members["xl/worksheets/sheet1.xml"] = sheet.replace(before, cell)
    book = load_portfolio(archive(tmp_path / "stored.xlsx", members))
    assert [p.price for p in book.positions] == [price]


def test_words_merged_over_rows_stand_in_each_and_figures_in_one(tmp_path: Path) -> None:
    rows = [
        ["Account", "Symbol", "Quantity", "Price", "Market Value"],
        ["Account A", "NVDA", 10, 190, 1900],
        [None, "MSFT", 1, 400, None],
        ["Account B", "MSFT", 1, 400, 400],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("E2:E3")
    book.save(tmp_path / "m.xlsx")
    read = load_portfolio(tmp_path / "m.xlsx")
    assert [(p.account, p.ticker, p.market_value) for p in read.positions] == [
        ("Account A", "NVDA", 1900.0),
        ("Account A", "MSFT", 400.0),
        ("Account B", "MSFT", 400.0),
    ]


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def test_a_zip_bomb_is_refused_by_what_it_claims(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "bomb.xlsx",
        {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"0" * 40_000_000},
    )
    assert path.stat().st_size < 100_000
    with pytest.raises(InputError, match=r"claims to unpack from .* to 40,000,011 bytes: refused"):
        load_portfolio(path)


def test_entities_inside_a_workbook_are_refused(tmp_path: Path) -> None:
    good = saved(tmp_path / "good.xlsx", [["ticker", "quantity", "price"], ["NVDA", 1, 1]])
    members = {}
    with zipfile.ZipFile(good) as packed:
        for name in packed.namelist():
            members[name] = packed.read(name)
    members["xl/worksheets/sheet1.xml"] = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + members["xl/worksheets/sheet1.xml"]
    )
    with pytest.raises(
        InputError, match=r"sheet1\.xml of the workbook declares a document type or entities"
    ):
        load_portfolio(archive(tmp_path / "bad.xlsx", members))


def test_a_sheet_with_too_many_cells_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_CELLS", 1000)
    rows = [["ticker", "quantity", "price"]] + [[f"T{i}", 1, 1] for i in range(400)]
    with pytest.raises(InputError, match="has more than 1,000 cells"):
        load_portfolio(saved(tmp_path / "many.xlsx", rows))


def test_a_sheet_that_claims_a_billion_cells_is_read_as_it_is(tmp_path: Path) -> None:
    good = saved(tmp_path / "good.xlsx", [["ticker", "quantity", "price"], ["NVDA", 1, 1]])
    members = {}
    with zipfile.ZipFile(good) as packed:
        for name in packed.namelist():
            members[name] = packed.read(name)
    sheet = members["xl/worksheets/sheet1.xml"]
    members["xl/worksheets/sheet1.xml"] = sheet.replace(b'ref="A1:C2"', b'ref="A1:XFD1048576"')
    assert members["xl/worksheets/sheet1.xml"] != sheet
    book = load_portfolio(archive(tmp_path / "claims.xlsx", members))
    assert [p.id for p in book.positions] == ["NVDA"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 nothing", "a damaged workbook or archive"),
        (None, "this archive is not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "an old binary Excel workbook"),
    ],
)
def test_what_is_not_a_workbook(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "x.xlsx"
    if content is None:
        archive(path, {"a.csv": b"ticker,quantity,price\n"})
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        load_portfolio(path)


def test_a_broken_part_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "broken.xlsx",
        {"xl/workbook.xml": b"<workbook", "[Content_Types].xml": b"<Types/>"},
    )
    with pytest.raises(InputError, match="the workbook cannot be read"):
        load_portfolio(path)


def test_a_truncated_workbook(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", [["ticker", "quantity", "price"], ["NVDA", 1, 1]])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="a damaged workbook"):
        load_portfolio(path)
    assert io.BytesIO(content).getbuffer().nbytes == len(content)


def test_a_workbook_whose_packed_bytes_were_damaged(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.xlsx", [["ticker", "quantity", "price"], ["NVDA", 1, 1]])
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as whole:
        part = whole.getinfo("xl/worksheets/sheet1.xml")
    packed_at = part.header_offset + 30 + len(part.filename)
    content[packed_at : packed_at + 8] = b"\xff" * 8
    path.write_bytes(bytes(content))
    with pytest.raises(InputError, match="a damaged or encrypted workbook"):
        load_portfolio(path)
