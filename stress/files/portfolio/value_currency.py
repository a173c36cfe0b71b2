"""Which currency the values of a table are in, that of their rows or that of the book: by titles, by figures, or asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from stress.errors import Problem
from stress.files.portfolio.columns import BASE_VALUE, Columns
from stress.files.portfolio.currency_columns import book_currency, currency_kind
from stress.files.portfolio.denominations import Denomination
from stress.files.portfolio.header_words import ROLES, fold, heading
from stress.files.portfolio.holding import Holding, Reading, quoted
from stress.files.portfolio.local_values import (
    LocalValues,
    as_written,
    at_own_rates,
    local_values,
    same_figure,
)
from stress.files.portfolio.text import Table

__all__ = ["settle_value_currency"]

#: A value further from quantity times price than a bond's accrued interest is one that was translated. [fraction]
_ACCRUED = 0.05
_MONEY = frozenset(fold(word) for word in (*ROLES["price"], *ROLES["market_value"]))


def settle_value_currency(
    reading: Reading, table: Table, header: int, columns: Columns, chosen: Mapping[str, str]
) -> Reading:
    """Return a reading whose values are in the currency they are in.

    Parameters
    ----------
    reading : Reading
        As read.
    table : Table
        The file.
    header : int
        Index of its titles.
    columns : Columns
        As matched.
    chosen : mapping of str to str
        The user's own choices, title to role.

    Returns
    -------
    Reading

    Notes
    -----
    The title of the values decides; where it says nothing, figures do (quantity times price, a value called local, a rate); where
    these do not, a column called local beside them: what is not called so is in the book's currency. What is left is asked
    about where a rate or a currency of the book stands beside the values, and taken in the row's currency otherwise, as any table.
    """
    place = columns.index.get("market_value")
    if place is None:
        return _of_prices(reading, table, header, columns)
    if "market_value" in columns.currencies:
        return reading
    local = local_values(reading, columns)
    if columns.in_base:
        return _in_book(
            at_own_rates(as_written(reading, columns), local, table.file), table, header, columns
        )
    if "value_currency" in columns.index:
        stated = {one.value_currency for one in reading.holdings if one.value_currency}
        title = columns.titles[columns.index["value_currency"]]
        if len(stated) != 1 or reading.currency is not None:
            return reading
        return replace(reading, currency=stated.pop(), currency_reason=f"that of column '{title}'")
    if heading(columns.titles[place]).denomination == "row":
        return reading
    book = book_currency(columns.titles, table.cells[header + 1 :])
    found = _by_figures(reading.holdings, local, book)
    if found is None and _called_local(columns, place):
        found = "book"
    if found == "book":
        return _in_book(
            at_own_rates(as_written(reading, columns), local, table.file), table, header, columns
        )
    if found == "row" or "market_value" in chosen.values():
        return reading
    problems = tuple(_ask(reading.holdings, columns, place, book, table.file))
    return replace(
        reading,
        problems=(*reading.problems, *problems),
        warnings=(
            *reading.warnings,
            *([] if problems else _doubt(reading.holdings, columns, place)),
        ),
    )


def _of_prices(reading: Reading, table: Table, header: int, columns: Columns) -> Reading:
    """Return a reading without values, whose prices are the book's where others beside them are called local."""
    place = columns.index.get("price")
    if place is None or "price" in columns.currencies or columns.price_in_base:
        return reading
    if heading(columns.titles[place]).denomination is not None or not _called_local(columns, place):
        return reading
    stated = book_currency(columns.titles, table.cells[header + 1 :])
    return replace(reading, price_in_book_currency=True, currency=reading.currency or stated)


def _in_book(reading: Reading, table: Table, header: int, columns: Columns) -> Reading:
    stated = book_currency(columns.titles, table.cells[header + 1 :])
    return replace(reading, value_in_book_currency=True, currency=reading.currency or stated)


