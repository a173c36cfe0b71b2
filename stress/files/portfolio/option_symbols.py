"""Option symbols: the 21-character OSI form and the ways brokers write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stress.files.portfolio.dates import DateOrder, find_date
from stress.files.portfolio.numbers import Decimal, parse_number

__all__ = ["OptionTerms", "ends_as_option", "may_be_option", "option_right", "parse_option_symbol"]

_MONTH = "JAN|FEB|MAR|APR|MAY|MAI|JUN|JUL|AUG|SEP|OCT|OKT|NOV|DEC|DEZ"
_ROOT = r"(?P<root>[A-Z][A-Z0-9./]{0,6})"
#: With points, commas and apostrophes, of which the decimal mark of the file says what they are.
_STRIKE = r"[$\u20ac\u00a3]?(?P<strike>[\d.,']*\d)"
_RIGHT = r"(?P<right>C|P|CALL|PUT)S?"
#: 02/21/2025, 21.02.2025, 21-02-2025, 2025-02-21
_FIGURES = r"(?P<date>\d{1,2}(?P<mark>[/.-])\d{1,2}(?P=mark)(?:\d{2}){1,2}|\d{4}-\d{2}-\d{2})"
#: OSI, padded or not; a leading dash, dot, blank or O:; strike in thousandths (8 digits) or plain.
_OSI = re.compile(
    r"(?:O:)?[-. ]*(?P<root>[A-Z][A-Z0-9./]{0,5}?) *(?P<date>\d{6})(?P<right>[CP])(?P<strike>\d{1,8}(?:[.,]\d+)?)"
)
#: Schwab: NVDA 02/21/2025 120.00 P; elsewhere NVDA 21.02.2025 120,00 Put
_DATE_IN_FIGURES = re.compile(rf"{_ROOT} +{_FIGURES} +{_STRIKE} *{_RIGHT}")
#: Interactive Brokers: NVDA 21FEB25 120 P; descriptions: TEST Jun20'26 10 PUT
_DAY_MONTH = re.compile(
    rf"{_ROOT} +(?P<date>\d{{1,2}}[- ]?(?:{_MONTH})[- ]?\d{{2}}(?:\d{{2}})?) +{_STRIKE} *{_RIGHT}"
)
#: Fidelity, E*TRADE: TEST JUN 20 2026 $10 PUT; NVDA Feb 21 '25 $120 Put
_WORDS = re.compile(
    rf"{_ROOT} +(?P<date>(?:{_MONTH}) ?\d{{1,2}},? ?'?\d{{2,4}}) +{_STRIKE} *{_RIGHT}"
)
#: The month first behind an underscore: NVDA_022125P120
_UNDERSCORE = re.compile(
    r"[-. ]*(?P<root>[A-Z][A-Z0-9./]{0,5})_(?P<date>\d{6})(?P<right>[CP])(?P<strike>\d{1,8}(?:[.,]\d+)?)"
)
#: In one word: NVDA21FEB25120.0P, of which a year of four figures could be read as one of two and a strike.
_ONE_WORD = re.compile(
    rf"(?P<root>[A-Z]{{1,6}})(?P<date>\d{{1,2}}(?:{_MONTH})(?!20[2-9]\d\d)\d{{2}}){_STRIKE}{_RIGHT}"
)
#: Robinhood: TSLA $250 Call 12/20/2024; desks: NVDA 200C 06/19/26
_STRIKE_FIRST = re.compile(rf"{_ROOT} +{_STRIKE} *{_RIGHT} +{_FIGURES}")
#: A strike and a right at the end, in either order, whatever stands before them.
_ENDS_AS_OPTION = re.compile(
    r".*\S[ ](?:\S*\d[.,]?[ ]?(?:C|P|CALLS?|PUTS?)|(?:CALLS?|PUTS?)[ ]\S*\d[.,]?)"
)
_DIGIT = re.compile(r"\d").search
#: What every form has: a right between digits or behind one, or as a word.
_RIGHT_AND_DIGIT = re.compile(
    r"\d[CP]\d|\d(?:C|P|CALL|PUT)S?\b|\d.*\b(?:C|P|CALL|PUT)S?\b|\b(?:CALL|PUT)S?\b.*\d",
    re.IGNORECASE,
).search
_MARKS: tuple[Decimal, ...] = (".", ",")
_PATTERNS = (_OSI, _DATE_IN_FIGURES, _DAY_MONTH, _WORDS, _STRIKE_FIRST, _UNDERSCORE, _ONE_WORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionTerms:
    """What an option symbol says.

    Parameters
    ----------
    underlying : str
        Root of the symbol.
    expiry : str
        ISO date.
    right : {'call', 'put'}
        To buy or to sell.
    strike : float
        [currency per share]
    """

    underlying: str
    expiry: str
    right: Literal["call", "put"]
    strike: float

    @property
    def adjusted(self) -> bool:
        """Whether the root ends in a digit: a contract whose deliverable was changed by a corporate action."""
        return self.underlying[-1].isdigit()


def may_be_option(text: str) -> bool:
    """Say whether a text has what every form of an option symbol has, at a quick look: a right and a figure."""
    letters = text.upper()
    if ("C" not in letters and "P" not in letters) or _DIGIT(text) is None:
        return False
    return _RIGHT_AND_DIGIT(text) is not None


def option_right(text: str) -> Literal["call", "put"] | None:
    """Return the right a word stands for: ``C``, ``Call``, ``P``, ``PUT``; None for another word."""
    word = text.strip().casefold()
    if word in ("c", "call", "calls", "kauf"):
        return "call"
    if word in ("p", "put", "puts", "verkauf"):
        return "put"
    return None


def ends_as_option(text: str, *, dated: bool = False) -> bool:
    """Say whether a text ends in a strike and a right, as an option's does and no share's, whether or not it can be read.

    Parameters
    ----------
    text : str
        ``NVDA 20th of Feb 165 Put``.
    dated : bool
        Whether a date must stand in it too, as in the name of an option: that of a fund may end in ``2050 C``.
    """
    if " " not in text or not may_be_option(text):
        return False
    return _ENDS_AS_OPTION.fullmatch(text.strip().upper()) is not None and (
        not dated or find_date(text) is not None
    )


def parse_option_symbol(
    symbol: str, order: DateOrder | None = None, *, decimal: Decimal | None = None
) -> OptionTerms | None:
    """Read an option symbol.

    Parameters
    ----------
    symbol : str
        ``NVDA250221P00120000``, ``NVDA  250221P00120000``, ``-NVDA250221P120``, `` -AMAT260424C400``,
        ``NVDA 02/21/2025 120.00 P``, ``NVDA 21.02.2025 120,00 Put``, ``NVDA 21FEB25 120 P``, ``NVDA Feb 21 '25 $120 Put``,
        ``NVDA 120P 02/21/25``, ``O:NVDA250221P00120000``, ``NVDA_022125P120``, ``NVDA21FEB25120.0P``.
    order : {'day-first', 'month-first'}, optional
        Of dates that read two ways.
    decimal : {'.', ','}, optional
        The decimal mark of the file, which reads a strike such as ``1,675``; None where nothing proves it.

    Returns
    -------
    OptionTerms or None
        None where the text has not the shape of an option symbol.

    Raises
    ------
    ValueError
        It has the shape, but its date does not exist, its strike is zero or two numbers: the end of a sentence
        that starts with the symbol.

    References
    ----------
    Options Clearing Corporation, "Options Symbology Initiative", 2010: root (6), yymmdd, C or P,
    strike × 1000 (8 digits).

    Examples
    --------
    >>> parse_option_symbol("-NVDA250221P120")
    OptionTerms(underlying='NVDA', expiry='2025-02-21', right='put', strike=120.0)
    """
    if len(symbol) < 9 or not may_be_option(symbol):
        return None
    text = symbol.strip().upper()
    for pattern in _PATTERNS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        right = option_right(match["right"])
        if right is None:
            return None
        if pattern in (_OSI, _UNDERSCORE):
            expiry = _packed_date(match["date"], year_first=pattern is _OSI)
            digits = match["strike"]
            strike = (
                float(digits) / 1000.0
                if len(digits) == 8 and digits.isdigit()
                else _strike(digits, decimal)
            )
        else:
            expiry = find_date(_spaced(match["date"]), order)
            strike = _strike(match["strike"], decimal)
        if expiry is None:
            raise ValueError(f"is an option symbol with the impossible date '{match['date']}'")
        if not strike > 0.0:
            raise ValueError("is an option symbol with a strike of zero")
        return OptionTerms(
            underlying=match["root"].rstrip(), expiry=expiry, right=right, strike=strike
        )
    return None


def _strike(text: str, decimal: Decimal | None) -> float:
    """Read a strike by the decimal mark of the file; one that it cannot have written by the only mark that it reads with."""
    found: dict[Decimal, float] = {}
    for mark in _MARKS:
        try:
            number = parse_number(text, mark)
        except ValueError:
            continue
        if number is not None:
            found[mark] = number.value
    if not found:
        raise ValueError(f"is an option symbol whose strike '{text}' is not a number")
    if decimal in found:
        return found[decimal]
    if len(set(found.values())) > 1:
        values = " or ".join(f"{value:,.10g}" for value in sorted(found.values()))
        raise ValueError(
            f"is an option symbol with the strike '{text}', {values}: no number of the file says whether ',' or '.' "
            "is its decimal mark"
        )
    return next(iter(found.values()))


def _spaced(text: str) -> str:
    """Return a date with the blanks that one with an apostrophe leaves out: ``JAN16'26``."""
    return re.sub(r"(?<=[A-Z])(?=\d)", " ", text).replace("'", " '") if "'" in text else text


def _packed_date(text: str, *, year_first: bool) -> str | None:
    first, second, third = int(text[:2]), int(text[2:4]), int(text[4:])
    year, month, day = (first, second, third) if year_first else (third, first, second)
    try:
        return date(2000 + year, month, day).isoformat()
    except ValueError:
        return None
