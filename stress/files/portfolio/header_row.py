"""Find the row that names the columns, below whatever stands above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stress.files.portfolio.columns import Columns, match_columns
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.numbers import is_number
from stress.files.portfolio.side_columns import AMOUNTS
from stress.files.portfolio.sides import SIDED_ROLES
from stress.files.portfolio.text import Table

__all__ = ["PREAMBLE", "best_header", "find_header", "folded_row", "has_titles"]

#: Preambles are shorter than this.
PREAMBLE = 80
_IDENTIFIERS = ("ticker", "isin", "cusip", "name", "underlying")
#: Of which some files have one column for what is long and one for what is short.
_HELD = frozenset(AMOUNTS) | {role for role in SIDED_ROLES if not role.endswith("_exposure")}


def folded_row(row: Sequence[str]) -> list[str]:
    """Return the cells of a row as `fold` writes them."""
    return [fold(cell) for cell in row]


def has_titles(row: Sequence[str], wanted: Sequence[str]) -> bool:
    """Say whether a row has all wanted titles, folded."""
    titles = set(folded_row(row))
    return all(title in titles for title in wanted)


def find_header(table: Table, *wanted: str) -> int | None:
    """Return the index of the first row near the top that has all wanted (folded) titles.

    Parameters
    ----------
    table : Table
        The file.
    *wanted : str
        Folded titles.

    Returns
    -------
    int or None
    """
    for position, row in enumerate(table.cells[:PREAMBLE]):
        if len(row) >= len(wanted) and has_titles(row, wanted):
            return position
    return None


def best_header(
    table: Table, chosen: Mapping[str, str] | None = None
) -> tuple[int, Columns] | None:
    """Return the first row that names an identifier and a value, with the most columns understood.

    Parameters
    ----------
    table : Table
        The file.
    chosen : mapping of str to str, optional
        The user's own choice, title to role.

    Returns
    -------
    (int, Columns) or None
        Index of the row and its columns.
    """
    best: tuple[int, int, Columns] | None = None
    for position, row in enumerate(table.cells[:PREAMBLE]):
        filled = [cell for cell in row if cell]
        if len(filled) < 2 or any(is_number(cell) or len(cell) > 60 for cell in filled):
            continue
        columns = match_columns(row, chosen=chosen, body=table.cells[position + 1 :])
        roles = columns.index.keys()
        if not any(role in roles for role in _IDENTIFIERS) or _HELD.isdisjoint(roles):
            continue
        if best is None or len(roles) > best[0]:
            best = (len(roles), position, columns)
    return None if best is None else (best[1], best[2])
