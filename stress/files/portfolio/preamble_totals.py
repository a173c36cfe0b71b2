"""What lines above a table state of the whole of it: its value, and cash that stands in no row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stress.files.portfolio.cash_rows import is_cash
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.holding import Holding, StatedTotal
from stress.files.portfolio.numbers import Decimal, number_or_none
from stress.files.portfolio.text import Table

__all__ = ["AboveTable", "above_table"]

#: The value of everything: ``Total value``, ``Net Account Value``.
_WHOLE = re.compile(
    r"(?:total|net|portfolio|account)(?: (?:account|portfolio|market|liquidation|net))* value|gesamt(?:depot)?wert|"
    r"valeur totale|valor total|valore totale|totale waarde|totalt varde"
)
#: The cash in it: ``Total cash``, ``Cash balance``.
_CASH = re.compile(
    r"(?:total )?(?:(?:available|uninvested|account) )?cash(?: (?:balance|total|value|available))?|guthaben|liquiditat"
)


class AboveTable(NamedTuple):
    """Totals above a table, and what is said of cash there.

    Parameters
    ----------
    totals : list of StatedTotal
        Of all its rows.
    warnings : list of str
        One for each amount of cash that is in no row.
    """

    totals: list[StatedTotal]
    warnings: list[str]


def above_table(
    table: Table, header: int, holdings: Sequence[Holding], *, decimal: Decimal
) -> AboveTable:
    """Read what the lines above a table state of the whole.

    Parameters
    ----------
    table : Table
        The file.
    header : int
        Index of its titles.
    holdings : sequence of Holding
        Its rows; where none is read nothing is compared.
    decimal : {'.', ','}
        The decimal mark of the file.

    Returns
    -------
    AboveTable
    """
    totals, warnings = [], []
    if not holdings:
        return AboveTable([], [])
    for label, amount, line in _labelled(table, header, decimal):
        if _WHOLE.fullmatch(fold(label)):
            totals.append(StatedTotal(line=line, value=amount, unit="money", label=label))
        elif amount and _CASH.fullmatch(fold(label)) and not any(map(is_cash, holdings)):
            warnings.append(
                f"line {line}: '{label}' {amount:,.2f} stands above the table and in no row: it is not in the book (add a row of "
                "cash, or state --nav / nav=)"
            )
    return AboveTable(totals, warnings)


def _labelled(table: Table, header: int, decimal: Decimal) -> Iterator[tuple[str, float, int]]:
    """Return each label above the titles with the number behind it, or the only one below it, and its line."""
    for position in range(header):
        row = table.cells[position]
        filled = [cell for cell in row if cell]
        if len(filled) == 2 and (amount := number_or_none(filled[1], decimal)) is not None:
            yield filled[0].strip().rstrip(":"), amount, table.lines[position]
        if len(filled) < 2 or position + 1 >= header:
            continue
        below = table.cells[position + 1]
        after = table.cells[position + 2] if position + 2 < header else []
        for column, label in enumerate(row):
            amount = _number(below, column, decimal)
            alone = _number(after, column, decimal) is None
            if label and number_or_none(label, decimal) is None and amount is not None and alone:
                yield label.strip().rstrip(":"), amount, table.lines[position + 1]


def _number(row: Sequence[str], column: int, decimal: Decimal) -> float | None:
    return number_or_none(row[column], decimal) if column < len(row) else None
