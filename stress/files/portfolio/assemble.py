"""A `Reading` to a `Portfolio`: currency, instruments, values, ids, net asset value."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stress.errors import InputError, Problem
from stress.files.portfolio.classified import NO_IDENTIFIER, Classified
from stress.files.portfolio.classify import classify, word_faults
from stress.files.portfolio.exchange_rates import compare_rates
from stress.files.portfolio.header_words import fold
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.instrument_kinds import kind_of_type
from stress.files.portfolio.net_value import NOMINAL_NAV, check_nav
from stress.files.portfolio.option_rows import is_option_row
from stress.files.portfolio.positions import make_positions
from stress.files.portfolio.row_rules import PENDING
from stress.files.portfolio.taken import Taken, rows_in_words
from stress.files.portfolio.title_currencies import Base, restate, say_price_rates
from stress.files.portfolio.totals import check_totals, check_weights, weights_alone
from stress.files.portfolio.unread_rows import stated_worth
from stress.files.portfolio.values import Terms, Valued, figure_faults, value_of
from stress.portfolio.position import LedgerRow, Portfolio, gross_of

__all__ = ["Request", "assemble"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the caller asked for beside the file.

    Parameters
    ----------
    merge : bool
        Whether rows of one instrument in one account become one position.
    nav : float or None
        Net asset value. [currency]
    currency : str or None
        Book currency.
    as_of : str or None
        ISO date of the positions.
    fx : mapping of str to float
        Units of the book's currency for one unit of another.
    identifiers : mapping of str to str
        The user's own ISIN or CUSIP to ticker.
    shares : bool
        Whether only shares of the whole are asked for: weights alone then need no net asset value.
    """

    merge: bool = False
    nav: float | None = None
    currency: str | None = None
    as_of: str | None = None
    fx: Mapping[str, float] | None = None
    identifiers: Mapping[str, str] | None = None
    shares: bool = False


def assemble(
    reading: Reading, request: Request, *, file: str, label: str, dialect: str, content_hash: str
) -> Portfolio:
    """Build the book.

    Parameters
    ----------
    reading : Reading
        The file as its dialect understands it.
    request : Request
        The caller's choices.
    file, label : str
        For messages, and the name of the book.
    dialect : str
        Name of the dialect.
    content_hash : str
        SHA-256 of the input.

    Returns
    -------
    Portfolio

    Raises
    ------
    InputError
        Everything that is wrong, at once.
    """
    problems = list(reading.problems)
    warnings = list(reading.warnings)
    ledger = list(reading.ledger)
    currency, said = _book_currency(reading, request)
    if said:
        warnings.append(said)
    wrong_rates, rate_words = compare_rates(
        reading.holdings, request.fx or {}, book_currency=currency, file=file
    )
    problems.extend(wrong_rates)
    warnings.extend(rate_words)
    nav = request.nav if request.nav is not None else reading.nav
    if request.shares and nav is None and weights_alone(reading):
        reading = replace(reading, nominal_nav=NOMINAL_NAV)
    nominal = reading.nominal_nav is not None and nav is None
    as_of = request.as_of or reading.as_of
    if request.as_of and reading.as_of and request.as_of != reading.as_of:
        warnings.append(
            f"the positions are taken to be of {request.as_of}, as you stated; {file} says {reading.as_of}."
        )

    for holding in reading.faulty:
        problems.extend(word_faults(holding, file=file, strict=reading.strict))
        named = kind_of_type(fold(holding.type)) if holding.type else None
        held = named or ("option" if is_option_row(holding) else "equity")
        problems.extend(figure_faults(holding, held, file=file, strict=reading.strict))
    terms = Terms(
        file=file,
        book_currency=currency,
        fx=request.fx or {},
        nav=nav if not nominal else reading.nominal_nav,
        nominal=reading.nominal_nav is not None,
        strict=reading.strict,
    )
    taken = Taken(
        terms=terms,
        exact=reading.strict or reading.exact,
        name_column=reading.mapping.get("name"),
    )
    rates = {**_rates(reading, request.fx or {}), currency: 1.0}
    own = reading.currency or currency
    base = Base(
        value=own if reading.value_in_book_currency else None,
        price=own if reading.price_in_book_currency else None,
    )
    warnings.extend(say_price_rates(reading.holdings, base))
    worth = {
        one.line: stated_worth(
            restate(one, book_currency=currency, base=base, rates=rates)[0], Classified(), terms
        )
        for one in reading.unread
    }
    ledger = [replace(row, worth=worth[row.row]) if row.row in worth else row for row in ledger]
    warnings.extend(_pending(ledger))
    for stated in reading.holdings:
        holding, missing = restate(stated, book_currency=currency, base=base, rates=rates)
        kind = classify(
            holding,
            file=file,
            book_currency=currency,
            strict=reading.strict,
            as_of=as_of,
            identifiers=request.identifiers or {},
            dates=reading.dates,
            decimal=reading.decimal,
        )
        value: Valued | None = None
        if not kind.problems and kind.instrument is not None:
            value = value_of(holding, kind, terms)
        if value is not None and missing is not None:
            value = value._replace(missing_rate=missing)
        faults = [*kind.problems, *(value.problems if value else ())]
        if kind.problems:
            faults += figure_faults(holding, kind.kind, file=file, strict=reading.strict)
        taken.take(holding, kind, value, faults)
    taken.conclude(currency, shares=request.shares)
    problems.extend(taken.problems)
    warnings.extend(taken.warnings)
    ledger.extend(taken.ledger)
    problem, weight_words = check_weights(reading, file, shares=request.shares and nav is None)
    problems.extend(problem)
    warnings.extend(weight_words)
    problems.extend(taken.missing_rates(currency))
    positions, merged, duplicates, said_twice = make_positions(
        taken.rows, request.merge, strict=reading.strict, file=file
    )
    problems.extend(duplicates)
    warnings.extend(said_twice)
    ledger.extend(merged)
    if not problems and not positions:
        problems.append(_nothing_held(ledger, file, dialect))
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    warnings.extend(check_totals(reading, positions))
    total = math.fsum(position.market_value for position in positions)
    if nominal and not request.shares:
        warnings.append(
            f"the file states weights and no net asset value: it is read as a book of "
            f"{reading.nominal_nav:,.0f} {currency}; give --nav / nav= to scale it"
        )
    check_nav(
        total if nav is None else nav,
        stated=nav is not None,
        gross=gross_of(positions, besides=currency),
        currency=currency,
        file=file,
    )
    return Portfolio(
        name=label,
        positions=tuple(positions),
        currency=currency,
        nav=total if nav is None else nav,
        nav_source="positions" if nav is None else "stated",
        as_of=as_of,
        dialect=dialect,
        ledger=tuple(sorted(ledger, key=lambda row: row.row or 0)),
        warnings=tuple(warnings),
        content_hash=content_hash,
    )


