"""Invesco: the holdings of a fund."""

from __future__ import annotations

from collections.abc import Mapping

from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import has_titles, read_table, weighing_all
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.rows import RowRules

__all__ = ["INVESCO"]

_SIGNATURES = (
    ("fund ticker", "holding ticker", "shares/par value", "marketvalue"),
    ("fund ticker", "holding ticker", "weight"),
)


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    reading = read_table(
        document,
        mapping,
        title="Invesco",
        signatures=_SIGNATURES,
        fixed={
            "ticker": ("Holding Ticker",),
            "cusip": ("Security Identifier",),
            "name": ("Name",),
            "quantity": ("Shares/Par Value",),
            "market_value": ("MarketValue", "Market Value"),
            "weight": ("Weight",),
            "type": ("Class of Shares",),
            "sector": ("Sector",),
            "as_of": ("Date",),
        },
        keep=("fund ticker",),
        drop=("account",),
        rules=RowRules(decimal=".", dates="month-first", weight_in_percent=True),
        of_us=True,
    )
    return weighing_all(reading, "Weight")


INVESCO = Dialect(
    name="invesco", title="Invesco fund holdings", recognise=has_titles(_SIGNATURES), read=_read
)
