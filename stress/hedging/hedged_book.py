"""The hedged book as a book: it can be run, reversed and hedged again like any other."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from stress.arrays import FloatArray
from stress.hedging.lines.candidates import Candidates
from stress.portfolio.cover import cover
from stress.portfolio.position import Portfolio
from stress.simulation.beside import given_of_book, valuations
from stress.simulation.book import Book, compile_book
from stress.simulation.levels.market_inputs import book_market

__all__ = ["hedged_book", "hedged_portfolio"]


def hedged_portfolio(book: Book, candidates: Candidates, trades: FloatArray) -> Portfolio:
    """Return the portfolio with its trades as positions; NAV unchanged, costs not taken off.

    Parameters
    ----------
    book : Book
        Unhedged.
    candidates : Candidates
        What was traded.
    trades : ndarray, shape (M,)
        Signed units.
    """
    unit = {position.id: position for position in candidates.book.portfolio.positions}
    held = [position.id for position in book.portfolio.positions]
    times = next(n for n in count(1) if not any(one.startswith(_leg(n, "")) for one in held))
    legs = tuple(
        replace(
            unit[line.id],
            id=_leg(times, line.id),
            quantity=float(trades[j]),
            market_value=float(candidates.value[j] * trades[j]),
            account="hedge",
        )
        for j, line in enumerate(candidates.lines)
        if trades[j] != 0.0
    )
    portfolio = book.portfolio
    return replace(
        portfolio,
        name=f"{portfolio.name}, hedged",
        positions=(*portfolio.positions, *legs),
        nav=portfolio.nav,
        nav_source="stated",
        as_of=candidates.as_of or portfolio.as_of,
    )


def _leg(times: int, line: str) -> str:
    """Name the position that a trade becomes: a book that was hedged before has such positions already."""
    return f"hedge: {line}" if times == 1 else f"hedge {times}: {line}"


def hedged_book(book: Book, candidates: Candidates, trades: FloatArray) -> Book:
    """Compile the hedged portfolio on the book's model, at the levels both are valued at."""
    portfolio = hedged_portfolio(book, candidates, trades)
    coverage = cover(
        portfolio,
        book.model,
        unknown="exclude",
        proxies=book.coverage.stand_ins,
        allow_partial=True,
        given=book.stated,
    )
    if not any(row.revalued for row in coverage.rows):
        return compile_book(portfolio, book.model, coverage, stated=book.stated)
    given = given_of_book(book).over(given_of_book(candidates.book))
    market, terms = book_market(
        portfolio, book.model, coverage, given=given, beside=valuations(book, candidates.book)
    )
    stated = book.stated
    if book.valuation is None:
        # Its cash earns nothing, hedged or not: options of a hedge do not make it.
        levels = {driver: level for driver, level in stated.levels.items() if driver.kind != "rate"}
        stated = replace(stated, levels=levels)
    return compile_book(portfolio, book.model, coverage, market=market, terms=terms, stated=stated)
