"""Horizons in sessions: which are short, and the calendar days they take."""

from __future__ import annotations

__all__ = ["SHORT_HORIZON", "calendar_days"]

#: Sessions up to which today's volatilities hold and moves are simple; beyond, the long window's hold and moves compound.
SHORT_HORIZON = 10


def calendar_days(sessions: int) -> float:
    """Return the calendar days that sessions take where nothing says otherwise: seven for five.

    Examples
    --------
    >>> calendar_days(1), calendar_days(10)
    (1.4, 14.0)
    """
    return sessions * 7.0 / 5.0
