"""What is said of a book whatever is asked of it: what no figure contains, what its levels and its file leave to assume."""

from __future__ import annotations

from stress.portfolio.position import LedgerRow
from stress.simulation.book import Book
from stress.tables import listing

__all__ = ["not_covered", "said_of_book"]

#: Names listed in a warning.
_LISTED = 5


def said_of_book(book: Book) -> tuple[str, ...]:
    """Return all that a book has to say, each once: what is left out first, how its file was read last."""
    levels = () if book.valuation is None else book.valuation.warnings
    return tuple(dict.fromkeys((*not_covered(book), *levels, *book.portfolio.warnings)))


def not_covered(book: Book) -> list[str]:
    """Say what of a book is not in the figures: names without exposures, rows that could not be read."""
    words = []
    names = [
        one.ticker if one.name is None else f"{one.name} ({one.ticker})"
        for one in book.coverage.by_size("excluded")
    ]
    if names:
        words.append(
            f"NOT STRESSED {book.coverage.share('excluded'):.1%} of {book.coverage.shares_of}: {listing(names, most=_LISTED)}. "
            f"The figures leave {'it' if len(names) == 1 else 'them'} out.{_at_strike(book)}"
        )
    nothing = [row for row in book.portfolio.ledger if row.reason == "quantity 0"]
    if nothing:
        rows = listing([_row_of(row) for row in nothing], most=3)
        words.append(
            f"{len(nothing)} row(s) of {book.portfolio.name} with quantity 0, in no figure: {rows}."
        )
    unread = book.portfolio.unread
    if unread:
        words.append(
            f"NOT READ {len(unread)} row(s) of {book.portfolio.name}, in no figure and no share: "
            + listing([f"line {row.row}, {row.reason}" for row in unread], most=3)
            + "."
        )
    return words


def _at_strike(book: Book) -> str:
    """Say of which options that are left out the strike stands for the price of the share."""
    shares = sorted({row.ticker for row in book.coverage.excluded if row.at_strike})
    if not shares:
        return ""
    option = book.portfolio.worded(f"--spot {shares[0]}=PRICE", f"spots={{'{shares[0]}': PRICE}}")
    return (
        f" Its options count with the shares they are on, at the strike: no price of {listing(shares, most=_LISTED)} is known "
        f"({option})."
    )


def _row_of(row: LedgerRow) -> str:
    """Name a row by its line and what stands first in it."""
    what = row.text.partition(",")[0].strip()
    return what if row.row is None else f"line {row.row}, {what}"
