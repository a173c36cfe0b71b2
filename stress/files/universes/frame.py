"""A data frame with the columns of a hedge universe, or of quotes for one, as the CSV that readers of files take."""

from __future__ import annotations

import csv
import io

from stress.files.portfolio.frame import DataFrame, frame_source

__all__ = ["FRAME", "frame_csv"]

#: What a frame is called in messages.
FRAME = "DataFrame"


def frame_csv(frame: DataFrame) -> bytes:
    """Return a frame as UTF-8 CSV, its titles in the first line: missing values are blank, numbers read back bit for bit.

    Parameters
    ----------
    frame : pandas.DataFrame or polars.DataFrame
        One row a line or a quote; an index with a name is a column.

    Raises
    ------
    InputError
        An empty frame, or a column given twice.
    """
    _, table = frame_source(frame)
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(
        [" ".join(str(cell).split()) for cell in row] for row in table.cells
    )
    return written.getvalue().encode()
