"""What a row holds: cash, a share, an option, or something that is refused with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping

from stress.errors import Problem, did_you_mean
from stress.files.portfolio.bond_rows import read_bond
from stress.files.portfolio.cash_rows import read_cash
from stress.files.portfolio.classified import NO_IDENTIFIER, Classified, wrong
from stress.files.portfolio.dates import DateOrder
from stress.files.portfolio.forward_rows import read_forward
from stress.files.portfolio.future_rows import read_future
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.holding import Holding, quoted
from stress.files.portfolio.identifier_map import bundled_tickers, ticker_of
from stress.files.portfolio.identifiers import is_cusip, is_isin, is_plain_ticker
from stress.files.portfolio.instrument_kinds import KIND_WORDS, kind_of_type
from stress.files.portfolio.not_shares import NoShare, no_share, numbered_bond
from stress.files.portfolio.numbers import UNUSED, DecimalMark
from stress.files.portfolio.option_rows import is_option_row, read_option
from stress.files.portfolio.option_symbols import option_right
from stress.files.portfolio.plain_tickers import plain_ticker
from stress.portfolio.instruments import Equity

__all__ = ["Classified", "classify", "word_faults"]

_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.\-/^=:& ]{0,29}")
_REFUSED = {
    "future_option": "an option on a future is not valued",
    "swap": "a swap, warrant or contract for difference is not valued",
}


def classify(
    holding: Holding,
    *,
    file: str,
    book_currency: str,
    strict: bool,
    as_of: str | None,
    identifiers: Mapping[str, str],
    dates: DateOrder | None = None,
    decimal: DecimalMark = UNUSED,
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
    dates : {'day-first', 'month-first'}, optional
        The order of dates that read two ways.
    decimal : DecimalMark
        Of the file.

    Returns
    -------
    Classified
    """
    kind = kind_of_type(fold(holding.type)) if holding.type else None
    if kind is None and holding.type and strict:
        return Classified(problems=tuple(word_faults(holding, file=file, strict=strict)))
    cash = read_cash(holding, kind, book_currency, file, strict)
    if cash is not None:
        return cash
    if kind == "cash":
        kind = None  # "Cash" also says in which kind of account a share is held
    if kind in ("option", None, "equity") and (kind == "option" or is_option_row(holding)):
        return read_option(
            holding,
            file=file,
            book_currency=book_currency,
            strict=strict,
            as_of=as_of,
            dates=dates,
            decimal=decimal.mark if decimal.known == "proved" else None,
        )._replace(kind="option")
    if kind in (None, "equity") and holding.right and option_right(holding.right):
        if strict:
            return wrong(
                file,
                holding,
                f"{quoted(holding.ticker)} is a {holding.right.lower()} without a strike.",
                "State strike and expiry, or leave right empty for a share.",
            )
        return Classified(kind="option", became="refused", reason="a put or call without a strike")
    if holding.quantity == 0.0 and not holding.market_value and not holding.weight:
        return Classified(became="ignored", reason="quantity 0")
    if kind in _REFUSED:
        return Classified(kind=kind, became="refused", reason=_REFUSED[kind])
    if kind == "future":
        return read_future(
            holding, file=file, strict=strict, dates=dates, decimal=decimal.mark
        )._replace(kind=kind)
    if kind == "bond":
        return read_bond(
            holding,
            file=file,
            currency=holding.currency or book_currency,
            strict=strict,
            as_of=as_of,
            dates=dates,
            decimal=decimal.mark,
        )._replace(kind=kind)
    if kind == "fx_forward" and strict:
        return read_forward(holding, file=file, book_currency=book_currency, dates=dates)
    if kind not in ("equity", "crypto", None):
        return Classified(
            kind=kind,
            became="refused",
            reason=f"a {kind.replace('_', ' ')} is not read from this file",
        )
    if kind is None and (bond := _bond_by_number(holding, file, strict)) is not None:
        return bond
    return _as_equity(holding, file, strict, identifiers)


def _bond_by_number(holding: Holding, file: str, strict: bool) -> Classified | None:
    """Refuse a bond that is known by its number alone and states no value: as a share it would count a hundred times."""
    if holding.market_value is not None or holding.weight is not None or holding.price is None:
        return None
    said = [text.upper() for text in (holding.ticker or holding.isin, holding.cusip) if text]
    number = next((text for text in said if is_isin(text) or is_cusip(text)), None)
    if number is None or (holding.ticker and holding.ticker.upper() != number):
        return None
    seen = numbered_bond(number, holding.name)
    if seen is None:
        return None
    shown = f"{number} ({holding.name})" if holding.name else number
    return _as_no_share(seen, shown, holding, file, strict)


