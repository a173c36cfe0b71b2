"""Interactive Brokers: open positions as a Flex query in CSV, or a position table with its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import has_titles, read_table
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.rows import RowRules, Verdict

__all__ = ["IBKR_FLEX_CSV"]

_SIGNATURES = (
    ("symbol", "quantity", "markprice", "assetclass"),
    ("symbol", "position", "markprice", "assetcategory"),
    ("symbol", "quantity", "markprice", "positionvalue"),
    ("symbol", "quantity", "sectype", "put/call", "strike"),
)


def _judge(cell: Mapping[str, str], filled: Sequence[str]) -> Verdict | None:
    if "LOT" in filled and "SUMMARY" not in filled:
        return Verdict("ignored", "a lot of a position")
    return None


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    return read_table(
        document,
        mapping,
        title="Interactive Brokers",
        signatures=_SIGNATURES,
        fixed={
            "ticker": ("Symbol",),
            "name": ("Description",),
            "quantity": ("Quantity", "Position"),
            "price": ("MarkPrice", "Mark Price"),
            "market_value": ("PositionValue", "Position Value"),
            "currency": ("CurrencyPrimary", "Currency"),
            "fx_rate": ("FXRateToBase",),
            "type": ("AssetClass", "AssetCategory", "SecType"),
            "account": ("ClientAccountID", "AccountID", "Account"),
            "right": ("Put/Call", "PutCall"),
            "strike": ("Strike",),
            "expiry": ("Expiry", "Expiration"),
            "multiplier": ("Multiplier",),
            "underlying": ("UnderlyingSymbol",),
            "isin": ("ISIN",),
            "cusip": ("CUSIP",),
            "as_of": ("ReportDate", "Report Date"),
        },
        keep=("subcategory", "sub category"),
        drop=("sector", "weight"),
        rules=RowRules(judge=_judge, decimal="."),
    )


IBKR_FLEX_CSV = Dialect(
    name="ibkr-flex-csv",
    title="Interactive Brokers positions (Flex CSV)",
    recognise=has_titles(_SIGNATURES),
    read=_read,
)
