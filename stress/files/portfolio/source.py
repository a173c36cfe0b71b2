"""Open a user's file with bounded memory and say what kind of thing its bytes are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stress.errors import InputError, Problem
from stress.files.regular import require_regular

__all__ = ["MAX_FILE_BYTES", "MAX_LINE_BYTES", "Source", "open_source"]

#: A position file larger than this is not a position file.
MAX_FILE_BYTES = 200_000_000
#: A line of text longer than this is not a row.
MAX_LINE_BYTES = 1_000_000

_WINDOW = 1 << 20
_HEAD = 4096
_NOTHING = b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"
_FORMATS_BY_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old binary Excel workbook (.xls) or an encrypted one"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x7fELF", "a program"),
)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The bytes of a file.

    Parameters
    ----------
    file : str
        The path as the user wrote it, for messages.
    label : str
        The file name without folders.
    kind : {'text', 'xml', 'workbook'}
        What the first bytes say it is; the name of the file is not looked at.
    content : bytes
        Everything in it.
    content_hash : str
        SHA-256 of `content`, hexadecimal.
    """

    file: str
    label: str
    kind: Literal["text", "xml", "workbook"]
    content: bytes
    content_hash: str


def open_source(path: str | Path) -> Source:
    """Read a file and recognise text, XML or an Excel workbook by content.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Source

    Raises
    ------
    InputError
        Not there, a folder, not readable, empty, larger than `MAX_FILE_BYTES`, a line longer than
        `MAX_LINE_BYTES`, or a format that holds no table.

    Notes
    -----
    Text is read in windows of one megabyte, so a line without an end is refused before it fills the
    memory.
    """
    file = str(path)
    require_regular(path, file=file)
    try:
        return _read(Path(path), file)
    except FileNotFoundError:
        raise InputError(
            Problem(
                message="no such file.", file=file, hint="Check the path and the current folder."
            )
        ) from None
    except IsADirectoryError:
        raise _folder(file) from None
    except PermissionError:
        raise InputError(Problem(message="the file may not be read.", file=file)) from None
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(Problem(message=f"the file cannot be read: {error}.", file=file)) from None


def _read(path: Path, file: str) -> Source:
    if path.is_dir():
        raise _folder(file)
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
        if len(head) < _HEAD and not head.strip(_NOTHING):
            raise InputError(
                Problem(message="the file is empty.", file=file, hint="Export the positions again.")
            )
        kind = _kind(head, file)
        windows, total, since_newline = [head], len(head), len(head) - head.rfind(b"\n") - 1
        while window := stream.read(_WINDOW):
            total += len(window)
            if total > MAX_FILE_BYTES:
                raise InputError(
                    Problem(
                        message=f"the file is larger than {MAX_FILE_BYTES // 10**6} MB.",
                        file=file,
                        hint="A position file has one line a position: export positions, or split it.",
                    )
                )
            last = window.rfind(b"\n")
            since_newline = since_newline + len(window) if last < 0 else len(window) - last - 1
            if kind == "text" and since_newline > MAX_LINE_BYTES:
                line = sum(part.count(b"\n") for part in (*windows, window)) + 1
                raise InputError(
                    Problem(
                        message=f"the line is longer than {MAX_LINE_BYTES // 10**6} MB.",
                        file=file,
                        line=line,
                        hint="Rows of a position file end with a line break.",
                    )
                )
            windows.append(window)
    content = b"".join(windows)
    return Source(
        file=file,
        label=path.name,
        kind=kind,
        content=content,
        content_hash=hashlib.sha256(content).hexdigest(),
    )


def _kind(head: bytes, file: str) -> Literal["text", "xml", "workbook"]:
    if head.startswith(b"PK\x03\x04"):
        return "workbook"
    for magic, what in _FORMATS_BY_MAGIC:
        if head.startswith(magic):
            raise InputError(
                Problem(
                    message=f"this is {what}, not a table of positions.",
                    file=file,
                    hint="Export the positions as CSV, XLSX or XML.",
                )
            )
    start = head.replace(b"\x00", b"") if head.startswith(_UTF16_MARKS) else head
    if start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        if b"<html" in start[:2048].lower():
            raise InputError(
                Problem(
                    message="this is a web page, not a table of positions.",
                    file=file,
                    hint="The download probably needs a login; export the positions as CSV.",
                )
            )
        return "xml"
    return "text"


def _folder(file: str) -> InputError:
    return InputError(
        Problem(message="this is a folder, not a file.", file=file, hint="Name one file inside it.")
    )
