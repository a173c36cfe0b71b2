"""The titles of a table: each stands once, and no row has more cells than there are titles."""

from __future__ import annotations

from collections.abc import Sequence

from stress.errors import InputError, Problem
from stress.tables import shorten

__all__ = ["refuse_spare_cells", "refuse_twins"]


def refuse_twins(titles: Sequence[str], *, file: str, line: int) -> None:
    """Raise where a title stands twice: which of the two columns is meant, nothing says.

    Parameters
    ----------
    titles : sequence of str
        As read; letters of any case are the same, blank titles are none.
    file : str
        Named in the message.
    line : int
        Of the titles, one-based.

    Raises
    ------
    InputError
        One problem for each title that stands a second time.
    """
    first: dict[str, int] = {}
    problems = []
    for column, title in enumerate(titles, start=1):
        key = title.casefold()
        if key and first.setdefault(key, column) != column:
            problems.append(
                Problem(
                    message=f"the column '{shorten(title, 60)}' stands twice (columns {first[key]} and {column}).",
                    file=file,
                    line=line,
                    column=column,
                    hint="Rename or remove one.",
                )
            )
    if problems:
        raise InputError(problems)


def refuse_spare_cells(
    cells: Sequence[str], titles: Sequence[str], *, file: str, line: int
) -> None:
    """Raise where a row has cells under no title: a comma inside a number or a name, most often.

    Parameters
    ----------
    cells, titles : sequence of str
        Of the row, and of the table.
    file : str
        Named in the message.
    line : int
        Of the row, one-based.

    Raises
    ------
    InputError
        Where a cell beyond the last title is not blank.
    """
    if any(cells[len(titles) :]):
        raise InputError(
            Problem(
                message=f"{len(cells)} cells under {len(titles)} titles: '{shorten(','.join(cells), 100)}'.",
                file=file,
                line=line,
                hint='Put a cell with a comma in quotes ("1,234.50").',
            )
        )
