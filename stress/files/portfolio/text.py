"""Bytes to rows of cells: encoding, delimiter, quotes, and the line each row starts on."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from stress.errors import InputError, Problem

__all__ = ["FOOTER", "Table", "decode", "read_rows", "without_unseen"]

#: More than this is not a book of positions, and would fill the memory.
MAX_ROWS = 500_000
MAX_CELLS = 10_000_000
#: Lines below the positions that may say of when they are.
FOOTER = 40
#: A cell longer than this is an unclosed quote or not a cell.
MAX_CELL_CHARACTERS = 131_072
#: A tie goes to the earlier one: commas also stand inside numbers and names.
_DELIMITERS = ("\t", ";", "|", ",")
_SAMPLE_ROWS = 200
_SAMPLE_CHARACTERS = 65_536
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
_QUOTED = re.compile(r'"[^"]*"')
_KEPT_ZEROS = re.compile(r'="([^"]*)"')
_UTF16_SAMPLE = 4096
#: Marks without a width that copying from a page leaves in a cell: nobody sees that a symbol has one.
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of text cells.

    Parameters
    ----------
    file : str
        As the user named it.
    cells : sequence of lists of str
        One list a row; blank rows are kept.
    lines : sequence of int
        One-based line (of a sheet: row) each row starts on.
    delimiter : str
        What separated the cells; '' for a workbook or a frame.
    warnings : tuple of str
        What taking it apart had to say.
    """

    file: str
    cells: Sequence[list[str]]
    lines: Sequence[int]
    delimiter: str = ""
    warnings: tuple[str, ...] = ()


def decode(content: bytes, file: str) -> str:
    """Decode text: UTF-8 with or without mark, UTF-16, else Windows-1252.

    Parameters
    ----------
    content : bytes
        The file.
    file : str
        For messages.

    Returns
    -------
    str

    Raises
    ------
    InputError
        NUL bytes or other control characters: it is not text.
    """
    if content.startswith(b"\xff\xfe\x00\x00") or content.startswith(b"\x00\x00\xfe\xff"):
        encoding = "utf-32"
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = _utf16_without_mark(content) or "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8-sig":
            raise InputError(
                Problem(
                    message=f"damaged {encoding.upper()} text: {error.reason} at byte {error.start}.",
                    file=file,
                    hint="Save the file as UTF-8.",
                )
            ) from None
        text = content.decode("cp1252", errors="replace")
    if found := _CONTROL.search(text):
        character = found.group()
        what = (
            "NUL bytes" if character == "\x00" else f"the control character {ord(character):#04x}"
        )
        raise InputError(
            Problem(
                message=f"{what} inside: this is not text.",
                file=file,
                line=text.count("\n", 0, found.start()) + 1,
                hint="Export the positions as CSV (UTF-8 or UTF-16), XLSX or XML.",
            )
        )
    return text


def without_unseen(text: str) -> str:
    """Return a text without marks that have no width: blanks, directions, byte order."""
    return text if text.isascii() else text.translate(_UNSEEN)


def read_rows(text: str, file: str) -> Table:
    """Split text into rows of cells.

    Parameters
    ----------
    text : str
        Decoded text.
    file : str
        For messages.

    Returns
    -------
    Table
        Cells are stripped of surrounding blanks and of marks without a width; ``="00123"`` (a spreadsheet's way to keep zeros) is
        unwrapped; nothing is evaluated.

    Raises
    ------
    InputError
        A quote that is never closed, a cell longer than `MAX_CELL_CHARACTERS`, more than `MAX_ROWS` rows or
        `MAX_CELLS` cells.
    """
    text = without_unseen(text).replace("\r\n", "\n").replace("\r", "\n")
    delimiter = _delimiter(text)
    if text.count("\n") > MAX_ROWS or text.count(delimiter) > MAX_CELLS:
        raise InputError(
            Problem(
                message=f"the file has more than {MAX_ROWS:,} rows or {MAX_CELLS:,} cells.",
                file=file,
                hint="A position file has one line a position: split it, or export positions.",
            )
        )
    cells: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1
    try:
        for row in reader:
            # The reader's own limit is the process's: a host may have raised it.
            if max(map(len, row), default=0) > MAX_CELL_CHARACTERS:
                raise _broken_quote(file, start, "limit")
            cells.append([cell.strip() for cell in row])
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise _broken_quote(file, start, str(error)) from None
    if lines and reader.line_num > lines[-1]:
        tail = "\n".join(text.split("\n")[lines[-1] - 1 :])
        if tail.count('"') % 2:
            raise _broken_quote(file, lines[-1], "")
    if '="' in text:
        cells = [[_unwrap(cell) for cell in row] for row in cells]
    return Table(file=file, cells=cells, lines=lines, delimiter=delimiter)


def _unwrap(cell: str) -> str:
    match = _KEPT_ZEROS.fullmatch(cell)
    return match.group(1) if match else cell


def _broken_quote(file: str, line: int, why: str) -> InputError:
    message = "a quote is opened in this row and never closed."
    if "limit" in why:
        message = f"a cell is longer than {MAX_CELL_CHARACTERS} characters: probably a quote that is never closed."
    return InputError(
        Problem(
            message=message,
            file=file,
            line=line,
            hint='Close it with ", or write "" for a quote inside.',
        )
    )


def _delimiter(text: str) -> str:
    """Return the character whose count is the same on most lines; a comma where none is."""
    sample = _QUOTED.sub("", text[:_SAMPLE_CHARACTERS])
    lines = [line for line in sample.split("\n")[:_SAMPLE_ROWS] if line.strip(" ")]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = Counter(line.count(delimiter) for line in lines)
        del widths[0]
        for width, count in widths.items():
            score = count * (1.0 + min(width, 9) / 10.0)
            if score > best_score:
                best, best_score = delimiter, score
    return best


def _utf16_without_mark(content: bytes) -> str | None:
    """Name the byte order of UTF-16 text without a mark: every second byte is zero."""
    head = content[:_UTF16_SAMPLE]
    half = len(head) // 2
    if half < 2:
        return None
    if head[1::2].count(0) > 0.9 * half and head[0::2].count(0) == 0:
        return "utf-16-le"
    if head[0::2].count(0) > 0.9 * half and head[1::2].count(0) == 0:
        return "utf-16-be"
    return None
