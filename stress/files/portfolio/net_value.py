"""Whether a book's net asset value can carry percentages."""

from __future__ import annotations

from stress.errors import InputError, Problem

__all__ = ["LEAST_NAV", "NOMINAL_NAV", "check_nav"]

#: Net below this share of gross leaves percentages of NAV without meaning.
_LEAST_NET_SHARE = 0.20
#: Gross beyond so many times the stated net asset value is another unit, not leverage.
_MOST_GROSS = 1_000.0
#: A book worth less is a slip of the keyboard. [currency]
LEAST_NAV = 0.01
#: The book a file of weights alone is read as, where nothing gives a net asset value. [currency]
NOMINAL_NAV = 1_000_000.0


def check_nav(nav: float, *, stated: bool, gross: float, currency: str, file: str) -> None:
    """Refuse a net asset value that percentages cannot be taken of.

    Parameters
    ----------
    nav : float
        Stated, or what positions and cash add up to. [currency]
    stated : bool
        Which.
    gross : float
        Of the positions. [currency]
    currency : str
        The book's.
    file : str
        For messages.

    Raises
    ------
    InputError
        Not above zero, close to nothing, far below gross.
    """
    if stated:
        if not nav > 0.0:
            raise InputError(
                Problem(
                    message=f"the net asset value {nav:g} is not above zero.",
                    file=file,
                    hint="Check --nav / nav=.",
                )
            )
        if gross > _MOST_GROSS * nav:
            raise InputError(
                Problem(
                    message=f"the positions' gross {gross:,.2f} is {gross / nav:,.0f} times the net asset "
                    f"value {nav:,.2f} {currency}.",
                    file=file,
                    hint="Check --nav / nav= and the unit of prices.",
                )
            )
        return
    if 0.0 < nav < LEAST_NAV:
        raise InputError(
            Problem(
                message=f"positions and cash add up to {nav:.3g} {currency}, less than one hundredth.",
                file=file,
                hint="Check quantities and prices.",
            )
        )
    if nav <= 0.0 or nav < _LEAST_NET_SHARE * gross:
        share = f" ({nav / gross:.0%} of gross)" if gross else ""
        raise InputError(
            Problem(
                message=f"positions and cash add up to {nav:,.2f} {currency}{share}: percentages of "
                "that mean nothing.",
                file=file,
                hint="State the net asset value with --nav / nav=, or list the cash.",
            )
        )
