"""The spot that options settle at inside a horizon: one way a share, whatever contracts on it there are.

Where along the horizon a contract settles is counted in sessions, as the moves are: a move of one session over a weekend
is over at the first close, whatever calendar days it takes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stress.arrays import FloatArray
from stress.portfolio.instruments import Option
from stress.portfolio.instruments.dates import DAYS_A_YEAR, sessions_between
from stress.portfolio.pricing.expiry import bridge_normals, settlement_spot

__all__ = ["SettledAt", "has_settled", "settled_at", "settles_after", "spot_on_the_way"]

#: An underlying and an expiry: what settles at one spot.
SettledAt = tuple[str, str]


def settled_at(option: Option) -> SettledAt:
    """Return what the spot that an option settles at is kept under."""
    return option.underlying, option.expiry


def settles_after(option: Option) -> int:
    """Return the sessions after which an option settles.

    Parameters
    ----------
    option : Option
        Dated.

    Returns
    -------
    int
        Weekdays from the date of the positions to its expiry, at least one; 0 where it expires on that date.
    """
    assert option.as_of is not None
    return sessions_between(option.as_of, option.expiry)


def has_settled(option: Option, *, sessions: int, elapsed_days: float) -> bool:
    """Say whether an option has settled when a horizon ends: no time is left, or its last session is over.

    Parameters
    ----------
    option : Option
        Dated.
    sessions : int
        Of the horizon.
    elapsed_days : float
        Calendar days that it takes; 0 for an instantaneous shock, in which nothing settles.
    """
    if elapsed_days == 0.0:
        return False
    return option.days_to_expiry < elapsed_days or settles_after(option) <= sessions


def spot_on_the_way(
    option: Option,
    start: FloatArray,
    end: FloatArray,
    *,
    first: int,
    last: int,
    days: float,
    volatility: float,
    bridge: Callable[[str], FloatArray],
) -> FloatArray:
    """Return the spot that an option settles at between two closes.

    Parameters
    ----------
    option : Option
        Dated; it settles between them, or at the later.
    start, end : ndarray
        Spot at both.
    first, last : int
        Sessions since the date of the positions.
    days : float
        Calendar days between them.
    volatility : float
        Of the way between them: one for all that is written on the share. [per square root of a year]
    bridge : callable
        Stream name to standard normals (S,).

    Returns
    -------
    ndarray of shape (S,)
        One spot a draw for all contracts on the share with this expiry; `end` itself at the last session or beyond. Those of
        several expiries lie on one Brownian bridge; the bridges of two shares are independent.
    """
    session = settles_after(option)
    if session >= last:
        return np.asarray(end)
    if session <= first:  # on the date of the positions, as nothing had passed
        return np.asarray(np.broadcast_to(start, np.shape(end)))
    return settlement_spot(
        start,
        end,
        fraction=(session - first) / (last - first),
        horizon_years=days / DAYS_A_YEAR,
        vol=volatility,
        normals=bridge_normals(
            session,
            start=float(first),
            end=float(last),
            normals=lambda passed: bridge(f"bridge:{option.underlying}:{passed}"),
        ),
    )
