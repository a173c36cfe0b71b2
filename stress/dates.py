"""Days of the calendar: what counts as one, and how many weekdays lie between two."""

from __future__ import annotations

import datetime
from typing import Any

__all__ = ["calendar_date", "weekdays_between"]


def weekdays_between(start: datetime.date, end: datetime.date) -> int:
    """Return how many weekdays there are after `start` up to and including `end`, not before it."""
    weeks, rest = divmod((end - start).days, 7)
    return 5 * weeks + sum((start.weekday() + day) % 7 < 5 for day in range(1, rest + 1))


def calendar_date(value: Any) -> datetime.date | None:
    """Return the day of what counts as a date: ISO text, a `date`, `Timestamp`, ``numpy.datetime64``; else None."""
    if isinstance(value, str):
        if not (len(value) == 10 and value[4] == value[7] == "-"):
            return None  # also what `fromisoformat` takes beside it: 2025-W01-1
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            return None
    kind = type(value)
    if kind.__module__ == "numpy" and kind.__name__ == "datetime64":
        value = value.astype("datetime64[D]").item()  # None of a missing one
    if not isinstance(value, datetime.date) or value != value:
        return None
    return datetime.date(value.year, value.month, value.day)
