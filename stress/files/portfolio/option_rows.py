"""A row to an `Option`: from its symbol, from the broker's columns, or from its description."""

from __future__ import annotations

from dataclasses import replace

from stress.errors import InputError, Problem
from stress.files.portfolio.cash import in_major
from stress.files.portfolio.classified import Classified, refused_by, wrong
from stress.files.portfolio.dates import DateOrder, find_date
from stress.files.portfolio.holding import Holding, quoted
from stress.files.portfolio.numbers import Decimal
from stress.files.portfolio.option_symbols import (
    OptionTerms,
    ends_as_option,
    may_be_option,
    option_right,
    parse_option_symbol,
)
from stress.files.portfolio.plain_tickers import plain_ticker
from stress.portfolio.instruments.index_roots import IndexRoot, index_root
from stress.portfolio.instruments.option import Option, Style

__all__ = ["is_option_row", "read_option"]

#: Shares in a listed contract of the United States.
_LISTED_MULTIPLIER = 100.0
#: Contract sizes that a file's own figures may imply, the commonest first.
_CONTRACT_SIZES = (100.0, 1.0, 10.0, 1000.0, 5.0, 20.0, 25.0, 50.0, 200.0, 250.0, 500.0)
#: How far value ÷ (quantity × price) may be from one, for the rounding of the price.
_ROUNDING = 0.02
#: Prices are written to the cent: of an option worth cents that is much of it.
_HALF_A_CENT = 0.005


def is_option_row(holding: Holding) -> bool:
    """Say whether a row looks like an option: by its symbol, read or not, or right and strike columns that are filled."""
    if holding.right and option_right(holding.right) and holding.strike:
        return True
    texts = [text for text in (holding.ticker, holding.name) if text and may_be_option(text)]
    for text in texts:
        try:
            if parse_option_symbol(text) is not None:
                return True
        except ValueError:
            return True
    return bool(texts) and _ends_as_option(holding)


def read_option(
    holding: Holding,
    *,
    file: str,
    book_currency: str,
    strict: bool,
    as_of: str | None,
    dates: DateOrder | None = None,
    decimal: Decimal | None = None,
) -> Classified:
    """Read an option row; columns win over the symbol, the symbol over the description.

    Parameters
    ----------
    holding : Holding
        The row.
    file : str
        For messages.
    book_currency : str
        For rows without a currency.
    strict : bool
        Whether a missing multiplier is a problem; otherwise it follows from value, quantity and price, or
        is the 100 of a listed US contract, said in a warning.
    as_of : str or None
        ISO date; a contract that expired before it is refused.
    dates : {'day-first', 'month-first'}, optional
        The order of dates that read two ways.
    decimal : {'.', ','}, optional
        The decimal mark of the file, where something proves it.

    Returns
    -------
    Classified
    """
    try:
        terms = _terms(holding, dates, decimal)
    except ValueError as error:
        return wrong(file, holding, f"{error}.", "Correct the symbol or the columns.")
    if terms is None and _ends_as_option(holding):
        return wrong(
            file,
            holding,
            f"{quoted(_option_text(holding))} ends in a strike and a right, as an option does, and its terms cannot be read.",
            "Write it as 'NVDA 2026-02-20 165 Put' or NVDA260220P00165000, or add the columns underlying, right, strike and "
            "expiry.",
        )
    if terms is None:
        return wrong(
            file,
            holding,
            f"{quoted(holding.ticker or holding.name)} is an option without {_lacks(holding)}.",
            "Write an OSI symbol, or the columns underlying, right, strike and expiry.",
        )
    if as_of is not None and terms.expiry < as_of:
        return Classified(reason=f"expired on {terms.expiry}, before {as_of}")
    if holding.quantity == 0.0 and not holding.market_value:
        return Classified(reason="quantity 0")
    multiplier, deduced = holding.multiplier, False
    if multiplier is None:
        multiplier = _implied_multiplier(holding)
        deduced = multiplier is not None
    warnings: list[str] = []
    faults: list[tuple[str, str]] = []
    if multiplier == 1.0 and deduced:
        faults.append(
            (
                f"{quoted(holding.ticker or holding.name)}: the value {holding.market_value:,.2f} is quantity × price, so a contract "
                f"would be for one share; a listed US contract is for {_LISTED_MULTIPLIER:g}.",
                f"State it in a column multiplier: {_LISTED_MULTIPLIER:g}, with price a share and value to match or left out; "
                "or 1.",
            )
        )
    elif multiplier is None and strict:
        faults.append(
            (
                f"the option {quoted(holding.ticker)} has no multiplier.",
                "Add a column multiplier (100 for a listed US contract).",
            )
        )
    elif multiplier is None and terms.adjusted:
        faults.append(
            (
                f"{quoted(holding.ticker)} is an adjusted contract (its root ends in a digit) without a multiplier.",
                "Add a column multiplier.",
            )
        )
    elif multiplier is None:
        warnings.append(
            f"line {holding.line}: multiplier 100, that of a listed US contract, is taken for {holding.ticker}"
        )
    listed = index_root(terms.underlying)
    underlying = terms.underlying if listed is None else listed.underlying
    style = _style(holding, listed)
    if style is None:
        faults.append(
            (f"{quoted(holding.style)} is not an exercise style.", "Write american or european.")
        )
    problems = [
        Problem(message=message, file=file, line=holding.line, hint=hint)
        for message, hint in faults
    ]
    try:
        option = Option(
            underlying=underlying,
            root="" if underlying == terms.underlying else terms.underlying,
            right=terms.right,
            strike=terms.strike,
            expiry=terms.expiry,
            style=style or "american",
            multiplier=_LISTED_MULTIPLIER if multiplier is None else multiplier,
            currency=holding.currency or book_currency,
            as_of=as_of,
        )
    except InputError as error:
        problems += refused_by(error, file, holding).problems
    if problems:
        return Classified(problems=tuple(problems))
    return Classified(
        label=option.contract,
        instrument=option,
        multiplier=option.multiplier,
        deduced=deduced,
        warnings=tuple(warnings),
    )


