"""Securities that a book holds outright and a universe quotes too: one way of trading each, one price.

A held security is reduced by its own `sell_down` alone, within its limit: a universe line on the same security would be
a second way of selling it, past that limit, and is open on the side alone that adds to the position. A crumb, smaller than
any ticket and than `CRUMB`, does not count. Derivatives on a held name are other securities and stay.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from stress.errors import InputError, Problem
from stress.hedging.lines.quote_dates import renewing
from stress.hedging.lines.security import security_of
from stress.hedging.lines.universe import HedgeLine, HedgeUniverse
from stress.portfolio.instruments import Driver, Equity
from stress.portfolio.market import SAME_PRICE
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.ticks import tick_of
from stress.simulation.book import Book
from stress.simulation.levels.one_price import same_price
from stress.tables import listing, percent

__all__ = [
    "CRUMB",
    "Side",
    "check_prices",
    "open_sides",
    "sides_in_words",
    "small_holdings",
    "volatilities_apart",
]

Side = Literal["sell", "buy", "both"]

#: Holdings of at least this share of NAV count, whatever the smallest ticket. [fraction]
CRUMB = 0.001
#: Two volatilities of one contract that differ by more are said. [a vol point]
_SAME_VOLATILITY = 0.01
#: Contracts of which two volatilities are named.
_NAMED = 5
_UNDATED = "no stated date"


def open_sides(
    lines: Sequence[HedgeLine], sales: Sequence[HedgeLine]
) -> tuple[tuple[HedgeLine, ...], dict[str, Side]]:
    """Shut the side of each line that would reduce a held position: that is what its own `sell_down` is for.

    Adding to a position, buying more of a long one or shorting more of a short one, is no way of selling it.

    Parameters
    ----------
    lines : sequence of HedgeLine
        Of a universe.
    sales : sequence of HedgeLine
        The `sell_down` of each holding that counts as one.

    Returns
    -------
    free : tuple of HedgeLine
        In their order, each within what is left open; lines with nothing left are gone.
    left_out : dict of str to {'sell', 'buy', 'both'}
        By id, the side that was open and is shut.
    """
    long = {security_of(sale.instrument) for sale in sales if sale.lower < 0.0}
    short = {security_of(sale.instrument) for sale in sales if sale.upper > 0.0}
    free: list[HedgeLine] = []
    left_out: dict[str, Side] = {}
    for line in lines:
        security = security_of(line.instrument)
        no_sale = security in long and line.lower < 0.0
        no_purchase = security in short and line.upper > 0.0
        lower, upper = 0.0 if no_sale else line.lower, 0.0 if no_purchase else line.upper
        if no_sale or no_purchase:
            left_out[line.id] = "both" if no_sale and no_purchase else "sell" if no_sale else "buy"
        if max(-lower, upper) >= line.lot:
            free.append(replace(line, lower=lower, upper=upper))
    return tuple(free), left_out


def sides_in_words(left_out: Mapping[str, Side]) -> str:
    """Say which sides of which lines are shut: "selling NVDA, AVGO; buying SPY"."""
    said = []
    for side, words in (("sell", "selling"), ("buy", "buying"), ("both", "buying and selling")):
        ids = [id_ for id_, shut in left_out.items() if shut == side]
        if ids:
            said.append(f"{words} {', '.join(ids)}")
    return "; ".join(said)


def small_holdings(
    lines: Sequence[HedgeLine], sales: Sequence[tuple[HedgeLine, Position]], least: float
) -> frozenset[str]:
    """Return the ids of the `sell_down`s of holdings too small to count: their universe line trades those.

    Parameters
    ----------
    lines : sequence of HedgeLine
        Of the universe. A holding that it does not quote always counts.
    sales : sequence of (HedgeLine, Position)
        The `sell_down` of every holding, with the position of one unit.
    least : float
        Value from which the shares of one security, over all accounts, count. Contracts always do. [currency]
    """
    quoted = {security_of(line.instrument) for line in lines}
    size: dict[Hashable, float] = {}
    for sale, unit in sales:
        security = security_of(sale.instrument)
        value = max(-sale.lower, sale.upper) * abs(unit.market_value)
        shares = isinstance(sale.instrument, Equity)
        size[security] = size.get(security, 0.0) + (value if shares else math.inf)
    return frozenset(
        sale.id
        for sale, _ in sales
        if (security := security_of(sale.instrument)) in quoted and size[security] < least
    )


def check_prices(portfolio: Portfolio, universe: HedgeUniverse, rates: Mapping[str, float]) -> None:
    """Refuse a universe that quotes what the book holds at another price.

    Tickets, options on the name and the cost of a hedge would otherwise stand at two prices of one security.

    Parameters
    ----------
    portfolio : Portfolio
        The book.
    universe : HedgeUniverse
        What may be traded.
    rates : mapping of str to float
        What each currency of the universe costs in the book's (`hedging.exchange`).

    Raises
    ------
    InputError
        Every held security whose two prices are more than `SAME_PRICE` apart, and of options a tick, with both.
    """
    quoted = {
        security_of(line.instrument): (line.id, line.price, line.currency, line.row, line.quoted)
        for line in universe.lines
        if line.price is not None
    }
    for name, spot in universe.spots.items():
        currency = universe.currency_of(name)
        if currency is not None:
            quoted.setdefault(name, (name, spot, currency, None, None))
    problems = []
    dates: dict[str, None] = {}
    for position in portfolio.positions:
        found = quoted.get(security_of(position.instrument))
        if found is None:
            continue
        id_, price, currency, row, date = found
        own = _price(position, currency, rates)
        if own is None:
            continue
        assert price is not None
        ticks = tick_of(position.instrument, price)
        if same_price(own, price, tick=ticks):
            continue
        and_ticks = f" and than {ticks:g}, a tick" if ticks > SAME_PRICE * price else ""
        problems.append(
            Problem(
                message=f"{id_} is quoted at {price:g}, and {portfolio.name} holds {position.id} at {own:g}: "
                f"{abs(own / price - 1.0):.1%} apart, more than {SAME_PRICE:.0%}{and_ticks}.",
                file=universe.label,
                line=row,
            )
        )
        dates[date or universe.as_of or _UNDATED] = None
    if problems:
        quoted_on = " and ".join(dates)
        both = f"{universe.label} quotes as of {quoted_on}, {portfolio.name} is as of {portfolio.as_of or _UNDATED}"
        older = "price" if len(problems) == 1 else "prices"
        if portfolio.as_of is not None and set(dates) == {portfolio.as_of}:
            remedy = f"Both are of one day: correct the {older} in the file that is wrong."
        elif _newer(dates, portfolio.as_of):
            remedy = "The book is the older: export it again, with the prices of the quotes' day."
        else:
            remedy = "Bring both to the prices of one day: export the book as of the quotes' day, or quote the universe anew."
        if universe.source and not _newer(dates, portfolio.as_of):
            table = renewing(universe.source, portfolio.as_of or "DATE", portfolio.typed)
            remedy += f" For that write fresh quotes into {table}"
        problems.append(Problem(message=f"{both}.", hint=remedy, sums_up=True))
        raise InputError(problems)


def _newer(dates: Iterable[str], as_of: str | None) -> bool:
    """Whether all quotes are of a later day than the positions."""
    return as_of is not None and all(_UNDATED != day > as_of for day in dates)


def volatilities_apart(book: Book, universe: HedgeUniverse) -> tuple[str, ...]:
    """Say which volatilities of a universe are left aside because the book holds the contract at another.

    Parameters
    ----------
    book : Book
        Its own figure stands: implied by its price, or stated.
    universe : HedgeUniverse
        What may be traded, a contract of its own or as a leg of a spread.

    Returns
    -------
    tuple of str
        One text with both figures of every contract; none where they are within a vol point.
    """
    levels = {} if book.valuation is None else book.valuation.market.levels
    apart = []
    for contract, stated in universe.vols.items():
        used = levels.get(Driver("vol", contract))
        if used is None or abs(stated - used.value) <= _SAME_VOLATILITY:
            continue
        left, own = (percent(vol, signed=False) for vol in (stated, used.value))
        apart.append(f"{contract} {left}, the book's {own} ({used.source}) is used")
    if not apart:
        return ()
    return (
        f"volatilities of {universe.label} left aside, the book has others: {listing(apart, most=_NAMED)}.",
    )


def _price(position: Position, currency: str, rates: Mapping[str, float]) -> float | None:
    """Price of one unit in a quote's currency; None where it is not stated and does not follow."""
    if position.price is not None and position.currency == currency:
        return position.price
    if not isinstance(position.instrument, Equity) or not position.quantity:
        return None
    return position.market_value / position.quantity / rates[currency]
