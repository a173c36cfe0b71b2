"""Which averages of a P&L exist under the law, and which do not.

Compounded, a name is worth ``exp(e)`` of a Student-t variable e, and every power of that has an infinite mean:
a sample's mean and standard deviation then grow with the number of draws and estimate nothing. Quantiles exist
always. A tail average of losses exists where the loss has a bound, as a long-only book's has in its value.
"""

from __future__ import annotations

import math

from stress.simulation.book import Book
from stress.simulation.holdings import ElementaryLeg, Holding
from stress.simulation.movers import Fixed
from stress.simulation.trades import Trades
from stress.simulation.valuation import Valuation

__all__ = ["NO_TAIL", "has_tail_average", "loss_is_bounded"]

#: Why there is no tail average.
NO_TAIL = (
    "tail average left out: returns compound, and what is held short, or lost in another currency, can rise without "
    "bound, so its loss has no mean under the law. The range of the variations stands."
)

#: A part of a position this near to minus one closes it.
_CLOSES = 1e-12


def loss_is_bounded(book: Book, trades: Trades | None = None) -> bool:
    """Whether nothing held can lose more than a fixed amount.

    Parameters
    ----------
    book : Book
        Compiled.
    trades : Trades, optional
        Bought and sold on top of it.

    Notes
    -----
    A name that is short loses without bound, and so does each leg that is short and can be worth any amount. What
    is lost in another currency is translated at a rate that grows without bound, unless the rate is fixed: there
    nothing may be lost beyond what the leg is worth. Legs are asked one by one: that one covers another is not seen.
    """
    values = dict(zip(book.names, book.values, strict=True))
    for name, amount in {} if trades is None else trades.names.items():
        values[name] = values.get(name, 0.0) + amount
    if any(value < 0.0 for value in values.values()):
        return False
    valuation = book.valuation
    return valuation is None or all(
        _leg_is_bounded(leg, _left(held, trades) * leg.ratio, valuation)
        for held in valuation.holdings
        for leg in held.legs
    )


def _left(held: Holding, trades: Trades | None) -> float:
    """Units of a holding after trades."""
    left = 1.0 + (0.0 if trades is None else trades.scaled.get(held.position.id, 0.0))
    return 0.0 if abs(left) <= _CLOSES else left * held.quantity


def has_tail_average(book: Book, *, compound: bool, trades: Trades | None = None) -> bool:
    """Whether the mean of the worst outcomes exists.

    Parameters
    ----------
    book : Book
        Compiled.
    compound : bool
        Whether returns compound.
    trades : Trades, optional
        Bought and sold on top of it.
    """
    return not compound or loss_is_bounded(book, trades)


def _leg_is_bounded(leg: ElementaryLeg, units: float, valuation: Valuation) -> bool:
    """Whether so many units of a leg have a least value in the book's currency."""
    if units == 0.0:
        return True
    least = min(units * end for end in leg.instrument.value_range())
    if leg.fx is None or isinstance(valuation.movers[leg.fx], Fixed):
        return least > -math.inf
    return least >= 0.0
