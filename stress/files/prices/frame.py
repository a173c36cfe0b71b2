"""Prices in memory as the table of a file: a pandas or polars data frame, or `Prices`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stress.errors import InputError, Problem
from stress.factors.prices import Prices, levels_hash
from stress.files.portfolio.frame import DataFrame
from stress.files.prices.names import check_header, unique_names
from stress.files.prices.table import PriceTable, table_of
from stress.files.prices.titles import DATE_TITLES

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
        plain = _without_index(frame, label)
    else:
        plain = pd.DataFrame({str(title): frame[title].to_list() for title in frame.columns})
    plain = plain.set_axis([str(title).strip() for title in plain.columns], axis=1)
    if not len(plain):
        raise InputError(Problem(file=label, message="has no rows.", hint="Give prices."))
    check_header(list(plain.columns), label, line=None)
    return plain


def _without_index(frame: pd.DataFrame, label: str) -> pd.DataFrame:
    """Return what an index says as columns: its levels by their names, one without a name as the dates."""
    import pandas as pd

    if frame.columns.nlevels > 1:
        kinds = ", ".join(repr(str(one)) for one in frame.columns.get_level_values(0).unique()[:4])
        raise InputError(
            Problem(
                file=label,
                message=f"its columns have {frame.columns.nlevels} levels (the first: {kinds}).",
                hint='Give one table of closes, as frame["Close"] is of a download.',
            )
        )
    index, titles = frame.index, {str(title).strip() for title in frame.columns}
    if index.nlevels == 1 and index.name is None:
        if pd.api.types.is_integer_dtype(index):
            return frame.reset_index(drop=True)
        if any(title.casefold() in DATE_TITLES for title in titles):
            raise InputError(
                Problem(
                    file=label,
                    message="has dates in a column, and an index without a name.",
                    hint='Name it: frame.rename_axis("ticker").',
                )
            )
        return frame.rename_axis("date").reset_index()
    if None in index.names:
        raise InputError(
            Problem(
                file=label,
                message="has an index with a level that has no name.",
                hint='Name them: frame.rename_axis(["ticker", "date"]).',
            )
        )
    for name in index.names:
        frame = frame.reset_index(level=name, drop=str(name) in titles)
    return frame