def _called_local(columns: Columns, place: int) -> bool:
    """Say whether another column of money than one is called local."""
    return any(
        parts.denomination == "row" and not _MONEY.isdisjoint(parts.words)
        for column, title in enumerate(columns.titles)
        if column != place
        for parts in (heading(title),)
    )


def _by_figures(
    holdings: Sequence[Holding], local: LocalValues | None, book: str | None
) -> Denomination | None:
    """Return whose currency the figures prove the values to be in, None where they prove neither."""
    votes = {
        (one.currency, vote)
        for one in holdings
        if (vote := _vote(one, None if local is None else local.by_line.get(one.line), book))
    }
    in_book = {currency for currency, vote in votes if vote == "book"}
    in_own = {currency for currency, vote in votes if vote == "row"}
    if in_book and in_book.isdisjoint(in_own):
        return "book"
    valued = {one.currency for one in holdings if one.market_value}
    return "row" if in_own and not in_book and in_own == valued else None


def _vote(holding: Holding, local: float | None, book: str | None) -> Denomination | None:
    """Return what the figures of one row say.

    Notes
    -----
    Quantity times price is so many times the value as a contract has shares, or a hundredth of it where a bond is priced per 100;
    without a price it is the quantity, as of cash.
    """
    value, rate = holding.market_value, holding.fx_rate
    if not value:
        return None
    if local:
        return "row" if same_figure(abs(value), local) else "book"
    if not holding.quantity or holding.price_currency is not None:
        return None
    made = holding.quantity * (1.0 if holding.price is None else holding.price)
    sizes = (1.0,) if holding.price is None else (1.0, 100.0, 0.01, holding.multiplier or 1.0)
    own = any(same_figure(value, made * size) for size in sizes)
    if rate in (None, 0.0, 1.0):
        if own or holding.price is None or book in (None, holding.currency):
            return "row" if own else None
        return (
            "book"
            if all(abs(value - made * size) > _ACCRUED * abs(value) for size in sizes)
            else None
        )
    translated = any(same_figure(value, made * size * (rate or 1.0)) for size in sizes)
    if own == translated:
        return None
    return "row" if own else "book"


def _ask(
    holdings: Sequence[Holding], columns: Columns, place: int, book: str | None, file: str
) -> Iterator[Problem]:
    """Ask whose currency the values are in, where something says that the file translates and nothing what."""
    for one in holdings:
        if not one.market_value or one.currency is None:
            continue
        translated = one.fx_rate is not None and one.fx_rate not in (0.0, 1.0)
        if not translated and (book is None or book == one.currency):
            continue
        title, whose = columns.titles[place], book or "the book's currency"
        beside = (
            f"the rate {one.fx_rate:g} stands"
            if translated
            else f"'{_book_title(columns)}' {book} stands"
        )
        yield Problem(
            message=f"{quoted(one.ticker or one.name)}: '{title}' {one.market_value:,.2f} may be in {one.currency} or in {whose}: "
            f"{beside} beside it, and no figure says which.",
            file=file,
            line=one.line,
            column=place + 1,
            hint=f'Say which: --map "{title}=market_value" in {one.currency}, that of the row, or --map "{title}={BASE_VALUE}" in '
            f"{whose} (in Python mapping=).",
        )
        return


def _doubt(holdings: Sequence[Holding], columns: Columns, place: int) -> list[str]:
    """Say that values of several currencies are taken in that of their rows, where a title speaks of the security alone."""
    codes = {one.currency for one in holdings if one.market_value and one.currency}
    column = columns.index.get("currency")
    if column is None or len(codes) < 2 or currency_kind(columns.titles[column]) == "row":
        return []
    title = columns.titles[place]
    return [
        f"'{title}' is taken in the currency under '{columns.titles[column]}', and no figure proves it (if it is in the "
        f'book\'s, --map "{title}={BASE_VALUE}", in Python mapping=)'
    ]


def _book_title(columns: Columns) -> str:
    return next(title for title in columns.titles if title and currency_kind(title) == "book")
