"""The spot that options settle at inside a horizon: one way a share, whatever contracts on it there are."""

from __future__ import annotations

from collections.abc import Callable

from stress.arrays import FloatArray
from stress.portfolio.instruments import Option
from stress.portfolio.instruments.dates import DAYS_A_YEAR
from stress.portfolio.pricing.expiry import bridge_normals, settlement_spot

__all__ = ["SettledAt", "settled_at", "spot_on_the_way"]

#: An underlying and an expiry: what settles at one spot.
SettledAt = tuple[str, str]


def settled_at(option: Option) -> SettledAt:
    """Return what the spot that an option settles at is kept under."""
    return option.underlying, option.expiry


def spot_on_the_way(
    option: Option,
    start: FloatArray,
    end: FloatArray,
    *,
    first: float,
    last: float,
    volatility: float,
    bridge: Callable[[str], FloatArray],
) -> FloatArray:
    """Return the spot that an option settles at between two days.

    Parameters
    ----------
    option : Option
        Dated; it expires between them.
    start, end : ndarray
        Spot at both.
    first, last : float
        Calendar days since the date of the positions.
    volatility : float
        Of the way between them: one for all that is written on the share. [per square root of a year]
    bridge : callable
        Stream name to standard normals (S,).

    Returns
    -------
    ndarray of shape (S,)
        One spot a draw for all contracts on the share with this expiry. Those of several expiries lie on one Brownian bridge; the
        bridges of two shares are independent.
    """
    day = option.days_to_expiry
    return settlement_spot(
        start,
        end,
        fraction=(day - first) / (last - first),
        horizon_years=(last - first) / DAYS_A_YEAR,
        vol=volatility,
        normals=bridge_normals(
            day,
            start=first,
            end=last,
            normals=lambda passed: bridge(f"bridge:{option.underlying}:{passed}"),
        ),
    )
