"""Rows of currency forwards: the native format's columns, and what to do about a pair written otherwise."""

from __future__ import annotations

from stress.currencies import CURRENCIES
from stress.errors import InputError, Problem
from stress.files.portfolio.classified import Classified, refused_by
from stress.files.portfolio.dates import DateOrder, find_date
from stress.files.portfolio.holding import Holding, quoted
from stress.portfolio.instruments import FXForward

__all__ = ["read_forward"]


def read_forward(
    holding: Holding, *, file: str, book_currency: str, dates: DateOrder | None
) -> Classified:
    """Read a forward: ticker ``EURUSD``, quantity in EUR, strike the agreed rate in USD, expiry the delivery.

    Parameters
    ----------
    holding : Holding
        The row.
    file : str
        For messages.
    book_currency : str
        ISO code: what the strike is in.
    dates : {'day-first', 'month-first'}, optional
        The order of dates that read two ways.

    Returns
    -------
    Classified
        A forward, or every problem of the row.
    """
    letters = "".join(mark for mark in (holding.ticker or "").upper() if mark.isalpha())
    foreign, domestic = letters[:3], letters[3:]
    delivery = find_date(holding.expiry or holding.terms.get("maturity", ""), dates)
    lacking = [
        what
        for what, there in (
            ("quantity (in the first currency)", holding.quantity is not None),
            ("strike (the agreed rate)", bool(holding.strike)),
            ("expiry (the delivery)", delivery is not None),
            ("market_value (0 on the day it is agreed)", holding.market_value is not None),
        )
        if not there
    ]
    faults = (
        [] if (wrong := _wrong_pair(holding, foreign, domestic, book_currency)) is None else [wrong]
    )
    if lacking:
        faults.append(
            (
                f"the forward {quoted(holding.ticker)} lacks {', '.join(lacking)}.",
                "Write them in its row.",
            )
        )
    if faults or delivery is None or not holding.strike:
        return Classified(
            kind="fx_forward",
            problems=tuple(
                Problem(message=message, file=file, line=holding.line, hint=hint)
                for message, hint in faults
            ),
        )
    try:
        forward = FXForward(
            foreign=foreign, domestic=domestic, agreed_rate=holding.strike, delivery=delivery
        )
    except InputError as error:
        return refused_by(error, file, holding)._replace(kind="fx_forward")
    return Classified(
        kind="fx_forward", label=f"{foreign}/{domestic} {delivery}", instrument=forward
    )


def _wrong_pair(holding: Holding, foreign: str, domestic: str, book: str) -> tuple[str, str] | None:
    """Return message and remedy of a ticker that is no pair with the book's currency last; None of one that is."""
    ticker = quoted(holding.ticker)
    if not {foreign, domestic} <= CURRENCIES or foreign == domestic:
        example = "EUR" if book != "EUR" else "GBP"
        return (
            f"the forward {ticker} does not name two currencies.",
            f"Write ticker as {example}{book}: the currency that quantity is in, then the book's.",
        )
    if domestic == book:
        return None
    message = f"the forward {ticker} is priced in {domestic}; the second currency must be the book's, {book}."
    if foreign != book:
        return (
            message,
            f"Write it as two rows of one expiry, {foreign}{book} and {domestic}{book}, whose sides in {book} cancel.",
        )
    if not (holding.quantity and holding.strike):
        return message, f"Write it the other way round, as {domestic}{book}."
    return (
        message,
        f"Write it the other way round: ticker {domestic}{book}, quantity {-holding.quantity * holding.strike:.12g}, "
        f"strike {1.0 / holding.strike:.10g}.",
    )
