"""Texts in a column of tickers that are no share's: contracts and bonds as desks write them."""

from __future__ import annotations

import re
from typing import NamedTuple

from stress.files.portfolio.identifiers import is_cusip, is_isin
from stress.portfolio.instruments.bond import FACE

__all__ = ["NoShare", "is_date", "no_share", "numbered_bond"]

#: A code and the two letters of an exchange: ``700 HK``, ``BT/A LN EQUITY``.
_ON_EXCHANGE = re.compile(r"[A-Z0-9./]{1,8} [A-Z]{2}(?: EQUITY)?")
#: What the names of contracts and bonds end in.
_ENDS = re.compile(
    r".* (?:FUTURES?|FUTS?|PUTS?|CALLS?|OPTIONS?|BONDS?|NOTES?|BILLS?|SWAPS?|FORWARDS?|WARRANTS?)"
)
#: An issuer, a coupon and a date or year: ``T 4.25 11/15/34``.
_BOND = re.compile(
    r"\S+(?: \S+)? \d{1,2}(?:[.,]\d+)?%? (?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{4})"
)
#: A date and nothing else, as lots have where positions have a ticker.
_DATE = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2}(?:\d{2})?|\d{4}-\d{2}-\d{2}")
#: A root, figures of a date, a letter, a strike: a symbol of an option in a form that is not read.
_CODED = re.compile(
    r"(?:O:)?[A-Z]{1,6}[_ ]?(?:\d{4,8}[A-Z]{1,2}\d{2,8}(?:[.,]\d+)?|\d{1,2}[A-Z]{3}\d{3,}(?:[.,]\d+)?[A-Z]{1,2})"
)


class NoShare(NamedTuple):
    """What a text looks like that is no ticker.

    Parameters
    ----------
    looks : str
        In words, for after the text: ``looks like a bond, not a share``.
    add : str
        The columns that say what it is.
    unit : float
        Units of the price in one unit of the quantity.
    """

    looks: str
    add: str
    unit: float = 1.0


_AS_BOND = NoShare(
    "looks like a bond, not a share",
    "add the columns type (bond), coupon, maturity, frequency and credit",
    1.0 / FACE,
)
_AS_CONTRACT = NoShare(
    "looks like a contract or a bond, not a share",
    "add the column type (option, future, bond) and its terms: underlying, right, strike and expiry; underlying and "
    "multiplier; or coupon, maturity, frequency and credit",
)
_AS_OPTION = NoShare(
    "looks like the symbol of an option, and its terms cannot be read",
    "write it as 'NVDA 2026-02-20 165 Put' or NVDA260220P00165000, or add the columns underlying, right, strike and expiry; "
    "if it is a share, give its ticker",
    100.0,
)
_AS_DATE = NoShare(
    "is a date, not a ticker",
    "give the ticker of each lot, or remove lots that a row above them adds up",
)


def is_date(ticker: str) -> bool:
    """Say whether what stands in a column of tickers is a date."""
    return ticker != "" and ticker[0] in "0123456789" and _DATE.fullmatch(ticker) is not None


def no_share(ticker: str) -> NoShare | None:
    """Say what a text looks like that cannot be a share's ticker; None for one that can.

    Parameters
    ----------
    ticker : str
        In capitals, classes of shares with a hyphen (``BRK-B``). With a blank it is no share's where it holds a figure or a
        slash, or ends in a word such as FUTURE; a code before an exchange's two letters (``700 HK``) is one. Without one it is
        none where a letter stands between the figures of a date and a strike, and it is neither ISIN nor CUSIP.

    Examples
    --------
    >>> [no_share(text) is None for text in ("NVDA", "BRK-B", "700 HK", "T 4.25 11/15/34", "NVDA2616A200")]
    [True, True, True, False, False]
    """
    if _CODED.fullmatch(ticker) and not is_isin(ticker) and not is_cusip(ticker):
        return _AS_OPTION
    if is_date(ticker):
        return _AS_DATE
    if " " not in ticker or _ON_EXCHANGE.fullmatch(ticker):
        return None
    if _BOND.fullmatch(ticker):
        return _AS_BOND
    figures = "/" in ticker or any(letter.isdigit() for letter in ticker)
    return _AS_CONTRACT if figures or _ENDS.fullmatch(ticker) else None


def numbered_bond(number: str, name: str | None) -> NoShare | None:
    """Say that an ISIN or CUSIP is a bond's: by its issue, which has a letter for debt alone [1]_, or by its name.

    Parameters
    ----------
    number : str
        In capitals, with its check digit.
    name : str or None
        Of the security.

    References
    ----------
    .. [1] CUSIP Global Services, "CUSIP identifiers": the seventh and eighth characters, digits for equity.

    Examples
    --------
    >>> [numbered_bond(text, None) is not None for text in ("US912810TM09", "67066G104")]
    [True, False]
    """
    cusip = number[2:11] if len(number) == 12 and number[:2] in ("US", "CA") else number
    by_number = len(cusip) == 9 and any(letter.isalpha() for letter in cusip[6:8])
    by_name = name is not None and _BOND.fullmatch(" ".join(name.upper().split())) is not None
    return _AS_BOND if by_number or by_name else None
