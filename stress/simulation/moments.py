"""Which averages of a P&L exist under the law, and which do not.

Compounded, a name is worth ``exp(e)`` of a Student-t variable e, and every power of that has an infinite mean:
a sample's mean and standard deviation then grow with the number of draws and estimate nothing. Quantiles exist
always. A tail average of losses exists where the loss has a bound, as a long-only book's has in its value.
"""

from __future__ import annotations

from stress.portfolio.instruments import Instrument, Option
from stress.simulation.book import Book

__all__ = ["NO_TAIL", "has_tail_average", "loss_is_bounded"]

#: Why there is no tail average.
NO_TAIL = (
    "tail average left out: returns compound, and what is held short can rise without bound, so its loss has no "
    "mean under the law. The range of the variations stands."
)


def loss_is_bounded(book: Book) -> bool:
    """Whether nothing held can lose more than a fixed amount: no name is short, nor anything but puts.

    Parameters
    ----------
    book : Book
        Compiled.
    """
    if (book.values < 0.0).any():
        return False
    holdings = () if book.valuation is None else book.valuation.holdings
    return all(
        held.quantity * leg.ratio >= 0.0 or _has_a_highest_value(leg.instrument)
        for held in holdings
        for leg in held.legs
    )


def has_tail_average(book: Book, *, compound: bool) -> bool:
    """Whether the mean of the worst outcomes exists.

    Parameters
    ----------
    book : Book
        Compiled.
    compound : bool
        Whether returns compound.
    """
    return not compound or loss_is_bounded(book)


def _has_a_highest_value(instrument: Instrument) -> bool:
    return isinstance(instrument, Option) and instrument.right == "put"
