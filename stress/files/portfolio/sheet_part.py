"""What only the XML of a workbook's sheet says: formulas without a stored value, and cells that were merged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from stress.files.portfolio.numbers import UncomputedFormula

__all__ = ["SheetPart", "read_part"]

_WINDOW = 1 << 20
#: What makes a part worth parsing.
_TOLD = re.compile(rb"<(?:\w+:)?(?:f|mergeCell)[\s/>]").search
#: Cells of either kind that are kept: more are no book, and would fill the memory.
_MOST = 1_000_000
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})").fullmatch


@dataclass(slots=True)
class SheetPart:
    """What the XML of a sheet says of its cells, by row and column, both from 1.

    Parameters
    ----------
    formulas : dict of (int, int) to UncomputedFormula
        Those whose value is not stored.
    merged : dict of (int, int) to (int, int)
        Cells merged with one above them in their column, and that one.
    """

    formulas: dict[tuple[int, int], UncomputedFormula] = field(default_factory=dict)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


def read_part(stream: IO[bytes]) -> SheetPart:
    """Read the part of a sheet whose prologue was checked.

    Parameters
    ----------
    stream : binary file
        Its XML.
    """
    content = stream.read()
    if not _TOLD(content):
        return SheetPart()
    reader = _Reader()
    for start in range(0, len(content), _WINDOW):
        reader.parser.Parse(content[start : start + _WINDOW], False)
    reader.parser.Parse(b"", True)
    return reader.part


class _Reader:
    """Handlers of one parse."""

    def __init__(self) -> None:
        self.part = SheetPart()
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._row = self._column = 0
        self._is_text = False
        self._formula: str | None = None
        self._stored = False
        self._inside = ""

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif name == "c":
            place = _place(attributes.get("r", ""))
            self._row, self._column = place or (self._row, self._column + 1)
            self._is_text = attributes.get("t") == "str"
            self._formula, self._stored = None, False
        elif name == "f":
            self._formula = ""
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        self._inside = name

    def _text(self, text: str) -> None:
        if self._inside == "f" and self._formula is not None:
            self._formula += text
        elif self._inside in ("v", "t"):
            self._stored = True

    def _end(self, tag: str) -> None:
        self._inside = ""
        # an empty text is stored as one
        if tag.rpartition("}")[2] != "c" or self._formula is None or self._stored or self._is_text:
            return
        if len(self.part.formulas) < _MOST:
            self.part.formulas[self._row, self._column] = UncomputedFormula(f"={self._formula}")

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        begin, end = _place(first), _place(last)
        if begin is None or end is None or begin[1] != end[1]:
            return
        if end[0] - begin[0] > _MOST - len(self.part.merged):
            return
        for row in range(begin[0] + 1, end[0] + 1):
            self.part.merged[row, begin[1]] = begin


def _place(text: str) -> tuple[int, int] | None:
    """Return row and column of ``B12``."""
    match = _PLACE(text)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column
