"""Prices in memory as the table of a file: a pandas or polars data frame, or `Prices`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stress.errors import InputError, Problem
from stress.factors.prices import Prices, levels_hash
from stress.files.portfolio.frame import DataFrame
from stress.files.prices.index import without_index
from stress.files.prices.names import check_header, unique_names
from stress.files.prices.table import PriceTable, table_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["frame_table", "prices_table"]


def frame_table(frame: DataFrame, *, label: str) -> PriceTable:
    """Read a data frame like a file with its columns.

    Parameters
    ----------
    frame : pandas.DataFrame or polars.DataFrame
        Wide or long; the dates in a column or in the index.
    label : str
        Named in messages, with rows counted from 1.

    Returns
    -------
    PriceTable
        Its digest is that of dates, names and levels.

    Raises
    ------
    InputError
        Every problem at once, as of a file.
    """
    plain = _with_dates(frame, label)
    table = table_of(plain, file=label, digest="", first_line=1, single=None)
    dates = tuple(str(day) for day in table.dates)
    return replace(table, digest=levels_hash(dates, table.names, table.levels))


def prices_table(prices: Prices) -> PriceTable:
    """Read `Prices` like a file that holds them; their digest is their content hash."""
    label = "Prices"
    return PriceTable(
        file=label,
        digest=prices.content_hash,
        dates=np.array(prices.dates, dtype="U10"),
        lines=np.arange(1, len(prices.dates) + 1),
        names=unique_names(prices.names, label),
        levels=prices.levels,
    )


def _with_dates(frame: Any, label: str) -> pd.DataFrame:
    """Return a pandas frame whose titles are text and whose dates are a column."""
    import pandas as pd

    if isinstance(frame, pd.DataFrame):
        plain = without_index(frame, label)
    else:
        plain = pd.DataFrame({str(title): frame[title].to_list() for title in frame.columns})
    plain = plain.set_axis([str(title).strip() for title in plain.columns], axis=1)
    if not len(plain):
        raise InputError(Problem(file=label, message="has no rows.", hint="Give prices."))
    check_header(list(plain.columns), label, line=None)
    return plain
