"""Fidelity: positions of all accounts, and the sectioned statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import date_below, has_titles, read_table, the_table
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.rows import RowRules, Verdict

__all__ = ["FIDELITY", "FIDELITY_STATEMENT"]

_POSITIONS = (("symbol", "description", "quantity", "last price", "current value"),)
_STATEMENT = (("symbol/cusip", "description", "quantity", "price", "ending value"),)
_NOT_HERE = ("currency", "type", "as_of", "sector", "weight")


def _read_positions(document: Document, mapping: Mapping[str, str]) -> Reading:
    """Read positions; the column Type says cash, margin or short: the kind of account, not of asset."""
    reading = read_table(
        document,
        mapping,
        title="Fidelity",
        signatures=_POSITIONS,
        fixed={
            "ticker": ("Symbol",),
            "name": ("Description",),
            "quantity": ("Quantity",),
            "price": ("Last Price",),
            "market_value": ("Current Value",),
            "account": ("Account Name", "Account Number"),
            "side": ("Type",),
        },
        keep=("account number", "type"),
        drop=_NOT_HERE,
        rules=RowRules(decimal=".", dates="month-first"),
        of_us=True,
    )
    table = the_table(document, "Fidelity")
    return replace(
        reading,
        as_of=reading.as_of or date_below(table, reading.dates, "date downloaded", "downloaded"),
    )


def _judge(cell: Mapping[str, str], filled: Sequence[str]) -> Verdict | None:
    return Verdict("ignored", "the title of a section") if len(filled) == 1 else None


def _read_statement(document: Document, mapping: Mapping[str, str]) -> Reading:
    return read_table(
        document,
        mapping,
        title="a Fidelity statement",
        signatures=_STATEMENT,
        fixed={
            "ticker": ("Symbol/CUSIP",),
            "name": ("Description",),
            "quantity": ("Quantity",),
            "price": ("Price",),
            "market_value": ("Ending Value",),
        },
        drop=(*_NOT_HERE, "account"),
        rules=RowRules(judge=_judge, decimal=".", dates="month-first"),
        of_us=True,
    )


FIDELITY = Dialect(
    name="fidelity",
    title="Fidelity positions",
    recognise=has_titles(_POSITIONS),
    read=_read_positions,
)
FIDELITY_STATEMENT = Dialect(
    name="fidelity-statement",
    title="Fidelity statement, in sections",
    recognise=has_titles(_STATEMENT),
    read=_read_statement,
)
