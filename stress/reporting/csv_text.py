"""CSV that reads back to the last bit, and that a spreadsheet takes for text and figures only."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["cell", "frame_csv"]

#: A spreadsheet takes a cell that starts so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: Any) -> Any:
    """Write floats to the last bit, and no text that a spreadsheet would run: an apostrophe stands before it."""
    match value:
        case None:
            return ""
        case str():
            return f"'{value}" if value.startswith(_FORMULA) else value
        case float():
            return "" if math.isnan(value) else repr(float(value))
    return value


def frame_csv(frame: pd.DataFrame) -> str:
    """Write a data frame as CSV, its index first; empty where a figure does not exist.

    Parameters
    ----------
    frame : pandas.DataFrame
        With a named index.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([frame.index.name, *frame.columns])
    for row in frame.itertuples(name=None):
        writer.writerow([cell(value) for value in row])
    return text.getvalue()
