"""Vanguard: holdings, with or without the transactions that follow them in the same file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import first_header, read_table
from stress.files.portfolio.header_row import folded_row
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.rows import RowRules, Verdict

__all__ = ["VANGUARD"]

_SIGNATURES = (
    ("symbol", "shares", "share price", "total value"),
    ("as of date", "account", "symbol", "description", "shares", "price", "current value"),
)


def _recognise(document: Document) -> bool:
    return first_header(document, _SIGNATURES) is not None


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    in_transactions = False

    def judge(cell: Mapping[str, str], filled: Sequence[str]) -> Verdict | None:
        nonlocal in_transactions
        titles = folded_row(filled)
        in_transactions = in_transactions or (
            "trade date" in titles and "transaction type" in titles
        )
        return Verdict("ignored", "a transaction, not a position") if in_transactions else None

    reading = read_table(
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
    )
    return replace(reading, currency="USD", currency_reason="a US file")


VANGUARD = Dialect(name="vanguard", title="Vanguard holdings", recognise=_recognise, read=_read)
