"""Two columns of one meaning in a table: taken where they agree, or one is empty; refused where they do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from stress.errors import Problem
from stress.files.portfolio.column_units import says_base
from stress.files.portfolio.columns import BASE_VALUE, Columns, is_worded
from stress.files.portfolio.currency_columns import currency_kind
from stress.files.portfolio.header_words import fold, heading
from stress.files.portfolio.holding import shorten
from stress.files.portfolio.numbers import Decimal, decimal_mark, is_blank, number_or_none
from stress.files.portfolio.row_cells import NUMBER_ROLES
from stress.files.portfolio.side_columns import AMOUNTS
from stress.files.portfolio.text import Table

__all__ = ["Settled", "settle_twins"]

#: Two figures within this share of each other are one, rounded to a cent or a unit. [fraction]
_ROUNDING = 1e-4
#: What says what is held and what it is worth; a name, an account or a date may stand in two columns.
_JUDGED = frozenset({*NUMBER_ROLES, "ticker", "isin", "cusip", "currency"}) - {
    "adv",
    "implied_vol",
    "underlying_price",
}
#: Titles that beside a surer one may well mean something else: yesterday's close, the balance of an account, the
#: weight in an index, the number of a row. A column below one is left alone, and figures that differ are said.
_MAY_BE_OTHER: Mapping[str, frozenset[str]] = {
    role: frozenset(fold(word) for word in words.split("|"))
    for role, words in {
        "ticker": "ric|equity symbol|financial instrument|code|stock code|instrument|stock|security id|codigo|codigo de negociacao|код|代码|代碼|コード|コード",
        "cusip": "security identifier",
        "quantity": "position|pos|contracts|menge|nominal|nominale|par value|parts|bestand|balance quantity|settled quantity|"
        "open quantity|saldo titoli|face|face amount",
        "price": "close|closing|close price|closing price|close px|px close|last close|last trade|mark|mark price|nav|"
        "net asset value|fund price|schlusskurs|slotkoers|kurs zamkniecia|基準価額",
        "market_value": "balance|current balance|closing balance|amount|equity|equity value|notional market value|"
        "valuation|montant|importe|saldo|tutar|valor bruto|valor liquido|gegenwert|total value|ending value|"
        "ending market value|ending mkt value",
        "weight": "index weight|fund weight|allocation|allocation %|% allocation|current mix|% of account|"
        "percent of account|% of total|% of fund|percent of fund|andel|anteil|udzial|доля|占比|比重",
        "fx_rate": "fx",
    }.items()
}


class Settled(NamedTuple):
    """A table whose columns of one meaning are one, and what is to be said; `problems` where they cannot be."""

    table: Table
    problems: list[Problem]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A column, and another that may mean the same.

    Parameters
    ----------
    role : str
        What they mean.
    column, other : int
        The one that is taken, and its twin.
    decimal : {'.', ','}
        The mark of their figures.
    surely : bool
        Whether the other's title means nothing else.
    """

    role: str
    column: int
    other: int
    decimal: Decimal
    surely: bool


def settle_twins(table: Table, header: int, columns: Columns, chosen: Mapping[str, str]) -> Settled:
    """Hold columns of one meaning against each other.

    Parameters
    ----------
    table : Table
        The file.
    header : int
        Index of its titles.
    columns : Columns
        As matched.
    chosen : mapping of str to str
        The user's own choices, title to role: what they settle is not asked again.

    Returns
    -------
    Settled
        Where the column that is taken is empty, what its twin says stands in it, and that is said.
    """
    if not columns.rivals:
        return Settled(table, [], [])
    problems: list[Problem] = []
    warnings: list[str] = []
    asked = {
        "market_value" if role == BASE_VALUE else role
        for title, role in chosen.items()
        if _stands_once(title, columns.titles)
    }
    for pair in _pairs(table, columns, table.cells[header + 1 :], asked):
        body = table.cells[header + 1 :]
        row = next((at for at, cells in enumerate(body) if _differ(pair, columns, cells)), None)
        if row is None:
            table, filled = _filled(pair, table, header)
            if filled:
                warnings.append(
                    f"{_title(columns, pair.other)} stands in for {_title(columns, pair.column)} where that is empty "
                    f"({filled} row{'' if filled == 1 else 's'})"
                )
            continue
        line = table.lines[header + 1 + row]
        said = _in_words(columns, pair, body[row], line)
        if pair.surely:
            problems.append(_refused(table.file, columns.titles, pair, said, line))
        elif pair.role in NUMBER_ROLES or pair.role == "currency" or pair.role in columns.own:
            warnings.append(
                f"{said}: {_title(columns, pair.column)} is taken (choose the other with "
                f'--map "{columns.titles[pair.other]}={pair.role}", in Python mapping=)'
            )
    return Settled(table, problems, warnings)


