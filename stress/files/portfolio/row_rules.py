"""Which rows of a table are not holdings: repeated headers, totals, pending activity, prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from stress.files.portfolio.cash import cash_by_name
from stress.files.portfolio.dates import DateOrder
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.numbers import Decimal, is_blank

__all__ = [
    "LABEL_ROLES",
    "PENDING",
    "RowRules",
    "Verdict",
    "is_cash_total",
    "is_prose",
    "judge_row",
    "note_row",
    "states_sum",
]

#: Columns that may hold the word "Total".
LABEL_ROLES = ("ticker", "isin", "cusip", "name", "underlying", "account", "type")
_TOTAL = re.compile(
    r"(?:grand |account |sub|portfolio |net |overall |your )*total(?:s|e|en)?\b.*|(?:gesamt|zwischen)?summe\b.*|gesamt\b.*|"
    r"totaal\b.*|razem\b.*|suma\b.*|итого\b.*|всего\b.*|合计|总计|小计|合計|総計|小計|합계|총계|somme\b.*|ensemble\b.*|"
    r"sub-total\b.*|toplam\b.*|yhteensa\b.*|sammanlagt\b.*"
)
_ENDS_TOTAL = re.compile(r".+[ -]total(?:s|e|en)?")
#: Words for a sum that are tickers too: they are sums where a table has quantities and prices and these rows have none.
_SUM = re.compile(
    r"nav|net|netto|sum|sums|net (?:assets?|value|worth|asset value|account value|liquidation value|liquidating value|liq)|"
    r"(?:account|portfolio|liquidation|net liquidation) value|depotwert|gesamtwert"
)
#: How the reason of such a row begins.
PENDING = "pending, not settled"
_PENDING = re.compile(
    r"pending (?:activity|transactions?|trades?|settlement)|unsettled|ausstehend\w*", re.IGNORECASE
)
_LONE_TICKER = re.compile(r"[A-Z]{1,5}(?:[.-][A-Z])?")
_REPEATED = "a repeated header"


class Verdict(NamedTuple):
    """What is said of a row that is not a holding."""

    became: Literal["cash", "ignored", "refused", "total"]
    reason: str

    @property
    def repeats_header(self) -> bool:
        """Whether the row names the columns again."""
        return self.reason == _REPEATED


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRules:
    """How the rows of a dialect differ from plain rows.

    Parameters
    ----------
    strict : bool
        Foreshock's own format: whatever is wrong with a row is a problem of the file instead of a refused row.
    exact : bool
        A cell that is not what its column holds is a problem of the file instead of a refused row, for tables nobody
        has seen, where the mistake may be the reader's.
    judge : callable, optional
        ``(cells by role, cells with something in them) -> Verdict or None``: rows that are not holdings.
    decimal : {'.', ','}, optional
        The decimal mark, where the dialect fixes it; else it is decided from the cells.
    account : str or None
        Account of the rows, where it stands outside the table.
    dates : {'day-first', 'month-first'}, optional
        The order in which the dialect writes dates, where none of a file proves another.
    weight_in_percent : bool
        Whether a bare number in the weight column is per cent.
    """

    strict: bool = False
    exact: bool = False
    judge: Callable[[Mapping[str, str], Sequence[str]], Verdict | None] | None = None
    decimal: Decimal | None = None
    account: str | None = None
    dates: DateOrder | None = None
    weight_in_percent: bool = False


def judge_row(
    row: Sequence[str], filled: Sequence[str], cell: Mapping[str, str], header: Sequence[str]
) -> Verdict | None:
    """Say what a row is that holds nothing; None for one that may.

    Parameters
    ----------
    row : sequence of str
        All its cells.
    filled : sequence of str
        Those with something in them; at least one.
    cell : mapping of str to str
        Cells by role.
    header : sequence of str
        Folded titles of the table.

    Returns
    -------
    Verdict or None
        A row whose ticker or first cell is "Total" is a total; one whose name begins with it (a *Total Stock Market*
        fund) only if it has neither identifier nor quantity.
    """
    if _repeats(row, filled, header):
        return Verdict("ignored", _REPEATED)
    labels = [label for role in LABEL_ROLES if (label := cell.get(role))]
    if _TOTAL.fullmatch(fold(cell.get("ticker") or cell.get("isin") or "")):
        return Verdict("total", "a total of the file")
    if states_sum(cell, filled) or _is_sum(cell, filled):
        return Verdict("total", "a total of the file")
    unnamed = all(is_blank(cell.get(role, "")) for role in ("ticker", "isin", "cusip", "quantity"))
    if unnamed and any(_TOTAL.fullmatch(fold(label)) for label in (*labels, filled[0])):
        return Verdict("total", "a total of the file")
    if _PENDING.search("\n".join(labels)):
        amount = cell.get("market_value") or cell.get("quantity") or "no amount"
        return Verdict("ignored", f"{PENDING}: {amount}")
    if len(filled) == 1:
        entry = filled[0]
        if cell.get("ticker") == entry and _LONE_TICKER.fullmatch(entry):
            return Verdict("refused", "neither quantity nor value")
        if len(entry) > 60 or " " in entry or row[0]:
            return Verdict("ignored", "text, not a position")
    return None


def note_row(row: Sequence[str], filled: Sequence[str], titles: Sequence[str]) -> Verdict | None:
    """Say which rows of a strict table hold nothing: the header again, and a lone cell of three words or more.

    Parameters
    ----------
    row, filled
        As of `judge_row`.
    titles : sequence of str
        Of the table, as they are written.
    """
    if row == titles:
        return Verdict("ignored", _REPEATED)
    if len(filled) == 1 and filled[0] == row[0] and filled[0].count(" ") >= 2:
        return Verdict("ignored", "text, not a position")
    return None


def _repeats(row: Sequence[str], filled: Sequence[str], header: Sequence[str]) -> bool:
    """Say whether a row is the header again, one cell at most apart."""
    differing = 0
    for entry, title in zip(row, header, strict=False):
        if entry and fold(entry) != title:
            differing += 1
            if differing == 2:
                return False
    folded = [fold(entry) for entry in row[: len(header)]]
    alike = sum(a == b and a != "" for a, b in zip(folded, header, strict=False))
    return folded == header[: len(folded)] or (len(filled) > 2 and alike >= len(filled) - 1)


def states_sum(cell: Mapping[str, str], filled: Sequence[str]) -> bool:
    """Say whether a row that has neither quantity nor price is called a total, at either end: ``Equity Total``.

    Parameters
    ----------
    cell : mapping of str to str
        Cells by role.
    filled : sequence of str
        Cells with something in them; at least one.
    """
    if _is_held(cell):
        return False
    label = fold(cell.get("ticker") or filled[0])
    if not _TOTAL.fullmatch(label) and not _ENDS_TOTAL.fullmatch(label):
        return False
    return _is_bare(cell, label)


def is_cash_total(cell: Mapping[str, str], filled: Sequence[str]) -> bool:
    """Say whether a row is called ``Cash Total``: the cash itself where no other row holds any."""
    label = cell.get("ticker") or filled[0]
    return _ENDS_TOTAL.fullmatch(fold(label)) is not None and cash_by_name(label)


def _is_sum(cell: Mapping[str, str], filled: Sequence[str]) -> bool:
    if _is_held(cell):
        return False
    label = fold(cell.get("ticker") or filled[0])
    if not _SUM.fullmatch(label) or not _is_bare(cell, label):
        return False
    return ("quantity" in cell or "price" in cell) and not is_blank(cell.get("market_value", ""))


def _is_held(cell: Mapping[str, str]) -> bool:
    """Say whether a row has a quantity from figure to figure: a sum has none, and no word for a sum is written so."""
    quantity = cell.get("quantity", "")
    return quantity[:1].isdigit() and quantity[-1:].isdigit()


def _is_bare(cell: Mapping[str, str], label: str) -> bool:
    """Say whether a row has neither figures of a holding nor another name than its label."""
    return all(
        is_blank(text := cell.get(role, "")) or fold(text) == label
        for role in ("quantity", "price", "isin", "cusip", "name")
    )


def is_prose(text: str) -> bool:
    """Say whether a cell is part of a sentence rather than a name or a symbol."""
    return text.count(" ") >= 4 or len(text) > 60
