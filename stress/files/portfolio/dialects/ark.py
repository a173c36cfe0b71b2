"""ARK: the daily holdings of a fund."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import has_titles, read_table, weighing_all
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.rows import RowRules

__all__ = ["ARK"]

_SIGNATURES = (("date", "fund", "company", "ticker", "cusip", "shares", "market value ($)"),)


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    reading = read_table(
        document,
        mapping,
        title="ARK",
        signatures=_SIGNATURES,
        fixed={
            "ticker": ("ticker",),
            "name": ("company",),
            "cusip": ("cusip",),
            "quantity": ("shares",),
            "market_value": ("market value ($)",),
            "weight": ("weight (%)",),
            "as_of": ("date",),
        },
        keep=("fund",),
        drop=("account", "type", "sector"),
        rules=RowRules(decimal=".", dates="month-first"),
    )
    return replace(weighing_all(reading, "weight (%)"), currency="USD")


ARK = Dialect(name="ark", title="ARK fund holdings", recognise=has_titles(_SIGNATURES), read=_read)
