"""Prices and values whose title names another currency than the row's, put into the row's or the book's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from stress.files.portfolio.holding import Holding

__all__ = ["Restated", "restate"]


class Restated(NamedTuple):
    """A row whose price is in its own currency, and whose value is in that or in the book's.

    Parameters
    ----------
    holding : Holding
        Its `value_currency` is the book's, or None for the row's own.
    missing : str or None
        Currency whose rate is needed for it and not known.
    """

    holding: Holding
    missing: str | None = None


def restate(
    holding: Holding, *, book_currency: str, base: str | None, rates: Mapping[str, float]
) -> Restated:
    """Put what titles say of currencies into figures.

    Parameters
    ----------
    holding : Holding
        As read.
    book_currency : str
        ISO code.
    base : str or None
        Currency of all values of the file, where it says so.
    rates : mapping of str to float
        Units of the book's currency for one unit of another; 1 for itself.

    Returns
    -------
    Restated
        A price that cannot be put into the row's currency for want of a rate is left out where a value stands beside it.
    """
    if base is None and holding.value_currency is None and holding.price_currency is None:
        return Restated(holding)
    own = holding.currency or book_currency
    value, price = holding.market_value, holding.price
    of_value = holding.value_currency or base or own
    of_price = holding.price_currency or own
    missing = None
    if value is not None and of_value not in (own, book_currency):
        if of_value in rates:
            value, of_value = value * rates[of_value], book_currency
        else:
            missing = of_value
    if price is not None and of_price != own:
        if of_price in rates and own in rates:
            price *= rates[of_price] / rates[own]
        elif value is not None:
            price = None
        else:
            missing = missing or (own if of_price in rates else of_price)
    return Restated(
        replace(
            holding,
            market_value=value,
            value_currency=book_currency if of_value == book_currency else None,
            price=price,
            price_currency=None,
        ),
        missing,
    )
