"""The index of a data frame of prices as columns: numbers of rows say nothing, names and dates do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stress.errors import InputError, Problem
from stress.files.prices.titles import DATE_TITLES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["without_index"]


def without_index(frame: pd.DataFrame, label: str) -> pd.DataFrame:
    """Return what an index says as columns: its levels by their names, one without a name as the dates.

    Parameters
    ----------
    frame : DataFrame
        In memory, or as a Parquet file holds it.
    label : str
        Named in messages.

    Raises
    ------
    InputError
        Columns of several levels; a level without a name beside another, or beside dates in a column.
    """
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
    dated = any(title.casefold() in DATE_TITLES for title in titles)
    counted = isinstance(index, pd.RangeIndex)
    if counted or (dated and index.name is None and pd.api.types.is_integer_dtype(index)):
        return frame.reset_index(drop=True)  # numbers of rows
    if index.nlevels == 1 and index.name is None:
        if dated:
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
