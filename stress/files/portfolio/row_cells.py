"""The cells of one row to figures, with everything that is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stress.currencies import CURRENCIES
from stress.errors import Problem
from stress.files.portfolio.cash import in_major, minor_unit
from stress.files.portfolio.column_units import LIKE_PRICES, MONEY_ROLES
from stress.files.portfolio.columns import Columns
from stress.files.portfolio.numbers import BLANKS, Decimal, UncomputedFormula, parse_number

__all__ = ["NUMBER_ROLES", "FigureReader", "Figures"]

NUMBER_ROLES = (
    "quantity", "price", "market_value", "weight", "fx_rate", "multiplier", "strike", "adv", "implied_vol",
    "underlying_price",
    "long_quantity", "short_quantity", "long_market_value", "short_market_value", "long_weight", "short_weight",
)  # fmt: skip
_MAY_BE_PERCENT = ("weight", "implied_vol", "long_weight", "short_weight")
#: What becomes of a formula that another program wrote.
_STORE_IT = "Or open the workbook in a spreadsheet program and save it, which stores its value."
#: What no contract has: 1000 % of volatility, a million units.
_LARGEST = {"implied_vol": 10.0, "multiplier": 1e6}
#: Above this a bare number is no fraction: 17 may be 17 % or a mistake.
_LARGEST_FRACTION = {"weight": 1.5, "long_weight": 1.5, "short_weight": 1.5, "implied_vol": 5.0}
#: A value that is quantity times price agrees with it to this share: prices are rounded.
_SAME_VALUE = 0.005


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
    price_unit : float
        What one unit of the row's price is worth in `currency`, and of a strike: 0.01 of a row in pence.
    value_currency : str or None
        ISO code of the value, where a column of its own says it.
    """

    value: Mapping[str, float]
    currency: str | None
    stated: bool
    problems: list[Problem]
    price_unit: float = 1.0
    value_currency: str | None = None


class _NumberColumn(NamedTuple):
    """A column of numbers, and what is asked of each of them.

    Parameters
    ----------
    role : str
        What they are.
    column : int
        Where.
    scale : float or None
        What they are multiplied by, where the title says so.
    is_money : bool
        Whether a symbol beside one names a currency.
    in_percent : bool
        Whether a bare one is per cent.
    may_be_percent : bool
        Whether one may have a per cent sign.
    largest_fraction : float
        Above this a bare one may be a fraction or per cent.
    largest : float
        Above this it is none that is read.
    """

    role: str
    column: int
    scale: float | None
    is_money: bool
    in_percent: bool
    may_be_percent: bool
    largest_fraction: float
    largest: float


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
        "_strict",
        "_value_currency",
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
        self._strict = strict
        self._numbers = [
            _NumberColumn(
                role=role,
                column=columns.index[role],
                scale=columns.scale.get(role),
                is_money=role in MONEY_ROLES,
                in_percent=weight_in_percent and role.endswith("weight"),
                may_be_percent=role in _MAY_BE_PERCENT,
                largest_fraction=_LARGEST_FRACTION.get(role, math.inf) if strict else math.inf,
                largest=_LARGEST.get(role, math.inf),
            )
            for role in NUMBER_ROLES
            if role in columns.index
        ]
        self._currency = columns.index.get("currency")
        self._value_currency = columns.index.get("value_currency")

    def __call__(self, row: Sequence[str], line: int) -> Figures:
        """Read one row that starts on a line of the file."""
        figures = self._read(row, line)
        column = self._value_currency
        if column is None or column >= len(row):
            return figures
        code, unit = minor_unit(row[column])
        if code not in CURRENCIES:
            figures.problems.extend(self._bad_currency(row[column], line, column))
            return figures
        worth = figures.value.get("market_value")
        if worth is None or unit == 1.0:
            return figures._replace(value_currency=code)
        return figures._replace(
            value={**figures.value, "market_value": worth * unit}, value_currency=code
        )

    def _read(self, row: Sequence[str], line: int) -> Figures:
        problems: list[Problem] = []
        value: dict[str, float] = {}
        money: str | None = None
        width = len(row)
        for asked in self._numbers:
            column = asked.column
            if column >= width or not (text := row[column]):
                continue
            try:
                number = parse_number(text, self._decimal)
            except ValueError as error:
                hint = _STORE_IT if isinstance(text, UncomputedFormula) else None
                problems.append(
                    self._columns.problem(self._file, text, line, column, str(error), hint)
                )
                continue
            if number is None:
                continue
            figure = number.value if asked.scale is None else number.value * asked.scale
            if number.currency and asked.is_money:
                money = money or number.currency
                if (
                    number.currency != money
                    and self._currency is None
                    and asked.role not in self._columns.currencies
                ):
                    problems.append(self._two_currencies(text, line, column, money))
            if asked.in_percent and not number.percent:
                figure = number.value / 100.0
            elif number.percent and not asked.may_be_percent:
                problems.append(
                    self._columns.problem(self._file, text, line, column, "is a percentage")
                )
            elif not number.percent and abs(number.value) > asked.largest_fraction:
                why = f"is ambiguous as a {asked.role.replace('_', ' ')}"
                hint = f"Write {text}% or {number.value / 100:g}."
                problems.append(self._columns.problem(self._file, text, line, column, why, hint))
            if abs(figure) > asked.largest:
                limit = f"{asked.largest:,.0%}" if asked.may_be_percent else f"{asked.largest:,.0f}"
                why = f"is beyond {limit}, the largest {asked.role.replace('_', ' ')} that is read"
                problems.append(self._columns.problem(self._file, text, line, column, why))
            value[asked.role] = figure
        each = self._columns.price_unit
        if self._currency is None or self._currency >= width:
            return self._figures(value, self._by_title(money), False, problems, each)
        code, unit = minor_unit(row[self._currency])
        if code in CURRENCIES:
            if "price" not in self._columns.currencies:
                each = unit
            if unit != 1.0:
                major = _value_in_major(value, unit)
                for role in MONEY_ROLES:
                    own = role == "market_value" and self._value_currency is not None
                    if role in value and role not in self._columns.currencies and not own:
                        value[role] *= 1.0 if major and role == "market_value" else unit
            return self._figures(value, code, True, problems, each)
        problems.extend(self._bad_currency(row[self._currency], line, self._currency))
        return self._figures(value, self._by_title(money), False, problems, each)

    def _figures(
        self,
        value: dict[str, float],
        currency: str | None,
        stated: bool,
        problems: list[Problem],
        price_unit: float,
    ) -> Figures:
        """Put together what a row says, its strike and spot in the unit of its price unless the title names another."""
        if price_unit != 1.0:
            for role in LIKE_PRICES:
                if role in value and role not in self._columns.currencies:
                    value[role] = in_major(value[role], price_unit)
        return Figures(value, currency, stated, problems, price_unit)

    def _two_currencies(self, text: str, line: int, column: int, other: str) -> Problem:
        why = f"is in another currency than {other}, that of the row"
        hint = "Name the currencies in the titles, like Price (USD) and Market Value (EUR)."
        return self._columns.problem(self._file, text, line, column, why, hint)

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


def _value_in_major(value: Mapping[str, float], unit: float) -> bool:
    """Whether a row priced in pence states its value in pounds: quantity times price says so."""
    worth, each, quantity = (value.get(role) for role in ("market_value", "price", "quantity"))
    if not worth or not each or not quantity:
        return False
    return abs(quantity * each * unit - worth) <= _SAME_VALUE * abs(worth)
