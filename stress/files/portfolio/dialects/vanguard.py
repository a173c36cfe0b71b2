"""Vanguard: holdings, with or without the transactions that follow them in the same file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import has_titles, read_table
from stress.files.portfolio.header_row import folded_row
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.rows import RowRules, Verdict

__all__ = ["VANGUARD"]

_SIGNATURES = (
    ("symbol", "shares", "share price", "total value"),
    ("as of date", "account", "symbol", "description", "shares", "price", "current value"),
)


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    in_transactions = False

    def judge(cell: Mapping[str, str], filled: Sequence[str]) -> Verdict | None:
        nonlocal in_transactions
        titles = folded_row(filled)
        in_transactions = in_transactions or (
            "trade date" in titles and "transaction type" in titles
        )
        return Verdict("ignored", "a transaction, not a position") if in_transactions else None

    return read_table(
        document,
        mapping,
        title="Vanguard",
        signatures=_SIGNATURES,
        fixed={
            "ticker": ("Symbol",),
            "name": ("Investment Name", "Fund Name", "Description"),
            "quantity": ("Shares",),
            "price": ("Share Price", "Price"),
            "market_value": ("Total Value", "Current Value"),
            "account": ("Account", "Account Number", "Fund Account Number"),
        },
        drop=("currency", "type", "sector", "weight"),
        rules=RowRules(judge=judge, decimal=".", dates="month-first"),
        of_us=True,
    )


VANGUARD = Dialect(
    name="vanguard", title="Vanguard holdings", recognise=has_titles(_SIGNATURES), read=_read
)
