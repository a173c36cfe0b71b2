"""Exchange rates of a hedge: the currencies that lines are quoted in, in that of the book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stress.errors import InputError, Problem
from stress.hedging.lines.hedge_line import SHARES
from stress.hedging.lines.universe import HedgeLine, HedgeUniverse
from stress.portfolio.instruments import Driver
from stress.portfolio.instruments.currency import pair
from stress.portfolio.levels import EXAMPLES, both_forms
from stress.portfolio.market import SAME_PRICE, Level
from stress.simulation.book import Book
from stress.simulation.levels.market_inputs import exchange_rate
from stress.simulation.levels.one_price import same_price

__all__ = ["check_listings", "exchange_rates", "taken_in_dollars"]


def exchange_rates(book: Book, universe: HedgeUniverse) -> dict[str, Level]:
    """Return the price of each currency that a universe is quoted in, in the book's.

    Parameters
    ----------
    book : Book
        To be hedged: its market, options, own rows and market file know the rates.
    universe : HedgeUniverse
        What may be traded.

    Returns
    -------
    dict of str to Level
        By ISO code; 1 for the book's own currency.

    Raises
    ------
    InputError
        Every currency whose rate is not known, with its lines and the option that gives it.
    """
    found: dict[str, Level] = {}
    problems = []
    for currency in dict.fromkeys(line.currency for line in universe.lines):
        level = _known(book, currency)
        if level is not None:
            found[currency] = level
            continue
        first, *others = [line for line in universe.lines if line.currency == currency]
        also = f" ({len(others)} more too)" if others else ""
        domestic = book.portfolio.currency
        problems.append(
            Problem(
                message=f"'{first.id}' is quoted in {currency}{also}, {book.portfolio.name} is in {domestic}, and no "
                f"rate of {currency} in {domestic} is known.",
                file=universe.label,
                line=first.row,
                hint=f"Give what one {currency} costs in {domestic} when the book is opened: "
                f"{both_forms('fx', currency, EXAMPLES['fx'])}.",
            )
        )
    if problems:
        raise InputError(problems)
    return found


def check_listings(universe: HedgeUniverse, rates: Mapping[str, float]) -> None:
    """Refuse a share that is quoted in two currencies at two prices.

    Parameters
    ----------
    universe : HedgeUniverse
        What may be traded. Prices in one currency are one already.
    rates : mapping of str to float
        What each of its currencies costs in the book's.

    Raises
    ------
    InputError
        Every share whose prices in one money are more than `SAME_PRICE` apart, with both.
    """
    first: dict[str, HedgeLine] = {}
    problems = []
    for line in universe.lines:
        if line.type not in SHARES or line.price is None:
            continue
        other = first.setdefault(line.instrument.underlying, line)
        if other.price is None or other.currency == line.currency:
            continue
        translated = other.price * rates[other.currency] / rates[line.currency]
        if same_price(line.price, translated):
            continue
        row = "" if other.row is None else f" in line {other.row}"
        problems.append(
            Problem(
                message=f"{line.instrument.underlying} is quoted at {line.price:g} {line.currency} here and at "
                f"{other.price:g} {other.currency}{row}, which is {translated:g} {line.currency}: more than "
                f"{SAME_PRICE:.0%} apart.",
                file=universe.label,
                line=line.row,
                hint=f"Correct a price, or the rate of {line.currency} or {other.currency} that the book is opened with.",
            )
        )
    if problems:
        raise InputError(problems)


def taken_in_dollars(book: Book, universe: HedgeUniverse) -> tuple[str, ...]:
    """Say how many rows of a universe state no currency, where dollars are not the book's."""
    count = len(universe.in_dollars)
    if not count or book.portfolio.currency == "USD":
        return ()
    return (
        f"{universe.label}: no currency in {count} row(s), the first in line {universe.in_dollars[0]}: read in USD. State "
        "it in a column 'currency'.",
    )


def _known(book: Book, currency: str) -> Level | None:
    """Return a rate from the market the book is valued in, or from where that would take it."""
    driver = Driver("fx", pair(currency, book.portfolio.currency))
    if book.valuation is not None and driver in book.valuation.market.levels:
        return book.valuation.market.levels[driver]
    stated = book.stated
    options = {d: level for d, level in stated.levels.items() if level.source == "flag"}
    return exchange_rate(
        currency, book.portfolio, given=replace(stated, levels=options), file=stated
    )
