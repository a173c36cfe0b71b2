"""Whether the rows of prices are sessions: a row a day, no hole of weeks, no date to come."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.files.prices.findings import Finding
from stress.files.prices.table import PriceTable

__all__ = ["check_future", "check_holes", "check_spacing", "rows_are_days"]

#: Calendar days between most rows from which on they are no days.
APART = 2
#: Weekdays in a row on which an exchange may be closed. The lunar new year and the end of Ramadan close some for
#: seven, September 2001 closed New York for four.
CLOSED = 9
_WORDS = {7: "weekly", 14: "fortnightly"}


def check_future(table: PriceTable) -> list[Finding]:
    """Find dates after tomorrow: a slip of the pen would make it the day at which a model ends.

    Returns
    -------
    list of Finding
        At most one, of the first such date.
    """
    # today's date may be tomorrow's where the exchange is
    late = np.flatnonzero(table.dates > str(date.today() + timedelta(days=1)))
    if not len(late):
        return []
    row = int(late[np.argmin(table.dates[late])])
    return [
        Finding(
            code="future",
            subject=str(table.dates[row]),
            message=f"{table.dates[row]} is after today, {date.today()}"
            + (f" ({len(late)} such rows)." if len(late) > 1 else "."),
            file=table.file,
            line=int(table.lines[row]),
        )
    ]


def rows_are_days(table: PriceTable) -> bool:
    """Whether the rows of a file as a whole are a day apart."""
    return _rows_apart(table) < APART


def check_spacing(table: PriceTable) -> list[Finding]:
    """Find rows, or single series, whose levels are mostly two or more days apart.

    Returns
    -------
    list of Finding
        One with the subject ``dates`` (the series, of a file with one) where the file as a whole is no
        daily one; else one a series.
    """
    if not rows_are_days(table):
        subject = table.names[0] if len(table.names) == 1 else "dates"
        return [_spaced(table, subject, "dates are", _rows_apart(table))]
    days, there = table.days, np.isfinite(table.levels)
    found = []
    for n, name in enumerate(table.names):
        apart = _apart(days[there[:, n]])
        if apart >= APART:
            found.append(_spaced(table, name, f"the levels of '{name}' are", apart))
    return found


def check_holes(
    dates: Sequence[str],
    names: Sequence[str],
    levels: FloatArray,
    *,
    files: Sequence[str],
    blank: Collection[str] = (),
) -> list[Finding]:
    """Find weeks and years without a level: the move over them would count as that of one session.

    Parameters
    ----------
    dates : sequence of str, length T
        Rising.
    names : sequence of str, length N
    levels : ndarray of shape (T, N)
        nan where blank.
    files : sequence of str, length N
        The file each series came from.
    blank : collection of str
        Series whose blank sessions are found already.

    Returns
    -------
    list of Finding
        Holes of all series by the date on which they end; of single series by its name.
    """
    days = np.array(dates, dtype="datetime64[D]")
    found = [
        Finding(
            code="hole",
            subject=str(days[row + 1]),
            message=f"no price between {days[row]} and {days[row + 1]} ({closed} weekdays): "
            "the move over them would count as one session's.",
        )
        for row, closed in _holes(days)
    ]
    for n, name in enumerate(names):
        rows = np.flatnonzero(np.isfinite(levels[:, n]))
        own = [hole for hole in _holes(days[rows]) if rows[hole[0] + 1] > rows[hole[0]] + 1]
        if not own or name in blank:
            continue
        at, closed = own[0]
        more = f" and {len(own) - 1} more such holes" if len(own) > 1 else ""
        found.append(
            Finding(
                code="hole",
                subject=name,
                message=f"'{name}' has no level between {days[rows[at]]} and {days[rows[at + 1]]} "
                f"({closed} weekdays){more}: the move over them would count as one session's.",
                file=files[n],
            )
        )
    return found


def _spaced(table: PriceTable, subject: str, what: str, apart: int) -> Finding:
    kind = _WORDS.get(apart) or ("monthly" if 28 <= apart <= 31 else "not daily")
    return Finding(
        code="spacing",
        subject=subject,
        message=f"{what} mostly {apart} days apart: {kind}, where each counts as one session.",
        file=table.file,
    )


def _rows_apart(table: PriceTable) -> int:
    filled = np.isfinite(table.levels).any(axis=1)
    return _apart(table.days[filled])


def _apart(days: npt.NDArray[np.datetime64]) -> int:
    """Return the median of the calendar days between dates in any order; 0 for fewer than three."""
    steps = np.diff(days).astype(np.int64)
    if not (steps > 0).all():
        steps = np.diff(np.unique(days)).astype(np.int64)
    return int(np.median(steps)) if len(steps) > 1 else 0


def _holes(days: npt.NDArray[np.datetime64]) -> Iterator[tuple[int, int]]:
    """Yield the rows after which a hole begins and its weekdays, which `days` as spaced as they are do not explain."""
    if len(days) < 2:
        return
    steps = np.busday_count(days[:-1], days[1:])
    usual = max(1, int(np.median(steps)))
    for row in np.flatnonzero(steps - 1 > CLOSED * usual):
        yield int(row), int(steps[row]) - 1
