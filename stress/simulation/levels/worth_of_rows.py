"""What options are worth at the levels they are valued at, against what their rows say."""

from __future__ import annotations

from collections.abc import Iterable

from stress.portfolio.instruments import Driver, Option
from stress.portfolio.market import STATED_APART, LevelSource, Market
from stress.portfolio.ticks import tick_of
from stress.simulation.holdings import Holding

__all__ = ["worth_apart"]

#: Where a volatility is from, in words.
_SOURCES: dict[LevelSource, str] = {
    "flag": "stated volatility",
    "market-file": "market file's volatility",
    "quoted-price": "volatility that the price of the contract's largest row implies",
    "given": "volatility the row states",
    "scenario-level": "volatility from the index and the model",
}
#: Sources that a price is not solved for: no step of prices explains a difference.
_STATED = ("flag", "market-file")


def worth_apart(holdings: Iterable[Holding], market: Market) -> list[str]:
    """Return a warning for each option that its volatility makes worth otherwise than its row says.

    Parameters
    ----------
    holdings : iterable of Holding
        In canonical order; only options with a price of their own count.
    market : Market
        With every level they read.
    """
    said = []
    for held in holdings:
        position, (leg, *more) = held.position, held.legs
        option = leg.instrument
        if more or not isinstance(option, Option) or position.price is None:
            continue
        level = market.levels[Driver("vol", option.contract)]
        worth = float(option.value(market.base_levels([option]))) / option.multiplier
        within = STATED_APART * position.price
        if level.source not in _STATED:
            within = max(within, tick_of(option, max(worth, position.price)))
        if abs(worth - position.price) <= within:
            continue
        size = held.quantity * option.multiplier
        said.append(
            f"{position.id}: its row says {size * position.price:,.0f} {option.currency}; the "
            f"{_SOURCES.get(level.source, 'volatility')}, {level.value:.4g}, makes it {size * worth:,.0f}. "
            "P&L is counted from the latter, NAV has the former."
        )
    return said
