"""Avanza: the positions of a Swedish account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import has_titles, read_table
from stress.files.portfolio.holding import Reading

__all__ = ["AVANZA"]

_SIGNATURES = (("kortnamn", "volym", "marknadsvarde", "gav (sek)", "valuta"),)


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    """Read holdings; values are in kronor, whatever the currency a security is listed in."""
    reading = read_table(
        document,
        mapping,
        title="Avanza",
        signatures=_SIGNATURES,
        fixed={
            "ticker": ("Kortnamn",),
            "name": ("Namn",),
            "isin": ("ISIN",),
            "quantity": ("Volym",),
            "market_value": ("Marknadsvärde",),
            "currency": ("Valuta",),
            "type": ("Typ",),
            "account": ("Kontonummer",),
        },
        keep=("land", "marknad"),
        drop=("price", "fx_rate", "weight", "sector", "as_of"),
    )
    return replace(reading, currency="SEK", value_in_book_currency=True)


AVANZA = Dialect(
    name="avanza", title="Avanza positions", recognise=has_titles(_SIGNATURES), read=_read
)
