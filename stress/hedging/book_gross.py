"""The gross of a book as the gross of its hedge is counted: what is owned at its value, derivatives at their notional."""

from __future__ import annotations

import math

from stress.hedging.lines.unit_measures import today
from stress.portfolio.instruments.instrument import OwnedOutright
from stress.simulation.book import Book

__all__ = ["gross_exposure"]


def gross_exposure(book: Book) -> float:
    """Return the gross of a book, a future at its notional and an option with its underlying shares. [currency].

    Parameters
    ----------
    book : Book
        Compiled. Rows that are not revalued in full count with their market value, as in `Portfolio.gross`.
    """
    if book.valuation is None:
        return book.portfolio.gross
    market, more = book.valuation.market, []
    for held in book.valuation.holdings:
        if isinstance(held.position.instrument, OwnedOutright):
            continue
        instrument = today(held.instrument)
        notional = instrument.notional_at(market.base_levels([instrument]))
        more += [abs(held.quantity * notional), -abs(held.position.market_value)]
    return math.fsum([book.portfolio.gross, *more])
