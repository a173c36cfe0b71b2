"""The words of one row beside its figures, as a `Holding`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stress.files.portfolio.columns import Columns
from stress.files.portfolio.holding import Holding
from stress.files.portfolio.row_cells import Figures
from stress.files.portfolio.row_sides import RowSides

__all__ = ["IDENTIFIERS", "NUMBER_TERMS", "HoldingReader", "identifiers_of"]

#: Roles of columns that say which security a row holds.
IDENTIFIERS = ("ticker", "isin", "cusip")
_TEXT_ROLES = frozenset({"name", "sector", "proxy", "expiry", "underlying", "style"})
#: Terms of contracts that are numbers, in the file's own decimal mark.
NUMBER_TERMS = ("coupon", "notional", "duration", "yield", "convexity")
_TERM_ROLES = frozenset({*NUMBER_TERMS, "maturity", "frequency", "curve", "credit"})
#: What a text cell that says nothing is.
_NO_TEXT = frozenset({None, "", "-", "--", "\u2014", "n/a", "N/A", "#N/A"})


def identifiers_of(cell: Mapping[str, str]) -> dict[str, str]:
    """Return what says which security a row holds, by role.

    Parameters
    ----------
    cell : mapping of str to str
        Cells by role.
    """
    return {role: text for role in IDENTIFIERS if (text := cell.get(role, "")) not in _NO_TEXT}


class HoldingReader:
    """Put what the rows of one table say together.

    Parameters
    ----------
    columns : Columns
        What they mean.
    """

    __slots__ = ("_groups", "_price_currency", "_terms", "_value_currency", "_words")

    def __init__(self, columns: Columns) -> None:
        self._words = [role for role in columns.index if role in _TEXT_ROLES or role in IDENTIFIERS]
        self._terms = [role for role in columns.index if role in _TERM_ROLES]
        self._groups = list(columns.groups.items())
        self._price_currency = columns.currencies.get("price")
        self._value_currency = columns.value_currency

    def __call__(
        self,
        row: Sequence[str],
        line: int,
        cell: Mapping[str, str],
        *,
        figures: Figures,
        sides: RowSides,
        account: str | None,
    ) -> Holding:
        """Read one row that starts on a line of the file, of which `cell` has the cells by role."""
        width = len(row)
        said: dict[str, Any] = {
            role: text for role in self._words if (text := cell.get(role, "")) not in _NO_TEXT
        }
        if self._terms:
            said["terms"] = {role: term for role in self._terms if (term := cell.get(role))}
        if self._groups:
            said["groups"] = {
                title: text
                for title, column in self._groups
                if column < width and (text := row[column])
            }
        if sides.type not in _NO_TEXT:
            said["type"] = sides.type
        if sides.right not in _NO_TEXT:
            said["right"] = sides.right
        return Holding(
            line=line,
            cells=row,
            currency=figures.currency,
            price_currency=self._price_currency,
            value_currency=self._value_currency or figures.value_currency,
            price_unit=figures.price_unit,
            account=account,
            sides=sides.sides,
            **said,
            **figures.value,  # type: ignore[arg-type]  # the keys are numbers of a Holding
        )
