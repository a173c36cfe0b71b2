"""A TOML file as text, content and places: every way it can be unreadable is one line with a remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from stress.errors import InputError, Problem, did_you_mean
from stress.files.regular import require_regular

__all__ = [
    "LARGEST_TOML",
    "TomlText",
    "parse_toml",
    "read_toml",
]

#: Files above this are refused before they are parsed. [bytes]
LARGEST_TOML = 1_000_000
#: Tables in tables: far more than any file has, far less than Python can walk.
_DEEPEST_TOML = 50

_BYTE_ORDER_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_TOMLLIB_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_BARE_OR_QUOTED = r"(?:\"[^\"]*\"|'[^']*'|[A-Za-z0-9_-]+)"
_DOTTED = rf"{_BARE_OR_QUOTED}(?:\s*\.\s*{_BARE_OR_QUOTED})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]\]?")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_KEY_PART = re.compile(_BARE_OR_QUOTED)

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class TomlText:
    """A parsed TOML file that still knows its lines.

    Parameters
    ----------
    file : str
        The file as the user named it.
    text : str
        Its text.
    content : dict
        What it says.
    """

    file: str
    text: str
    content: dict[str, Any]

    @cached_property
    def _lines(self) -> dict[KeyPath, int]:
        return _key_lines(self.text)

    def line(self, path: Sequence[str | int]) -> int | None:
        """Return the one-based line of a key, or of the nearest thing around it.

        Parameters
        ----------
        path : sequence of str or int
            Keys from the top; an int counts the entries of an array of tables.
        """
        for length in range(len(path), 0, -1):
            found = self._lines.get(tuple(path[:length]))
            if found is not None:
                return found
        return None


def read_toml(path: Path, *, name: str | None = None) -> TomlText:
    """Read a TOML file.

    Parameters
    ----------
    path : Path
        The file.
    name : str, optional
        How messages name it; the path when omitted.

    Returns
    -------
    TomlText

    Raises
    ------
    InputError
        When it is missing, a directory, too large, empty, not UTF-8 text or not TOML.
    """
    file = str(path) if name is None else name
    return parse_toml(_read_bytes(path, file=file), file=file)


def parse_toml(raw: bytes, *, file: str, wanted: str = "a scenario") -> TomlText:
    """Read TOML from the bytes of its file.

    Parameters
    ----------
    raw : bytes
        UTF-8 text.
    file : str
        How messages name it.
    wanted : str
        What it should be.

    Raises
    ------
    InputError
        When it is empty, not UTF-8 text or not TOML.
    """
    text = _decode(raw, file=file)
    if not text.strip():
        raise InputError(
            Problem(message="the file is empty.", file=file, hint="Is it the right one?")
        )
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(_syntax_problem(str(error), text=text, file=file, wanted=wanted)) from None
    except (RecursionError, ValueError) as error:
        raise InputError(_beyond_tomllib(error, file=file, wanted=wanted)) from None
    if _nests_deeper(content, _DEEPEST_TOML):
        raise InputError(_beyond_tomllib(RecursionError(), file=file, wanted=wanted))
    return TomlText(file=file, text=text, content=content)


def _beyond_tomllib(error: RecursionError | ValueError, *, file: str, wanted: str) -> Problem:
    """Return what is wrong with valid TOML that no reader takes: its depth, or a number of thousands of digits."""
    if isinstance(error, RecursionError):
        return Problem(message=f"the file nests too deeply to be {wanted}.", file=file)
    return Problem(
        message="a whole number has thousands of digits.", file=file, hint=f"Is it {wanted}?"
    )


def _nests_deeper(content: object, most: int) -> bool:
    """Say whether tables and lists stand in one another more than so many levels deep."""
    level = [content]
    for _ in range(most + 1):
        level = [
            inner
            for held in level
            if isinstance(held, (dict, list))
            for inner in (held.values() if isinstance(held, dict) else held)
        ]
        if not level:
            return False
    return True


def _read_bytes(path: Path, *, file: str) -> bytes:
    require_regular(path, file=file)
    if path.is_dir():
        raise InputError(
            Problem(message="this is a directory.", file=file, hint="Name one file in it.")
        )
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_TOML + 1)
    except FileNotFoundError:
        raise InputError(
            Problem(message="there is no such file.", file=file, hint=_nearby(path) or None)
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(Problem(message=f"cannot be read: {reason}.", file=file)) from None
    if len(raw) > LARGEST_TOML:
        raise InputError(
            Problem(
                message=f"the file is larger than {LARGEST_TOML // 1_000_000} MB.",
                file=file,
                hint="A scenario is a page of text; is this another kind of file?",
            )
        )
    return raw


def _nearby(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"There is no folder {folder} either."
    beside = (entry.name for entry in folder.iterdir() if entry.suffix == path.suffix)
    return did_you_mean(path.name, sorted(beside))


def _decode(raw: bytes, *, file: str) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if raw.startswith(mark):
            raise InputError(
                Problem(
                    message=f"the file is {encoding} text.", file=file, hint="Save it as UTF-8."
                )
            )
    if b"\x00" in raw:
        at = raw.index(b"\x00")
        raise InputError(
            Problem(
                message="a NUL byte: this is not UTF-8 text.",
                file=file,
                line=raw.count(b"\n", 0, at) + 1,
                hint="Save it as UTF-8 text (UTF-16 without a mark looks like this too).",
            )
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            Problem(
                message=f"byte 0x{raw[error.start]:02x} is not UTF-8 text.",
                file=file,
                line=raw.count(b"\n", 0, error.start) + 1,
                hint="Save it as UTF-8.",
            )
        ) from None


def _syntax_problem(message: str, *, text: str, file: str, wanted: str) -> Problem:
    place = _TOMLLIB_PLACE.search(message)
    said = _TOMLLIB_PLACE.sub("", message)
    said = " ".join(said.split())
    if place is None or place[1] is None:
        return Problem(message=f"not valid TOML: {said} at the end of the file.", file=file)
    line, column = int(place[1]), int(place[2])
    written = text.splitlines()[line - 1] if line <= len(text.splitlines()) else ""
    twice = said.startswith(("Cannot overwrite", "Cannot declare"))
    found = _KEY.match(written) or _HEADER.match(written)
    if twice and found is not None:
        key = found[found.lastindex or 1]
        return Problem(
            message=f"'{key}' is given twice.",
            file=file,
            line=line,
            hint="Keep one; where sources disagree, say so under [[conflicts]]."
            if wanted == "a scenario"
            else "Keep one.",
        )
    return Problem(message=f"not valid TOML: {said}.", file=file, line=line, column=column)


def _key_lines(text: str) -> dict[KeyPath, int]:
    """Map every key written on a line of its own to that line; inside inline tables nothing."""
    lines: dict[KeyPath, int] = {}
    counts: dict[tuple[str, ...], int] = {}
    table: KeyPath = ()
    closing: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if closing is not None:
            if closing in line:
                closing = None
            continue
        header = _HEADER.match(line)
        if header is not None:
            keys = _parts(header[2])
            if header[1] == "[[":
                counts[keys] = counts[keys] + 1 if keys in counts else 0
            table = _indexed(keys, counts)
            lines.setdefault(table, number)
            lines.setdefault(table[:-1] if header[1] == "[[" else table, number)
            continue
        key = _KEY.match(line)
        if key is None:
            continue
        lines.setdefault((*table, *_parts(key[1])), number)
        value = line[key.end() :].strip()
        for quote in ('"""', "'''"):
            if value.startswith(quote) and quote not in value[3:]:
                closing = quote
    return lines


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _KEY_PART.findall(dotted))


def _indexed(keys: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> KeyPath:
    path: list[str | int] = []
    for length, key in enumerate(keys, start=1):
        path.append(key)
        if keys[:length] in counts:
            path.append(counts[keys[:length]])
    return tuple(path)
