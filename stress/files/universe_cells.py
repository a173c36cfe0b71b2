"""Cells of a row of a hedge universe as numbers: none where a cell is empty."""

from __future__ import annotations

import math
from collections.abc import Mapping

from stress.errors import InputError, Problem
from stress.units import parse_move

__all__ = ["fraction_of", "number_of", "read_number", "required_number"]


def read_number(text: str, what: str, number: int | None) -> float:
    """Read a finite number."""
    try:
        value = float(text)
    except ValueError:
        raise InputError(
            Problem(message=f"{what}: '{text}' is not a number.", line=number)
        ) from None
    if not math.isfinite(value):
        raise InputError(Problem(message=f"{what}: '{text}' is not a finite number.", line=number))
    return value


def number_of(row: Mapping[str, str], column: str) -> float | None:
    """Read the number of a column, if its cell has one."""
    text = row.get(column) or ""
    return read_number(text, column, None) if text else None


def required_number(row: Mapping[str, str], column: str, meaning: str) -> float:
    """Read the number of a column that has no default."""
    value = number_of(row, column)
    if value is None:
        raise InputError(f"no {column} ({meaning}); there is no default.")
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
