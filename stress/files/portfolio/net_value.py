"""Whether a book's net asset value can carry percentages."""

from __future__ import annotations

from stress.errors import InputError, Problem
from stress.portfolio.position import Portfolio

__all__ = ["check_nav"]

#: Net below this share of gross leaves percentages of NAV without meaning.
_LEAST_NET_SHARE = 0.20
#: Gross beyond so many times the stated net asset value is another unit, not leverage.
_MOST_GROSS = 1_000.0
#: A book worth less is a slip of the keyboard. [currency]
_LEAST_NAV = 0.01


def check_nav(book: Portfolio, file: str) -> None:
    """Refuse a net asset value that percentages cannot be taken of.

    Parameters
    ----------
    book : Portfolio
        As assembled.
    file : str
        For messages.

    Raises
    ------
    InputError
        Not above zero, close to nothing, far below gross.
    """
    if book.nav_source == "stated":
        if not book.nav > 0.0:
            raise InputError(
                Problem(
                    message=f"the net asset value {book.nav:g} is not above zero.",
                    file=file,
                    hint="Check --nav / nav=.",
                )
            )
        if book.gross > _MOST_GROSS * book.nav:
            raise InputError(
                Problem(
                    message=f"the positions' gross {book.gross:,.2f} is {book.gross / book.nav:,.0f} times the net asset "
                    f"value {book.nav:,.2f} {book.currency}.",
                    file=file,
                    hint="Check --nav / nav= and the unit of prices.",
                )
            )
        return
    if 0.0 < book.nav < _LEAST_NAV:
        raise InputError(
            Problem(
                message=f"positions and cash add up to {book.nav:.3g} {book.currency}, less than one hundredth.",
                file=file,
                hint="Check quantities and prices.",
            )
        )
    if book.nav <= 0.0 or book.nav < _LEAST_NET_SHARE * book.gross:
        share = f" ({book.nav / book.gross:.0%} of gross)" if book.gross else ""
        raise InputError(
            Problem(
                message=f"positions and cash add up to {book.nav:,.2f} {book.currency}{share}: percentages of "
                "that mean nothing.",
                file=file,
                hint="State the net asset value with --nav / nav=, or list the cash.",
            )
        )