def _as_no_share(
    seen: NoShare, shown: str | None, holding: Holding, file: str, strict: bool
) -> Classified:
    """Refuse a row for what its symbol looks like, with the columns that would say what it is."""
    if strict:
        bare = (holding.quantity, holding.price, holding.market_value, holding.weight)
        note = " If it is a note, remove it." if all(figure is None for figure in bare) else ""
        return wrong(
            file, holding, f"{quoted(shown)} {seen.looks}.", f"{seen.add.capitalize()}.{note}"
        )
    return Classified(
        became="refused", reason=f"{quoted(shown)} {seen.looks}: {seen.add}", unit=seen.unit
    )


def word_faults(holding: Holding, *, file: str, strict: bool) -> list[Problem]:
    """Return what is wrong with the words of a row: a type nobody knows, identifiers whose check digit is wrong.

    Parameters
    ----------
    holding : Holding
        The row.
    file : str
        For messages.
    strict : bool
        Whether an unknown type is a problem, and an identifier beside a ticker.
    """
    problems = _identifier_faults(holding, file, strict)
    if strict and holding.type and kind_of_type(word := fold(holding.type)) is None:
        known = sorted(KIND_WORDS)
        hint = did_you_mean(word, known) or f"Known: {', '.join(known)}."
        unknown = wrong(file, holding, f"{quoted(holding.type)} is not a known type.", hint)
        problems = [*unknown.problems, *problems]
    return problems


def _identifier_faults(holding: Holding, file: str, strict: bool) -> list[Problem]:
    if not holding.isin and not holding.cusip:
        return []
    return [
        Problem(
            message=f"{quoted(text)} is not a valid {name}: its check digit or length is wrong.",
            file=file,
            line=holding.line,
            hint="Copy it again; spreadsheets drop leading zeros.",
        )
        for name, text, valid in (
            ("ISIN", holding.isin, is_isin),
            ("CUSIP", holding.cusip, is_cusip),
        )
        if text and not valid(text.upper()) and (strict or holding.ticker is None)
    ]


def _as_equity(
    holding: Holding, file: str, strict: bool, identifiers: Mapping[str, str]
) -> Classified:
    problems = _identifier_faults(holding, file, strict)
    if problems:
        return Classified(problems=tuple(problems))
    ticker = plain_ticker(holding.ticker) if holding.ticker else ""
    said: tuple[str, ...] = ()
    if not ticker:
        keys = [key.upper() for key in (holding.isin, holding.cusip) if key]
        if not keys and strict:
            return wrong(
                file, holding, "the row has no ticker, ISIN or CUSIP.", "Write its ticker, or CASH."
            )
        if not keys:
            return Classified(became="refused", reason=NO_IDENTIFIER)
        known = [found for key in keys if (found := ticker_of(key, identifiers))]
        ticker = known[0] if known else keys[0]
    elif (seen := no_share(ticker)) is not None:
        return _as_no_share(seen, holding.ticker, holding, file, strict)
    elif len(ticker) in (9, 12) and (is_isin(ticker) or is_cusip(ticker)):
        ticker = ticker_of(ticker, identifiers) or ticker
    elif (named := _by_identifier(holding, ticker, identifiers)) is not None:
        key, ticker = named
        said = (
            f"line {holding.line}: {quoted(holding.ticker)} is read as {ticker}, that of {key}",
        )
    if strict and not _TICKER.fullmatch(ticker):
        return wrong(
            file,
            holding,
            f"{quoted(holding.ticker)} is not a ticker.",
            "Letters, digits, '.', '-' and '/'.",
        )
    return Classified(
        kind="equity",
        label=ticker,
        instrument=Equity(ticker),
        warnings=(*said, *_other_security(holding, ticker, identifiers)),
    )


def _by_identifier(
    holding: Holding, ticker: str, identifiers: Mapping[str, str]
) -> tuple[str, str] | None:
    """Return a known identifier of a row and its ticker, where a name stands in the column of tickers."""
    written = (holding.ticker or "").strip()
    if ticker in bundled_tickers() or is_plain_ticker(ticker if written.isupper() else written):
        return None
    for key in (holding.isin, holding.cusip):
        if key and (known := ticker_of(key.upper(), identifiers)):
            return key.upper(), known
    return None


def _other_security(
    holding: Holding, ticker: str, identifiers: Mapping[str, str]
) -> tuple[str, ...]:
    """Say that an identifier of the row is known to be another known security's than its ticker."""
    keys = [key.upper() for key in (holding.isin, holding.cusip) if key]
    if not keys or not holding.ticker or ticker not in bundled_tickers():
        return ()
    others = {key: found for key in keys if (found := ticker_of(key, identifiers))}
    return tuple(
        f"line {holding.line}: its ticker is {ticker} and its identifier {key} is that of {other}; it is read as {ticker}"
        for key, other in others.items()
        if plain_ticker(other) != ticker
    )
