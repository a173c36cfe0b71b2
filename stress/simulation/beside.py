"""Positions set beside a book: compiled on its model, at its market, every name with draws of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stress.portfolio.cover import cover
from stress.portfolio.levels import Given
from stress.portfolio.position import Portfolio
from stress.simulation.book import Book, compile_book
from stress.simulation.levels.market_inputs import book_market
from stress.simulation.valuation import Valuation

__all__ = ["compile_beside", "given_of_book", "valuations"]


def given_of_book(book: Book) -> Given:
    """Return what was stated about the market of a book, under the levels that it is valued at."""
    valuation = book.valuation
    if valuation is None:
        return book.stated
    return replace(
        book.stated,
        levels={**book.stated.levels, **valuation.market.levels, **valuation.curves},
        as_of=valuation.market.as_of,
    )


def valuations(*books: Book) -> tuple[Valuation, ...]:
    """Return the valuations of books that have one."""
    return tuple(book.valuation for book in books if book.valuation is not None)


def compile_beside(
    book: Book, portfolio: Portfolio, *, given: Given | None = None, file: Given | None = None
) -> Book:
    """Compile positions for the draws of a book.

    Parameters
    ----------
    book : Book
        Whose draws they will see (`simulation.candidates`).
    portfolio : Portfolio
        What is set beside it, in its currency.
    given : Given, optional
        The levels that stand over any others: those of the book when omitted.
    file : Given, optional
        Levels for what the book does not read.

    Returns
    -------
    Book

    Raises
    ------
    InputError
        As `cover` and `book_market`: names the model does not know, levels that are missing.
    """
    coverage = cover(portfolio, book.model, allow_partial=True)
    market = terms = None
    # Money beside a book that is revalued earns what the book's own does.
    earns = book.valuation is not None and any(row.status == "cash" for row in coverage.rows)
    if earns or any(row.revalued for row in coverage.rows):
        market, terms = book_market(
            portfolio,
            book.model,
            coverage,
            given=given_of_book(book) if given is None else given,
            file=file,
            beside=valuations(book),
        )
    compiled = compile_book(
        portfolio, book.model, coverage, market=market, terms=terms, stated=book.stated
    )
    return replace(compiled, needs_draws=np.ones(len(compiled.names), dtype=bool))