def _book_currency(reading: Reading, request: Request) -> tuple[str, str | None]:
    """Return the book's currency, and the sentence that says how it was found where it was not stated."""
    if request.currency is not None:
        return request.currency, None
    if reading.currency is not None:
        said = f"book currency {reading.currency}: {reading.currency_reason}"
        return reading.currency, said if reading.currency_reason else None
    at_one = {h.currency for h in reading.holdings if h.fx_rate == 1.0 and h.currency}
    if len(at_one) == 1:
        return at_one.pop(), None
    count = Counter(holding.currency for holding in reading.holdings if holding.currency)
    if not count:
        return "USD", "no currency is stated: USD is assumed (choose with --currency / currency=)"
    translated = {h.currency for h in reading.holdings if h.fx_rate and h.fx_rate != 1.0}
    most = max(count, key=lambda code: (code not in translated, count[code]))
    if len(count) == 1:
        column = "currency" in reading.mapping
        return (
            most,
            None if column else f"book currency {most}, from the symbols beside its numbers",
        )
    if translated and most not in translated:
        return most, f"book currency {most}: the rows in another one state a rate"
    return most, f"book currency {most}, that of most rows (choose with --currency / currency=)"


def _pending(ledger: Sequence[LedgerRow]) -> list[str]:
    """Say which amounts are not settled yet: a broker's own total may count them."""
    rows = [
        row for row in ledger if row.reason.startswith(PENDING) and "no amount" not in row.reason
    ]
    return [
        f"line {row.row}: {row.reason}; it is in no position and not in the net asset value "
        "(count it with a row of cash, or with --nav / nav=)"
        for row in rows
    ]


def _rates(reading: Reading, stated: Mapping[str, float]) -> dict[str, float]:
    """Return the book's currency for one unit of others: as stated, else of the file's rows."""
    of_rows = {h.currency: h.fx_rate for h in reading.holdings if h.currency and h.fx_rate}
    return {**of_rows, **stated}


def _nothing_held(ledger: Sequence[LedgerRow], file: str, dialect: str) -> Problem:
    reasons = Counter(row.reason for row in ledger)
    listed = "; ".join(f"{count} x {reason}" for reason, count in reasons.most_common(4))
    columns = [row.ticker_column for row in ledger if row.ticker_column]
    if reasons.get(NO_IDENTIFIER, 0) * 2 >= len(ledger) > 0:
        return Problem(
            message=f"{rows_in_words(reasons[NO_IDENTIFIER])} with a name and neither ticker, ISIN nor CUSIP "
            f"(read as {dialect}): nothing says how they move.",
            file=file,
            hint=(
                f'If the column "{columns[0]}" holds tickers, read it as one: --map "{columns[0]}=ticker" / '
                f"mapping={ {columns[0]: 'ticker'} }."
                if columns
                else "Add a column ticker; for a fund without one, that of a fund which holds the same (VT, AGG, ...)."
            ),
        )
    return Problem(
        message=f"no position was found (read as {dialect})" + (f": {listed}." if listed else "."),
        file=file,
        hint='Add what is missing, or choose columns with --map "Title=word" / mapping={"Title": "word"}'
        + (
            "."
            if dialect in ("native", "generic")
            else "; a file that was saved anew may read as any table: --dialect generic / dialect='generic'."
        ),
    )
