"""Which columns of a header row say long or short: by their titles, or by what stands below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from stress.files.portfolio.header_words import ROLES, Heading, fold
from stress.files.portfolio.numbers import parse_number
from stress.files.portfolio.sides import (
    MAY_SAY_SIDE,
    SIGNS,
    is_exposure,
    names_both_sides,
    says_sides,
    says_signs,
    split_title,
)

__all__ = ["AMOUNTS", "side_column", "sided_columns"]

#: What a title may say of long or short positions alone.
AMOUNTS = ("quantity", "market_value", "weight")
_WORDS = {role: frozenset(fold(word) for word in ROLES[role]) for role in AMOUNTS}


def side_column(
    folded: Sequence[str], taken: Set[int], body: Sequence[Sequence[str]]
) -> int | None:
    """Find the column of the side.

    Parameters
    ----------
    folded : sequence of str
        Titles as `fold` writes them.
    taken : set of int
        Columns that are something else.
    body : sequence of sequences of str
        The rows below.

    Returns
    -------
    int or None
        The first column whose title names two sides, or may mean one while all its cells do.
    """
    for column, title in enumerate(folded):
        if column in taken:
            continue
        both = names_both_sides(title)
        if not both and title not in MAY_SAY_SIDE and title not in SIGNS:
            continue
        cells = [row[column] for row in body if column < len(row)]
        if both and not _is_amount(next((cell for cell in cells if cell), "")):
            return column
        if says_sides(cells) or (title in SIGNS and says_signs(cells)):
            return column
    return None


def _is_amount(cell: str) -> bool:
    try:
        number = parse_number(cell)
    except ValueError:
        return False
    return number is not None and abs(number.value) != 1.0


def sided_columns(headings: Sequence[Heading], taken: Set[int]) -> Iterator[tuple[str, int]]:
    """Yield the columns of long or of short positions alone: ``Short Market Value`` is ``short_market_value``.

    Parameters
    ----------
    headings : sequence of Heading
        The titles, taken apart.
    taken : set of int
        Columns that are something else.
    """
    for column, parts in enumerate(headings):
        if column in taken:
            continue
        for word in parts.words:
            named = split_title(word)
            if named is None:
                continue
            side, rest = named
            role = next((role for role in AMOUNTS if rest in _WORDS[role]), None)
            if role is None and not rest and parts.percent:
                role = "weight"
            if role is None and is_exposure(rest):
                role = "exposure"
            if role is not None:
                yield f"{side}_{role}", column
                break
