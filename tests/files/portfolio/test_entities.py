"""a document type or entities are refused in every encoding that expat reads, and in every part of a workbook whatever its name."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from stress.errors import InputError
from stress.files.portfolio import load_portfolio
from stress.files.portfolio import workbook as reader
from stress.files.portfolio.markup import parse_markup

DECLARED = '<!DOCTYPE FlexQueryResponse [<!ENTITY q "77">]><FlexQueryResponse a="&q;"/>'


@pytest.mark.parametrize("lead", ["", '<?xml version="1.0"?>\n\n'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16"])
def test_a_document_type_is_refused_in_every_encoding(encoding: str, lead: str) -> None:
    with pytest.raises(InputError, match="with a document type or entity declaration is refused"):
        parse_markup((lead + DECLARED).encode(encoding), "x.xml")


def test_its_line_is_said() -> None:
    with pytest.raises(InputError, match=r"x\.xml:3: XML with a document type"):
        parse_markup(f"<!-- a\nb -->\n{DECLARED}".encode(), "x.xml")


def test_what_only_looks_like_one_is_text() -> None:
    root = parse_markup(b"<a><![CDATA[<!DOCTYPE x>]]></a>", "x.xml").root
    assert root.text == "<!DOCTYPE x>"


def test_utf16_without_a_mark_and_without_a_document_type_is_read() -> None:
    assert parse_markup('<a b="77"/>'.encode("utf-16-le"), "x.xml").root.get("b") == "77"


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "utf-32", "nonsense"])
def test_an_encoding_is_refused_wherever_it_is_declared(encoding: str) -> None:
    text = '<?xml version="1.0"' + " " * 300 + f'encoding="{encoding}"?><a/>'
    with pytest.raises(InputError, match=f"x.xml:1: XML in the encoding '{encoding}' is not read"):
        parse_markup(text.encode(), "x.xml")


def rewritten(path: Path, sheet: str, *, declared: str, padding: bytes = b"") -> Path:
    """Save a workbook of one position whose sheet is the part `sheet`."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in (["ticker", "quantity", "price", "currency"], ["NVDA", 10, 100, "USD"]):
        book.active.append(row)
    book.save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            part = old.read(name).replace(b"sheet1.xml", sheet.encode())
            if name.endswith("sheet1.xml"):
                part = part.replace(b"<worksheet", declared.encode() + b"<worksheet")
                name = f"xl/worksheets/{sheet}"
            new.writestr(name, part)
        new.writestr("xl/media/picture.png", b"\x89PNG\r\n\x1a\n" + padding)
    return path


@pytest.mark.parametrize("sheet", ["sheet1.xml", "sheet1.XML", "sheet1.bin", "sheet1", "a.png"])
def test_a_part_is_checked_whatever_its_suffix(sheet: str, tmp_path: Path) -> None:
    path = rewritten(tmp_path / "b.xlsx", sheet, declared='<!DOCTYPE x [<!ENTITY a "10">]>')
    with pytest.raises(
        InputError, match=rf"the part xl/worksheets/{sheet} .* a document type or entities"
    ):
        load_portfolio(path)
    assert load_portfolio(rewritten(path, sheet, declared="")).nav == 1000.0


def test_a_part_that_is_no_xml_is_not_unpacked_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = rewritten(tmp_path / "b.xlsx", "sheet1.xml", declared="", padding=b"\0" * 100)
    monkeypatch.setattr(reader, "_WINDOW", 16)
    assert load_portfolio(path).nav == 1000.0


def test_a_directory_that_asks_for_a_later_zip_is_damaged(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "b.xlsx", "sheet1.xml", declared="")
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + 6] = 96
    path.write_bytes(content)
    with pytest.raises(InputError, match="a damaged workbook or archive"):
        load_portfolio(path)


def test_an_embedded_picture_has_a_document_type_and_declares_nothing(tmp_path: Path) -> None:
    plain = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd"><svg/>'
    entity = '<!DOCTYPE svg [<!ENTITY a "10">]><svg/>'
    for content, read in ((plain, True), (entity, False)):
        path = rewritten(tmp_path / "b.xlsx", "sheet1.xml", declared="")
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("xl/media/image1.svg", content)
        if read:
            assert load_portfolio(path).nav == 1000.0
        else:
            with pytest.raises(InputError, match=r"image1\.svg .* entities"):
                load_portfolio(path)
