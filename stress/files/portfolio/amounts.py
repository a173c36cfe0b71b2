"""A column called *Amount* beside prices: so much money, or so many shares."""

from __future__ import annotations

from collections.abc import Mapping

from stress.errors import Problem
from stress.files.portfolio.columns import BASE_VALUE, Columns
from stress.files.portfolio.header_words import heading
from stress.files.portfolio.numbers import Decimal, is_blank, parse_number
from stress.files.portfolio.text import Table

__all__ = ["unclear_amount"]

#: Words that are an amount of money, or of shares.
_AMOUNT = frozenset({"amount", "montant", "importe", "tutar"})
#: What says that an amount is money: a quantity beside it.
_QUANTITIES = frozenset({"quantity", "long_quantity", "short_quantity"})


def unclear_amount(
    table: Table, header: int, columns: Columns, chosen: Mapping[str, str]
) -> list[Problem]:
    """Ask what an amount is of, where a price stands beside it and no quantity, and nothing says that it is money.

    Parameters
    ----------
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
    list of Problem
        At most one. A currency in the title or beside a figure says money.
    """
    place = columns.index.get("market_value")
    price = columns.index.get("price")
    if place is None or price is None or not _QUANTITIES.isdisjoint(columns.index):
        return []
    title = columns.titles[place]
    parts = heading(title)
    if (
        _AMOUNT.isdisjoint(parts.words)
        or parts.currency
        or chosen.get(title) in ("market_value", BASE_VALUE)
    ):
        return []
    cells = [row[place] for row in table.cells[header + 1 :] if place < len(row)]
    if any(_is_money(cell, ".") or _is_money(cell, ",") for cell in cells if not is_blank(cell)):
        return []
    return [
        Problem(
            message=f"column '{title}' may be a value or a quantity: '{columns.titles[price]}' stands beside it, and nothing "
            "says which.",
            file=table.file,
            line=table.lines[header],
            column=place + 1,
            hint=f'Say which: --map "{title}=quantity" or --map "{title}=market_value" (in Python mapping=).',
        )
    ]


def _is_money(cell: str, decimal: Decimal) -> bool:
    try:
        number = parse_number(cell, decimal)
    except ValueError:
        return False
    return number is not None and number.currency is not None
