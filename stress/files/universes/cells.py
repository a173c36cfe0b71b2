"""Cells of a row of a hedge universe as numbers: none where a cell is empty."""

from __future__ import annotations

import math
from collections.abc import Mapping

from stress.errors import InputError, Problem
from stress.units import parse_move

__all__ = [
    "FRACTIONS",
    "NUMBERS",
    "fraction_of",
    "multiplier_of",
    "number_of",
    "read_number",
    "readable",
]

#: Columns of numbers, and those of numbers with % or bp.
NUMBERS = (
    "price",
    "commission",
    "adv",
    "lot",
    "max_units",
    "multiplier",
    "strike_step",
    "skew",
    "vol_beta",
)
FRACTIONS = ("half_spread", "borrow", "financing", "margin", "vol", "dividend")
_PLAINLY = "Write it as 7010.50: no thousands separators, no currency sign."


def readable(row: Mapping[str, str], number: int) -> tuple[dict[str, str], list[Problem]]:
    """Find all cells of a row that cannot be read.

    Parameters
    ----------
    row : mapping of str to str
        Cells by column.
    number : int
        Line of the file.

    Returns
    -------
    row : dict of str to str
        With something readable in their place, so that what else is wrong with the row shows too.
    problems : list of Problem
        One for each of them.
    """
    cells = dict(row)
    problems = []
    for columns, read, instead in ((NUMBERS, number_of, "1"), (FRACTIONS, fraction_of, "1%")):
        for column in columns:
            try:
                read(row, column)
            except InputError as error:
                cells[column] = instead
                problems += [
                    Problem(message=_named(p.message, column), line=number, hint=p.hint)
                    for p in error.problems
                ]
    return cells, problems


def _named(message: str, column: str) -> str:
    return message if message.startswith(column) else f"{column}: {message}"


def read_number(text: str, what: str, number: int | None) -> float:
    """Read a finite number."""
    try:
        value = float(text)
    except ValueError:
        hint = _PLAINLY if any(map(str.isdigit, text)) else None
        raise InputError(
            Problem(message=f"{what}: '{text}' is not a number.", line=number, hint=hint)
        ) from None
    if not math.isfinite(value):
        raise InputError(Problem(message=f"{what}: '{text}' is not a finite number.", line=number))
    return value


def number_of(row: Mapping[str, str], column: str) -> float | None:
    """Read the number of a column, if its cell has one."""
    text = row.get(column) or ""
    return read_number(text, column, None) if text else None


def multiplier_of(row: Mapping[str, str], meaning: str) -> float:
    """Read the multiplier of a contract, which has no default."""
    value = number_of(row, "multiplier")
    if value is None:
        raise InputError(f"no multiplier ({meaning}); there is no default.")
    return value


def fraction_of(row: Mapping[str, str], column: str) -> float | None:
    """Read ``3bp`` or ``0.3%`` as a fraction."""
    text = row.get(column) or ""
    if not text:
        return None
    move = parse_move(text)
    if move.unit not in ("%", "bp"):
        raise InputError(f"{column}: '{text}' is in {move.unit}; write % or bp.")
    return move.value
