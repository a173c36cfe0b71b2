"""A ``--map`` that can be pasted: made of the file's own titles, by what stands under them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

__all__ = ["map_example"]

#: A number as files write it: sign or bracket, currency sign, separators, per cent.
_NUMBER = re.compile(r"[-+(]?\s*[^\w\s]?\s*\d[\d.,'\s]*\)?\s*%?-?")
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
        ``--map "Sym=ticker" --map "Held=quantity"``; ``Title`` stands for a column that no title could be.
    """
    free = [i for i, title in enumerate(titles) if title and title not in understood.values()]
    options = []
    for word in wanted:
        numbers = word != "ticker"
        column = next((i for i in free if _holds_numbers(rows, i) == numbers), None)
        if column is not None:
            free.remove(column)
        options.append(f'--map "{"Title" if column is None else titles[column]}={word}"')
    return " ".join(options)


def _holds_numbers(rows: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column].strip() for row in rows[:_LOOKED_AT] if column < len(row)]
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(_NUMBER.fullmatch(cell) for cell in filled)
