"""A pandas (or polars) frame as rows, without importing either."""

from __future__ import annotations

import hashlib
import math
from typing import Any

from stress.errors import InputError, Problem
from stress.files.portfolio.source import Source
from stress.files.portfolio.text import Table

__all__ = ["frame_source", "is_frame"]

_LABEL = "DataFrame"


def is_frame(source: object) -> bool:
    """Say whether an object is a data frame: it has columns and can be indexed by them."""
    return (
        hasattr(source, "columns") and hasattr(source, "__getitem__") and hasattr(source, "shape")
    )


def frame_source(frame: Any) -> tuple[Source, Table]:
    """Turn a frame into rows of text.

    Parameters
    ----------
    frame : pandas.DataFrame or polars.DataFrame
        Foreshock's own columns, or any the generic reader knows.

    Returns
    -------
    source : Source
        Named ``DataFrame``; its hash is that of the rows.
    table : Table
        Numbers are written so that they read back bit for bit; missing values are blank; lines count rows
        from 1, after the header at 0.
    """
    titles = [str(title) for title in frame.columns]
    if not titles or not frame.shape[0]:
        raise InputError(
            Problem(message="the frame is empty.", file=_LABEL, hint="Give one row a position.")
        )
    columns = []
    for title in frame.columns:
        column = frame[title]
        values = column.to_list() if hasattr(column, "to_list") else list(column)
        columns.append([_text(value) for value in values])
    rows = [list(row) for row in zip(*columns, strict=True)]
    content = "\n".join("\x1f".join(row) for row in [titles, *rows]).encode()
    source = Source(
        file=_LABEL,
        label=_LABEL,
        kind="text",
        content=content,
        content_hash=hashlib.sha256(content).hexdigest(),
    )
    return source, Table(file=_LABEL, cells=[titles, *rows], lines=range(len(rows) + 1))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return repr(float(value)) if math.isfinite(value) else str(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    return str(value)
