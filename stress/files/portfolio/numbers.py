"""The grammar of numbers in users' files: signs, groups of digits, decimal commas, currencies, per cent."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from stress.currencies import CURRENCIES
from stress.portfolio.position import LARGEST

__all__ = [
    "BLANKS",
    "MONEY_SIGNS",
    "UNUSED",
    "Decimal",
    "DecimalMark",
    "Number",
    "StoredNumber",
    "UncomputedFormula",
    "currency_of_symbol",
    "decimal_mark",
    "is_blank",
    "is_number",
    "number_or_none",
    "parse_number",
]

#: The decimal mark of a file.
Decimal = Literal[".", ","]

#: What files write where there is nothing, folded.
BLANKS = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "\u2013",
        "\u2014",
        "n/a",
        "n.a.",
        "na",
        "#n/a",
        "none",
        "null",
        "nil",
        "k.a.",
        "not applicable",
    }
)

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?").fullmatch
#: Signs of money, beside a number and in a title, as they are written.
MONEY_SIGNS = {
    "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "HK$": "HKD", "S$": "SGD",
    "NZ$": "NZD", "R$": "BRL", "$": "USD", "\u20ac": "EUR", "\u00a3": "GBP", "\u00a5": "JPY", "円": "JPY", "元": "CNY",
    "\u20b9": "INR", "Rs": "INR", "Rs.": "INR", "\u20a9": "KRW", "원": "KRW", "z\u0142": "PLN", "Fr.": "CHF", "SFr.": "CHF",
    "\u0440\u0443\u0431": "RUB", "\u0440\u0443\u0431.": "RUB", "\u20bd": "RUB",
}  # fmt: skip
_MONEY = (
    "|".join(re.escape(symbol) for symbol in sorted(MONEY_SIGNS, key=len, reverse=True))
    + "|[A-Z]{3}"
)
_GENERAL = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+-])?\s*(?P<before>{_MONEY})?\s*(?P<sign2>[+-])?\s*"
    r"(?P<digits>[0-9.,][0-9.,' ]*(?<! ))(?P<exponent>[eE][+-]?\d+)?"
    rf"\s*(?P<percent>%)?\s*(?P<after>{_MONEY})?\s*(?P<close>\))?\s*(?P<trailing>[+-])?"
).fullmatch
_POINT = re.compile(
    r"(?:\d{1,3}(?:,\d{2,3})*,\d{3}|\d{1,3}(?:'\d{3})+|\d{1,3}(?: \d{3})+|\d+)?(?:\.\d*)?"
).fullmatch
_COMMA = re.compile(
    r"(?:\d{1,3}(?:\.\d{3})+|\d{1,3}(?:'\d{3})+|\d{1,3}(?: \d{3})+|\d+)?(?:,\d*)?"
).fullmatch
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-", "\u2019": "'"})
_TWO_POINTS = re.compile(r"\.\d+\.").search
#: A point that cannot stand between thousands: other than three digits behind it, a leading zero, none or four before it.
_PROVES_POINT = re.compile(
    r"\.(?:\d{1,2}|\d{4,})(?![\d' ])|\d\.(?![\d' ])|(?<![\d' ])0\d*\.\d|\d{4}\.\d|(?<![\d' ])\.\d"
).search
_EVIDENCE = re.compile(r"\d[\d.,' ]*[.,][\d.,' ]*\d|\d+[.,]|[.,]\d+")


class Number(NamedTuple):
    """A number as it was written.

    Parameters
    ----------
    value : float
        Finite. A per cent is already divided by 100.
    percent : bool
        Whether ``%`` stood behind it.
    currency : str or None
        ISO code of the symbol or code beside it.
    """

    value: float
    percent: bool
    currency: str | None


class StoredNumber(str):
    """A number that a workbook or a frame holds as one, as text: its mark is a point, and proves nothing of cells of text."""

    __slots__ = ()


class UncomputedFormula(str):
    """A formula of a workbook that stores no value beside it."""

    __slots__ = ()


class DecimalMark(NamedTuple):
    """The decimal mark of a file's numbers.

    Parameters
    ----------
    mark : {'.', ','}
        The one most cells prove, or the one to take.
    known : {'proved', 'taken', 'unused'}
        ``taken`` where numbers have a comma or point but none of them proves which it is, ``unused`` where none has any.
    """

    mark: Decimal
    known: Literal["proved", "taken", "unused"]


#: Of a file whose numbers have no mark to prove or to take.
UNUSED = DecimalMark(".", "unused")


def currency_of_symbol(symbol: str) -> str | None:
    """Return the ISO code of a symbol or code beside a number; None where it is no currency that is known.

    Parameters
    ----------
    symbol : str
        ``$``, ``US$``, ``EUR``.
    """
    return MONEY_SIGNS.get(symbol) or (symbol if symbol in CURRENCIES else None)


def is_blank(text: str) -> bool:
    """Say whether a cell stands for nothing: empty, ``--``, ``N/A`` and their kin."""
    return text == "" or (len(text) < 15 and text.strip().casefold() in BLANKS)


def parse_number(text: str, decimal: Decimal = ".") -> Number | None:
    """Read one cell as a number.

    Parameters
    ----------
    text : str
        ``1,234.56``, ``(12.5)``, ``12.5-``, ``+$10.00``, ``EUR 1.234,56`` (with `decimal` ``','``), ``17%``.
    decimal : {'.', ','}
        The decimal mark of the file; see `decimal_mark`. That of a `StoredNumber` is a point.

    Returns
    -------
    Number or None
        None for a blank cell (`BLANKS`).

    Raises
    ------
    ValueError
        With the end of a sentence that starts with the value: ``is not a number``, ``is not finite``,
        ``is a formula...``.

    Examples
    --------
    >>> parse_number("(1,234.50)")
    Number(value=-1234.5, percent=False, currency=None)
    >>> parse_number("1.234,5 \u20ac", ",").value
    1234.5
    """
    if isinstance(text, StoredNumber):
        decimal = "."
    if decimal == "." and _PLAIN(text):
        return Number(_finite(text), False, None)
    text = _plain_spaces(text).strip()
    if text.casefold() in BLANKS:
        return None
    if text.startswith("="):
        raise ValueError("is a formula, which is never evaluated; write its value")
    if text.lstrip("+-").casefold() in {
        "nan",
        "inf",
        "infinity",
        "#div/0!",
        "#value!",
        "#ref!",
        "#name?",
        "\u221e",
    }:
        raise ValueError("is not a finite number")
    match = _GENERAL(text)
    if match is None:
        raise ValueError("is not a number")
    bracket, sign, before, sign2, digits, exponent, percent, after, closing, trailing = (
        match.groups()
    )
    accepted = _POINT if decimal == "." else _COMMA
    if not accepted(digits) or (bracket is None) != (closing is None):
        raise ValueError("is not a number")
    if not digits.strip(".,' "):
        raise ValueError("is not a number")
    signs = [mark for mark in (sign, sign2, trailing) if mark]
    if len(signs) > 1 or (signs and bracket):
        raise ValueError("is not a number: more than one sign")
    if before and after:
        raise ValueError("is not a number: more than one currency")
    plain = digits.replace("'", "").replace(" ", "")
    plain = plain.replace(",", "") if decimal == "." else plain.replace(".", "").replace(",", ".")
    value = _finite(plain + (exponent or ""))
    if bracket or "-" in signs:
        value = -value
    money = before or after
    return Number(
        value / 100.0 if percent else value,
        percent is not None,
        MONEY_SIGNS.get(money, money) if money else None,
    )


def number_or_none(text: str, decimal: Decimal) -> float | None:
    """Return the value of a cell; None where it is blank or no number, for those to whom both are one.

    Parameters
    ----------
    text, decimal
        As of `parse_number`. The mark has no default: it is the file's.
    """
    try:
        number = parse_number(text, decimal)
    except ValueError:
        return None
    return None if number is None else number.value


def is_number(text: str) -> bool:
    """Say whether a cell is a number by either decimal mark."""
    return number_or_none(text, ".") is not None or number_or_none(text, ",") is not None


def _plain_spaces(text: str) -> str:
    """Return a text with the blanks, the minus and the apostrophe of a keyboard."""
    return text if text.isascii() else text.translate(_SPACES)


def _finite(text: str) -> float:
    value = float(text)
    if abs(value) <= LARGEST:
        return value
    if not math.isfinite(value):
        raise ValueError("is not a finite number")
    raise ValueError(f"is beyond {LARGEST:.0e}, the largest number that is read")


def decimal_mark(cells: Iterable[str], *, delimiter: str = ",") -> DecimalMark:
    """Decide whether a file writes ``1,234.5`` or ``1.234,5``.

    Parameters
    ----------
    cells : iterable of str
        The cells of its number columns.
    delimiter : str
        What separates cells: where nothing else decides, semicolons speak for a decimal comma.

    Returns
    -------
    DecimalMark

    Notes
    -----
    A cell with both marks, with one mark twice, or with other than three digits behind its only mark
    proves one of the two; ``1,234`` and ``1.234`` prove nothing. Where every number with a mark is a `StoredNumber`, that
    mark is proved; else they do not count.
    """
    written = list(cells)
    texts = [cell for cell in written if not isinstance(cell, StoredNumber | UncomputedFormula)]
    found = _mark_of_texts(texts, delimiter)
    if found.known == "unused" and len(texts) < len(written) and any("." in c for c in written):
        return DecimalMark(".", "proved")
    return found


def _mark_of_texts(cells: Sequence[str], delimiter: str) -> DecimalMark:
    together = "\n".join(cells)
    if delimiter != ";" and "," not in together and not _TWO_POINTS(together):
        if "." not in together:
            return UNUSED
        if _PROVES_POINT(together):
            return DecimalMark(".", "proved")
    point = comma = open_comma = open_point = 0
    for cell in cells:
        if "," not in cell and "." not in cell:
            continue
        found = _EVIDENCE.search(_plain_spaces(cell))
        if found is None:
            continue
        digits = found.group().replace("'", "").replace(" ", "")
        commas, points = digits.count(","), digits.count(".")
        if commas and points:
            if digits.rindex(".") > digits.rindex(","):
                point += 1
            else:
                comma += 1
        elif commas > 1:
            point += 1
        elif points > 1:
            comma += 1
        else:
            head, _, tail = digits.partition("," if commas else ".")
            proves = len(tail) != 3 or not 1 <= len(head) <= 3 or head.startswith("0")
            if commas:
                comma += proves
                open_comma += not proves
            else:
                point += proves
                open_point += not proves
    if point or comma:
        return DecimalMark("," if comma > point else ".", "proved")
    if open_comma or open_point:
        return DecimalMark("," if delimiter == ";" else ".", "taken")
    return UNUSED
