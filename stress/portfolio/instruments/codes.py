"""What instruments and books call things: names are text, currencies ISO codes in capitals."""

from __future__ import annotations

import re

from stress.currencies import no_currency
from stress.errors import plainly

__all__ = ["currency_faults", "is_futures_code", "is_security_number", "name_faults"]

#: ``ES=F``; or a root, the letter of a month and one or two digits of a year: ``ESH6``, ``CLZ25``.
_FUTURE = re.compile(r"[A-Z0-9]{1,4}=F|[A-Z0-9]{1,3}[FGHJKMNQUVXZ][0-9]{1,2}")


def name_faults(**names: object) -> list[str]:
    """Return what is wrong with names: each is text with something in it.

    Parameters
    ----------
    **names : str
        By the field that says it.

    Examples
    --------
    >>> name_faults(ticker="NVDA", follows=5)
    ['follows 5 is no text.']
    """
    return [
        f"{field} {plainly(name)} is no text."
        for field, name in names.items()
        if not isinstance(name, str) or not name.strip()
    ]


def is_futures_code(ticker: str) -> bool:
    """Whether a ticker is written as futures are.

    Examples
    --------
    >>> [is_futures_code(ticker) for ticker in ("ES=F", "ESH6", "CLZ25", "ES", "BRK-B", "3690")]
    [True, True, True, False, False, False]
    """
    return _FUTURE.fullmatch(ticker) is not None


def is_security_number(ticker: str) -> bool:
    """Whether a CUSIP or ISIN stands where a ticker does: nine or twelve characters, the last a digit.

    Examples
    --------
    >>> [is_security_number(ticker) for ticker in ("67066G104", "US67066G1040", "NVDA", "0700.HK")]
    [True, True, False, False]
    """
    return len(ticker) in (9, 12) and ticker.isalnum() and ticker[-1].isdigit()


def currency_faults(**currencies: object) -> list[str]:
    """Return what is wrong with currencies: each is an ISO code in capitals.

    Parameters
    ----------
    **currencies : str
        By the field that says it.

    Examples
    --------
    >>> currency_faults(currency="usd")
    ["currency 'usd' is no ISO code of a currency. Did you mean 'USD'?"]
    """
    said = []
    for field, code in currencies.items():
        fault = no_currency(code)
        if fault is not None:
            said += name_faults(**{field: code}) or [f"{field} {fault}"]
    return said
