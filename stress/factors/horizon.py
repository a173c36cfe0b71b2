"""Horizons in sessions: which are short, and the calendar days they take."""

from __future__ import annotations

__all__ = ["SHORT_HORIZON", "calendar_days", "horizon_group"]

#: Sessions up to which today's volatilities hold and moves are simple; beyond, the long window's hold and moves compound.
SHORT_HORIZON = 10


def horizon_group(sessions: int) -> int:
    """Return 0 for one session, 1 for 2 to 10, 2 for more: losses are ranked inside these groups only.

    Examples
    --------
    >>> [horizon_group(sessions) for sessions in (1, 2, 10, 11)]
    [0, 1, 1, 2]
    """
    return 0 if sessions == 1 else 1 if sessions <= SHORT_HORIZON else 2


def calendar_days(sessions: int) -> float:
    """Return the calendar days that sessions take where nothing says otherwise: seven for five.

    Examples
    --------
    >>> calendar_days(1), calendar_days(10)
    (1.4, 14.0)
    """
    return sessions * 7.0 / 5.0
