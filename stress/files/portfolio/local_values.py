"""Values called local that stand beside others: the rates that the two make, held against those that rows state."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from stress.errors import Problem
from stress.files.portfolio.columns import Columns
from stress.files.portfolio.header_words import heading
from stress.files.portfolio.holding import Holding, Reading, quoted
from stress.files.portfolio.numbers import number_or_none

__all__ = ["LocalValues", "as_written", "at_own_rates", "local_values", "same_figure"]

#: Two figures within this share of each other are one: prices and rates are rounded. [fraction]
_ROUNDING = 0.005
#: Two values within this are the same, whatever their size. [currency]
_CENT = 0.0101
#: A stated rate may differ from the one that two values make by this, for the hour of it. [fraction]
_RATE_APART = 0.02
#: Rates of one currency may differ by this, for rounding and the hour of the price. [fraction]
_RATES_APART = 0.05


class LocalValues(NamedTuple):
    """Values in the currency of their rows, beside those that are taken.

    Parameters
    ----------
    title : str
        Of its column.
    column : int
        Where.
    by_line : mapping of int to float
        Their sizes, by the line of their rows. [currency of the row]
    """

    title: str
    column: int
    by_line: Mapping[int, float]


def local_values(reading: Reading, columns: Columns) -> LocalValues | None:
    """Return the values called local that stand beside others, None where none do.

    Parameters
    ----------
    reading : Reading
        As read.
    columns : Columns
        As matched.
    """
    for column in columns.rivals.get("market_value", ()):
        parts = heading(columns.titles[column])
        if parts.denomination == "row":
            mark = reading.decimal.mark
            figures = {
                one.line: _in_major(one, abs(figure) * parts.scale)
                for one in reading.holdings
                if column < len(one.cells)
                and (figure := number_or_none(one.cells[column], mark)) is not None
            }
            return LocalValues(columns.titles[column], column, figures)
    return None


def _in_major(holding: Holding, figure: float) -> float:
    """Return a value of a row priced in pence in pounds: it is in either, and quantity times price says in which."""
    made = abs((holding.quantity or 0.0) * (holding.price or 0.0))
    return figure if same_figure(figure, made) else figure * holding.price_unit


def as_written(reading: Reading, columns: Columns) -> Reading:
    """Return a reading whose values are as they stand in the file, also of rows in pence: in the book's currency they are none."""
    place, mark = columns.index["market_value"], reading.decimal.mark
    scale = columns.scale.get("market_value", 1.0)
    holdings = []
    for one in reading.holdings:
        if one.price_unit != 1.0 and one.market_value is not None and place < len(one.cells):
            figure = number_or_none(one.cells[place], mark)
            if figure is not None:
                signed = math.copysign(figure * scale, one.market_value)
                one = one._replace(market_value=signed)
        holdings.append(one)
    return replace(reading, holdings=tuple(holdings))


def at_own_rates(reading: Reading, local: LocalValues | None, file: str) -> Reading:
    """Return a reading whose rows have the rate that their two values make; one that states another is a problem."""
    if local is None:
        return reading
    problems = []
    holdings = []
    made: list[tuple[str, float, int]] = []
    turned = 0
    for one in reading.holdings:
        value, own, stated = abs(one.market_value or 0.0), local.by_line.get(one.line), one.fx_rate
        if not value or not own:
            holdings.append(one)
            continue
        rate = 1.0 if abs(value - own) <= _CENT else value / own
        if stated is not None and stated > 0.0 and not _rounded(stated, rate):
            if _rounded(stated, 1.0 / rate):
                turned += 1
            else:
                problems.append(
                    Problem(
                        message=f"{quoted(one.ticker or one.name)}: the value {value:,.2f} is not '{local.title}' {own:,.2f} × "
                        f"rate {stated:g} = {own * stated:,.2f}.",
                        file=file,
                        line=one.line,
                        column=local.column + 1,
                        hint="Correct one of the three, or leave one out.",
                    )
                )
        made.append((one.currency or "", rate, one.line))
        holdings.append(one._replace(fx_rate=rate))
    said = f"rates of {turned} row{'' if turned == 1 else 's'} are taken as units of the row's currency for one of the book's: "
    return replace(
        reading,
        holdings=tuple(holdings),
        price_in_book_currency=reading.price_in_book_currency or _priced_in_book(holdings, local),
        problems=(*reading.problems, *problems),
        warnings=(
            *reading.warnings,
            *([f"{said}the two values of a row say so"] if turned else []),
            *_rates_apart(made, local.title),
        ),
    )


def _rates_apart(made: Sequence[tuple[str, float, int]], title: str) -> list[str]:
    """Say which currencies have rows whose two values make rates that cannot both be true."""
    words = []
    for code in dict.fromkeys(currency for currency, _, _ in made):
        rates = [(rate, line) for currency, rate, line in made if currency == code]
        (least, low), (most, high) = min(rates), max(rates)
        if most > (1.0 + _RATES_APART) * least:
            words.append(
                f"{code}: values beside '{title}' make the rate {least:g} on line {low} and {most:g} on line {high}: the stated "
                "values are used"
            )
    return words


def _rounded(stated: float, rate: float) -> bool:
    """Say whether a rate is another one, rounded to a cent."""
    return abs(stated - rate) <= max(_RATE_APART * rate, _CENT / 2.0)


def _priced_in_book(holdings: Sequence[Holding], local: LocalValues) -> bool:
    """Say whether quantity times price is the value and not the local one, wherever the two differ."""
    apart = [
        (abs(one.quantity * one.price), abs(value))
        for one in holdings
        if one.quantity and one.price and (value := one.market_value)
        if one.line in local.by_line and not same_figure(abs(value), local.by_line[one.line])
    ]
    return bool(apart) and all(same_figure(made, value) for made, value in apart)


def same_figure(one: float, other: float) -> bool:
    """Say whether two figures are one, rounded."""
    return abs(one - other) <= max(_ROUNDING * abs(other), _CENT)
