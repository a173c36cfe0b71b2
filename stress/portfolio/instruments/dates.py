"""Dates of contracts: ISO text in, calendar days and years (Act/365) out."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from stress.dates import calendar_date, weekdays_between
from stress.errors import InputError

__all__ = ["DAYS_A_YEAR", "days_between", "iso_date", "sessions_between"]

#: Act/365 fixed: the year of every option and curve here.
DAYS_A_YEAR = 365.0


def iso_date(text: object, *, what: str) -> date:
    """Read ``"2026-06-20"``.

    Parameters
    ----------
    text : str or date
        An ISO calendar date, or one already: of a `datetime` or ``numpy.datetime64`` the day.
    what : str
        Named in the message when it is none.

    Raises
    ------
    InputError
        If the text is no date of the calendar.
    """
    if (day := calendar_date(text)) is not None:
        return day
    raise InputError(f"{what}: {text!r} is not a date. Write year-month-day, e.g. '2026-06-20'.")


@lru_cache(maxsize=65_536)
def days_between(start: str, end: str) -> int:
    """Return calendar days from `start` to `end`, negative when `end` is earlier."""
    return (iso_date(end, what="end") - iso_date(start, what="start")).days


@lru_cache(maxsize=65_536)
def sessions_between(start: str, end: str) -> int:
    """Return the weekdays after `start` to `end`, at least one where `end` is later; holidays count as sessions.

    Examples
    --------
    >>> sessions_between("2025-12-30", "2025-12-31"), sessions_between("2025-12-30", "2026-01-05")
    (1, 4)
    """
    first, last = iso_date(start, what="start"), iso_date(end, what="end")
    return max(weekdays_between(first, last), 1) if last > first else 0
