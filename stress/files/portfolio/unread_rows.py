"""What rows that were not read state: how much they are worth, and a ticker in another column."""

from __future__ import annotations

import math

from stress.files.portfolio.classified import Classified
from stress.files.portfolio.holding import Holding
from stress.files.portfolio.identifiers import is_cusip, is_isin, is_plain_ticker
from stress.files.portfolio.values import Terms, rate_of
from stress.portfolio.position import LARGEST

__all__ = ["looks_like_ticker", "stated_worth"]


def stated_worth(holding: Holding, kind: Classified, terms: Terms) -> float | None:
    """Return the size of what a row states to be worth, whatever it holds; None where it states nothing.

    Parameters
    ----------
    holding : Holding
        The row, restated.
    kind : Classified
        What it was taken for.
    terms : Terms
        Of the file.

    Returns
    -------
    float or None
        Its value, else quantity times price, else its weight of the net asset value; None also where no rate leads into
        the book's currency. [book currency]
    """
    rate, missing = rate_of(holding, holding.currency or terms.book_currency, terms)
    worth = None
    if holding.weight is not None and terms.nav is not None and terms.nominal:
        worth = holding.weight * terms.nav
    elif holding.market_value is not None:
        in_book = holding.value_currency == terms.book_currency
        worth = (
            holding.market_value if in_book else None if missing else holding.market_value * rate
        )
    elif holding.quantity is not None and holding.price is not None:
        each = holding.price * kind.unit * (holding.multiplier or kind.multiplier)
        worth = None if missing else holding.quantity * each * rate
    elif holding.weight is not None and terms.nav is not None:
        worth = holding.weight * terms.nav
    return (
        abs(worth) if worth is not None and math.isfinite(worth) and abs(worth) <= LARGEST else None
    )


def looks_like_ticker(text: str) -> bool:
    """Say whether a cell that is no ticker by its title reads as one: capitals, an ISIN or a CUSIP.

    Examples
    --------
    >>> [looks_like_ticker(text) for text in ("NVDA", "BRK.B", "US67066G1040", "Apple", "SAP SE")]
    [True, True, True, False, False]
    """
    return is_plain_ticker(text) or is_isin(text) or is_cusip(text)
