"""SPDR (State Street): a fund's holdings workbook, and the index holdings of a sector fund."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import has_titles, read_table, weighing_all
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.net_value import NOMINAL_NAV
from stress.files.portfolio.rows import RowRules

__all__ = ["SPDR", "SPDR_INDEX"]

_FUND = (("name", "ticker", "identifier", "weight", "shares held"),)
_INDEX = (("symbol", "company name", "index weight"),)


def _read_fund(document: Document, mapping: Mapping[str, str]) -> Reading:
    """Read a workbook; weights are per cent without a sign, and there is neither price nor value."""
    reading = read_table(
        document,
        mapping,
        title="SPDR",
        signatures=_FUND,
        fixed={
            "ticker": ("Ticker",),
            "name": ("Name",),
            "cusip": ("Identifier",),
            "weight": ("Weight",),
            "quantity": ("Shares Held",),
            "sector": ("Sector",),
            "currency": ("Local Currency",),
        },
        drop=("account", "type", "as_of"),
        rules=RowRules(decimal=".", dates="month-first", weight_in_percent=True),
    )
    return _of_weights(reading, "Weight")


def _read_index(document: Document, mapping: Mapping[str, str]) -> Reading:
    reading = read_table(
        document,
        mapping,
        title="an SPDR index",
        signatures=_INDEX,
        fixed={
            "ticker": ("Symbol",),
            "name": ("Company Name",),
            "weight": ("Index Weight",),
            "price": ("Last",),
        },
        drop=("account", "type", "as_of", "adv"),
        rules=RowRules(decimal=".", dates="month-first"),
        of_us=True,
    )
    return _of_weights(reading, "Index Weight")


def _of_weights(reading: Reading, label: str) -> Reading:
    return replace(weighing_all(reading, label), nominal_nav=NOMINAL_NAV)


SPDR = Dialect(
    name="spdr", title="SPDR fund holdings", recognise=has_titles(_FUND), read=_read_fund
)
SPDR_INDEX = Dialect(
    name="spdr-index",
    title="index holdings of a Select Sector SPDR",
    recognise=has_titles(_INDEX),
    read=_read_index,
)
