"""The volatility that stands for a share as a whole: that of its contract nearest the money."""

from __future__ import annotations

import math
from collections.abc import Iterable

from stress.portfolio.instruments import Driver, Option
from stress.portfolio.market import Market

__all__ = ["at_the_money"]


def at_the_money(name: str, options: Iterable[Option], market: Market) -> float | None:
    """Return the volatility of the name's contract nearest the money, of several the one nearest 30 days.

    Parameters
    ----------
    name : str
        Underlying.
    options : iterable of Option
        Dated; those on other names count for nothing.
    market : Market
        With the spot of the name, and the volatilities of its contracts where they are known.

    Returns
    -------
    float or None
        None where the volatility of no contract is known. [per square root of a year]
    """
    known = [
        (
            round(abs(math.log(option.strike / market.levels[Driver("spot", name)].value)), 2),
            abs(option.days_to_expiry - 30),
            option.contract,
        )
        for option in options
        if option.underlying == name and Driver("vol", option.contract) in market.levels
    ]
    return market.levels[Driver("vol", min(known)[2])].value if known else None
