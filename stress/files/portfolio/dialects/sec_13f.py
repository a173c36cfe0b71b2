"""SEC form 13F: the information table as XML, and as the tables made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from stress.errors import InputError, Problem
from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import has_titles, read_table
from stress.files.portfolio.holding import Holding, Reading, quoted, shorten
from stress.files.portfolio.markup import Markup, local_name
from stress.files.portfolio.numbers import DecimalMark, parse_number
from stress.files.portfolio.rows import RowRules, Verdict
from stress.portfolio.position import LedgerRow

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["SEC_13F_TABLE", "SEC_13F_XML"]

_SIGNATURES = (
    ("nameofissuer", "titleofclass", "cusip", "value", "sshprnamt"),
    ("name", "class", "cusip", "shares", "value usd"),
    ("issuer", "class", "cusip", "shares", "value"),
    ("name of issuer", "title of class", "cusip", "value"),
)
#: Shares below this on the median are a sign of values in thousands of dollars, as filed before 2023.
_THOUSANDS_BELOW = 0.5
_NOT_A_POSITION = "a put or call of form 13F has neither strike nor expiry"
_PRINCIPAL = "a principal amount (PRN): a bond without terms"


def _recognise_xml(document: Document) -> bool:
    return isinstance(document, Markup) and (
        local_name(document.root.tag) in ("informationTable", "edgarSubmission")
        or any(local_name(element.tag) == "infoTable" for element in list(document.root)[:3])
    )


def _read_xml(document: Document, mapping: Mapping[str, str]) -> Reading:
    if not isinstance(document, Markup):
        raise InputError(
            Problem(
                message="this is not an information table as XML.",
                file=document.file,
                hint="Leave --dialect / dialect= out.",
            )
        )
    entries = [
        element for element in document.root.iter() if local_name(element.tag) == "infoTable"
    ]
    if not entries:
        raise InputError(
            Problem(
                message="this XML of the SEC has no information table, only the cover page.",
                file=document.file,
                hint="Download the file whose root is informationTable.",
            )
        )
    holdings: list[Holding] = []
    ledger: list[LedgerRow] = []
    warnings: list[str] = []
    lines, said = document.lines_of(entries)
    if said:
        warnings.append(said)
    for row, entry in zip(lines, entries, strict=True):
        field = {
            local_name(element.tag): (element.text or "").strip()
            for element in entry.iter()
            if len(element) == 0
        }
        text = shorten(
            [
                field.get(key, "")
                for key in ("nameOfIssuer", "titleOfClass", "cusip", "value", "sshPrnamt")
            ]
        )
        reason = _PRINCIPAL if field.get("sshPrnamtType", "SH").upper() == "PRN" else None
        reason = _NOT_A_POSITION if field.get("putCall") else reason
        if reason is None:
            try:
                holdings.append(_holding(field, row, text))
                continue
            except ValueError as error:
                reason = str(error)
        ledger.append(LedgerRow(row=row, text=text, became="refused", reason=reason))
        warnings.append(f"not read: line {row}, {text}: {reason}")
    reading = Reading(
        decimal=DecimalMark(".", "proved"),
        holdings=tuple(holdings),
        ledger=tuple(ledger),
        rows=len(entries),
        mapping={
            "cusip": "cusip",
            "name": "nameOfIssuer",
            "quantity": "sshPrnamt",
            "market_value": "value",
        },
        currency="USD",
        currency_reason="a US file",
        as_of=_period(document.root),
        warnings=tuple(warnings),
    )
    return _in_dollars(reading)


def _holding(field: Mapping[str, str], row: int, text: str) -> Holding:
    numbers = {}
    for role, key in (("quantity", "sshPrnamt"), ("market_value", "value")):
        written = field.get(key, "")
        try:
            number = parse_number(written)
        except ValueError as error:
            raise ValueError(f"{key} {quoted(written)} {error}") from None
        if number is None:
            raise ValueError(f"{key} is missing")
        numbers[role] = number.value
    return Holding(
        line=row,
        cells=(text,),
        cusip=field.get("cusip") or None,
        name=field.get("nameOfIssuer") or None,
        groups={"class": field["titleOfClass"]} if field.get("titleOfClass") else {},
        quantity=numbers["quantity"],
        market_value=numbers["market_value"],
    )


def _period(root: Element) -> str | None:
    from stress.files.portfolio.dates import find_date

    for element in root.iter():
        if local_name(element.tag) in ("periodOfReport", "reportCalendarOrQuarter"):
            return find_date((element.text or "").strip())
    return None


def _judge(cell: Mapping[str, str], filled: Sequence[str]) -> Verdict | None:
    if cell.get("right"):
        return Verdict("refused", _NOT_A_POSITION)
    return Verdict("refused", _PRINCIPAL) if "PRN" in filled else None


def _read_table(document: Document, mapping: Mapping[str, str]) -> Reading:
    reading = read_table(
        document,
        mapping,
        title="form 13F",
        signatures=_SIGNATURES,
        fixed={
            "ticker": ("ticker",),
            "name": ("nameOfIssuer", "name of issuer", "name", "issuer"),
            "cusip": ("cusip",),
            "quantity": ("sshPrnamt", "shares", "shares or principal amount"),
            "market_value": ("value_usd", "value", "value (x$1000)"),
            "right": ("putCall", "put/call"),
        },
        keep=("class", "titleofclass", "title of class"),
        drop=("type", "currency", "account", "sector", "as_of"),
        rules=RowRules(judge=_judge, decimal="."),
        of_us=True,
    )
    return _in_dollars(reading)


def _in_dollars(reading: Reading) -> Reading:
    """Multiply values filed in thousands of dollars, recognised by prices that no share has."""
    each = [
        holding.market_value / holding.quantity
        for holding in reading.holdings
        if holding.market_value and holding.quantity
    ]
    if not each or (median := sorted(each)[len(each) // 2]) >= _THOUSANDS_BELOW:
        return reading
    return replace(
        reading,
        holdings=tuple(
            holding._replace(
                market_value=None
                if holding.market_value is None
                else holding.market_value * 1000.0,
            )
            for holding in reading.holdings
        ),
        warnings=(
            *reading.warnings,
            f"values are taken for thousands of dollars, as filed before 2023: the median price is "
            f"{median:.3g} otherwise",
        ),
    )


SEC_13F_XML = Dialect(
    name="sec-13f",
    title="SEC form 13F information table (XML)",
    recognise=_recognise_xml,
    read=_read_xml,
)
SEC_13F_TABLE = Dialect(
    name="sec-13f-table",
    title="SEC form 13F holdings as a table",
    recognise=has_titles(_SIGNATURES),
    read=_read_table,
)
