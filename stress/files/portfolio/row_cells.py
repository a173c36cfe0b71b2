"""The cells of one row to figures, with everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stress.currencies import CURRENCIES
from stress.errors import Problem
from stress.files.portfolio.cash import minor_unit
from stress.files.portfolio.column_units import MONEY_ROLES
from stress.files.portfolio.columns import Columns
from stress.files.portfolio.numbers import BLANKS, Decimal, Number, parse_number

__all__ = ["NUMBER_ROLES", "FigureReader", "Figures"]

NUMBER_ROLES = (
    "quantity", "price", "market_value", "weight", "fx_rate", "multiplier", "strike", "adv", "implied_vol",
    "long_quantity", "short_quantity", "long_market_value", "short_market_value", "long_weight", "short_weight",
)  # fmt: skip
_MAY_BE_PERCENT = ("weight", "implied_vol", "long_weight", "short_weight")
#: What no contract has: 1000 % of volatility, a million units.
_LARGEST = {"implied_vol": 10.0, "multiplier": 1e6}
#: Above this a bare number is no fraction: 17 may be 17 % or a mistake.
_LARGEST_FRACTION = {"weight": 1.5, "long_weight": 1.5, "short_weight": 1.5, "implied_vol": 5.0}


class Figures(NamedTuple):
    """What the cells of a row say.

    Parameters
    ----------
    value : mapping of str to float
        Numbers by role; weights and volatilities as fractions.
    currency : str or None
        ISO code of the row: from its own column, else of the price by its title, else from a symbol beside a number, else of
        the value by its title.
    stated : bool
        Whether the currency is from its own column.
    problems : list of Problem
        What is wrong, cell by cell.
    """

    value: Mapping[str, float]
    currency: str | None
    stated: bool
    problems: list[Problem]


class FigureReader:
    """Read the numbers and the currency of rows of one table.

    Parameters
    ----------
    file : str
        For messages.
    columns : Columns
        What they mean.
    decimal : {'.', ','}
        The decimal mark of the file.
    strict : bool
        Whether a bare 17 as a weight and a blank currency are problems.
    weight_in_percent : bool
        Whether a bare weight is per cent.
    """

    __slots__ = (
        "_columns",
        "_currency",
        "_decimal",
        "_file",
        "_numbers",
        "_percent",
        "_scale",
        "_strict",
    )

    def __init__(
        self,
        *,
        file: str,
        columns: Columns,
        decimal: Decimal,
        strict: bool,
        weight_in_percent: bool,
    ) -> None:
        self._file, self._columns, self._decimal = file, columns, decimal
        self._strict, self._percent = strict, weight_in_percent
        self._numbers = [
            (role, columns.index[role]) for role in NUMBER_ROLES if role in columns.index
        ]
        self._currency = columns.index.get("currency")
        self._scale = columns.scale

    def __call__(self, row: Sequence[str], line: int) -> Figures:
        """Read one row that starts on a line of the file."""
        problems: list[Problem] = []
        value: dict[str, float] = {}
        money: str | None = None
        width = len(row)
        for role, column in self._numbers:
            if column >= width or not row[column]:
                continue
            text = row[column]
            try:
                number = parse_number(text, self._decimal)
            except ValueError as error:
                problems.append(self._columns.problem(self._file, text, line, column, str(error)))
                continue
            if number is None:
                continue
            value[role] = number.value * self._scale[role] if role in self._scale else number.value
            if number.currency and role in MONEY_ROLES:
                money = money or number.currency
            if role.endswith("weight") and self._percent and not number.percent:
                value[role] = number.value / 100.0
            elif number.percent and role not in _MAY_BE_PERCENT:
                problems.append(
                    self._columns.problem(self._file, text, line, column, "is a percentage")
                )
            elif self._strict and _is_ambiguous(role, number):
                why = f"is ambiguous as a {role.replace('_', ' ')}"
                hint = f"Write {text}% or {number.value / 100:g}."
                problems.append(self._columns.problem(self._file, text, line, column, why, hint))
            if role in _LARGEST and abs(value[role]) > _LARGEST[role]:
                limit = (
                    f"{_LARGEST[role]:,.0%}"
                    if role in _MAY_BE_PERCENT
                    else f"{_LARGEST[role]:,.0f}"
                )
                why = f"is beyond {limit}, the largest {role.replace('_', ' ')} that is read"
                problems.append(self._columns.problem(self._file, text, line, column, why))
        if self._currency is None or self._currency >= width:
            return Figures(value, self._by_title(money), False, problems)
        code, unit = minor_unit(row[self._currency])
        if code in CURRENCIES:
            for role in MONEY_ROLES:
                if role in value and unit != 1.0 and role not in self._columns.currencies:
                    value[role] *= unit
            return Figures(value, code, True, problems)
        problems.extend(self._bad_currency(row[self._currency], line, self._currency))
        return Figures(value, self._by_title(money), False, problems)

    def _by_title(self, symbol: str | None) -> str | None:
        """Return the currency of a row that states none in a column of its own."""
        return self._columns.currencies.get("price") or symbol or self._columns.value_currency

    def _bad_currency(self, text: str, line: int, column: int) -> list[Problem]:
        if text.casefold() not in BLANKS:
            hint = "Write an ISO code, e.g. USD."
            return [
                self._columns.problem(self._file, text, line, column, "is not a currency", hint)
            ]
        if not self._strict:
            return []
        return [
            Problem(
                message="the currency is missing in a file that has a currency column.",
                file=self._file,
                line=line,
                column=column + 1,
                hint="Write its ISO code, e.g. USD.",
            )
        ]


def _is_ambiguous(role: str, number: Number) -> bool:
    largest = _LARGEST_FRACTION.get(role)
    return largest is not None and not number.percent and abs(number.value) > largest
