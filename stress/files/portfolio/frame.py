"""A pandas (or polars) frame as rows, without importing either."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from stress.errors import InputError, Problem
from stress.files.portfolio.columns import match_columns
from stress.files.portfolio.numbers import StoredNumber
from stress.files.portfolio.source import Source
from stress.files.portfolio.text import Table
from stress.twice import given_twice

__all__ = ["DataFrame", "frame_source", "rows_frame"]

_LABEL = "DataFrame"
_IDENTIFIERS = frozenset({"ticker", "isin", "cusip", "name"})


class _Columns(Protocol):
    """Columns, and what stands in them."""

    @property
    def columns(self) -> Any:
        """Titles."""
        ...

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        ...

    def __getitem__(self, key: Any, /) -> Any: ...


@runtime_checkable
class DataFrame(_Columns, Protocol):
    """A pandas or polars data frame; not a pyarrow table, whose `columns` are data."""

    def head(self, n: int = 5, /) -> Any:
        """Return the first rows."""
        ...


def frame_source(frame: _Columns, *, name: str | None = None) -> tuple[Source, Table]:
    """Turn a frame into rows of text.

    Parameters
    ----------
    frame : pandas.DataFrame or polars.DataFrame
        Foreshock's own columns, or any the generic reader knows. An index with a name (``set_index("ticker")``) is a
        column; one that has the name of a column must hold what that holds (``drop=False``).
    name : str, optional
        What the book is called; ``DataFrame`` when omitted.

    Returns
    -------
    source : Source
        Its hash is that of the rows.
    table : Table
        Numbers are written so that they read back bit for bit; missing values are blank; lines count rows
        from 1, after the header at 0.
    """
    label = name or _LABEL
    index = _named_index(frame)
    titles = [*index, *(str(title) for title in frame.columns)]
    if not titles or not frame.shape[0]:
        raise InputError(
            Problem(message="the frame is empty.", file=label, hint="Give one row a position.")
        )
    twice = given_twice(titles)
    if twice:
        raise InputError(
            Problem(
                message=f"column(s) given twice: {', '.join(twice)}.",
                file=label,
                hint="Rename or drop one of each.",
            )
        )
    _refuse_other_index(frame, label)
    _refuse_unnamed_index(frame, titles, label)
    columns = [[_text(value) for value in values] for values in index.values()]
    for title in frame.columns:
        column = frame[title]
        values = column.to_list() if hasattr(column, "to_list") else list(column)
        columns.append([_text(value) for value in values])
    rows = [list(row) for row in zip(*columns, strict=True)]
    content = "\n".join("\x1f".join(row) for row in [titles, *rows]).encode()
    source = Source(
        file=label,
        label=label,
        kind="text",
        content=content,
        content_hash=hashlib.sha256(content).hexdigest(),
    )
    return source, Table(file=label, cells=[titles, *rows], lines=range(len(rows) + 1))


def _named_index(frame: _Columns) -> dict[str, list[Any]]:
    """Return the levels of a pandas index that have a name which no column has."""
    index: Any = getattr(frame, "index", None)
    names = list(getattr(index, "names", None) or ())
    if index is None:
        return {}
    columns = {str(title) for title in frame.columns}
    return {
        str(name): list(index.get_level_values(level))
        for level, name in enumerate(names)
        if name is not None and str(name) not in columns
    }


def _refuse_other_index(frame: _Columns, label: str) -> None:
    """Refuse a pandas index with the name of a column that holds something else: one of them would be lost."""
    index: Any = getattr(frame, "index", None)
    problems = []
    for level, name in enumerate(getattr(index, "names", None) or ()):
        title = next((t for t in frame.columns if name is not None and str(t) == str(name)), None)
        if title is None:
            continue
        in_index = [_text(value) for value in index.get_level_values(level)]
        in_column = [_text(value) for value in frame[title]]
        row = next(
            (n for n, (a, b) in enumerate(zip(in_index, in_column, strict=True)) if a != b), None
        )
        if row is not None:
            problems.append(
                Problem(
                    message=f"the index '{name}' says '{in_index[row]}' and the column '{title}' '{in_column[row]}'.",
                    file=label,
                    line=row + 1,
                    hint="Drop one of them: frame.reset_index(drop=True) keeps the column.",
                )
            )
    if problems:
        raise InputError(problems)


def _refuse_unnamed_index(frame: _Columns, titles: list[str], label: str) -> None:
    """Refuse a frame that keeps its tickers in an index without a name: they would be lost."""
    index: Any = getattr(frame, "index", None)
    if getattr(index, "names", None) is None or not isinstance(next(iter(index), None), str):
        return
    if not _IDENTIFIERS.isdisjoint(match_columns(titles).index):
        return
    raise InputError(
        Problem(
            message="no column names a ticker, and the frame's index holds text and has no name.",
            file=label,
            hint='Name it: frame.rename_axis("ticker").',
        )
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Mappings, one a position, as a frame: a column for every key; what a row lacks is missing."""

    rows: Sequence[Mapping[str, Any]]

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys(key for row in self.rows for key in row))

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.columns)

    def __getitem__(self, key: str) -> list[Any]:
        return [row.get(key) for row in self.rows]


def rows_frame(rows: Sequence[Mapping[str, Any]]) -> _Columns:
    """Return mappings, one a position, as a frame."""
    return _Rows(rows)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    # Missing in any of its spellings: None, nan and NaT differ from themselves, pandas.NA does not say.
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
        return ""
    if isinstance(value, float):
        return StoredNumber(repr(float(value)) if math.isfinite(value) else value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    return StoredNumber(value)
