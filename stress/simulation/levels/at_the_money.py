"""The volatility that stands for a share as a whole: that of its contract nearest the money."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from stress.portfolio.instruments import Driver, Option
from stress.portfolio.instruments.dates import DAYS_A_YEAR
from stress.portfolio.market import Market
from stress.portfolio.volatility import SHORTEST_DAYS

__all__ = ["NearestTheMoney", "at_the_money", "nearest_the_money"]


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
    found = nearest_the_money(name, options, market)
    return None if found is None else found.volatility


class NearestTheMoney(NamedTuple):
    """The contract of a share that is nearest the money.

    Parameters
    ----------
    option : Option
        Dated.
    volatility : float
        Its own. [per square root of a year]
    log_strike : float
        Logarithm of strike over spot.
    """

    option: Option
    volatility: float
    log_strike: float

    @property
    def deviations(self) -> float:
        """How far from the money it is, in standard deviations of the share to its expiry, a week at least."""
        years = max(float(self.option.days_to_expiry), SHORTEST_DAYS) / DAYS_A_YEAR
        return abs(self.log_strike) / (self.volatility * math.sqrt(years))


def nearest_the_money(
    name: str, options: Iterable[Option], market: Market
) -> NearestTheMoney | None:
    """Return the name's contract nearest the money, of several the one nearest 30 days.

    Parameters
    ----------
    name, options, market
        As of `at_the_money`.
    """
    known = []
    for option in options:
        level = market.levels.get(Driver("vol", option.contract))
        if option.underlying != name or level is None:
            continue
        away = math.log(option.strike / market.levels[Driver("spot", name)].value)
        order = (round(abs(away), 2), abs(option.days_to_expiry - 30), option.contract)
        known.append((order, NearestTheMoney(option, level.value, away)))
    return min(known, key=lambda one: one[0])[1] if known else None
