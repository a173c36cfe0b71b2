"""Excel workbooks from outside: sizes are checked before anything is unpacked, formulas are never computed."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from stress.errors import InputError, MissingExtraError, Problem
from stress.files.portfolio.markup import DeclaredError, Prologue
from stress.files.portfolio.number_formats import format_currency
from stress.files.portfolio.numbers import StoredNumber, UncomputedFormula, number_or_none
from stress.files.portfolio.sheet_part import SheetPart, read_part
from stress.files.portfolio.sheets import Sheet, the_book
from stress.files.portfolio.text import Table, without_unseen
from stress.warnings_here import warnings_here

__all__ = ["read_workbook"]

#: Unpacked bytes in one workbook, and how many times larger than packed.
MAX_UNPACKED_BYTES = 300_000_000
MAX_RATIO = 200.0
MAX_CELLS = 3_000_000
MAX_ROWS = 300_000
_RATIO_MATTERS_ABOVE = 10_000_000
_WINDOW = 1 << 20


def read_workbook(content: bytes, file: str) -> Table:
    """Read the sheet of a workbook that holds a table.

    Parameters
    ----------
    content : bytes
        The file.
    file : str
        For messages.

    Returns
    -------
    Table
        The one that `sheets.the_book` chooses. Cells are text; a number formatted as per cent gets its sign, one formatted with
        a currency its code; a formula gives the value stored beside it, or itself where none is. In rows with figures, words that
        are merged with cells below them stand in those too.

    Raises
    ------
    InputError
        Not a workbook, encrypted, macros' format aside a zip that unpacks to more than it should, XML with
        entities, too many cells; several sheets of positions, or none but hidden ones.
    MissingExtraError
        openpyxl is not installed.
    """
    _check_archive(content, file)
    try:
        import openpyxl
    except ImportError:
        raise MissingExtraError("excel", "reading a workbook") from None
    with warnings_here("ignore"):
        try:
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            return the_book(_sheets(book, file), file)[1]
        except (
            KeyError,
            ValueError,
            TypeError,
            AttributeError,
            IndexError,
            SyntaxError,
            OSError,
            zipfile.BadZipFile,
            zlib.error,
            expat.ExpatError,
        ) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(
                Problem(
                    message=f"the workbook cannot be read: {type(error).__name__}.",
                    file=file,
                    hint="Save it again as XLSX or CSV.",
                )
            ) from None


def _sheets(book: Any, file: str) -> Iterator[Sheet]:
    """Yield every sheet of cells, each read no further than its limits."""
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        part = _part(sheet)
        cells: list[list[str]] = []
        lines: list[int] = []
        count, too_large = 0, ""
        tops: dict[tuple[int, int], str] = dict.fromkeys(part.merged.values(), "")
        for number, row in enumerate(sheet.iter_rows(), start=1):
            count += len(row)
            if count > MAX_CELLS or number > MAX_ROWS:
                too_large = (
                    f"sheet '{sheet.title}' has more than {MAX_CELLS:,} cells or {MAX_ROWS:,} rows."
                )
                break
            texts = [_text(cell) for cell in row]
            _complete(texts, number, part, tops)
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                cells.append(texts)
                lines.append(number)
        table = Table(file=file, cells=cells, lines=lines)
        yield Sheet(sheet.title, sheet.sheet_state != "visible", table, too_large)


def _part(sheet: Any) -> SheetPart:
    # the reader of rows leaves both out, and says nowhere else where the part of a sheet stands
    with sheet.parent._archive.open(sheet._worksheet_path) as stream:
        return read_part(stream)


def _complete(
    texts: list[str], number: int, part: SheetPart, tops: dict[tuple[int, int], str]
) -> None:
    """Write into a row its formulas without a value and, where it holds figures, the words merged with a cell above."""
    for column, text in enumerate(texts, start=1):
        if not text:
            texts[column - 1] = part.formulas.get((number, column), "")
        elif (number, column) in tops:
            tops[number, column] = text
    if not tops or not any(isinstance(text, StoredNumber) for text in texts):
        return
    for column, text in enumerate(texts, start=1):
        top = part.merged.get((number, column))
        if not text and top is not None and number_or_none(tops[top], ".") is None:
            texts[column - 1] = "" if isinstance(tops[top], UncomputedFormula) else tops[top]


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return without_unseen(value).strip()
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        shown_as = cell.number_format or ""
        if "%" in shown_as:
            return StoredNumber(f"{value * 100.0!r}%")
        whole = isinstance(value, float) and value.is_integer()
        text = repr(int(value) if whole else value)
        currency = format_currency(shown_as)
        return StoredNumber(f"{text} {currency}" if currency else text)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    return str(value)


def _check_archive(content: bytes, file: str) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise InputError(
            Problem(message="a damaged workbook or archive.", file=file, hint="Download it again.")
        ) from None
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        raise InputError(
            Problem(
                message="this archive is not an Excel workbook (.xlsx).",
                file=file,
                hint="Unpack it and give the file inside, or save it as XLSX or CSV.",
            )
        )
    unpacked = sum(member.file_size for member in members)
    packed = max(1, len(content))
    if unpacked > MAX_UNPACKED_BYTES or (
        unpacked > _RATIO_MATTERS_ABOVE and unpacked / packed > MAX_RATIO
    ):
        raise InputError(
            Problem(
                message=f"the workbook claims to unpack from {packed:,} to {unpacked:,} bytes: refused.",
                file=file,
                hint="Save the positions alone, as XLSX or CSV.",
            )
        )
    try:
        for member in members:
            _check_member(archive, member, file)
    except (
        zipfile.BadZipFile,
        OSError,
        RuntimeError,
        NotImplementedError,
        EOFError,
        zlib.error,
        ValueError,
    ) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            Problem(message="a damaged or encrypted workbook.", file=file, hint="Save it again.")
        ) from None


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str) -> None:
    """Unpack one part in windows, whatever it is called: no more than it claims, no entities; no further than it is XML."""
    # A picture or page that is embedded has a document type, which alone does nothing.
    embedded = not member.filename.lower().endswith((".xml", ".rels"))
    size, prologue = 0, Prologue(typed=embedded)
    try:
        with archive.open(member) as stream:
            while window := stream.read(_WINDOW):
                size += len(window)
                prologue.feed(window)
                if size > MAX_UNPACKED_BYTES:
                    raise _refused(member, file)
    except DeclaredError:
        raise _refused(member, file) from None
    except (expat.ExpatError, LookupError, UnicodeError):
        return


def _refused(member: zipfile.ZipInfo, file: str) -> InputError:
    return InputError(
        Problem(
            message=f"the part {member.filename} of the workbook declares a document type or entities, or is "
            "larger than it claims: refused.",
            file=file,
            hint="Save the workbook again in a spreadsheet program.",
        )
    )
