"""Prices and values whose title names another currency than the row's, put into the row's or the book's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stress.files.portfolio.holding import Holding

__all__ = ["Base", "restate", "say_price_rates"]


class Base(NamedTuple):
    """What a file says is in its own currency, whatever that of the row.

    Parameters
    ----------
    value, price : str or None
        That currency, where values or prices are in it.
    """

    value: str | None = None
    price: str | None = None


#: Of a file that says nothing of the kind.
_OWN = Base()


def restate(
    holding: Holding, *, book_currency: str, base: Base, rates: Mapping[str, float]
) -> tuple[Holding, str | None]:
    """Put what titles say of currencies into figures.

    Parameters
    ----------
    holding : Holding
        As read.
    book_currency : str
        ISO code.
    base : Base
        What the file says of all its values and prices.
    rates : mapping of str to float
        Units of the book's currency for one unit of another; 1 for itself.

    Returns
    -------
    holding : Holding
        With its price in its own currency, and its value in that (`value_currency` is None) or in the book's. A price that
        cannot be put into the row's currency for want of a rate is left out where a value stands beside it.
    missing : str or None
        Currency whose rate is needed for it and not known.
    """
    if base == _OWN and holding.value_currency is None and holding.price_currency is None:
        return holding, None
    own = holding.currency or book_currency
    value, price = holding.market_value, holding.price
    of_value = holding.value_currency or base.value or own
    of_price = holding.price_currency or base.price or own
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
    return (
        holding._replace(
            market_value=value,
            value_currency=book_currency if of_value == book_currency else None,
            price=price,
            price_currency=None,
        ),
        missing,
    )


def say_price_rates(holdings: Sequence[Holding], base: Base) -> list[str]:
    """Say how prices in base become prices in the currencies of the rows: no figure proves which way a rate leads.

    Parameters
    ----------
    holdings : sequence of Holding
        As read.
    base : Base
        What the file says of all its values and prices.

    Returns
    -------
    list of str
        At most one.
    """
    for holding in holdings:
        if base.price is None or holding.price is None or holding.currency in (None, base.price):
            continue
        if holding.fx_rate and holding.fx_rate != 1.0:
            return [
                f"prices are in {base.price}, the base: that in {holding.currency} follows from the rate "
                f"{holding.fx_rate:g} of line {holding.line}, taken as {base.price} for one {holding.currency}"
            ]
    return []
