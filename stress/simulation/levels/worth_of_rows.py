"""What options and forwards are worth at the levels they are valued at, against what their rows say."""

from __future__ import annotations

from collections.abc import Iterable

from stress.portfolio.instruments import Driver, FXForward, Option
from stress.portfolio.market import STATED_APART, LevelSource, Market
from stress.portfolio.ticks import tick_of
from stress.simulation.holdings import ElementaryLeg, Holding

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
#: A forward's value is a small difference of two large ones: up to this share of what it buys, rates that are rounded
#: or of another basis explain one. [fraction]
_FORWARD_APART = 0.0025


def worth_apart(holdings: Iterable[Holding], market: Market) -> list[str]:
    """Return a warning for each option and forward that levels make worth otherwise than its row says.

    Parameters
    ----------
    holdings : iterable of Holding
        In canonical order; of options only those with a price of their own count.
    market : Market
        With every level they read.
    """
    said = []
    for held in holdings:
        leg, *more = held.legs
        if more:
            continue
        match leg.instrument:
            case Option() as option:
                apart = _option_apart(held, option, market)
            case FXForward() as forward:
                apart = _forward_apart(held, leg, forward, market)
            case _:
                continue
        if apart is not None:
            said.append(
                f"{held.position.id}: its row says {apart} P&L is counted from the latter, NAV has the former."
            )
    return said


def _option_apart(held: Holding, option: Option, market: Market) -> str | None:
    price = held.position.price
    if price is None:
        return None
    level = market.levels[Driver("vol", option.contract)]
    worth = float(option.value(market.base_levels([option]))) / option.multiplier
    within = STATED_APART * price
    if level.source not in _STATED:
        within = max(within, tick_of(option, max(worth, price)))
    if abs(worth - price) <= within:
        return None
    size = held.quantity * option.multiplier
    return (
        f"{size * price:,.0f} {option.currency}; the {_SOURCES.get(level.source, 'volatility')}, {level.value:.4g}, "
        f"makes it {size * worth:,.0f}."
    )


def _forward_apart(
    held: Holding, leg: ElementaryLeg, forward: FXForward, market: Market
) -> str | None:
    base = market.base_levels([held.instrument])
    size = held.quantity * (1.0 if leg.fx is None else float(base[leg.fx]))
    worth = size * float(forward.value(base))
    stated = held.position.market_value
    says, makes = f"{stated:,.0f}", f"{worth:,.0f}"
    within = _FORWARD_APART * abs(size) * forward.notional_at(base)
    if abs(worth - stated) <= within or says == makes:
        return None
    return (
        f"{says} {market.currency}; its terms (strike {forward.agreed_rate:g}, delivery {forward.delivery}) and "
        f"the rates of the run make it {makes}."
    )
