"""Interactive Brokers: a Flex query as XML, open positions and the cash report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from stress.errors import InputError, Problem
from stress.files.portfolio.date_order import settle_order
from stress.files.portfolio.dates import find_date
from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.holding import Holding, Reading, StatedTotal, quoted, shorten
from stress.files.portfolio.markup import Markup, local_name
from stress.files.portfolio.numbers import DecimalMark, number_or_none, parse_number
from stress.files.portfolio.sides import KNOWN_WORDS, StatedSide, side_of_word
from stress.files.portfolio.signs import sign_by_side
from stress.portfolio.position import LedgerRow

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["IBKR_FLEX_XML"]

_MAPPING = {
    "ticker": "symbol",
    "name": "description",
    "quantity": "position",
    "price": "markPrice",
    "market_value": "positionValue",
    "currency": "currency",
    "type": "assetCategory",
    "account": "accountId",
    "fx_rate": "fxRateToBase",
    "multiplier": "multiplier",
    "right": "putCall",
    "strike": "strike",
    "expiry": "expiry",
    "underlying": "underlyingSymbol",
    "isin": "isin",
    "cusip": "cusip",
}
_NUMBERS = ("quantity", "price", "market_value", "fx_rate", "multiplier", "strike")


def _recognise(document: Document) -> bool:
    return isinstance(document, Markup) and local_name(document.root.tag) == "FlexQueryResponse"


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    if not isinstance(document, Markup) or not _recognise(document):
        raise InputError(
            Problem(
                message="this is not a Flex query as XML.",
                file=document.file,
                hint="Leave --dialect / dialect= out.",
            )
        )
    elements = list(document.root.iter())
    opened = [element for element in elements if local_name(element.tag) == "OpenPosition"]
    cash = [element for element in elements if local_name(element.tag) == "CashReportCurrency"]
    if not opened and not any(local_name(element.tag) == "OpenPositions" for element in elements):
        trades = any(local_name(element.tag) == "Trade" for element in elements)
        raise InputError(
            Problem(
                message="this Flex query has "
                + ("trades and " if trades else "")
                + "no open positions.",
                file=document.file,
                hint="Add the section 'Open Positions' (and 'Cash Report') to the query and run it again.",
            )
        )
    statements = [element for element in elements if local_name(element.tag) == "FlexStatement"]
    base = _base_currency(elements)
    summary = any(element.get("levelOfDetail") == "SUMMARY" for element in opened)
    holdings: list[Holding] = []
    ledger: list[LedgerRow] = []
    warnings: list[str] = []
    balances = list(_cash(cash, document.file))
    counted = [*opened, *(element for element, _ in balances)]
    lines, said = document.lines_of(counted)
    if said:
        warnings.append(said)
    line_of = {id(element): line for element, line in zip(counted, lines, strict=True)}
    for element in opened:
        row = line_of[id(element)]
        text = _text(element)
        if summary and element.get("levelOfDetail") == "LOT":
            ledger.append(
                LedgerRow(row=row, text=text, became="ignored", reason="a lot of a position above")
            )
            continue
        try:
            holding = _holding(element, row, text, base)
        except ValueError as error:
            ledger.append(LedgerRow(row=row, text=text, became="refused", reason=str(error)))
            symbol = element.get("symbol") or "an open position"
            warnings.append(f"not read: line {row}, {symbol}: {error}")
            continue
        holdings.append(holding)
    for element, amount in balances:
        holdings.append(
            Holding(
                line=line_of[id(element)],
                cells=(_text(element),),
                ticker="CASH",
                type="cash",
                quantity=amount,
                currency=element.get("currency"),
                account=element.get("accountId"),
                fx_rate=_rate(elements, element.get("currency"), base),
            )
        )
    if opened and not cash:
        warnings.append("the query has no 'Cash Report': cash is missing from the book")
    dates = settle_order(
        [
            *(element.get("expiry", "") for element in opened),
            *(statement.get("toDate", "") for statement in statements),
        ],
        (statement.get("fromDate", "") for statement in statements),
        file=document.file,
    )
    warnings.extend(dates.warnings)
    signed = sign_by_side(holdings, file=document.file)
    warnings.extend(signed.warnings)
    return Reading(
        decimal=DecimalMark(".", "proved"),
        holdings=signed.holdings,
        ledger=tuple(ledger),
        rows=len(counted),
        mapping=_MAPPING,
        currency=base,
        as_of=next(
            (
                date
                for statement in statements
                if (date := find_date(statement.get("toDate", ""), dates.order))
            ),
            None,
        ),
        dates=dates.order,
        totals=tuple(_totals(elements, document.file)),
        warnings=tuple(warnings),
        problems=(*dates.problems, *signed.problems),
    )


def _holding(element: Element, row: int, text: str, base: str | None) -> Holding:
    value: dict[str, float] = {}
    for role in _NUMBERS:
        written = element.get(_MAPPING[role]) or ""
        try:
            number = parse_number(written)
        except ValueError as error:
            raise ValueError(f"{_MAPPING[role]} {quoted(written)} {error}") from None
        if number is not None:
            value[role] = number.value
    if not value.get("strike"):
        value.pop("strike", None)
    words = {
        role: element.get(_MAPPING[role]) or None
        for role in (
            "ticker",
            "name",
            "currency",
            "type",
            "account",
            "right",
            "expiry",
            "underlying",
            "isin",
            "cusip",
        )
    }
    if "quantity" not in value:
        raise ValueError("it has no position")
    if value.get("price") is None and "market_value" not in value and value["quantity"] != 0.0:
        raise ValueError("it has neither markPrice nor positionValue")
    currency = words.pop("currency")
    written = element.get("side") or ""
    side = side_of_word(written) if written else "neither"
    if side is None:
        raise ValueError(f"side {quoted(written)} is not one: {KNOWN_WORDS}")
    return Holding(
        line=row,
        cells=(text,),
        currency=currency or base,
        sides=() if side == "neither" else (StatedSide(side, written, "side"),),
        groups={"subCategory": sub} if (sub := element.get("subCategory")) else {},
        **words,  # type: ignore[arg-type]  # the keys are texts of a Holding
        **value,  # type: ignore[arg-type]  # the keys are numbers of a Holding
    )


def _cash(reports: list[Element], file: str) -> Iterator[tuple[Element, float]]:
    """Yield the ending cash of each currency; the line in base currency adds the others up and is left out."""
    for report in reports:
        if report.get("currency") in (None, "", "BASE_SUMMARY"):
            continue
        amount = _figure(report, "endingCash", file)
        if amount is not None and amount != 0.0:
            yield report, amount


def _figure(element: Element, key: str, file: str) -> float | None:
    """Return a figure of the cash report or the summary, None where none is stated; one that is no number stops the reading."""
    text = element.get(key) or ""
    try:
        number = parse_number(text)
    except ValueError as error:
        raise InputError(
            Problem(
                message=f"{key} of {local_name(element.tag)} in {element.get('currency') or 'base'}: {quoted(text)} {error}.",
                file=file,
                hint="Run the query again.",
            )
        ) from None
    return None if number is None else number.value


def _base_currency(elements: list[Element]) -> str | None:
    for element in elements:
        if local_name(element.tag) == "AccountInformation" and element.get("currency"):
            return element.get("currency")
    for element in elements:
        if local_name(element.tag) == "EquitySummaryByReportDateInBase" and element.get("currency"):
            return element.get("currency")
    return None


def _rate(elements: list[Element], currency: str | None, base: str | None) -> float | None:
    """Return the rate into base the query states for a currency: its conversion rates, else any row of it."""
    if currency is None or currency == base:
        return None
    for element in elements:
        if (
            local_name(element.tag) == "ConversionRate"
            and element.get("fromCurrency") == currency
            and element.get("toCurrency") == base
        ):
            return _positive(element.get("rate"))
    for element in elements:
        if local_name(element.tag) == "OpenPosition" and element.get("currency") == currency:
            return _positive(element.get("fxRateToBase"))
    return None


def _positive(text: str | None) -> float | None:
    value = number_or_none(text or "", ".")
    return value if value is not None and value > 0.0 else None


def _totals(elements: list[Element], file: str) -> Iterator[StatedTotal]:
    last: Element | None = None
    for element in elements:
        if local_name(element.tag) == "EquitySummaryByReportDateInBase" and element.get("total"):
            last = element
    if last is not None:
        value = _figure(last, "total", file)
        if value is not None and value > 0.0:
            yield StatedTotal(line=None, value=value, unit="money", label="Net asset value in base")


def _text(element: Element) -> str:
    words = ("symbol", "accountId", "assetCategory", "position", "endingCash", "currency")
    return shorten([element.get(word) or "" for word in words])


IBKR_FLEX_XML = Dialect(
    name="ibkr-flex-xml",
    title="Interactive Brokers Flex query (XML)",
    recognise=_recognise,
    read=_read,
)
