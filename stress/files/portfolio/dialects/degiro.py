"""DEGIRO: the portfolio export, in any of its languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from stress.errors import InputError, Problem
from stress.files.portfolio.columns import Columns
from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.header_words import ROLES, fold
from stress.files.portfolio.holding import Holding, Reading
from stress.files.portfolio.identifiers import is_isin
from stress.files.portfolio.numbers import number_or_none
from stress.files.portfolio.rows import RowRules, read_holdings
from stress.files.portfolio.text import Table

__all__ = ["DEGIRO"]

_IDENTIFIER = re.compile(r"s[iy]m?[bm]?bol\w*\s*/\s*isin|symbool\s*/\s*isin|isin")
_BOOK_VALUE = re.compile(r".+ (?:in|en|w|i|em|v) ([a-z]{3})")
_CASH = re.compile(r"cash|liquid|flatex|barmittel|especes|contanti|efectivo", re.IGNORECASE)
#: DEGIRO writes the currency before the local value; a column of its own is another depot's.
_CURRENCY_TITLES = frozenset(fold(word) for word in ROLES["currency"])
#: The local value's currency, with its amount in the same cell or in the next.
_LOCAL = re.compile(r"([A-Z]{3})\s*(-?[\d.,' ]+)?")
_LOCAL_VALUE = 4
#: Its cents, which say what its decimal mark is: not always that of the book's values.
_CENTS = re.compile(r".*([.,])\d{1,2}")


def _header(document: Document) -> int | None:
    """Return the header: product, symbol/ISIN, amount, closing, local value, ..., value in the book's currency."""
    if not isinstance(document, Table):
        return None
    for position, row in enumerate(document.cells[:5]):
        titles = [fold(cell) for cell in row]
        while titles and not titles[-1]:
            titles.pop()
        if (
            6 <= len(titles) <= 8
            and _IDENTIFIER.fullmatch(titles[1])
            and _BOOK_VALUE.fullmatch(titles[-1])
            and titles[4] not in _CURRENCY_TITLES
        ):
            return position
    return None


def _recognise(document: Document) -> bool:
    return _header(document) is not None


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    """Read by place: titles differ by language, order does not.

    The book value (``Value in EUR``) may write a decimal comma where the local value (``USD 1502.50``) writes a
    point; the local value serves only for its currency, and for the amount of cash.
    """
    header = _header(document)
    if header is None or not isinstance(document, Table):
        raise InputError(
            Problem(
                message="this is not a DEGIRO portfolio.",
                file=document.file,
                hint="Leave --dialect / dialect= out.",
            )
        )
    titles = document.cells[header]
    last = max(position for position, title in enumerate(titles) if title)
    match = _BOOK_VALUE.fullmatch(fold(titles[last]))
    book = match.group(1).upper() if match else "EUR"
    columns = Columns(
        titles=tuple(titles),
        index={"name": 0, "isin": 1, "quantity": 2, "price": 3, "market_value": last},
        groups={titles[_LOCAL_VALUE]: _LOCAL_VALUE},
    )
    reading = read_holdings(document, header, columns, RowRules())
    return replace(
        reading,
        holdings=tuple(_local(holding, titles[_LOCAL_VALUE]) for holding in reading.holdings),
        currency=book,
        value_in_book_currency=True,
    )


def _local(holding: Holding, title: str) -> Holding:
    written = holding.groups.get(title, "")
    match = _LOCAL.fullmatch(written)
    currency = match.group(1) if match else None
    name = holding.name or ""
    if holding.isin is None and _CASH.search(name):
        inner = re.search(r"\(([A-Z]{3})\)", name)
        named = inner.group(1) if inner else currency
        beside = (*holding.cells[_LOCAL_VALUE + 1 : _LOCAL_VALUE + 2], "")[0]
        return holding._replace(
            ticker="CASH",
            type="cash",
            quantity=_amount(match.group(2) or beside) if match and named == currency else None,
            currency=named,
            groups={},
        )
    isin, ticker = holding.isin, None
    if isin is not None and not is_isin(isin.upper()) and len(isin) < 12:
        isin, ticker = None, isin
    return holding._replace(currency=currency, isin=isin, ticker=ticker, groups={})


def _amount(text: str) -> float | None:
    """Return an amount of cash in its own currency."""
    cents = _CENTS.fullmatch(text.strip())
    return number_or_none(text, "," if cents and cents.group(1) == "," else ".")


DEGIRO = Dialect(
    name="degiro", title="DEGIRO portfolio", recognise=_recognise, takes_mapping=False, read=_read
)
