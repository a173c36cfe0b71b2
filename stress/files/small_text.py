"""Files of which no more than so much is read: their bytes and their text, or what is wrong with them."""

from __future__ import annotations

import os
from pathlib import Path

from stress.errors import InputError, Problem
from stress.files.regular import require_regular

__all__ = ["read_small", "utf8_text"]


def read_small(file: Path, *, most: int, wanted: str, hint: str | None = None) -> bytes:
    """Return the bytes of a file, of which no more than `most` are ever read.

    Parameters
    ----------
    file : Path
        What to read.
    most : int
        Largest size. [bytes]
    wanted : str
        What the file should be, for the message on a larger one: ``"market file"``.
    hint : str, optional
        What to do where it cannot be read.

    Raises
    ------
    InputError
        If it is missing, not a file, unreadable or too large.
    """
    require_regular(file)
    try:
        with file.open("rb") as stream:
            large = os.fstat(stream.fileno()).st_size > most
            raw = b"" if large else stream.read(most + 1)
    except OSError as error:
        why = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
        why = "this is a folder" if isinstance(error, IsADirectoryError) else why
        raise InputError(Problem(message=f"{why}.", file=str(file), hint=hint)) from None
    if large or len(raw) > most:
        raise InputError(
            Problem(message=f"larger than {most / 1e6:g} MB: no {wanted}.", file=file.name)
        )
    return raw


def utf8_text(raw: bytes, *, file: str) -> str:
    """Return the text of a CSV file.

    Raises
    ------
    InputError
        If it is not UTF-8, or holds NUL bytes.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            Problem(message="not UTF-8 text.", file=file, hint="Save it as CSV UTF-8.")
        ) from None
    if "\0" in text:
        raise InputError(Problem(message="holds NUL bytes: not a text file.", file=file))
    return text
