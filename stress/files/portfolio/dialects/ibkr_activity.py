"""Interactive Brokers: the activity statement, sections one below the other in one CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stress.errors import InputError, Problem
from stress.files.portfolio.dates import find_date
from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.holding import Holding, Reading, StatedTotal, quoted, shorten
from stress.files.portfolio.instrument_kinds import kind_of_type
from stress.files.portfolio.numbers import DecimalMark, number_or_none, parse_number
from stress.files.portfolio.text import Table
from stress.portfolio.position import LedgerRow

__all__ = ["IBKR_ACTIVITY"]

_OPEN = ("open positions", "positions and mark-to-market profit and loss")
_CASH = ("cash report",)
_RATES = ("base currency exchange rate",)
#: Role, and the titles of either section, folded.
_TITLES = {
    "type": ("asset category", "asset class"),
    "currency": ("currency",),
    "ticker": ("symbol",),
    "name": ("description",),
    "quantity": ("quantity",),
    "price": ("close price", "price"),
    "market_value": ("value", "market value"),
    "multiplier": ("mult",),
    "account": ("account",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A data row of a section, by folded title."""

    section: str
    line: int
    kind: str
    cells: Mapping[str, str]
    text: str


def _recognise(document: Document) -> bool:
    if not isinstance(document, Table):
        return False
    sections = {
        fold(row[0])
        for row in document.cells
        if len(row) > 2 and fold(row[1]) in ("header", "data")
    }
    return bool(sections & {*_OPEN, *_CASH, "statement", "trades", "net asset value"})


def _sections(table: Table) -> Iterator[_Row]:
    titles: list[str] = []
    current = ""
    for row, line in zip(table.cells, table.lines, strict=True):
        if len(row) < 3:
            continue
        section, kind = fold(row[0]), fold(row[1])
        if kind == "header":
            titles, current = [fold(cell) for cell in row[2:]], section
        elif section == current:
            yield _Row(
                section=section,
                line=line,
                kind=kind,
                cells=dict(zip(titles, row[2:], strict=False)),
                text=shorten(row[2:]),
            )


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    if not isinstance(document, Table) or not _recognise(document):
        raise InputError(
            Problem(
                message="this is not an activity statement.",
                file=document.file,
                hint="Leave --dialect / dialect= out.",
            )
        )
    rows = list(_sections(document))
    held = [row for row in rows if row.section in _OPEN]
    if not held:
        sections = sorted({row.section for row in rows})
        raise InputError(
            Problem(
                message=f"this activity statement has no open positions, only: {', '.join(sections)}.",
                file=document.file,
                hint="Download a statement with the section 'Open Positions'.",
            )
        )
    first = next(section for section in _OPEN if any(row.section == section for row in held))
    base = _field(rows, "account information", "base currency")
    rates = _rates(rows, document.file)
    holdings: list[Holding] = []
    ledger: list[LedgerRow] = []
    totals: list[StatedTotal] = []
    warnings: list[str] = []
    sums = _Sums()
    kept = [row for row in held if row.section == first]
    for row in kept:
        label = next((text for text in row.cells.values() if fold(text).startswith("total")), None)
        if row.kind in ("total", "subtotal") or label is not None:
            ledger.append(
                LedgerRow(row=row.line, text=row.text, became="total", reason="a total of the file")
            )
            if row.kind == "total":
                totals.extend(sums.total(row, base))
            continue
        level = fold(row.cells.get("datadiscriminator", "summary"))
        if level not in ("summary", ""):
            ledger.append(
                LedgerRow(
                    row=row.line, text=row.text, became="ignored", reason="a lot of a position"
                )
            )
            continue
        sums.add(row)
        try:
            holdings.append(_holding(row, rates))
        except ValueError as error:
            ledger.append(
                LedgerRow(row=row.line, text=row.text, became="refused", reason=str(error))
            )
            warnings.append(f"not read: line {row.line}: {error}")
    cash = list(_cash(rows, rates, document.file))
    holdings.extend(cash)
    if not cash:
        warnings.append("the statement has no 'Cash Report': cash is missing from the book")
    return Reading(
        decimal=DecimalMark(".", "proved"),
        holdings=tuple(holdings),
        ledger=tuple(ledger),
        rows=len(kept) + len(cash),
        mapping={role: titles[0] for role, titles in _TITLES.items() if _has(kept, titles)},
        currency=base,
        as_of=_period_end(rows),
        totals=tuple(totals),
        warnings=tuple(warnings),
    )


