"""ARK: the daily holdings of a fund."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import first_header, read_table
from stress.files.portfolio.holding import Reading, StatedTotal
from stress.files.portfolio.rows import RowRules

__all__ = ["ARK"]

_SIGNATURES = (("date", "fund", "company", "ticker", "cusip", "shares", "market value ($)"),)


def _recognise(document: Document) -> bool:
    return first_header(document, _SIGNATURES) is not None


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
    return replace(
        reading,
        currency="USD",
        totals=(
            *reading.totals,
            StatedTotal(line=None, value=1.0, unit="weight", label="weight (%)"),
        ),
    )


ARK = Dialect(name="ark", title="ARK fund holdings", recognise=_recognise, read=_read)
