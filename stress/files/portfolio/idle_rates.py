"""Exchange rates that the user states and no row of a file needs: said, never silently dropped."""

from __future__ import annotations

from collections.abc import Mapping

from stress.files.portfolio.holding import Reading
from stress.portfolio.levels import option_forms
from stress.portfolio.position import Portfolio

__all__ = ["idle_rates"]


def idle_rates(portfolio: Portfolio, reading: Reading, stated: Mapping[str, float]) -> list[str]:
    """Say which stated rates changed nothing of how a book was read.

    Parameters
    ----------
    portfolio : Portfolio
        As read.
    reading : Reading
        Its file: a rate may have translated a value or a price that stands in no position's own currency.
    stated : mapping of str to float
        Units of the book's currency for one unit of another.
    """
    own = portfolio.currency
    met = {own, reading.currency}
    for position in portfolio.positions:
        met.add(position.currency)
        for driver in position.instrument.drivers():
            if driver.kind == "fx":
                met.update(driver.name.split("/"))
    for holding in (*reading.holdings, *reading.faulty, *reading.unread):
        met |= {holding.currency, holding.price_currency, holding.value_currency}
    return [
        f"{' / '.join(option_forms('fx', currency, rate))} changes nothing: "
        + ("it is the book's own currency" if currency == own else f"no row is in {currency}")
        for currency, rate in stated.items()
        if currency == own or currency not in met
    ]
