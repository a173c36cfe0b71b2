"""What a row holds: cash, a share, an option, or something that is refused with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from stress.errors import Problem, did_you_mean
from stress.files.portfolio.cash import CURRENCIES, cash_by_name, cash_by_ticker
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.holding import Holding
from stress.files.portfolio.identifier_map import ticker_of
from stress.files.portfolio.identifiers import is_cusip, is_isin
from stress.files.portfolio.instrument_kinds import KIND_WORDS, kind_of_type
from stress.files.portfolio.option_rows import is_option_row, read_option
from stress.portfolio.instruments import Cash, Equity, Instrument

__all__ = ["Classified", "classify", "plain_ticker"]

#: US share classes: BRK.B, BRK/B, BRK B are BRK-B.
_SHARE_CLASS = re.compile(r"([A-Z]{1,5})[./ ]([AB])")
#: A ticker with a Bloomberg code of a US exchange behind it: DKNG UW.
_US_EXCHANGE = re.compile(r"([A-Z]{1,6})(?:[/.][AB])? (?:US|UW|UN|UQ|UA|UP|UR|UF|UV)")
#: Class shares some issuers write without a mark.
_UNMARKED = {"BRKB": "BRK-B", "BRKA": "BRK-A", "BFB": "BF-B", "BFA": "BF-A"}
_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.\-/^=:& ]{0,29}")
_REFUSED = {
    "future_option": "an option on a future is not valued",
    "swap": "a swap, warrant or contract for difference is not valued",
}
_PAR_PRICES = (1.0, 100.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """A row's instrument, or why it has none.

    Parameters
    ----------
    kind : str
        ``cash``, ``equity``, ``option``, ...
    label : str
        Base of the position's id.
    instrument : Instrument or None
        None where the row is refused.
    multiplier : float
        Units of price in one unit of quantity.
    became : {'cash', 'ignored', 'refused'}
        For the ledger.
    reason : str
        For the ledger.
    warnings : tuple of str
        What was concluded.
    problems : tuple of Problem
        What is wrong.
    """

    kind: str = "equity"
    label: str = ""
    instrument: Instrument | None = None
    multiplier: float = 1.0
    became: Literal["cash", "ignored", "refused"] = "refused"
    reason: str = ""
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def plain_ticker(text: str) -> str:
    """Return a ticker as the models write it: capitals, ``BRK-B`` for every way to write that class.

    Examples
    --------
    >>> plain_ticker("brk.b"), plain_ticker("DKNG UW")
    ('BRK-B', 'DKNG')
    """
    ticker = " ".join(text.upper().split())
    if ticker.isalpha():
        return _UNMARKED.get(ticker, ticker)
    if match := _US_EXCHANGE.fullmatch(ticker):
        ticker = ticker.rsplit(" ", 1)[0]
    if match := _SHARE_CLASS.fullmatch(ticker):
        return f"{match[1]}-{match[2]}"
    return ticker


def classify(
    holding: Holding,
    *,
    file: str,
    book_currency: str,
    strict: bool,
    as_of: str | None,
    identifiers: Mapping[str, str],
) -> Classified:
    """Decide what a row holds.

    Parameters
    ----------
    holding : Holding
        The row.
    file : str
        For messages.
    book_currency : str
        ISO code for rows without a currency.
    strict : bool
        Whether an unknown type is a problem.
    as_of : str or None
        ISO date, to know an expired contract.
    identifiers : mapping of str to str
        The user's own ISIN and CUSIP to ticker.

    Returns
    -------
    Classified
    """
    kind = None
    if holding.type:
        word = fold(holding.type)
        kind = kind_of_type(word)
        if kind is None and strict:
            known = sorted(KIND_WORDS)
            return _wrong(
                file,
                holding,
                f"'{holding.type}' is not a known type.",
                did_you_mean(word, known) or f"Known: {', '.join(known)}.",
            )
    cash = _as_cash(holding, kind, book_currency, file, strict)
    if cash is not None:
        return cash
    if kind in ("option", None, "equity") and (kind == "option" or is_option_row(holding)):
        terms = read_option(
            holding, file=file, book_currency=book_currency, strict=strict, as_of=as_of
        )
        if terms.problems:
            return Classified(kind="option", problems=terms.problems)
        if terms.option is not None:
            return Classified(
                kind="option",
                label=terms.option.contract,
                instrument=terms.option,
                multiplier=terms.option.multiplier,
                warnings=terms.warnings,
            )
        return Classified(kind="option", became="refused", reason=terms.reason)
    if holding.quantity == 0.0 and not holding.market_value and not holding.weight:
        return Classified(became="ignored", reason="quantity 0")
    if kind in _REFUSED:
        return Classified(kind=kind, became="refused", reason=_REFUSED[kind])
    if kind not in ("equity", "crypto", None):
        return Classified(
            kind=kind,
            became="refused",
            reason=f"a {kind.replace('_', ' ')} is not read from this file",
        )
    return _as_equity(holding, file, strict, identifiers)


def _as_cash(
    holding: Holding, kind: str | None, book: str, file: str, strict: bool
) -> Classified | None:
    by_ticker = (
        None
        if kind in ("equity", "option", "future", "bond")
        else cash_by_ticker(holding.ticker or "")
    )
    at_par = (
        holding.price is None
        or holding.price in _PAR_PRICES
        or (
            not strict and holding.quantity is not None and holding.quantity == holding.market_value
        )
    )
    if by_ticker is None and kind != "cash":
        nameless = holding.ticker is None or cash_by_name(holding.ticker)
        if strict or kind is not None or not nameless:
            if strict or not (
                at_par
                and kind is None
                and holding.price is not None
                and cash_by_name(holding.name or "")
            ):
                return None
        elif not (cash_by_name(holding.ticker or "") or cash_by_name(holding.name or "")):
            return None
    if not at_par:
        if by_ticker is None and not strict:
            return None
        if strict:
            return _wrong(
                file,
                holding,
                f"cash '{holding.ticker}' has the price {holding.price:g}.",
                "Cash has the price 1 or none; write type equity for a share.",
            )
    named, reason = by_ticker if by_ticker is not None else (None, "cash")
    currency = named or holding.currency or book
    if named is None and holding.name:
        first = holding.name.split()[0].upper()
        if holding.currency is None and first in CURRENCIES:
            currency = first
    plain = named is not None or reason == "cash"
    label = f"{currency} cash" if plain else (holding.ticker or "cash").upper().rstrip("*")
    return Classified(
        kind="cash", label=label, instrument=Cash(currency), became="cash", reason=reason
    )


def _as_equity(
    holding: Holding, file: str, strict: bool, identifiers: Mapping[str, str]
) -> Classified:
    problems = []
    for name, text, valid in (
        ("ISIN", holding.isin, is_isin),
        ("CUSIP", holding.cusip, is_cusip),
    ):
        if text and not valid(text.upper()) and (strict or holding.ticker is None):
            problems.append(
                Problem(
                    message=f"'{text}' is not a valid {name}: its check digit or length is wrong.",
                    file=file,
                    line=holding.line,
                    hint="Copy it again; spreadsheets drop leading zeros.",
                )
            )
    if problems:
        return Classified(problems=tuple(problems))
    ticker = plain_ticker(holding.ticker) if holding.ticker else None
    warnings: tuple[str, ...] = ()
    if ticker is not None and len(ticker) in (9, 12) and (is_isin(ticker) or is_cusip(ticker)):
        found = ticker_of(ticker, identifiers)
        ticker = found or ticker
    elif ticker is None:
        keys = [key.upper() for key in (holding.isin, holding.cusip) if key]
        if not keys:
            return Classified(became="refused", reason="no ticker, ISIN or CUSIP: only a name")
        found = next((name for key in keys if (name := ticker_of(key, identifiers))), None)
        ticker = found or keys[0]
    if strict and not _TICKER.fullmatch(ticker):
        return _wrong(
            file,
            holding,
            f"'{holding.ticker}' is not a ticker.",
            "Letters, digits, '.', '-' and '/'.",
        )
    return Classified(kind="equity", label=ticker, instrument=Equity(ticker), warnings=warnings)


def _wrong(file: str, holding: Holding, message: str, hint: str) -> Classified:
    return Classified(problems=(Problem(message=message, file=file, line=holding.line, hint=hint),))
