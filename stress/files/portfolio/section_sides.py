"""The side that the title of a section states for the rows below it: ``Short positions``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from stress.files.portfolio.cash import cash_by_name
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.holding import Holding
from stress.files.portfolio.instrument_kinds import kind_of_type
from stress.files.portfolio.row_rules import Verdict
from stress.files.portfolio.row_sides import is_read_long
from stress.files.portfolio.sides import section_side
from stress.files.portfolio.text import Table

__all__ = ["Section", "SectionSides"]


class Section(NamedTuple):
    """A section whose title states a side.

    Parameters
    ----------
    side : {'long', 'short'}
        Which.
    title : str
        As written.
    """

    side: Literal["long", "short"]
    title: str


class SectionSides:
    """The section of a table that is being read, line by line.

    Parameters
    ----------
    table : Table
        The whole file.
    header : int
        Index of its header: a title may stand right above it.
    comments : bool
        Whether titles can only stand in comments: they say nothing then, and rows below one that says short are
        remembered.
    """

    __slots__ = ("_below", "_comments", "_now", "_title")

    def __init__(self, table: Table, header: int, *, comments: bool) -> None:
        self._comments = comments
        self._below: list[Holding] = []
        self._title: str | None = None
        above = next((row for row in reversed(table.cells[:header]) if any(row)), [])
        filled = [cell for cell in above if cell]
        self._now = self._opened(filled[0], None) if len(filled) == 1 else None

    @property
    def now(self) -> Section | None:
        """The section that states the side of the next row, if one does."""
        return None if self._comments else self._now

    def no_holding(self, filled: Sequence[str], verdict: Verdict) -> None:
        """Take note of a line that holds nothing: a title opens a section, a total or another header ends it."""
        if len(filled) == 1:
            self._now = self._opened(filled[0], self._now)
        elif verdict.repeats_header and self._title and not section_side(self._title):
            self._now = None
        if verdict.became == "total":
            self._now = None
        self._title = filled[0] if len(filled) == 1 else None

    def holding(self, holding: Holding) -> None:
        """Take note of a row that holds something."""
        if self._comments and self._now is not None and self._now.side == "short":
            self._below.append(holding)

    def doubts(self) -> list[str]:
        """Return a warning where a comment says short of rows that are read as long."""
        bare = next((holding for holding in self._below if is_read_long(holding)), None)
        if bare is None:
            return []
        return [
            f"a comment above line {bare.line} says short, and the figures there have no minus: comments say nothing, "
            "they are read as long (a column side says it)"
        ]

    def _opened(self, title: str, now: Section | None) -> Section | None:
        """Return the section that a title opens: one with a side, none for cash, else that of now."""
        title = title.lstrip("# ") if self._comments else title
        side = section_side(title)
        if side is not None:
            return Section(side, title)
        return None if kind_of_type(fold(title)) == "cash" or cash_by_name(title) else now
