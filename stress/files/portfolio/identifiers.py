"""What a cell says of itself: an ISIN or a CUSIP by its check digit, a ticker by its shape."""

from __future__ import annotations

import re

__all__ = [
    "cusip_check_digit",
    "is_cusip",
    "is_isin",
    "is_plain_ticker",
    "isin_check_digit",
    "isin_of_cusip",
]

_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_CUSIP = re.compile(r"[0-9A-Z*@#]{8}[0-9]")
#: Up to five capitals, and a share class.
_PLAIN_TICKER = re.compile(r"[A-Z]{1,5}(?:[./-][A-Z])?")
_CUSIP_VALUES = {
    **{str(digit): digit for digit in range(10)},
    **{chr(ord("A") + offset): 10 + offset for offset in range(26)},
    "*": 36,
    "@": 37,
    "#": 38,
}


def isin_check_digit(body: str) -> int:
    """Return the check digit of the first eleven characters of an ISIN (ISO 6166, Luhn)."""
    digits = "".join(str(int(character, 36)) for character in body)
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value // 10 + value % 10
    return -total % 10


def cusip_check_digit(body: str) -> int:
    """Return the check digit of the first eight characters of a CUSIP (ANSI X9.6)."""
    total = 0
    for position, character in enumerate(body):
        value = _CUSIP_VALUES[character] * (2 if position % 2 else 1)
        total += value // 10 + value % 10
    return -total % 10


def is_isin(text: str) -> bool:
    """Say whether a text is an ISIN whose check digit is right.

    Examples
    --------
    >>> is_isin("US67066G1040"), is_isin("US67066G1041")
    (True, False)
    """
    return _ISIN.fullmatch(text) is not None and isin_check_digit(text[:11]) == int(text[11])


def is_cusip(text: str) -> bool:
    """Say whether a text is a CUSIP whose check digit is right.

    Examples
    --------
    >>> is_cusip("67066G104"), is_cusip("67066G105")
    (True, False)
    """
    return _CUSIP.fullmatch(text) is not None and cusip_check_digit(text[:8]) == int(text[8])


def is_plain_ticker(text: str) -> bool:
    """Say whether a text has the shape of a US ticker; no list is asked.

    Examples
    --------
    >>> [is_plain_ticker(text) for text in ("NVDA", "BRK.B", "Apple", "0700.HK")]
    [True, True, False, False]
    """
    return _PLAIN_TICKER.fullmatch(text) is not None


def isin_of_cusip(cusip: str) -> str:
    """Return the ISIN of a US security that contains its CUSIP.

    Parameters
    ----------
    cusip : str
        Nine characters.
    """
    body = f"US{cusip}"
    return body + str(isin_check_digit(body))
