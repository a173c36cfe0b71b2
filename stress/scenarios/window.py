"""The window of a scenario: whether its dates, sessions and calendar days can all be true."""

from __future__ import annotations

from typing import NamedTuple

from stress.dates import calendar_date, weekdays_between

__all__ = ["WindowFault", "window_faults"]


class WindowFault(NamedTuple):
    """What does not fit, the field that says it, and what to do."""

    field: str
    message: str
    hint: str | None = None


def window_faults(
    *, start: str | None, date: str | None, horizon_days: int, calendar_days: float | None
) -> list[WindowFault]:
    """Return what of a window contradicts its dates; nothing where one of them is not stated.

    Parameters
    ----------
    start, date : str or None
        ISO dates of the close the moves are measured from, and of the last session.
    horizon_days : int
        Sessions from start to end.
    calendar_days : float or None
        Calendar days from start to end, where they are stated.
    """
    first, last = calendar_date(start), calendar_date(date)
    if first is None or last is None:
        return []
    if last <= first:
        return [WindowFault("date", f"date {last} is not after start {first}.")]
    days = (last - first).days
    weekdays = weekdays_between(first, last)
    # Holidays are no sessions: some ten a year.
    fewest = weekdays - max(6.0, 0.06 * weekdays)
    faults = []
    if not fewest <= horizon_days <= weekdays:
        faults.append(
            WindowFault(
                "horizon_days",
                f"horizon_days = {horizon_days}, but {first} to {last} has {weekdays} weekdays.",
                "Count the sessions after start, up to and including date.",
            )
        )
    if calendar_days is not None and abs(calendar_days - days) > 1.0:
        faults.append(
            WindowFault(
                "calendar_days",
                f"calendar_days = {calendar_days:g}, but {first} to {last} is {days}.",
                "Leave it out: it follows from the dates.",
            )
        )
    return faults