def _style(holding: Holding, listed: IndexRoot | None) -> Style | None:
    """Return the stated exercise style, else that of the contract; None for a word that is none."""
    if not holding.style:
        return "american" if listed is None else listed.style
    word = holding.style.strip().casefold()
    if word in ("american", "a", "us"):
        return "american"
    return "european" if word in ("european", "e", "eu") else None


def _option_text(holding: Holding) -> str | None:
    """Return what of a row ends as an option does: its ticker, or its name with a date."""
    if holding.ticker and ends_as_option(holding.ticker):
        return holding.ticker
    return holding.name if holding.name and ends_as_option(holding.name, dated=True) else None


def _lacks(holding: Holding) -> str:
    """Name what of an option's terms the columns do not say."""
    terms = {
        "underlying": holding.underlying,
        "right": holding.right,
        "strike": holding.strike,
        "expiry": holding.expiry,
    }
    missing = [word for word, term in terms.items() if not term]
    return " and ".join(missing) if 0 < len(missing) < len(terms) else "its terms"


def _ends_as_option(holding: Holding) -> bool:
    return _option_text(holding) is not None


def _terms(
    holding: Holding, dates: DateOrder | None, decimal: Decimal | None
) -> OptionTerms | None:
    found: OptionTerms | None = None
    for text in (holding.ticker, holding.name):
        if not text:
            continue
        try:
            found = parse_option_symbol(text, dates, decimal=decimal)
        except ValueError as error:
            raise ValueError(f"{quoted(text)} {error}") from None
        if found is not None:
            found = replace(
                found,
                underlying=plain_ticker(found.underlying),
                strike=in_major(found.strike, holding.price_unit),
            )
            break
    right = option_right(holding.right) if holding.right else None
    if right is not None and holding.strike and holding.expiry:
        expiry = find_date(holding.expiry, dates)
        if expiry is None and found is not None:  # "Jan 16" beside a symbol that says the year
            expiry = find_date(f"{holding.expiry} {found.expiry[:4]}", dates)
        if expiry is None:
            raise ValueError(f"{quoted(holding.expiry)} is not an expiry date")
        underlying = (
            holding.underlying or (found.underlying if found else None) or _root(holding.ticker)
        )
        if underlying is None:
            return None
        terms = OptionTerms(
            underlying=plain_ticker(underlying), expiry=expiry, right=right, strike=holding.strike
        )
        if found is not None and (found.expiry, found.right, found.strike) != (
            terms.expiry,
            terms.right,
            terms.strike,
        ):
            raise ValueError(
                f"the columns say {terms.expiry} {terms.strike:g} {terms.right}, "
                f"the symbol {found.expiry} {found.strike:g} {found.right}"
            )
        return terms
    return found


def _root(ticker: str | None) -> str | None:
    return ticker.split()[0] if ticker else None


def _implied_multiplier(holding: Holding) -> float | None:
    """Return value / (quantity × price) where that is a size contracts have, else None."""
    if not holding.market_value or not holding.quantity or not holding.price:
        return None
    if holding.value_currency is not None and holding.currency not in (
        None,
        holding.value_currency,
    ):
        return None
    ratio = holding.market_value / (holding.quantity * holding.price)
    cents = _HALF_A_CENT / abs(holding.price)
    if abs(ratio / _LISTED_MULTIPLIER - 1.0) < _ROUNDING + cents:
        return _LISTED_MULTIPLIER
    return next((size for size in _CONTRACT_SIZES if abs(ratio - size) < _ROUNDING * size), None)
