"""Dates as position files write them."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["find_date"]

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


def find_date(text: str) -> str | None:
    """Find the first date in a text.

    Parameters
    ----------
    text : str
        ``2025-01-24``, ``20250124``, ``01/24/2025``, ``24.01.2025``, ``Dec 06, 2024``, ``07-Feb-2025``,
        ``21FEB25``.

    Returns
    -------
    str or None
        ISO date; None where there is none, it does not exist or is not of the years 1900 to 2199. With slashes the month comes first unless
        only the other order exists; with dots and hyphens the day does.
    """
    text = text.strip()
    if not any(character.isdigit() for character in text):
        return None
    for pattern in (_ISO, _COMPACT):
        if match := pattern.search(text):
            return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMERIC.search(text):
        first, second, year = int(match[1]), int(match[3]), _year(match[4])
        month_first = match[2] == "/"
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


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _date(year: int, month: int, day: int) -> str | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
