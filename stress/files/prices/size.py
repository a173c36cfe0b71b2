"""How large a price file may be: it is refused before it is unpacked into tables of many times its size."""

from __future__ import annotations

from stress.errors import InputError, Problem

__all__ = ["LARGEST_PRICES", "require_price_size"]

#: Of the file, and of what it unpacks to. [bytes]
LARGEST_PRICES = 500_000_000
MAX_ROWS = 2_000_000
MAX_COLUMNS = 100_000
MAX_CELLS = 50_000_000


def require_price_size(
    file: str, *, rows: int, columns: int, cells: int = 0, unpacked: int = 0
) -> None:
    """Refuse a table that is too large for prices.

    Parameters
    ----------
    file : str
        Named in the message.
    rows, columns : int
        Of the table.
    cells : int, optional
        As counted, where they may be more than rows times columns.
    unpacked : int, optional
        What it needs in memory. [bytes]

    Raises
    ------
    InputError
        More rows, columns, cells or bytes than days and securities have.
    """
    hint = None
    if rows > MAX_ROWS:
        what = f"{rows:,} rows: more than {MAX_ROWS:,}"
        hint = "Write one column a security and one row a day, or give several files."
    elif columns > MAX_COLUMNS:
        what = f"{columns:,} columns: more than {MAX_COLUMNS:,}"
    elif max(cells, rows * columns) > MAX_CELLS:
        what = f"{max(cells, rows * columns):,} cells: more than {MAX_CELLS:,}"
    elif unpacked > LARGEST_PRICES:
        what = f"{unpacked / 1e6:,.0f} MB unpacked: more than {LARGEST_PRICES / 1e6:g} MB"
    else:
        return
    hint = hint or "Give several files, each with some of the series."
    raise InputError(Problem(file=file, message=f"has {what}.", hint=hint))
