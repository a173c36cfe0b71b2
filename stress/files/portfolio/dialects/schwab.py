"""Charles Schwab: positions of one account or of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stress.files.portfolio.cash import cash_by_name
from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import first_header, read_table
from stress.files.portfolio.header_row import find_header
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.numbers import is_blank
from stress.files.portfolio.rows import RowRules, Verdict
from stress.files.portfolio.text import Table

__all__ = ["SCHWAB"]

_SIGNATURES = (
    ("symbol", "description", "qty (quantity)", "mkt val (market value)"),
    ("symbol", "description", "quantity", "price", "market value"),
)
_FIXED = {
    "ticker": ("Symbol",),
    "name": ("Description",),
    "quantity": ("Qty (Quantity)", "Quantity"),
    "price": ("Price",),
    "market_value": ("Mkt Val (Market Value)", "Market Value"),
    "type": ("Asset Type", "Security Type"),
}
_CASH_ROW = "cash & cash investments"
_TITLE = "positions for "


def _recognise(document: Document) -> bool:
    if not isinstance(document, Table):
        return False
    if find_header(document, *_SIGNATURES[0]) is not None:
        return True
    if find_header(document, *_SIGNATURES[1]) is None:
        return False
    return any(
        cell.casefold() == _CASH_ROW or cell.casefold().startswith(_TITLE)
        for row in document.cells
        for cell in row[:1]
    )


def _judge(cell: Mapping[str, str], filled: Sequence[str]) -> Verdict | None:
    if cash_by_name(cell.get("ticker", "")) and all(
        is_blank(cell.get(role, "")) for role in ("quantity", "market_value")
    ):
        return Verdict("ignored", "cash without an amount")
    return None


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    header = first_header(document, _SIGNATURES)
    account = _account_above(document, header) if isinstance(document, Table) and header else None
    return read_table(
        document,
        mapping,
        title="Charles Schwab",
        signatures=_SIGNATURES,
        fixed=_FIXED,
        drop=("currency", "account", "as_of", "weight", "sector"),
        rules=RowRules(judge=_judge, decimal=".", dates="month-first", account=account),
        of_us=True,
    )


def _account_above(table: Table, header: int) -> str | None:
    """Return the one-cell row right above the header, where it is not the title of the file."""
    for row in reversed(table.cells[:header]):
        filled = [cell for cell in row if cell]
        if len(filled) == 1 and not filled[0].casefold().startswith(_TITLE):
            return filled[0]
        if filled:
            return None
    return None


SCHWAB = Dialect(name="schwab", title="Charles Schwab positions", recognise=_recognise, read=_read)
