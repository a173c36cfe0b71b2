"""Rows under a header to holdings and ledger rows: blanks, totals, footers, repeated headers, bad cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from stress.errors import Problem
from stress.files.portfolio.cash import CURRENCIES, minor_unit
from stress.files.portfolio.columns import Columns
from stress.files.portfolio.dates import find_date
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.holding import Holding, Reading, StatedTotal, shorten
from stress.files.portfolio.numbers import BLANKS, Decimal, decimal_mark, parse_number
from stress.files.portfolio.text import Table
from stress.portfolio.position import LedgerRow

__all__ = ["NUMBER_ROLES", "RowRules", "Verdict", "read_holdings"]

NUMBER_ROLES = (
    "quantity", "price", "market_value", "weight", "fx_rate", "multiplier", "strike", "adv", "implied_vol",
)  # fmt: skip
_TEXT_ROLES = (
    "name",
    "account",
    "sector",
    "type",
    "proxy",
    "right",
    "expiry",
    "underlying",
    "style",
)
_TERM_ROLES = ("coupon", "maturity", "frequency", "curve", "credit", "notional")
_ID_ROLES = ("ticker", "isin", "cusip", "name", "underlying", "account", "type")
_NO_IDENTIFIER = frozenset({"", "-", "--", "\u2014", "n/a", "#n/a"})
_LONE_TICKER = re.compile(r"[A-Z]{1,5}(?:[.-][A-Z])?")
#: What stands in a text cell that says nothing.
_NO_TEXT = frozenset({"", "-", "--", "\u2014"})
_TOTAL = re.compile(
    r"(?:grand |account |sub|portfolio |net |overall |your )*total(?:s|e|en)?\b.*|(?:gesamt|zwischen)?summe\b.*|gesamt\b.*|"
    r"totaal\b.*|razem\b.*|suma\b.*|итого\b.*|всего\b.*|合计|总计|小计|合計|総計|小計|합계|총계|somme\b.*|ensemble\b.*|"
    r"subtotal\b.*|sub-total\b.*|toplam\b.*|yhteensa\b.*|sammanlagt\b.*"
)
_PENDING = re.compile(
    r"pending (?:activity|transactions?|trades?|settlement)|unsettled|ausstehend\w*", re.IGNORECASE
)


class Verdict(NamedTuple):
    """What a dialect says of a row before it is read as a holding."""

    became: Literal["cash", "ignored", "refused", "total"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRules:
    """How the rows of a dialect differ from plain rows.

    Parameters
    ----------
    strict : bool
        A bad cell is a problem of the file instead of a refused row.
    judge : callable, optional
        ``(cells by role, row) -> Verdict or None``: rows that are not holdings.
    decimal : {'.', ','}, optional
        The decimal mark, where the dialect fixes it; else it is decided from the cells.
    account : str or None
        Account of the rows, where it stands outside the table.
    weight_in_percent : bool
        Whether a bare number in the weight column is per cent.
    footers : bool
        Whether rows of prose may follow the table.
    """

    strict: bool = False
    judge: Callable[[Mapping[str, str], Sequence[str]], Verdict | None] | None = None
    decimal: Decimal | None = None
    account: str | None = None
    weight_in_percent: bool = False
    footers: bool = True


@dataclass(slots=True)
class _Collected:
    """What has been read so far."""

    holdings: list[Holding] = field(default_factory=list)
    ledger: list[LedgerRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    totals: list[StatedTotal] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    dates: set[str] = field(default_factory=set)
    rows: int = 0


def read_holdings(
    table: Table, header: int, columns: Columns, rules: RowRules | None = None
) -> Reading:
    """Read the rows under a header.

    Parameters
    ----------
    table : Table
        The whole file.
    header : int
        Index of the header row in `table.cells`.
    columns : Columns
        What its columns mean.
    rules : RowRules, optional
        The dialect's own.

    Returns
    -------
    Reading
        Every row that is not blank is a holding, a ledger row, or (strict) a problem.
    """
    rules = rules or RowRules()
    body = table.cells[header + 1 :]
    lines = table.lines[header + 1 :]
    out = _Collected()
    index = columns.index
    numbers = [(role, index[role]) for role in NUMBER_ROLES if role in index]
    texts = [(role, index[role]) for role in _TEXT_ROLES if role in index]
    terms = [(role, index[role]) for role in _TERM_ROLES if role in index]
    groups = list(columns.groups.items())
    decimal = rules.decimal
    if decimal is None:
        decimal, assumed = decimal_mark(
            (row[column] for row in body for _, column in numbers if column < len(row)),
            delimiter=table.delimiter,
        )
        if assumed:
            out.warnings.append(
                f"'{decimal}' is taken for the decimal mark: no number of the file proves which one it is"
            )
    folded_header = [fold(title) for title in columns.titles]
    width = len(columns.titles)
    percent_weight = rules.weight_in_percent or "weight" in columns.percent
    account = rules.account
    may_be_formula = any(cell[:1] in ("=", "@") for row in body for cell in row)
    previous: str | None = None
    seen_currency = False

    for row, line in zip(body, lines, strict=True):
        filled = [cell for cell in row if cell]
        if not filled:
            continue
        out.rows += 1
        cell = {role: row[column] for role, column in index.items() if column < len(row)}
        verdict = rules.judge(cell, row) if rules.judge else None
        if verdict is None and not rules.strict:
            verdict = _verdict(row, filled, cell, folded_header)
            if (
                verdict
                and verdict.reason == "a repeated header"
                and previous
                and "account" not in index
            ):
                account = previous
        if verdict is not None:
            out.ledger.append(
                LedgerRow(row=line, text=shorten(row), became=verdict.became, reason=verdict.reason)
            )
            if verdict.became == "total":
                _note_totals(out, cell, line, decimal, percent_weight, account)
            previous = filled[0] if len(filled) == 1 else None
            continue
        bad: list[Problem] = []
        if len(row) > width and any(row[width:]):
            bad.append(
                Problem(
                    message=f"the row has {len(row)} cells, the header has {width}.",
                    file=table.file,
                    line=line,
                    hint="Put quotes around a cell that holds the delimiter.",
                )
            )
        value: dict[str, float] = {}
        money: str | None = None
        for role, column in numbers:
            text = row[column] if column < len(row) else ""
            if not text:
                continue
            try:
                number = parse_number(text, decimal)
            except ValueError as error:
                bad.append(
                    _bad_cell(table.file, line, column, columns.titles[column], text, str(error))
                )
                continue
            if number is None:
                continue
            value[role] = number.value
            if number.currency and role in ("market_value", "price"):
                money = money or number.currency
            if role == "weight" and not number.percent and percent_weight:
                value[role] = number.value / 100.0
            elif number.percent and role not in ("weight", "price", "implied_vol"):
                bad.append(
                    _bad_cell(
                        table.file, line, column, columns.titles[column], text, "is a percentage"
                    )
                )
            elif (
                rules.strict and role == "weight" and not number.percent and abs(number.value) > 1.5
            ):
                bad.append(
                    _bad_cell(
                        table.file,
                        line,
                        column,
                        columns.titles[column],
                        text,
                        "is ambiguous as a weight",
                        hint=f"Write {text}% or {number.value / 100:g}.",
                    )
                )
        currency = cell.get("currency")
        if currency is not None:
            code, unit = minor_unit(currency.strip())
            if code in CURRENCIES:
                money = code
                seen_currency = True
                for role in ("price", "market_value"):
                    if role in value and unit != 1.0:
                        value[role] *= unit
            elif currency.casefold() in BLANKS:
                if rules.strict:
                    bad.append(
                        Problem(
                            message="the currency is missing in a file that has a currency column.",
                            file=table.file,
                            line=line,
                            column=index["currency"] + 1,
                            hint="Write its ISO code, e.g. USD.",
                        )
                    )
            else:
                bad.append(
                    _bad_cell(
                        table.file,
                        line,
                        index["currency"],
                        columns.titles[index["currency"]],
                        currency,
                        "is not a currency",
                        hint="Write an ISO code, e.g. USD.",
                    )
                )
        formula = None
        if may_be_formula:
            formula = next((entry for entry in filled if entry[0] in "=@" and len(entry) > 1), None)
        if formula is not None and not bad:
            bad.append(
                Problem(
                    message=f"'{formula[:40]}' is a formula, which is never evaluated.",
                    file=table.file,
                    line=line,
                    column=row.index(formula) + 1,
                    hint="Write its value.",
                )
            )
        identifiers = {
            role: text
            for role in ("ticker", "isin", "cusip")
            if (text := cell.get(role, "")).casefold() not in _NO_IDENTIFIER
        }
        if not rules.strict and not value.keys() & {"quantity", "market_value", "weight"}:
            prose = _is_prose(filled[0]) and (len(row) != width or bool(bad))
            if prose or not bad:
                out.ledger.append(
                    LedgerRow(
                        row=line,
                        text=shorten(row),
                        became="ignored" if prose or not identifiers else "refused",
                        reason="text, not a position" if prose else "neither quantity nor value",
                    )
                )
                continue
        if bad:
            if rules.strict:
                out.problems.extend(bad)
            else:
                out.ledger.append(
                    LedgerRow(
                        row=line,
                        text=shorten(row),
                        became="refused",
                        reason=str(bad[0].message).rstrip("."),
                    )
                )
                out.warnings.append(f"not read: {bad[0]}")
            continue
        if "as_of" in cell and (date := find_date(cell["as_of"])):
            out.dates.add(date)
        holding_account = cell.get("account") or account
        out.holdings.append(
            Holding(
                line=line,
                cells=row,
                currency=money,
                terms={
                    role: row[column] for role, column in terms if column < len(row) and row[column]
                },
                groups={
                    title: row[column]
                    for title, column in groups
                    if column < len(row) and row[column]
                },
                **identifiers,  # type: ignore[arg-type]
                **value,  # type: ignore[arg-type]
                **{
                    role: row[column]  # type: ignore[arg-type]
                    for role, column in texts
                    if column < len(row) and row[column] not in _NO_TEXT and role != "account"
                },
                account=holding_account,
            )
        )
    return Reading(
        holdings=tuple(out.holdings),
        ledger=tuple(out.ledger),
        rows=out.rows,
        mapping=columns.mapping(),
        strict=rules.strict,
        currency=None if seen_currency else columns.currency,
        as_of=out.dates.pop() if len(out.dates) == 1 else None,
        totals=tuple(out.totals),
        warnings=tuple(out.warnings),
        problems=tuple(out.problems),
    )


def _verdict(
    row: Sequence[str], filled: Sequence[str], cell: Mapping[str, str], header: Sequence[str]
) -> Verdict | None:
    folded = [fold(entry) for entry in row[: len(header)]]
    if folded == header[: len(folded)] or (
        len(filled) > 2
        and sum(a == b and a != "" for a, b in zip(folded, header, strict=False)) >= len(filled) - 1
    ):
        return Verdict("ignored", "a repeated header")
    labels = [cell.get(role, "") for role in _ID_ROLES] + [filled[0]]
    if any(_TOTAL.fullmatch(fold(label)) for label in labels if label):
        return Verdict("total", "a total of the file")
    if any(_PENDING.search(label) for label in labels):
        amount = cell.get("market_value") or cell.get("quantity") or "no amount"
        return Verdict("ignored", f"pending, not settled: {amount}")
    if len(filled) == 1:
        entry = filled[0]
        if cell.get("ticker") == entry and _LONE_TICKER.fullmatch(entry):
            return Verdict("refused", "neither quantity nor value")
        if len(entry) > 60 or " " in entry or row[0]:
            return Verdict("ignored", "text, not a position")
    return None


def _is_prose(text: str) -> bool:
    """Say whether a cell is part of a sentence rather than a name or a symbol."""
    return text.count(" ") >= 4 or len(text) > 60


def _note_totals(
    out: _Collected,
    cell: Mapping[str, str],
    line: int,
    decimal: Decimal,
    percent_weight: bool,
    account: str | None,
) -> None:
    label = next((cell[role] for role in _ID_ROLES if cell.get(role)), "total")
    for role, unit in (("market_value", "money"), ("weight", "weight")):
        try:
            number = parse_number(cell.get(role, ""), decimal)
        except ValueError:
            continue
        if number is None:
            continue
        scale = 0.01 if unit == "weight" and percent_weight and not number.percent else 1.0
        out.totals.append(
            StatedTotal(
                line=line, value=number.value * scale, unit=unit, label=label, account=account
            )
        )


def _bad_cell(
    file: str, line: int, column: int, title: str, text: str, why: str, *, hint: str | None = None
) -> Problem:
    shown = text if len(text) <= 40 else text[:37] + "..."
    return Problem(
        message=f"column '{title}': '{shown}' {why}.",
        file=file,
        line=line,
        column=column + 1,
        hint=hint,
    )
