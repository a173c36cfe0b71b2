"""Whose currency the title of a column of money says it is in, without naming it: that of the row, or that of the book."""

from __future__ import annotations

import re
from typing import Literal

__all__ = ["Denomination", "denominated"]

#: Of the row, as what is quoted in it; of the book, as the whole is.
Denomination = Literal["row", "book"]

_CURRENCY = r"(?:currency|ccy|curr?)\b"
_TITLES: dict[Denomination, re.Pattern[str]] = {
    "row": re.compile(
        rf"\b(?:in )?(?:(?:local|loc|lcl|lokal|locale|lc|native)\b(?: {_CURRENCY})?"
        rf"|(?:security|asset|instrument|position|trad(?:e|ing)|issue|listing|quot(?:e|ation)|original) {_CURRENCY})"
    ),
    "book": re.compile(
        rf"\b(?:in )?(?:(?:base|reporting|report|rpt)\b(?: {_CURRENCY})?"
        rf"|(?:account|acct|portfolio|fund|client|book|home|functional) {_CURRENCY})"
        r"|(?<=\()(?:account|acct|portfolio|fund|client|book)(?=\))"
    ),
}


def denominated(title: str) -> tuple[Denomination | None, str]:
    """Return whose currency a title says, and the title without that.

    Parameters
    ----------
    title : str
        Folded.

    Examples
    --------
    >>> [denominated(text) for text in ("local price", "value in account currency", "market value (fund)", "fund price")]
    [('row', 'price'), ('book', 'value'), ('book', 'market value'), (None, 'fund price')]
    """
    for denomination, words in _TITLES.items():
        if words.search(title):
            left = re.sub(r"[(\[]\s*[)\]]", " ", words.sub(" ", title))
            return denomination, " ".join(left.split()).strip(" -,;/")
    return None, title
