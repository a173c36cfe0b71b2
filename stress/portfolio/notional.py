"""What an option or a future counts at where one is left out: the shares it is on, on the side it is exposed to.

Its market value does not say what a move would do to it: a future is worth 0, and a short put is a long position
of premium size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stress.errors import InputError, Problem
from stress.portfolio.instruments import Equity, Future, Option
from stress.portfolio.levels import Given
from stress.portfolio.position import Portfolio, Position

__all__ = ["AtNotional", "at_notional", "counted_kinds", "counts_at_notional", "spots_known"]

#: Kinds of instruments whose market value is quantity times multiplier times price at the rate it was translated at.
_TELLS_ITS_RATE = ("equity", "cash", "option", "fund", "leveraged fund")


class AtNotional(NamedTuple):
    """What a position counts at.

    Parameters
    ----------
    notional : float
        Signed by what it is exposed to: of a short put and of a long call positive. [book currency]
    worst : float
        P&L at the least it can be worth: of a long option what it is worth, lost; of a short call without end. [book currency]
    at_strike : bool
        Whether the strike stands for the price of the share: none is known.
    """

    notional: float
    worst: float
    at_strike: bool = False


def counts_at_notional(position: Position) -> bool:
    """Say whether the market value of a position does not say how large it is."""
    return isinstance(position.instrument, Option | Future)


def counted_kinds(positions: Sequence[Position]) -> str:
    """Return for example ``futures and options``: what of some positions counts at notional."""
    kinds = {p.instrument.kind for p in positions if counts_at_notional(p)}
    return " and ".join(f"{kind}s" for kind in sorted(kinds))


def spots_known(
    portfolio: Portfolio, *, given: Given | None = None, file: Given | None = None
) -> dict[tuple[str, str], float]:
    """Return prices of shares by ticker and currency, from the first place that knows one.

    Parameters
    ----------
    portfolio : Portfolio
        Shares it holds have prices, and rows of options may say what they are on.
    given, file : Given, optional
        What options state, which stands over the book, and the market file. A price they state is in the currency of
        the options on the share.
    """
    options = {
        (p.instrument.underlying, p.instrument.currency): p.underlying_price
        # Of two the largest holding's stands, as it does where they are revalued.
        for p in sorted(
            portfolio.positions, key=lambda p: (bool(p.underlying_price), abs(p.market_value))
        )
        if isinstance(p.instrument, Option)
    }
    stated, filed = (
        {d.name: level.value for d, level in of.levels.items() if d.kind == "spot"}
        for of in (given or Given(), file or Given())
    )
    held = {
        (p.instrument.ticker, p.currency): p.price
        for p in portfolio.positions
        if isinstance(p.instrument, Equity) and p.price is not None and p.price > 0.0
    }
    return {
        **{place: filed[place[0]] for place in options if place[0] in filed},
        **{place: spot for place, spot in options.items() if spot},
        **held,
        **{place: stated[place[0]] for place in options if place[0] in stated},
    }


def at_notional(
    position: Position, portfolio: Portfolio, spots: Mapping[tuple[str, str], float]
) -> AtNotional:
    """Return what an option or a future counts at.

    Parameters
    ----------
    position : Position
        The option or future.
    portfolio : Portfolio
        Its book, whose other rows in a currency may tell its exchange rate.
    spots : mapping of (str, str) to float
        Prices of shares by ticker and currency.

    Raises
    ------
    InputError
        If its quantity, or the rate of its currency, is not known.
    """
    instrument, units = position.instrument, position.quantity
    rate = _rate(position, portfolio)
    if rate is None or units is None:
        lacking = "quantity" if units is None else "fx_rate"
        kind = f"{'an' if instrument.kind == 'option' else 'a'} {instrument.kind}"
        raise InputError(
            Problem(
                message=f"{position.id}: {kind} without {lacking} has no notional in {portfolio.currency}, which says "
                "how much of the book is left out with it.",
                file=portfolio.name,
                line=position.row,
                hint=f"Give the position its {lacking}.",
            )
        )
    low, high = instrument.value_range()
    least = units * (low if units >= 0.0 else high) if units else 0.0
    worst = least * rate - position.market_value
    if isinstance(instrument, Future):
        return AtNotional(notional=units * instrument.notional * rate, worst=worst)
    assert isinstance(instrument, Option)
    spot = spots.get((instrument.underlying, instrument.currency))
    shares = units * instrument.multiplier * instrument.sign
    return AtNotional(
        notional=shares * (instrument.strike if spot is None else spot) * rate,
        worst=worst,
        at_strike=spot is None,
    )


def translated_at(position: Position) -> float | None:
    """Return the exchange rate that the value of a row tells, as it is or taken for a fund of what it holds.

    Parameters
    ----------
    position : Position
        With a quantity and a price; cash needs none.

    Returns
    -------
    float or None
        Units of the book's currency for one of the row's; None where the value tells none.
    """
    if position.instrument.kind not in _TELLS_ITS_RATE or not position.quantity:
        return None
    price = 1.0 if position.instrument.kind == "cash" else position.price
    if not price:
        return None
    rate = position.market_value / (position.quantity * position.instrument.multiplier * price)
    return rate if rate > 0.0 and math.isfinite(rate) else None


def _rate(position: Position, portfolio: Portfolio) -> float | None:
    """Return what a unit of its currency costs: as its own row says, or the largest other row in that currency."""
    if position.currency == portfolio.currency:
        return 1.0
    others = sorted(portfolio.positions, key=lambda p: -abs(p.market_value))
    for row in (position, *(p for p in others if p.currency == position.currency)):
        rate = row.fx_rate or translated_at(row)
        if rate is not None:
            return rate
    return None
