"""A ``--map`` that can be pasted: made of the file's own titles, by what stands under them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from stress.files.portfolio.header_words import fold

__all__ = ["map_example"]

#: A number as files write it: sign or bracket, currency sign, separators, per cent.
_NUMBER = re.compile(r"[-+(]?\s*[^\w\s]?\s*\d[\d.,'\s]*\)?\s*%?-?")
#: What a number is that is neither quantity nor price, whatever else its title says.
_OTHER_NUMBER = (
    r"weight|%|percent|\bcap\b|capitali[sz]ation|exposure|notional|beta|yield|rank|volume|value|cost|gain|p&l|\bpnl\b|"
    r"sedol|wkn|cusip|isin|\bid\b|number|date|year"
)
_CANNOT_BE = {
    "quantity": re.compile(rf"price|{_OTHER_NUMBER}"),
    "price": re.compile(_OTHER_NUMBER),
}
#: Titles of words that name no security.
_NO_TICKER = re.compile(
    r"sedol|wkn|sector|industry|country|region|currenc|account|desk|\btype\b|class|date|exchange"
)
#: Rows that are looked at.
_LOOKED_AT = 20


def map_example(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    understood: Mapping[str, str],
    *,
    wanted: Sequence[str],
) -> str:
    """Return options that name the columns wanted, the first that could be each.

    Parameters
    ----------
    titles : sequence of str
        The header.
    rows : sequence of sequence of str
        Under it.
    understood : mapping of str to str
        Word of foreshock to title, as far as recognised: these columns are taken.
    wanted : sequence of str
        Words that are missing; ``ticker`` is looked for among words, all others among numbers.

    Returns
    -------
    str
        ``--map "Sym=ticker" --map "Held=quantity"``, of those columns that could be what is wanted; empty where none is.
    """
    free = [i for i, title in enumerate(titles) if title and title not in understood.values()]
    options = []
    for word in wanted:
        column = next((i for i in free if _may_be(word, titles[i], rows, i)), None)
        if column is not None:
            free.remove(column)
            options.append(f'--map "{titles[column]}={word}"')
    return " ".join(options)


def _may_be(word: str, title: str, rows: Sequence[Sequence[str]], column: int) -> bool:
    cannot = _CANNOT_BE.get(word, _NO_TICKER)
    if '"' in title or cannot.search(fold(title)):
        return False
    filled = any(column < len(row) and row[column] for row in rows[:_LOOKED_AT])
    return filled and _holds_numbers(rows, column) == (word != "ticker")


def _holds_numbers(rows: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column].strip() for row in rows[:_LOOKED_AT] if column < len(row)]
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(_NUMBER.fullmatch(cell) for cell in filled)
