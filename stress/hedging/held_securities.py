"""Securities that a book holds outright and a universe quotes too: one way of trading each, one price.

A held security is traded by its own `sell_down` alone, within its limit: a universe line on the same security would be
a second way of selling it, past that limit. Derivatives on a held name are other securities and stay.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from stress.errors import InputError, Problem
from stress.hedging.universe import HedgeLine, HedgeUniverse
from stress.portfolio.instruments import Equity, Future, Instrument, Option
from stress.portfolio.position import Portfolio, Position

__all__ = ["SAME_PRICE", "check_prices", "not_held", "security_of"]

#: Two prices of one security within this share of each other are quotes of different minutes.
SAME_PRICE = 0.02


def security_of(instrument: Instrument) -> Hashable:
    """Return what tells a security from others: a ticker, a contract, the terms of an option."""
    match instrument:
        case Future():
            return ("contract", instrument.contract)
        case Option():
            terms = (instrument.right, instrument.strike, instrument.expiry, instrument.style)
            return (instrument.underlying, *terms)
        case _ if hasattr(instrument, "legs"):
            return tuple((security_of(leg.instrument), leg.ratio) for leg in instrument.legs)
        case _:
            return instrument.underlying


def not_held(
    lines: Sequence[HedgeLine], held: Sequence[Position]
) -> tuple[tuple[HedgeLine, ...], tuple[HedgeLine, ...]]:
    """Part lines into those on other securities and those on a held one.

    Parameters
    ----------
    lines : sequence of HedgeLine
        Of a universe.
    held : sequence of Position
        Positions that have a `sell_down` of their own, long or short.

    Returns
    -------
    free, left_out : tuple of HedgeLine
        In their order.
    """
    securities = {security_of(position.instrument) for position in held}
    free = tuple(line for line in lines if security_of(line.instrument) not in securities)
    left_out = tuple(line for line in lines if security_of(line.instrument) in securities)
    return free, left_out


def check_prices(portfolio: Portfolio, universe: HedgeUniverse) -> None:
    """Refuse a universe that quotes what the book holds at another price.

    Tickets, options on the name and the cost of a hedge would otherwise stand at two prices of one security.

    Raises
    ------
    InputError
        Every held security whose two prices are more than `SAME_PRICE` apart, with both.
    """
    quoted = {
        security_of(line.instrument): (line.id, line.price, line.currency, line.row)
        for line in universe.lines
        if line.price is not None
    }
    for name, spot in universe.spots.items():
        quoted.setdefault(name, (name, spot, portfolio.currency, None))
    problems = []
    for position in portfolio.positions:
        own = _price(position, portfolio.currency)
        found = quoted.get(security_of(position.instrument))
        if own is None or found is None:
            continue
        id_, price, currency, row = found
        assert price is not None
        if position.currency != currency or abs(own - price) <= SAME_PRICE * price:
            continue
        problems.append(
            Problem(
                message=f"{id_} is quoted at {price:g}, and {portfolio.name} holds {position.id} at {own:g}: "
                f"{abs(own / price - 1.0):.1%} apart, more than {SAME_PRICE:.0%}.",
                file=universe.label,
                line=row,
                hint="Bring both to the prices of one day: no hedge is proposed at two prices of one security.",
            )
        )
    if problems:
        raise InputError(problems)


def _price(position: Position, currency: str) -> float | None:
    """Price of one unit in the position's currency; None where it is not stated and does not follow."""
    if position.price is not None:
        return position.price
    if (
        isinstance(position.instrument, Equity)
        and position.quantity
        and position.currency == currency
    ):
        return position.market_value / position.quantity
    return None
