"""The header line a table lacks, made from what stands under it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stress.currencies import CURRENCIES
from stress.files.portfolio.dates import find_date
from stress.files.portfolio.identifiers import is_cusip, is_isin, is_plain_ticker
from stress.files.portfolio.numbers import is_number

__all__ = ["first_line", "holds_figures"]

_YEAR = re.compile(r"(?:19|20)\d\d")


def holds_figures(row: Sequence[str]) -> bool:
    """Say whether a row holds a number, as no line of titles does; a year is a title too."""
    return any(is_number(cell) and not _YEAR.fullmatch(cell.strip()) for cell in row)


def first_line(row: Sequence[str], delimiter: str) -> str:
    """Return a header line for rows like this one, as an example.

    Parameters
    ----------
    row : sequence of str
        One of the positions.
    delimiter : str
        Between cells.

    Examples
    --------
    >>> first_line(["NVDA", "1000", "186.5"], ","), first_line(["Apple", "AAPL", "17%"], ";")
    ('ticker,quantity,price', 'name;ticker;weight')
    """
    plain = [cell for cell in row if is_number(cell) and not cell.endswith("%")]
    figures = ["quantity", "price", "market_value"] if len(plain) > 1 else ["market_value"]
    titles: list[str] = []
    for place, cell in enumerate(row, start=1):
        word = figures.pop(0) if cell in plain and figures else _word(cell)
        titles.append(word if word and word not in titles else f"column{place}")
    return delimiter.join(titles)


def _word(cell: str) -> str:
    if is_number(cell):
        return "weight" if cell.endswith("%") else ""
    if cell in CURRENCIES:
        return "currency"
    if is_isin(cell) or is_cusip(cell):
        return "isin" if is_isin(cell) else "cusip"
    if is_plain_ticker(cell):
        return "ticker"
    return "as_of" if find_date(cell) else "name"
