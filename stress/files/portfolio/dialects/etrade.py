"""E*TRADE: the portfolio download."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import date_below, has_titles, read_table, the_table
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.rows import RowRules

__all__ = ["ETRADE"]

_SIGNATURES = (
    ("symbol", "last price $", "quantity", "value $"),
    ("e*trade", "symbol", "quantity", "last price", "market value"),
)


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    reading = read_table(
        document,
        mapping,
        title="E*TRADE",
        signatures=_SIGNATURES,
        fixed={
            "ticker": ("Symbol",),
            "quantity": ("Quantity",),
            "price": ("Last Price $", "Last Price"),
            "market_value": ("Value $", "Market Value"),
            "account": ("E*TRADE",),
        },
        drop=("currency", "type", "sector", "weight", "as_of"),
        rules=RowRules(decimal=".", dates="month-first"),
        of_us=True,
    )
    table = the_table(document, "E*TRADE")
    return replace(
        reading,
        as_of=reading.as_of or date_below(table, reading.dates, "generated at"),
    )


ETRADE = Dialect(
    name="etrade", title="E*TRADE portfolio download", recognise=has_titles(_SIGNATURES), read=_read
)
