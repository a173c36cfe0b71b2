"""Rows under a header to holdings and ledger rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from stress.errors import Problem
from stress.files.portfolio.cash_rows import is_cash
from stress.files.portfolio.column_units import MONEY_ROLES
from stress.files.portfolio.columns import Columns
from stress.files.portfolio.date_order import settle_table
from stress.files.portfolio.dates import find_date
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.holding import Holding, Reading, StatedTotal, shorten
from stress.files.portfolio.lot_rows import without_lots
from stress.files.portfolio.numbers import (
    Decimal,
    DecimalMark,
    UncomputedFormula,
    decimal_mark,
    parse_number,
)
from stress.files.portfolio.preamble_totals import above_table
from stress.files.portfolio.row_cells import NUMBER_ROLES, FigureReader, Figures
from stress.files.portfolio.row_holding import NUMBER_TERMS, HoldingReader, identifiers_of
from stress.files.portfolio.row_rules import (
    LABEL_ROLES,
    RowRules,
    Verdict,
    is_cash_total,
    is_prose,
    judge_row,
    note_row,
)
from stress.files.portfolio.row_sides import SideReader, unsaid_sides
from stress.files.portfolio.row_warnings import NOT_READ, RowWarnings
from stress.files.portfolio.section_sides import SectionSides
from stress.files.portfolio.side_columns import AMOUNTS
from stress.files.portfolio.signs import sign_by_side
from stress.files.portfolio.text import Table
from stress.files.portfolio.title_scales import say_scales
from stress.portfolio.position import LedgerRow

__all__ = ["RowRules", "Verdict", "read_holdings"]

_HELD = frozenset(AMOUNTS)


@dataclass(slots=True)
class _Collected:
    """What has been read so far."""

    holdings: list[Holding] = field(default_factory=list)
    faulty: list[Holding] = field(default_factory=list)
    unread: list[Holding] = field(default_factory=list)
    ledger: list[LedgerRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    totals: list[StatedTotal] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    not_read: RowWarnings = field(default_factory=RowWarnings)
    dates: dict[int, str] = field(default_factory=dict)
    rows: int = 0
    currency_stated: bool = False

    def list_row(self, row: Sequence[str], line: int, verdict: Verdict) -> None:
        """Put a row into the ledger."""
        self.ledger.append(
            LedgerRow(row=line, text=shorten(row), became=verdict.became, reason=verdict.reason)
        )


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
    body, lines = table.cells[header + 1 :], table.lines[header + 1 :]
    out = _Collected()
    mark = (
        DecimalMark(rules.decimal, "proved")
        if rules.decimal
        else _decimal_mark(table, body, columns, out)
    )
    decimal = mark.mark
    percent = rules.weight_in_percent or any(role.endswith("weight") for role in columns.percent)
    read_figures = FigureReader(
        file=table.file,
        columns=columns,
        decimal=decimal,
        strict=rules.strict,
        weight_in_percent=percent,
    )
    scales = say_scales(table, header, columns, above=rules.strict or rules.exact)
    dates = settle_table(
        table, header, columns, decimal=decimal, usual=rules.dates, strict=rules.strict
    )
    out.problems.extend((*scales.problems, *dates.problems))
    out.warnings.extend((*scales.warnings, *dates.warnings))
    read_sides = SideReader(file=table.file, columns=columns, body=body)
    read_holding = HoldingReader(columns)
    sections = SectionSides(table, header, comments=rules.strict)
    folded_header = [fold(title) for title in columns.titles]
    places = list(columns.index.items())
    titles = table.cells[header]
    may_be_formula = _may_be_formula(body)
    if may_be_formula:
        body = _without_unused_formulas(body, columns)
    account, previous = rules.account, None
    for row, line in zip(body, lines, strict=True):
        filled = [cell for cell in row if cell]
        if not filled:
            sections.empty_line()
            continue
        out.rows += 1
        width = len(row)
        cell = {role: row[column] for role, column in places if column < width}
        verdict = rules.judge(cell, filled) if rules.judge else None
        if verdict is None and rules.strict:
            verdict = note_row(row, filled, titles)
        elif verdict is None:
            verdict = judge_row(row, filled, cell, folded_header)
            if (
                verdict is not None
                and is_cash_total(cell, filled)
                and not any(map(is_cash, out.holdings))
            ):
                verdict = None
        if verdict is not None:
            if verdict.repeats_header and previous and "account" not in columns.index:
                if account is None and (first := _title_above(table, header)):
                    out.holdings = [held._replace(account=first) for held in out.holdings]
                account = previous
            sections.no_holding(filled, verdict)
            previous = filled[0] if len(filled) == 1 else None
            out.list_row(row, line, verdict)
            if verdict.became == "total":
                _note_totals(out, cell, line, decimal, percent, columns.scale)
            continue
        figures = read_figures(row, line)
        sides = read_sides(row, line, figures.value)
        if sides.value is not figures.value:
            figures = figures._replace(value=sides.value)
        bad = [*figures.problems, *sides.problems]
        if width > len(columns.titles):
            bad[:0] = _too_long(row, line, table.file, columns)
        if may_be_formula and not bad:
            bad.extend(_formula(row, line, table.file))
        if not rules.strict and _HELD.isdisjoint(figures.value):
            prose = is_prose(filled[0]) and (width != len(columns.titles) or bool(bad))
            if prose or not bad:
                became: Literal["refused", "ignored"] = (
                    "refused" if not prose and identifiers_of(cell) else "ignored"
                )
                reason = "text, not a position" if prose else "neither quantity nor value"
                verdict = Verdict(became, reason)
                sections.no_holding(filled, verdict)
                out.list_row(row, line, verdict)
                continue
        wrong = rules.strict or (
            rules.exact and (figures.problems or sides.problems) and _may_be_held(cell, figures)
        )
        if bad and width <= len(columns.titles):
            without = read_holding(row, line, cell, figures=figures, sides=sides, account=None)
            (out.faulty if wrong else out.unread).append(without)
        if bad and wrong:
            out.problems.extend(bad)
        elif bad:
            out.list_row(row, line, Verdict("refused", bad[0].message.rstrip(".")))
            out.not_read.say(NOT_READ, [f"not read: {bad[0]}"])
        else:
            if "as_of" in cell and (date := find_date(cell["as_of"], dates.order)):
                out.dates[line] = date
            out.currency_stated = out.currency_stated or figures.stated
            held = read_holding(
                row,
                line,
                cell,
                figures=figures,
                sides=sides,
                account=cell.get("account") or account,
            )
            out.holdings.append(sections.holding(held))
    currency = columns.value_currency or (
        None if out.currency_stated else columns.currencies.get("price")
    )
    out.holdings, lots = without_lots(out.holdings)
    out.ledger.extend(lots)
    signed = sign_by_side(out.holdings, file=table.file)
    out.problems.extend((*signed.problems, *sections.problems()))
    asked, doubts = unsaid_sides(
        out.holdings, columns, file=table.file, header_line=table.lines[header]
    )
    out.problems.extend(asked)
    out.warnings.extend((*out.not_read.counted(), *signed.warnings, *doubts, *sections.doubts()))
    days = set(out.dates.values())
    above = above_table(table, header, signed.holdings, decimal=decimal)
    out.warnings.extend(above.warnings)
    return Reading(
        holdings=signed.holdings,
        faulty=tuple(out.faulty),
        unread=tuple(out.unread),
        ledger=tuple(out.ledger),
        rows=out.rows,
        mapping=columns.mapping(),
        strict=rules.strict,
        exact=rules.exact,
        currency=currency,
        currency_reason=f"that of column '{columns.titles[_value_column(columns)]}'"
        if currency and out.currency_stated
        else "",
        value_in_book_currency=columns.in_base,
        price_in_book_currency=columns.price_in_base,
        as_of=days.pop() if len(days) == 1 else None,
        dates_of_rows=out.dates,
        dates=dates.order,
        decimal=mark,
        totals=(*above.totals, *out.totals),
        warnings=tuple(out.warnings),
        problems=tuple(out.problems),
    )


def _title_above(table: Table, header: int) -> str | None:
    """Return the title of the first section: the only cell of the line right above the titles, unless it has a date."""
    if header == 0 or table.lines[header - 1] != table.lines[header] - 1:
        return None
    filled = [cell for cell in table.cells[header - 1] if cell]
    return filled[0] if len(filled) == 1 and find_date(filled[0]) is None else None


def _value_column(columns: Columns) -> int:
    return next(
        columns.index[role]
        for role in MONEY_ROLES
        if role != "price" and role in columns.currencies
    )


def _may_be_held(cell: Mapping[str, str], figures: Figures) -> bool:
    """Say whether a row with a bad cell is a holding rather than a line of words: a number or a symbol stands in it."""
    return bool(figures.value) or any(" " not in text for text in identifiers_of(cell).values())


def _decimal_mark(
    table: Table, body: Sequence[Sequence[str]], columns: Columns, out: _Collected
) -> DecimalMark:
    numbers = (*NUMBER_ROLES, *NUMBER_TERMS)
    places = [columns.index[role] for role in numbers if role in columns.index]
    cells = (row[column] for row in body for column in places if column < len(row))
    found = decimal_mark(cells, delimiter=table.delimiter)
    if found.known == "taken":
        out.warnings.append(
            f"'{found.mark}' is taken for the decimal mark: no number of the file proves which one it is"
        )
    return found


def _too_long(row: Sequence[str], line: int, file: str, columns: Columns) -> list[Problem]:
    width = len(columns.titles)
    if not any(row[width:]):
        return []
    return [
        Problem(
            message=f"the row has {len(row)} cells, the header has {width}.",
            file=file,
            line=line,
            hint="Put quotes around a cell that holds the delimiter.",
        )
    ]


def _may_be_formula(body: Sequence[Sequence[str]]) -> bool:
    """Say whether a cell may begin as a formula does."""
    together = "\n".join(["", *("\n".join(row) for row in body)])
    return "\n=" in together or "\n@" in together


def _without_unused_formulas(body: Sequence[list[str]], columns: Columns) -> list[list[str]]:
    """Return rows without the formulas of a workbook that store no value and stand in columns of no meaning."""
    used = set(columns.index.values())
    return [
        [
            "" if isinstance(cell, UncomputedFormula) and column not in used else cell
            for column, cell in enumerate(row)
        ]
        for row in body
    ]


def _formula(row: Sequence[str], line: int, file: str) -> list[Problem]:
    for column, cell in enumerate(row, start=1):
        if cell[:1] in ("=", "@") and len(cell) > 1:
            return [
                Problem(
                    message=f"'{cell[:40]}' is a formula, which is never evaluated.",
                    file=file,
                    line=line,
                    column=column,
                    hint="Write its value.",
                )
            ]
    return []


def _note_totals(
    out: _Collected,
    cell: Mapping[str, str],
    line: int,
    decimal: Decimal,
    percent: bool,
    scales: Mapping[str, float],
) -> None:
    label = next((cell[role] for role in LABEL_ROLES if cell.get(role)), "total")
    for role, unit in (("market_value", "money"), ("weight", "weight")):
        try:
            number = parse_number(cell.get(role, ""), decimal)
        except ValueError:
            if isinstance(cell.get(role), UncomputedFormula):
                out.warnings.append(
                    f"line {line}: '{label}' is a formula without a stored value, which is not compared with the rows"
                )
            continue
        if number is None:
            continue
        scale = scales.get(role, 1.0)
        if unit == "weight" and percent and not number.percent:
            scale *= 0.01
        out.totals.append(
            StatedTotal(line=line, value=number.value * scale, unit=unit, label=label)
        )
