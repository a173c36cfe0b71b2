"""The exchange rates of a file's rows against those the user states, and against the book's currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stress.errors import Problem
from stress.files.portfolio.holding import Holding
from stress.portfolio.market import STATED_APART

__all__ = ["compare_implied", "compare_rates"]

#: Rates that rows imply may differ by this share, for rounding and the hour of the price.
_IMPLIED_APART = 0.05


def compare_rates(
    holdings: Sequence[Holding], stated: Mapping[str, float], *, book_currency: str, file: str
) -> tuple[list[Problem], list[str]]:
    """Compare the rates of the rows with the stated ones, which win, and with the 1 of the book's own currency.

    Parameters
    ----------
    holdings : sequence of Holding
        With their rates.
    stated : mapping of str to float
        Units of the book's currency for one unit of another.
    book_currency : str
        ISO code.
    file : str
        For messages.

    Returns
    -------
    problems : list of Problem
        A row in the book's currency with a rate other than 1: the file translates into another currency.
    warnings : list of str
        One for each currency whose stated rate is more than 1 % from a row's.
    """
    apart: dict[str, Holding] = {}
    for holding in holdings:
        rate, currency = holding.fx_rate, holding.currency
        if not rate or rate <= 0.0 or currency is None:
            continue
        if currency == book_currency and abs(rate - 1.0) > STATED_APART:
            problem = Problem(
                message=f"the exchange rate {rate:g} of a row in {book_currency}, which is taken for the book's currency: "
                "the file's rates lead into another one.",
                file=file,
                line=holding.line,
                hint="Name the currency its values are in with --currency / currency=.",
            )
            return [problem], []
        if currency in stated and abs(stated[currency] - rate) > STATED_APART * rate:
            apart.setdefault(currency, holding)
    return [], [
        f"{currency}: {stated[currency]:g} {book_currency} as stated; the file says {holding.fx_rate:g} (line {holding.line})"
        for currency, holding in apart.items()
    ]


def compare_implied(implied: Sequence[tuple[str, float, int]], *, book_currency: str) -> list[str]:
    """Return a warning for each currency whose rows imply rates that cannot both be true.

    Parameters
    ----------
    implied : sequence of (str, float, int)
        Currency, rate, and line of each row whose value is stated in the book's currency.
    book_currency : str
        ISO code.
    """
    by_currency: dict[str, list[tuple[float, int]]] = {}
    for currency, rate, line in implied:
        by_currency.setdefault(currency, []).append((rate, line))
    warnings = []
    for currency, rates in by_currency.items():
        (least, low), (most, high) = min(rates), max(rates)
        if most > (1.0 + _IMPLIED_APART) * least:
            warnings.append(
                f"{currency}: values, quantities and prices imply {least:g} {book_currency} on line {low} and {most:g} on "
                f"line {high}: the stated values are used"
            )
    return warnings
