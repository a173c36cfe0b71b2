"""Which columns of a header row say long or short: by their titles, or by what stands below them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from stress.files.portfolio.header_words import ROLES, Heading, fold, heading
from stress.files.portfolio.numbers import is_blank, parse_number
from stress.files.portfolio.sides import (
    MAY_SAY_SIDE,
    SIGNS,
    is_exposure,
    names_both_sides,
    says_sides,
    says_signs,
    split_title,
)

__all__ = ["AMOUNTS", "says_short_interest", "side_column", "sided_columns"]

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
        if says_sides(cells, besides_cash=title.startswith("pos")) or (
            title in SIGNS and says_signs(cells)
        ):
            return column
    return None


def _is_amount(cell: str) -> bool:
    try:
        number = parse_number(cell)
    except ValueError:
        return False
    return number is not None and abs(number.value) != 1.0


def sided_columns(
    headings: Sequence[Heading],
    taken: Set[int],
    *,
    weighted: bool,
    body: Sequence[Sequence[str]] = (),
) -> Iterator[tuple[str, int]]:
    """Yield the columns of long or of short positions alone: ``Short Market Value`` is ``short_market_value``.

    Parameters
    ----------
    headings : sequence of Heading
        The titles, taken apart.
    taken : set of int
        Columns that are something else.
    weighted : bool
        Whether the table has weights that per cent can be held against.
    body : sequence of sequences of str
        The rows below.

    Notes
    -----
    ``Short %`` alone is the share of all shares that the market sold short. It is a weight only beside ``Long %``, or
    beside weights.
    """
    found = [
        (*named, column)
        for column, parts in enumerate(headings)
        if column not in taken and (named := _sided(parts)) is not None
    ]
    for side, role, column in found:
        if not weighted and _is_bare(headings[column]):
            beside = any(other != side and _is_bare(headings[place]) for other, _, place in found)
            if not beside and (headings[column].percent or _all_percent(column, body)):
                continue
        yield f"{side}_{role}", column


def _sided(parts: Heading) -> tuple[str, str] | None:
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
            return side, role
    return None


def _is_bare(parts: Heading) -> bool:
    """Say whether a title is long or short and nothing that a weight is called."""
    named = [split for word in parts.words if (split := split_title(word)) is not None]
    return any(is_exposure(rest) for _, rest in named)


def _all_percent(column: int, body: Sequence[Sequence[str]]) -> bool:
    cells = [row[column] for row in body if column < len(row) and row[column]]
    filled = [cell for cell in cells if not is_blank(cell)]
    return bool(filled) and all(cell.endswith("%") for cell in filled)


def says_short_interest(title: str, cells: Iterable[str]) -> bool:
    """Say whether a column that is no side is titled short and holds per cent; only then its cells are looked at."""
    parts = heading(title)
    return (
        any(split_title(word) is not None for word in parts.words)
        and _is_bare(parts)
        and (parts.percent or _all_percent(0, [[cell] for cell in cells]))
    )
