"""Which sheet of a workbook is the book; every other one that holds anything is refused or named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from stress.errors import InputError, Problem
from stress.files.portfolio.dialects.hedge_universe import HEDGE_UNIVERSE
from stress.files.portfolio.dialects.transactions import TRANSACTIONS
from stress.files.portfolio.header_row import best_header
from stress.files.portfolio.numbers import is_blank
from stress.files.portfolio.text import Table
from stress.tables import listing

__all__ = ["Sheet", "the_book"]

#: Sheets that a message names.
_NAMED = 6
#: Dialects of what is plainly not positions.
_NO_BOOKS = (HEDGE_UNIVERSE, TRANSACTIONS)


class Sheet(NamedTuple):
    """One sheet of a workbook.

    Parameters
    ----------
    title : str
        As on its tab.
    hidden : bool
        Whether the tab is not shown.
    table : Table
        Its rows that are not blank; as many as may be read.
    too_large : str
        Why not all of its rows were read; '' where they were.
    """

    title: str
    hidden: bool
    table: Table
    too_large: str = ""


def the_book(sheets: Iterable[Sheet], file: str) -> tuple[str, Table]:
    """Choose the only visible sheet that is a table of positions.

    Parameters
    ----------
    sheets : iterable of Sheet
        In the order of their tabs.
    file : str
        For messages.

    Returns
    -------
    title : str
        Of the sheet.
    table : Table
        It, with a warning that names the sheets that are not read. Where none is a table of positions, the first visible
        sheet with any title of one (a history of transactions), else the first that is not empty: its dialect says what is
        wrong with it.

    Raises
    ------
    InputError
        Several visible sheets are tables of positions, or only hidden ones are; the chosen one is too large; all are empty.
    """
    filled = [sheet for sheet in sheets if sheet.table.cells]
    visible = [sheet for sheet in filled if not sheet.hidden]
    books = [sheet for sheet in filled if _holds_positions(sheet.table)]
    shown = [sheet for sheet in books if not sheet.hidden]
    if len(shown) > 1:
        raise InputError(
            Problem(
                message=f"{len(shown)} sheets of the workbook are tables of positions: {_names(shown)}.",
                file=file,
                hint="Save the one to read as a file of its own, or hide the others.",
            )
        )
    if books and not shown:
        raise InputError(
            Problem(
                message=f"no visible sheet is a table of positions, and hidden sheets are not read: {_names(books)}.",
                file=file,
                hint="Show the one to read, or save it as a file of its own.",
            )
        )
    if not visible:
        raise InputError(Problem(message="the workbook is empty.", file=file))
    titled = (sheet for sheet in visible if best_header(sheet.table) is not None)
    chosen = shown[0] if shown else next(titled, visible[0])
    if chosen.too_large:
        raise InputError(
            Problem(message=chosen.too_large, file=file, hint="Save the positions alone.")
        )
    return chosen.title, replace(chosen.table, warnings=tuple(_unread(chosen, filled)))


def _unread(chosen: Sheet, filled: Sequence[Sheet]) -> Iterator[str]:
    others = [sheet for sheet in filled if sheet is not chosen]
    if others:
        yield f"only the sheet '{chosen.title}' of the workbook is read; it also holds {_names(others)}"


def _names(sheets: Sequence[Sheet]) -> str:
    words = [f"'{sheet.title}'" + (" (hidden)" if sheet.hidden else "") for sheet in sheets]
    return listing(words, most=_NAMED)


def _holds_positions(table: Table) -> bool:
    """Say whether a row has the titles of positions and one below it something under two of them."""
    if any(dialect.recognise(table) for dialect in _NO_BOOKS):
        return False
    found = best_header(table)
    if found is None:
        return False
    header, columns = found
    places = set(columns.index.values())
    return any(
        sum(1 for place in places if place < len(row) and not is_blank(row[place])) > 1
        for row in table.cells[header + 1 :]
    )
