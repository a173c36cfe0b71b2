"""Cells of a price file as dates and numbers; each that is neither is named with its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import Problem, plainly
from stress.files.portfolio.numbers import decimal_mark

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SHOWN", "read_dates", "read_numbers"]

#: Problems of one kind and file that are written out; the rest is counted.
SHOWN = 5

_PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?").fullmatch
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED_MONTH = re.compile(
    rf"^(?P<day>\d{{1,2}})[- ](?P<month>{'|'.join(_MONTHS)})[- ](?P<year>\d{{4}})$", re.IGNORECASE
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_dates(
    column: pd.Series, lines: npt.NDArray[np.intp], file: str, problems: list[Problem]
) -> npt.NDArray[np.str_]:
    """Return the cells as ISO dates.

    Day and month in slashes are read only where the file itself shows which is which.

    Parameters
    ----------
    column : Series of length T
    lines : ndarray of int, shape (T,)
        Line of each row in the file.
    file : str
        Named in messages.
    problems : list of Problem
        Takes what is no date.

    Returns
    -------
    ndarray of str, shape (T,)
        Empty text where it is none.
    """
    import pandas as pd

    plain = _plain_dates(column)
    if plain is not None:
        return plain
    if not isinstance(column.dtype, np.dtype) or column.dtype.kind != "M":
        text = column.astype("string").str.strip()
        iso = text.str.fullmatch(_ISO.pattern)
        if not iso.fillna(False).all():
            text = _rewritten(text)
        parsed = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    else:
        text, parsed = column.astype("string"), column
    bad = np.flatnonzero(parsed.isna().to_numpy())
    for row in bad[:SHOWN]:
        value = column.iloc[row]
        said = "is blank" if pd.isna(value) else f"{plainly(value)} is not a date"
        problems.append(
            Problem(
                file=file,
                line=int(lines[row]),
                message=f"the date {said}." if said == "is blank" else f"{said}.",
                hint="Write dates as 2025-01-27.",
            )
        )
    if len(bad) > SHOWN:
        problems.append(Problem(file=file, message=f"and {len(bad) - SHOWN} more such dates."))
    return np.array(parsed.dt.strftime("%Y-%m-%d").fillna("").tolist(), dtype=np.str_)


def _plain_dates(column: pd.Series) -> npt.NDArray[np.str_] | None:
    """Return the dates where every one is a true ISO date, the usual and quick case; else None."""
    text = column.tolist()
    if set(map(type, text)) != {str} or set(map(len, text)) != {10}:
        return None
    dates = np.array(text, dtype="U10")
    letters = dates.view("U1").reshape(-1, 10)
    if not (letters[:, [4, 7]] == "-").all():
        return None
    try:
        dates.astype("datetime64[D]")
    except ValueError:
        return None
    return dates


def _with_number(found: re.Match[str]) -> str:
    month = _MONTHS.index(found["month"].casefold()) + 1
    return f"{found['year']}-{month:02d}-{int(found['day']):02d}"


def _rewritten(text: pd.Series) -> pd.Series:
    """20250127, 2025-01-27 00:00:00, 27-Jan-2025 and unambiguous 01/27/2025 as ISO; anything else unchanged."""
    text = text.str.replace(r"^(\d{4}-\d{2}-\d{2})[T ][\d:.]+.*$", r"\1", regex=True)
    text = text.str.replace(r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3", regex=True)
    text = text.str.replace(_NAMED_MONTH, _with_number, regex=True)
    parts = text.str.extract(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")
    slashed = parts[0].notna()
    if not slashed.any():
        return text
    first, second = parts[0][slashed].astype(int), parts[1][slashed].astype(int)
    if (second > 12).any() and not (first > 12).any():
        month, day = first, second
    elif (first > 12).any() and not (second > 12).any():
        day, month = first, second
    else:
        return text
    text = text.copy()
    text[slashed] = (
        parts[2][slashed]
        + "-"
        + month.astype(str).str.zfill(2)
        + "-"
        + day.astype(str).str.zfill(2)
    )
    return text


def read_numbers(
    frame: pd.DataFrame, lines: npt.NDArray[np.intp], file: str, problems: list[Problem]
) -> FloatArray:
    """Return the cells as numbers, nan where blank.

    Parameters
    ----------
    frame : DataFrame of shape (T, N)
    lines : ndarray of int, shape (T,)
        Line of each row in the file.
    file : str
        Named in messages.
    problems : list of Problem
        Takes what is text, with a comma or without, or infinite.

    Returns
    -------
    ndarray of shape (T, N)
    """
    import pandas as pd

    odd = [n for n, dtype in enumerate(frame.dtypes) if getattr(dtype, "kind", "O") not in "fiu"]
    if not odd:
        values = frame.to_numpy(dtype=np.float64)
    else:
        values = np.empty(frame.shape)
        rest = [n for n in range(frame.shape[1]) if n not in set(odd)]
        values[:, rest] = frame.iloc[:, rest].to_numpy(dtype=np.float64)
        for n in odd:
            column = frame.iloc[:, n]
            text = column.astype("string").str.strip()
            number = pd.to_numeric(text.where(text != "", None), errors="coerce")
            values[:, n] = number.to_numpy(dtype=np.float64, na_value=np.nan)
            there = text.notna() & (text != "")
            wrong = np.flatnonzero((there & number.isna()).to_numpy(dtype=bool))
            _say_not_numbers(wrong, column, lines, file, str(frame.columns[n]), problems)
    for row, n in np.argwhere(np.isinf(values))[:SHOWN]:
        problems.append(
            Problem(
                file=file,
                line=int(lines[row]),
                message=f"'{frame.columns[n]}' is infinite.",
                hint="Leave the cell blank where there is no price.",
            )
        )
    return values


def _say_not_numbers(
    wrong: npt.NDArray[np.intp],
    column: pd.Series,
    lines: npt.NDArray[np.intp],
    file: str,
    name: str,
    problems: list[Problem],
) -> None:
    if not len(wrong):
        return
    value = str(column.iloc[wrong[0]])
    hint = _with_a_decimal_point(value, [str(cell) for cell in column.dropna()])
    more = f" ({len(wrong)} such cells in the column)" if len(wrong) > 1 else ""
    problems.append(
        Problem(
            file=file,
            line=int(lines[wrong[0]]),
            message=f"'{name}': {value!r} is not a number{more}.",
            hint=hint,
        )
    )


def _with_a_decimal_point(value: str, column: Sequence[str]) -> str:
    """Say how to write a cell: as it proves its decimal mark, else as its column does, else both readings."""
    readings = {
        ".": value.strip().replace(",", ""),
        ",": value.strip().replace(".", "").replace(",", "."),
    }
    mark = decimal_mark([value])
    if mark.known != "proved":
        mark = decimal_mark(column)
    if "," not in value or not _PLAIN_NUMBER(readings[mark.mark]):
        return "Leave the cell blank where there is no price."
    if mark.known != "proved":
        return f"Write {readings['.']}, or {readings[',']} if its comma is a decimal one."
    what = "without commas" if mark.mark == "." else "with a decimal point"
    return f"Write it {what}: {readings[mark.mark]}."
