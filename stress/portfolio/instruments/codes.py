"""What instruments and books call things: names are text, currencies ISO codes in capitals."""

from __future__ import annotations

import re

from stress.currencies import no_currency
from stress.errors import plainly

__all__ = [
    "contract_month",
    "contract_root",
    "currency_faults",
    "is_futures_code",
    "is_security_number",
    "name_faults",
]

#: ``ES=F``; or a root, the letter of a month and one or two digits of a year: ``ESH6``, ``CLZ25``.
_FUTURE = re.compile(r"[A-Z0-9]{1,4}=F|[A-Z0-9]{1,3}[FGHJKMNQUVXZ][0-9]{1,2}")
#: Letters of the months of futures, January first.
_MONTHS = "FGHJKMNQUVXZ"
#: Roots that end in the letter of a month: a digit behind them counts contracts (``NQ1``), two may be a year.
_LIKE_A_MONTH = frozenset(("NQ", "MNQ", "M2K", "YM", "MYM", "NK", "HG", "NG", "RX", "6J", "6N"))
#: Years that the one digit of a contract may lie back.
_YEARS_BACK = 4


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


def contract_month(code: str, near: str) -> str:
    """Return the month of a futures contract by its code; nothing where it has none.

    Parameters
    ----------
    code : str
        As ``MESH6`` or ``CLZ25``, in either case.
    near : str
        ISO date. One digit is a year from four before it to five after it, two are one from 49 before to 50 after.

    Examples
    --------
    >>> [contract_month(code, "2025-12-31") for code in ("MESH6", "mesu5", "CLZ25", "ESZ0", "ES", "NQ1")]
    ['2026-03', '2025-09', '2025-12', '2030-12', '', '']
    """
    code = code.upper()
    found = re.search(r"([FGHJKMNQUVXZ])([0-9]{1,2})$", code)
    if found is None or not near or not is_futures_code(code):
        return ""
    if code[: found.start(2)] in _LIKE_A_MONTH:
        return ""
    digits = found[2]
    first = int(near[:4]) - (_YEARS_BACK if len(digits) == 1 else 49)
    year = next(y for y in range(first, first + 100) if str(y).endswith(digits))
    return f"{year}-{_MONTHS.index(found[1]) + 1:02}"


def contract_root(code: str, near: str) -> str:
    """Return what a futures code is without its month and year; the code itself where it has none.

    Parameters
    ----------
    code, near : str
        As of `contract_month`.

    Examples
    --------
    >>> [contract_root(code, "2025-12-31") for code in ("MESH6", "esm6", "NQ1")]
    ['MES', 'ES', 'NQ1']
    """
    code = code.upper()
    return code.rstrip("0123456789")[:-1] if contract_month(code, near) else code


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
