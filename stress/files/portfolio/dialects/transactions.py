"""Histories of transactions: recognised, and refused with what to download instead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from stress.errors import InputError, Problem
from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.header_row import folded_row
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.markup import Markup, local_name
from stress.files.portfolio.text import Table

__all__ = ["TRANSACTIONS"]

_ACTION = frozenset(
    """action|trans code|transaction type|transaction|activity|activity type|buy/sell|buysell|side|order type|
    type of transaction|trade type|umsatzart|transaktionstyp|transaktion|vorgang|typ|type|operation|type d'operation|
    operazione|tipo operazione|tipo de operacion|operacion|transactie|mutatie|tipo de movimentacao|description|
    transaktionstyp|transaktionsart|тип операции|交易类型|買賣別|売買区分""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_WHEN = re.compile(
    r".*\b(?:date|time|datum|zeit|buchung\w*|valuta|fecha|data|heure|settlement|дата)\b.*|交易日期|日期|約定日"
)
_DONE = re.compile(
    r"\b(?:you )?(?:buy|bought|sell|sold|dividend\w*|deposit|withdraw\w*|interest|reinvest\w*|transfer\w*|kauf|verkauf|"
    r"achat|vente|acquisto|vendita|compra|venta|koop|verkoop|aankoop|stock split|split|journal|fee|tax|bto|sto|btc|stc|"
    r"market buy|market sell|limit buy|limit sell|dividende|dividendo|gutschrift|split|k[oö]p|s[aä]lj|purchase|sale|"
    r"redemption|contribution|ach|cdiv|slip|mrgs)\b|买入|卖出|買付|売付",
    re.IGNORECASE,
)
_WITHIN = 40
_LOOK_AT = 25


def _columns(table: Table) -> tuple[int, int] | None:
    """Return (row, column) of the title of an action column in a header that also has a date."""
    for position, row in enumerate(table.cells[:_WITHIN]):
        titles = folded_row(row)
        if sum(1 for title in titles if title) < 3 or not any(
            _WHEN.fullmatch(title) for title in titles
        ):
            continue
        for column, title in enumerate(titles):
            if title in _ACTION and _mostly_done(
                table.cells[position + 1 : position + 1 + _LOOK_AT], column
            ):
                return position, column
    return None


def _mostly_done(rows: Sequence[Sequence[str]], column: int) -> bool:
    words = [row[column] for row in rows if len(row) > column and row[column]]
    done = sum(1 for word in words if _DONE.search(word))
    return bool(words) and done * 2 >= len(words)


def _recognise(document: Document) -> bool:
    if isinstance(document, Markup):
        return local_name(document.root.tag).upper() == "OFX"
    return _columns(document) is not None


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    line = None
    if isinstance(document, Table) and (found := _columns(document)):
        line = document.lines[found[0]]
    raise InputError(
        Problem(
            message="this is a history of transactions, not of positions: what is held now does not follow from it "
            "(opening balance, splits and transfers are missing).",
            file=document.file,
            line=line,
            hint="Download the positions (holdings, portfolio) page of the same account.",
        )
    )


TRANSACTIONS = Dialect(
    name="transactions",
    title="a history of transactions (refused)",
    recognise=_recognise,
    read=_read,
)
