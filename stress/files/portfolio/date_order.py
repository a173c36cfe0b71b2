"""Whether day or month comes first in the dates of a file: one order, proved by any of its dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stress.errors import Problem
from stress.files.portfolio.columns import Columns
from stress.files.portfolio.dates import DateOrder, find_date, numeric_order
from stress.files.portfolio.holding import quoted
from stress.files.portfolio.line_dates import may_say_date
from stress.files.portfolio.numbers import Decimal
from stress.files.portfolio.text import FOOTER, Table

__all__ = ["SettledOrder", "settle_order", "settle_table"]

#: Roles whose dates, or whose symbols with dates in them, are read.
_READ = ("as_of", "expiry", "maturity", "ticker", "name")
#: What every date of figures alone has.
_FIGURES = re.compile(r"\d[-/.]\d{1,2}[-/.]\d")


class SettledOrder(NamedTuple):
    """The order of a file's dates.

    Parameters
    ----------
    order : {'day-first', 'month-first'} or None
        None where nothing settles it.
    problems : tuple of Problem
        Dates in two orders beside one that reads two ways; in foreshock's own format also one that nothing settles.
    warnings : tuple of str
        Which order was taken, where nothing settles it.
    """

    order: DateOrder | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def settle_order(
    read: Iterable[str],
    others: Iterable[str] = (),
    *,
    file: str,
    usual: DateOrder | None = None,
    likely: DateOrder | None = None,
    strict: bool = False,
) -> SettledOrder:
    """Decide the order of the dates of one file.

    Parameters
    ----------
    read : iterable of str
        Texts whose dates are read.
    others : iterable of str
        Further dates of the file: they prove an order too.
    file : str
        For messages.
    usual : {'day-first', 'month-first'}, optional
        That of the dialect, where no date proves another.
    likely : {'day-first', 'month-first'}, optional
        What else about the file suggests; taken with a warning.
    strict : bool
        Whether a date that nothing settles is a problem instead of a warning.

    Returns
    -------
    SettledOrder
    """
    proofs: dict[str, str] = {}
    unsure: str | None = None
    for text in read:
        order = numeric_order(text)
        if order == "either":
            unsure = unsure or text
        elif order is not None:
            proofs.setdefault(order, text)
    for text in others:
        order = numeric_order(text)
        if order not in (None, "either"):
            proofs.setdefault(order, text)
    if len(proofs) == 1:
        return SettledOrder("day-first" if "day-first" in proofs else "month-first")
    if unsure is None or usual is not None:
        return SettledOrder(usual)
    unsure = unsure.strip()[:40]
    either = " or ".join(
        sorted({find_date(unsure, "day-first") or "", find_date(unsure, "month-first") or ""})
    )
    if proofs:
        message = (
            f"dates of the file are written in two orders, '{proofs['day-first'].strip()[:40]}' and "
            f"'{proofs['month-first'].strip()[:40]}', so that {quoted(unsure)} is {either}."
        )
        return SettledOrder(problems=(_problem(message, file),))
    if strict:
        message = f"{quoted(unsure)} is {either}: no date of the file says which."
        return SettledOrder(problems=(_problem(message, file),))
    taken = find_date(unsure, likely)
    return SettledOrder(
        likely,
        warnings=(
            f"{quoted(unsure)} is read as {taken}: no date of the file says whether day or month comes first (write year-month-day)",
        ),
    )


def settle_table(
    table: Table,
    header: int,
    columns: Columns,
    *,
    decimal: Decimal,
    usual: DateOrder | None,
    strict: bool,
) -> SettledOrder:
    """Decide the order of the dates of a table; parameters of `settle_order` and `rows.read_holdings`.

    Where no date proves an order, a file with decimal commas is taken to write the day first.
    """
    roles = [role for role in _READ if role != "name" or not strict]
    places = {columns.index[role] for role in roles if role in columns.index}
    body = table.cells[header + 1 :]

    def read() -> Iterator[str]:
        for row in (*table.cells[:header], *(row for row in body[-FOOTER:] if _is_words(row))):
            if may_say_date(row):
                yield from row
        for place in places:
            cells = [row[place] for row in body if place < len(row)]
            if _FIGURES.search("\n".join(cells)):
                yield from cells

    def others() -> Iterator[str]:
        for place in range(len(columns.titles)):
            first = next((row[place] for row in body if place < len(row) and row[place]), "")
            if place not in places and numeric_order(first):
                yield from (row[place] for row in body if place < len(row))

    return settle_order(
        read(),
        others(),
        file=table.file,
        usual=usual,
        likely="day-first" if decimal == "," else None,
        strict=strict,
    )


def _is_words(row: list[str]) -> bool:
    """Say whether a row may be a line of words: ``Stand 05/06/2025``, in one cell or in two."""
    return sum(1 for cell in row if cell) <= 2


def _problem(message: str, file: str) -> Problem:
    return Problem(message=message, file=file, hint="Write dates as year-month-day, 2025-12-31.")
