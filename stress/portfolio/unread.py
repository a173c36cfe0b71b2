"""How much of a file was not read: above a quarter of what it states, the rest is not the book."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from stress.errors import Problem
from stress.portfolio.position import LedgerRow, Portfolio
from stress.tables import listing

__all__ = ["MOST_LEFT_OUT", "too_much_unread", "unread_share"]

#: Share of gross that may be left out without a word, of names that are unknown and of rows that were not read.
MOST_LEFT_OUT: Final = 0.25
#: Reasons and lines that a message lists.
_REASONS, _LINES = 3, 5


def unread_share(portfolio: Portfolio) -> float:
    """Return the share of the rows that were not read in the gross of all that a file states.

    Parameters
    ----------
    portfolio : Portfolio
        As read. Rows that state no value count as nothing.
    """
    unread = math.fsum(row.worth or 0.0 for row in portfolio.unread)
    return unread / (portfolio.gross + unread) if unread > 0.0 else 0.0


def too_much_unread(portfolio: Portfolio, *, mapped: bool = True) -> list[Problem]:
    """Return what is to be said of a book of which too much was not read; nothing up to a quarter.

    Parameters
    ----------
    portfolio : Portfolio
        As read.
    mapped : bool
        Whether whoever reads it may choose its columns, as of a book and not of a benchmark.
    """
    share = unread_share(portfolio)
    if share <= MOST_LEFT_OUT:
        return []
    rows = [row for row in portfolio.unread if row.worth]
    counted = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    accept = portfolio.worded("--allow-partial", "allow_partial=True")
    return [
        Problem(
            message=f"{counted} worth {math.fsum(row.worth or 0.0 for row in rows):,.0f} {portfolio.currency}, {share:.1%} "
            f"of the gross that the file states, could not be read, more than 25 %: {_why(rows)}.",
            file=portfolio.name,
            hint=f"{_remedy(portfolio, rows if mapped else [])}, or leave them out with {accept}.",
            sums_up=True,
        )
    ]


def _why(rows: Iterable[LedgerRow]) -> str:
    """List the reasons, that of the largest rows first, with their lines."""
    by_reason: dict[str, list[LedgerRow]] = {}
    for row in rows:
        by_reason.setdefault(row.reason, []).append(row)
    ordered = sorted(
        by_reason.items(), key=lambda entry: -math.fsum(row.worth or 0.0 for row in entry[1])
    )
    said = [
        f"{reason} (line{'' if len(of_it) == 1 else 's'} "
        f"{listing([str(row.row) for row in of_it], most=_LINES)})"
        for reason, of_it in ordered
    ]
    return listing(said, most=_REASONS)


def _remedy(portfolio: Portfolio, rows: Iterable[LedgerRow]) -> str:
    """Say what would have them read: the column of their tickers, where their cells look like some."""
    titles = [row.ticker_column for row in rows if row.ticker_column]
    if not titles:
        return "Correct them, or add what they lack"
    title = titles[0]
    choice = portfolio.worded(f'--map "{title}=ticker"', f"mapping={ {title: 'ticker'} }")
    return f"The column '{title}' looks like tickers: read it so with {choice}"
