"""Levels that are no price: zero, below, or beyond what any market quotes."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from stress.arrays import FloatArray
from stress.errors import Problem
from stress.files.prices.table import PriceTable

__all__ = ["implausible", "not_positive", "possible_prices"]

#: No market quotes a price outside this range.
SMALLEST, LARGEST = 1e-9, 1e12


def possible_prices(levels: FloatArray) -> FloatArray:
    """Return levels with nan for what is no price: a move from or to it is none either."""
    return np.where((levels >= SMALLEST) & (levels <= LARGEST), levels, np.nan)


def not_positive(table: PriceTable, differenced: Collection[str]) -> list[Problem]:
    """Refuse prices that are not above zero, the first of each series.

    Parameters
    ----------
    table : PriceTable
        One file.
    differenced : collection of str
        Series that are not prices, or are not judged.
    """
    found = []
    bad = table.levels <= 0.0
    for n in np.flatnonzero(bad.any(axis=0)):
        name = table.names[n]
        if name in differenced:
            continue
        row = int(np.argmax(bad[:, n]))
        more = int(bad[:, n].sum()) - 1
        found.append(
            Problem(
                file=table.file,
                line=int(table.lines[row]),
                message=f"the price of '{name}' on {table.dates[row]} is {table.levels[row, n]:g}"
                + (f" ({more} more such)." if more else "."),
                hint="A price is above zero; leave the cell blank where there is none.",
            )
        )
    return found


def implausible(
    table: PriceTable, differenced: Collection[str], ignored: Collection[str]
) -> list[Problem]:
    """Refuse levels so large or so small that no market quotes them, the first of each series.

    Parameters
    ----------
    table : PriceTable
        One file.
    differenced : collection of str
        Series that may be zero or below.
    ignored : collection of str
        Series that are not judged.
    """
    found = []
    for n, name in enumerate(table.names):
        if name in ignored:
            continue
        size = np.abs(table.levels[:, n])
        small = (size > 0.0) & (size < SMALLEST) & (name not in differenced)
        rows = np.flatnonzero((size > LARGEST) | small)
        if len(rows):
            row = int(rows[0])
            found.append(
                Problem(
                    file=table.file,
                    line=int(table.lines[row]),
                    message=f"the level of '{name}' on {table.dates[row]} is {table.levels[row, n]:g}: prices from "
                    f"{SMALLEST:g} to {LARGEST:g} are read.",
                    hint="Correct it, or leave the cell blank.",
                )
            )
    return found