def _filled(pair: _Pair, table: Table, header: int) -> tuple[Table, int]:
    """Put what a twin says where a column is empty, and count the rows; a title that may mean another thing fills all or none."""
    body = table.cells[header + 1 :]
    width = max(pair.column, pair.other)
    gaps = {
        at
        for at, row in enumerate(body, start=header + 1)
        if width < len(row) and is_blank(row[pair.column]) and not is_blank(row[pair.other])
    }
    full = any(pair.column < len(row) and not is_blank(row[pair.column]) for row in body)
    if not gaps or (full and not pair.surely):
        return table, 0
    cells = [
        [*row[: pair.column], row[pair.other], *row[pair.column + 1 :]] if at in gaps else row
        for at, row in enumerate(table.cells)
    ]
    return replace(table, cells=cells), len(gaps)


def _stands_once(title: str, titles: Sequence[str]) -> bool:
    return sum(fold(other) == fold(title) for other in titles) == 1


def _pairs(
    table: Table, columns: Columns, body: Sequence[Sequence[str]], asked: set[str]
) -> list[_Pair]:
    """Return the pairs of columns that say one thing in one unit."""
    pairs = []
    for role, others in columns.rivals.items():
        if role not in _JUDGED or role in asked:
            continue
        column = columns.index[role]
        for other in others:
            if role == "currency":
                if currency_kind(columns.titles[other]) == "book":
                    continue  # it need not be that of the row
            elif _unit(columns, column) != _unit(columns, other) or is_worded(role, other, body):
                continue
            cells = (row[at] for row in body for at in (column, other) if at < len(row))
            decimal = decimal_mark(cells, delimiter=table.delimiter).mark
            surely = role not in columns.own and _is_surely(role, columns, column, other)
            pairs.append(_Pair(role, column, other, decimal, surely))
    return pairs


def _is_surely(role: str, columns: Columns, column: int, other: int) -> bool:
    """Say whether the title of another column can mean nothing but the role."""
    if role == "currency":
        kinds = {currency_kind(columns.titles[at]) for at in (column, other)}
        return len(kinds) == 1 or kinds == {"row", "price"}
    return _MAY_BE_OTHER.get(role, frozenset()).isdisjoint(heading(columns.titles[other]).words)


def _unit(columns: Columns, column: int) -> tuple[object, ...]:
    """Return what the title says its figures are in; two currencies, or per cent and a fraction, are two figures."""
    parts = heading(columns.titles[column])
    return parts.currency, parts.percent, parts.scale, says_base(parts), parts.denomination


def _differ(pair: _Pair, columns: Columns, row: Sequence[str]) -> bool:
    """Say whether a row holds something, and the two columns disagree on what."""
    if max(pair.column, pair.other) >= len(row):
        return False
    one, other = row[pair.column], row[pair.other]
    if one == other or is_blank(one) or is_blank(other):
        return False
    if pair.role in NUMBER_ROLES:
        first, second = number_or_none(one, pair.decimal), number_or_none(other, pair.decimal)
        if first is None or second is None:
            return False
        return abs(first - second) > _ROUNDING * max(abs(first), abs(second))
    places = [columns.index[role] for role in (*AMOUNTS, "price") if role in columns.index]
    holds = any(
        at < len(row) and number_or_none(row[at], pair.decimal) is not None for at in places
    )
    first_id, other_id = _plain(one), _plain(other)
    return holds and first_id != other_id and first_id != "" != other_id


def _plain(text: str) -> str:
    """Return an identifier without what files set between its parts: ``BRK.B`` is ``BRK B``."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _title(columns: Columns, column: int) -> str:
    return f"'{shorten([columns.titles[column]], 40)}' (column {column + 1})"


def _in_words(columns: Columns, pair: _Pair, row: Sequence[str], line: int) -> str:
    """Return which two columns say what in a row."""
    one, other = (
        f"{_title(columns, at)} says '{shorten([row[at]], 40)}'"
        for at in sorted((pair.column, pair.other))
    )
    return f"{one} and {other} on line {line}, and either may be the {pair.role.replace('_', ' ')}"


def _refused(file: str, titles: Sequence[str], pair: _Pair, said: str, line: int) -> Problem:
    """Ask which of the two is meant."""
    first, second = (titles[at] for at in sorted((pair.column, pair.other)))
    hint = (
        "Rename or remove one of them."
        if fold(first) == fold(second)
        else f'Choose one: --map "{first}={pair.role}" or --map "{second}={pair.role}" (in Python mapping=).'
    )
    return Problem(
        message=f"{said}.",
        file=file,
        line=line,
        column=max(pair.column, pair.other) + 1,
        hint=hint,
    )
