"""Dates as position files write them."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, NamedTuple

__all__ = ["DateOrder", "FoundDate", "dates_in", "find_date", "numeric_order"]

#: Which of day and month comes first in a date of figures alone.
DateOrder = Literal["day-first", "month-first"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero gennaio",
            "feb february februar fevrier febrero febbraio",
            "mar march marz mars marzo",
            "apr april avril abril aprile",
            "may mai mayo maggio",
            "jun june juni juin junio giugno",
            "jul july juli juillet julio luglio",
            "aug august aout agosto",
            "sep sept september septembre septiembre settembre",
            "oct october okt oktober octobre octubre ottobre",
            "nov november novembre noviembre",
            "dec december dez dezember decembre diciembre dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2((?:20)?\d{2})(?!\d)")
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,9})\.?[ -](\d{1,2})(?!\d),?[ -]{0,2}'?((?:20)?\d{2})(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})[-. ]{0,2}([^\W\d_]{3,9})\.?[- ]{0,2}((?:20)?\d{2})(?!\d)"
)


#: A position is neither dated before nor outlives these.
_YEARS = range(1900, 2200)


def numeric_order(text: str) -> DateOrder | Literal["either"] | None:
    """Return which order the first date of figures in a text proves.

    Parameters
    ----------
    text : str
        ``24.01.2025`` and ``24/01/2025`` prove that the day comes first, ``01/24/2025`` the month.

    Returns
    -------
    {'day-first', 'month-first', 'either'} or None
        ``either`` for ``01/02/2025``, which is two dates; None for no such date, ``02/02/2025``, and ``01.02.2025``, whose
        day always comes first.
    """
    match = None if _ISO.search(text) else _NUMERIC.search(text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    if first > 12:
        return "day-first" if second <= 12 else None
    if second > 12:
        return "month-first"
    return "either" if first != second and match[2] != "." else None


def find_date(text: str, order: DateOrder | None = None) -> str | None:
    """Find the first date in a text.

    Parameters
    ----------
    text : str
        ``2025-01-24``, ``20250124``, ``01/24/2025``, ``24.01.2025``, ``Dec 06, 2024``, ``07-Feb-2025``,
        ``21FEB25``.
    order : {'day-first', 'month-first'}, optional
        Of dates that read two ways. Without it the month comes first with slashes, the day with hyphens; with dots the day
        always does.

    Returns
    -------
    str or None
        ISO date; None where there is none, it does not exist or is not of the years 1900 to 2199. A date that exists in one order
        only is that date.
    """
    text = text.strip()
    if not any(character.isdigit() for character in text):
        return None
    for pattern in (_ISO, _COMPACT):
        if match := pattern.search(text):
            return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMERIC.search(text):
        first, second, year = int(match[1]), int(match[3]), _year(match[4])
        month_first = match[2] == "/" if order is None else order == "month-first"
        month_first = month_first and match[2] != "."
        return (
            _date(year, first, second) or _date(year, second, first)
            if month_first
            else _date(year, second, first) or _date(year, first, second)
        )
    if match := _MONTH_FIRST.search(text):
        month = _MONTHS.get(match[1].casefold())
        if month:
            return _date(_year(match[3]), month, int(match[2]))
    if match := _DAY_FIRST.search(text):
        month = _MONTHS.get(match[2].casefold())
        if month:
            return _date(_year(match[3]), month, int(match[1]))
    return None


class FoundDate(NamedTuple):
    """A date in a text.

    Parameters
    ----------
    start, end : int
        Where it stands.
    date : str
        ISO.
    """

    start: int
    end: int
    date: str


def dates_in(text: str, order: DateOrder | None = None) -> list[FoundDate]:
    """Find every date in a text, in the order in which they stand; parameters of `find_date`."""
    found: list[FoundDate] = []
    for pattern in (_ISO, _COMPACT, _NUMERIC, _MONTH_FIRST, _DAY_FIRST):
        for match in pattern.finditer(text):
            taken = any(match.start() < other.end and other.start < match.end() for other in found)
            if not taken and (date := find_date(match.group(), order)):
                found.append(FoundDate(match.start(), match.end(), date))
    return sorted(found)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _date(year: int, month: int, day: int) -> str | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
