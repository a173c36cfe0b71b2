"""The side that the title of a section states for the rows below it: ``Short positions``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from stress.errors import Problem
from stress.files.portfolio.cash import cash_by_name
from stress.files.portfolio.cash_rows import is_cash
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.holding import Holding
from stress.files.portfolio.instrument_kinds import kind_of_type
from stress.files.portfolio.row_rules import Verdict
from stress.files.portfolio.row_sides import is_read_long
from stress.files.portfolio.sides import StatedSide, section_side
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

    Notes
    -----
    A section lasts until a title that opens another one, a total or another header; cash belongs to none. Where it
    cannot be told whether it lasts (a subtitle beside others, a line of words, an empty line, cash amid its rows), rows
    below without a minus are asked about.
    """

    __slots__ = (
        "_asked",
        "_bare",
        "_below",
        "_comments",
        "_file",
        "_held",
        "_now",
        "_sub",
        "_title",
        "_unsure",
    )

    def __init__(self, table: Table, header: int, *, comments: bool) -> None:
        self._comments, self._file = comments, table.file
        self._below: list[Holding] = []
        self._asked: list[Problem] = []
        self._title: str | None = None
        self._now: Section | None = None
        self._held = self._bare = self._sub = False
        self._unsure: str | None = None
        above = next((row for row in reversed(table.cells[:header]) if any(row)), [])
        filled = [cell for cell in above if cell]
        self._open(self._section(filled[0]) if len(filled) == 1 else None)

    def empty_line(self) -> None:
        """Take note of an empty line: rows after those of a section may stand apart from it."""
        if self._now is not None and self._held and self._unsure is None:
            self._unsure = "the empty line above it"

    def no_holding(self, filled: Sequence[str], verdict: Verdict) -> None:
        """Take note of a line that holds nothing: a title opens a section, a total or another header ends it."""
        if len(filled) == 1:
            self._titled(filled[0])
        elif verdict.repeats_header and self._title and not section_side(self._title):
            self._open(None)
        if verdict.became == "total":
            self._open(None)
        self._title = filled[0] if len(filled) == 1 else None

    def holding(self, holding: Holding) -> Holding:
        """Return a row that holds something with the side of its section, if it has one."""
        now = self._now
        if now is None:
            return holding
        if self._comments:
            if now.side == "short":
                self._below.append(holding)
            return holding
        if is_cash(holding):
            if self._held and self._unsure is None:
                self._unsure = "the cash above it"
            return holding
        if self._unsure is not None:
            if now.side == "short" and self._bare and is_read_long(holding) and not holding.sides:
                self._ask(holding, now, self._unsure)
            return holding
        self._held = True
        self._bare = self._bare or is_read_long(holding)
        return holding._replace(
            sides=(*holding.sides, StatedSide(now.side, now.title, "the title of its section")),
        )

    def problems(self) -> list[Problem]:
        """Return what is asked: rows of which it cannot be told whether they are in a section of shorts."""
        return self._asked

    def doubts(self) -> list[str]:
        """Return a warning where a comment says short of rows that are read as long."""
        bare = next((holding for holding in self._below if is_read_long(holding)), None)
        if bare is None:
            return []
        return [
            f"a comment above line {bare.line} says short, and the figures there have no minus: comments say nothing, "
            "they are read as long (a column side says it)"
        ]

    def _section(self, title: str) -> Section | None:
        """Return the section with a side that a title opens."""
        title = title.lstrip("# ") if self._comments else title
        side = section_side(title)
        return None if side is None else Section(side, title)

    def _open(self, section: Section | None) -> None:
        self._now = section
        self._held = self._bare = self._sub = False
        self._unsure = None

    def _titled(self, title: str) -> None:
        """Take note of a line of one cell: a section, a part of the one of now, or words."""
        section = self._section(title)
        kind = kind_of_type(fold(title))
        if section is not None or kind == "cash" or cash_by_name(title):
            self._open(section)
        elif self._now is None or self._comments:
            return
        elif not self._held:
            self._sub = True
        elif kind is not None and not self._sub:
            self._open(None)
        else:
            self._unsure = f"'{title[:40]}' above it"

    def _ask(self, holding: Holding, section: Section, why: str) -> None:
        if self._asked:
            return
        self._asked.append(
            Problem(
                message=f"the row stands below '{section.title}', and {why} may end that section: is it short?",
                file=self._file,
                line=holding.line,
                hint="If so give its figures a minus, or repeat the title of the section above it; if it is long write "
                "a title such as Long positions above it.",
            )
        )