def _holding(row: _Row, rates: Mapping[str, float]) -> Holding:
    value: dict[str, float] = {}
    for role in ("quantity", "price", "market_value", "multiplier"):
        text = _cell(row, role) or ""
        try:
            number = parse_number(text, ".")
        except ValueError as error:
            raise ValueError(f"{role} {quoted(text)} {error}") from None
        if number is not None:
            value[role] = number.value
    currency = _cell(row, "currency")
    return Holding(
        line=row.line,
        cells=(row.text,),
        ticker=_cell(row, "ticker"),
        name=_cell(row, "name"),
        type=_cell(row, "type"),
        account=_cell(row, "account"),
        currency=currency,
        fx_rate=rates.get(currency) if currency else None,
        **value,  # type: ignore[arg-type]  # the keys are numbers of a Holding
    )


def _cash(rows: Sequence[_Row], rates: Mapping[str, float], file: str) -> Iterator[Holding]:
    for row in rows:
        if row.section not in _CASH or fold(row.cells.get("currency summary", "")) != "ending cash":
            continue
        currency = row.cells.get("currency", "")
        if len(currency) != 3:
            continue
        amount = _stated(row, "total", file)
        if amount:
            yield Holding(
                line=row.line,
                cells=(row.text,),
                ticker="CASH",
                type="cash",
                quantity=amount,
                currency=currency,
                fx_rate=rates.get(currency),
            )


def _rates(rows: Sequence[_Row], file: str) -> dict[str, float]:
    rates = {}
    for row in rows:
        if row.section in _RATES:
            rate = _stated(row, "rate", file)
            if rate is not None and rate > 0.0:
                rates[row.cells.get("currency", "")] = rate
    return rates


def _stated(row: _Row, title: str, file: str) -> float | None:
    """Return a figure of the cash report or the rates; one that is not a number stops the reading."""
    text = row.cells.get(title, "")
    try:
        number = parse_number(text, ".")
    except ValueError as error:
        raise InputError(
            Problem(
                message=f"'{title}' of {row.section}: {quoted(text)} {error}.",
                file=file,
                line=row.line,
                hint="Download the statement again.",
            )
        ) from None
    return None if number is None else number.value


@dataclass(slots=True)
class _Sums:
    """Which rows a total sums: those of its category and currency since the one before; those of the block above, translated.

    Parameters
    ----------
    rows : dict of (category, currency) to list of _Row
        Rows that no total has summed yet.
    block : list of _Row
        Those of the last total.
    """

    rows: dict[tuple[str, str], list[_Row]] = field(default_factory=dict)
    block: list[_Row] = field(default_factory=list)

    def add(self, row: _Row) -> None:
        """Note a row that holds something, read or not."""
        key = (_cell(row, "type") or "", _cell(row, "currency") or "")
        self.rows.setdefault(key, []).append(row)

    def total(self, row: _Row, base: str | None) -> Iterator[StatedTotal]:
        """Return a total in the book's currency; none of futures, whose value settles every day and is no part of the book's."""
        category, currency = _cell(row, "type") or "", _cell(row, "currency") or ""
        self.block = self.rows.pop((category, currency), self.block)
        value = number_or_none(_cell(row, "market_value") or "", ".")
        if value is None or base is None or currency != base or not category or not self.block:
            return
        kinds = {kind_of_type(fold(_cell(one, "type") or "")) for one in self.block}
        if "future" in kinds:
            return
        yield StatedTotal(
            line=row.line,
            value=value,
            unit="money",
            label=f"Total {category} {base}",
            lines=frozenset(one.line for one in self.block),
        )


def _field(rows: Sequence[_Row], section: str, name: str) -> str | None:
    for row in rows:
        if row.section == section and fold(row.cells.get("field name", "")) == name:
            return row.cells.get("field value") or None
    return None


def _period_end(rows: Sequence[_Row]) -> str | None:
    """Return the last day of the period: ``January 1, 2025 - January 24, 2025``."""
    period = _field(rows, "statement", "period")
    return find_date(period.rpartition(" - ")[2]) if period else None


def _cell(row: _Row, role: str) -> str | None:
    for title in _TITLES[role]:
        text = row.cells.get(title)
        if text:
            return text
    return None


def _has(rows: Sequence[_Row], titles: Sequence[str]) -> bool:
    return any(title in row.cells for row in rows for title in titles)


IBKR_ACTIVITY = Dialect(
    name="ibkr-activity",
    title="Interactive Brokers activity statement",
    recognise=_recognise,
    takes_mapping=False,
    read=_read,
)
