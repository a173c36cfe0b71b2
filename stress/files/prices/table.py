"""One price file as a table: wide, long or a single series; CSV or Parquet. Structure only, no judgement.

=============================  ==========================================================
columns                        read as
=============================  ==========================================================
date, NVDA, AVGO, ...          wide: one series a column
ticker, date, ..., close, ...  long: one series a ticker (titles: `stress.files.prices.titles`)
date, value                    one series, named like the file: ``DGS10.csv`` is ``DGS10``
date, open, high, low, close   one series, its closes: ``vix_daily.csv`` is ``VIX``
=============================  ==========================================================
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.files.portfolio.plain_tickers import plain_ticker
from stress.files.prices.cells import SHOWN, read_dates, read_numbers
from stress.files.prices.names import check_header, unique_names
from stress.files.prices.parquet import read_price_parquet
from stress.files.prices.size import LARGEST_PRICES, require_price_size
from stress.files.prices.titles import (
    DATE_TITLES,
    LEVEL_TITLES,
    TICKER_TITLES,
    refuse_text,
    ticker_column,
)
from stress.files.small_text import read_small
from stress.warnings_here import warnings_here

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PriceTable", "read_price_table", "table_of"]

_BLANK = ("", ".", "n/a", "NaN", "nan", "NULL", "null", "NA", "N/A", "#N/A", "-", "--", "None")
_NAME_TAIL = re.compile(r"[_\- ](daily|history|historical|prices?)$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, eq=False)
class PriceTable:
    """The levels of one file, rows in its order.

    Parameters
    ----------
    file : str
        As the user named it.
    digest : str
        SHA-256 of its bytes.
    dates : ndarray of str, shape (T,)
        ISO dates; order and repetition as in the file.
    lines : ndarray of int, shape (T,)
        Line of each row, one-based; of long files the line of a date's first row.
    names : tuple of str, length N
    levels : ndarray of shape (T, N)
        nan where blank.
    """

    file: str
    digest: str
    dates: npt.NDArray[np.str_]
    lines: npt.NDArray[np.intp]
    names: tuple[str, ...]
    levels: FloatArray

    @cached_property
    def days(self) -> npt.NDArray[np.datetime64]:
        """The dates as days, shape (T,)."""
        return self.dates.astype("datetime64[D]")


def read_price_table(path: str | os.PathLike[str]) -> PriceTable:
    """Read one price file.

    Parameters
    ----------
    path : path-like
        CSV (comma, semicolon or tab) or Parquet (``.parquet``, ``.pq``).

    Returns
    -------
    PriceTable

    Raises
    ------
    InputError
        Every structural problem of the file at once: not readable, too large (`stress.files.prices.size`), one
        column, no dates, a date or price that is none, two columns of one name.
    MissingExtraError
        Parquet without its extra.
    """
    file = os.fspath(path)
    content = read_small(Path(path), most=LARGEST_PRICES, wanted="price file")
    digest = hashlib.sha256(content).hexdigest()
    if Path(path).suffix.lower() in (".parquet", ".pq"):
        frame = read_price_parquet(content, file)
        first_line = 1
    else:
        frame = _csv(content, file)
        first_line = 2
    return table_of(frame, file=file, digest=digest, first_line=first_line, single=Path(file).stem)


def _csv(content: bytes, file: str) -> pd.DataFrame:
    import pandas as pd

    text = _decode(content, file)
    head = text.lstrip("\n\r").split("\n", 1)[0].rstrip("\r")
    if not head.strip():
        raise InputError(Problem(file=file, message="is empty.", hint="Give a file with prices."))
    separator = max(",;\t", key=head.count)
    rows = max(text.count("\n"), text.count("\r"))
    require_price_size(
        file, rows=rows, columns=head.count(separator) + 1, cells=text.count(separator)
    )
    try:
        header = [cell.strip() for cell in next(csv.reader([head], delimiter=separator))]
    except csv.Error as error:
        raise InputError(
            Problem(file=file, line=1, message=f"the titles cannot be read: {error}.")
        ) from None
    check_header(header, file)
    skipped = text[: len(text) - len(text.lstrip("\n\r"))].count("\n")
    with warnings_here("error", pd.errors.ParserWarning):
        try:
            return pd.read_csv(
                io.BytesIO(text.encode()),  # a StringIO takes four bytes a character
                sep=separator,
                skiprows=skipped + 1,
                header=None,
                names=header,
                index_col=False,
                dtype={
                    name: str
                    for name in header
                    if name.casefold() in (*DATE_TITLES, *TICKER_TITLES)
                }
                or {header[0]: str},
                na_values=list(_BLANK),
                keep_default_na=False,
                skip_blank_lines=False,
                low_memory=False,
            )
        except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError) as error:
            raise InputError(
                Problem(
                    file=file,
                    message=f"is not a table: {' '.join(str(error).split())}.",
                    hint=f"The header has {len(header)} columns; every row needs as many.",
                )
            ) from None


def _decode(content: bytes, file: str) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            Problem(file=file, message=f"is not text in UTF-8 or UTF-16 (byte {error.start}).")
        ) from None
    if "\x00" in text:
        raise InputError(
            Problem(file=file, message=f"holds a NUL byte at character {text.index(chr(0))}.")
        )
    return text


def table_of(
    frame: pd.DataFrame, *, file: str, digest: str, first_line: int, single: str | None
) -> PriceTable:
    """Read columns, whatever they were written in.

    Parameters
    ----------
    frame : DataFrame
        Titles are text, each its own; dates are a column.
    file, digest : str
        Of the table.
    first_line : int
        Line of the first row.
    single : str or None
        Name of a single series, whose columns are called after what they hold (``close``).

    Raises
    ------
    InputError
        Every problem at once.
    """
    columns = {str(name).casefold(): str(name) for name in frame.columns}
    ticker = ticker_column(frame)
    date = next((columns[key] for key in DATE_TITLES if key in columns), None)
    if date is None:
        date = str(frame.columns[0])
        if ticker is not None and date == ticker:
            raise InputError(
                Problem(file=file, line=1, message="has no date column.", hint="Name it 'date'.")
            )
    blank = frame.isna().all(axis=1).to_numpy()
    lines = np.flatnonzero(~blank) + first_line
    frame = frame.loc[~blank]
    if frame.empty:
        raise InputError(
            Problem(file=file, message="has a header and no rows.", hint="Give a file with prices.")
        )
    problems: list[Problem] = []
    dates = read_dates(frame[date], lines, file, problems)
    level = next((columns[key] for key in LEVEL_TITLES if key in columns), None)
    if ticker is not None:
        if level is None:
            raise InputError(
                Problem(
                    file=file,
                    line=1,
                    message=f"has tickers but none of the columns {', '.join(LEVEL_TITLES)}.",
                )
            )
        values = read_numbers(frame[[level]], lines, file, problems)
        _raise(problems)
        return _pivot(frame[ticker], dates, values[:, 0], lines, file, digest)
    refuse_text(frame, date, file)
    others = [str(name) for name in frame.columns if name != date]
    alone = level is not None and {name.casefold() for name in others} <= {
        *LEVEL_TITLES,
        "open",
        "high",
        "low",
        "volume",
    }
    if alone and level is not None:
        if single is None:
            raise InputError(
                Problem(
                    file=file,
                    message=f"the column '{level}' does not say whose levels it holds.",
                    hint=f'Name it: frame.rename(columns={{"{level}": "NVDA"}}).',
                )
            )
        values = read_numbers(frame[[level]], lines, file, problems)
        names = unique_names([_NAME_TAIL.sub("", single)], file)
    else:
        values = read_numbers(frame[others], lines, file, problems)
        names = unique_names(others, file)
    _raise(problems)
    return PriceTable(
        file=file, digest=digest, dates=dates, lines=lines, names=names, levels=values
    )


def _pivot(
    tickers: pd.Series,
    dates: npt.NDArray[np.str_],
    values: FloatArray,
    lines: npt.NDArray[np.intp],
    file: str,
    digest: str,
) -> PriceTable:
    """Turn a long file into a table. Two rows for one ticker and date are two prices, and refused."""
    problems = []
    blank = np.flatnonzero(tickers.isna().to_numpy())
    if len(blank):
        problems.append(
            Problem(
                file=file,
                line=int(lines[blank[0]]),
                message=f"the ticker is blank ({len(blank)} such rows)."
                if len(blank) > 1
                else "the ticker is blank.",
            )
        )
        _raise(problems)
    written, at = np.unique(tickers.astype(str).to_numpy(dtype=np.str_), return_inverse=True)
    names, place_of = np.unique([plain_ticker(str(name)) for name in written], return_inverse=True)
    column = place_of[at]
    days, first, row = np.unique(dates, return_index=True, return_inverse=True)
    cell = row * len(names) + column
    unique, counts = np.unique(cell, return_counts=True)
    for double in unique[counts > 1][:SHOWN]:
        place = np.flatnonzero(cell == double)
        problems.append(
            Problem(
                file=file,
                line=int(lines[place[1]]),
                message=f"{names[double % len(names)]} has a second price on {days[double // len(names)]}; "
                f"the first is in line {lines[place[0]]}.",
            )
        )
    if (counts > 1).sum() > SHOWN:
        problems.append(
            Problem(file=file, message=f"and {(counts > 1).sum() - SHOWN} more such rows.")
        )
    _raise(problems)
    levels = np.full((len(days), len(names)), np.nan)
    levels[row, column] = values
    return PriceTable(
        file=file,
        digest=digest,
        dates=days,
        lines=lines[first],
        names=tuple(str(name) for name in names),
        levels=levels,
    )


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise InputError(problems)
