"""A row to cash, where nothing speaks against it."""

from __future__ import annotations

from stress.currencies import CURRENCIES
from stress.files.portfolio.cash import (
    ALSO_TICKERS,
    cash_by_name,
    cash_by_ticker,
    is_money_market,
    owed_by_name,
)
from stress.files.portfolio.classified import Classified, wrong
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.holding import Holding, quoted
from stress.files.portfolio.instrument_kinds import kind_of_type
from stress.portfolio.instruments import Cash

__all__ = ["is_cash", "read_cash"]

#: The price some issuers give cash.
_PAR = 100.0


def read_cash(
    holding: Holding, kind: str | None, book: str, file: str, strict: bool
) -> Classified | None:
    """Return cash for a row that is cash, None for one that is not.

    A currency's code is also a share's ticker (NOK, COP, USD itself): without a type it is cash only where its
    price is one, or where neither price nor name speaks against it.
    """
    ticker, name = holding.ticker or "", holding.name or ""
    by_ticker = cash_by_ticker(ticker)
    if kind == "equity" and not strict and by_ticker is not None and is_money_market(ticker):
        kind = None
    if kind not in ("cash", None):
        return None
    at_one = holding.price is None or abs(holding.price - 1.0) < 1e-9
    plain = ticker.isupper() and len(ticker) <= 5 and not (at_one and holding.price)
    if kind is None and by_ticker is None and (strict or plain):
        return None
    named_cash = cash_by_name(ticker) or cash_by_name(name)
    at_par = at_one or holding.price == _PAR or holding.quantity == holding.market_value
    if kind == "cash":
        if strict and not at_one:
            return wrong(
                file,
                holding,
                f"cash {quoted(ticker or name)} has the price {holding.price:g}.",
                "Cash has the price 1 or none; write type equity for a share.",
            )
        if not at_par and by_ticker and by_ticker[0] and cash_by_name(name):
            at_par = True  # JPY, JPY CASH: its price is an exchange rate
        if not at_par or not (strict or by_ticker or named_cash or not ticker):
            return None
    elif by_ticker is not None:
        if (
            strict
            and at_one
            and holding.price is None
            and ticker.upper() in ALSO_TICKERS
            and not named_cash
        ):
            return wrong(
                file,
                holding,
                f"{quoted(ticker)} is a currency and the ticker of a share.",
                "Write type cash or equity.",
            )
        speaks_against = not at_one or (
            bool(name) and not named_cash and ticker.upper() in CURRENCIES
        )
        if speaks_against and not (at_par and named_cash):
            return None
    elif not named_cash or (ticker and not cash_by_name(ticker) and not (at_one and holding.price)):
        return None
    owed = next((text for text in (name, ticker) if owed_by_name(text)), None)
    amount = holding.market_value if holding.market_value is not None else holding.quantity
    if (
        owed is not None
        and "balance" not in owed.casefold()
        and amount is not None
        and amount > 0.0
    ):
        return Classified(
            became="refused",
            reason=f"{quoted(owed)} is money owed, and its amount is above zero: write it with a minus sign",
        )
    named, reason = by_ticker if by_ticker is not None else (None, "cash")
    currency = named or holding.currency or book
    first = name.split()[0].upper() if name else ""
    if named is None and holding.currency is None and first in CURRENCIES:
        currency = first
    label = f"{currency} cash" if named or reason == "cash" else ticker.upper().rstrip("*")
    return Classified(
        kind="cash", label=label, instrument=Cash(currency), became="cash", reason=reason
    )


def is_cash(holding: Holding) -> bool:
    """Say whether a row is cash by its own words, in a file of any format."""
    kind = kind_of_type(fold(holding.type)) if holding.type else None
    return read_cash(holding, kind, holding.currency or "USD", "", strict=False) is not None
