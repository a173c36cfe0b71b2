"""iShares: the holdings of a fund, as downloaded or saved again by Excel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import (
    first_header,
    has_titles,
    read_table,
    the_table,
    weighing_all,
)
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.rows import RowRules

__all__ = ["ISHARES"]

_SIGNATURES = (
    ("ticker", "name", "asset class", "market value", "weight (%)", "notional value"),
    ("ticker", "name", "sector", "asset class", "market value", "weight (%)"),
)


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    """Read holdings; values are in the fund's currency, prices in the market's."""
    reading = read_table(
        document,
        mapping,
        title="iShares",
        signatures=_SIGNATURES,
        fixed={
            "ticker": ("Ticker",),
            "name": ("Name",),
            "sector": ("Sector",),
            "type": ("Asset Class",),
            "market_value": ("Market Value",),
            "weight": ("Weight (%)",),
            "quantity": ("Quantity", "Shares", "Par Value"),
            "price": ("Price",),
            "currency": ("Market Currency", "Currency"),
            "notional": ("Notional Value",),
        },
        keep=("location", "exchange"),
        drop=("fx_rate", "account", "as_of"),
        rules=RowRules(decimal="."),
    )
    table = the_table(document, "iShares")
    header = first_header(table, _SIGNATURES) or 0
    titles = [title.casefold() for title in table.cells[header]]
    stated = {
        row[titles.index("currency")]
        for row in table.cells[header + 1 :]
        if "currency" in titles and len(row) > titles.index("currency")
    } - {"", "-"}
    own = stated.pop() if len(stated) == 1 else None
    return replace(weighing_all(reading, "Weight (%)"), currency=own, value_in_book_currency=True)


ISHARES = Dialect(
    name="ishares", title="iShares fund holdings", recognise=has_titles(_SIGNATURES), read=_read
)
