"""`load_portfolio`: a file or a frame to a `Portfolio`, in whatever dialect it is written."""

from __future__ import annotations

import gc
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypedDict, Unpack, cast

from stress.arguments import Amount, public_verb
from stress.currencies import CURRENCIES
from stress.errors import InputError, Problem, did_you_mean
from stress.files.bundled import bundled_ids, bundled_path
from stress.files.portfolio.assemble import Request, assemble
from stress.files.portfolio.columns import BASE_VALUE, GROUP
from stress.files.portfolio.dialects import DIALECTS, Dialect, Document
from stress.files.portfolio.dialects.native import NATIVE_COLUMNS
from stress.files.portfolio.frame import DataFrame, frame_source, rows_frame
from stress.files.portfolio.header_row import PREAMBLE
from stress.files.portfolio.header_words import ROLES, fold
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.identifier_map import read_identifiers
from stress.files.portfolio.idle_rates import idle_rates
from stress.files.portfolio.markup import parse_markup
from stress.files.portfolio.net_value import LEAST_NAV
from stress.files.portfolio.sides import SIDED_ROLES
from stress.files.portfolio.snapshots import of_one_day
from stress.files.portfolio.source import Source, open_source
from stress.files.portfolio.stated_lines import stated_lines
from stress.files.portfolio.text import Table, decode, read_rows
from stress.portfolio.instruments.dates import iso_date
from stress.portfolio.levels import parse_level
from stress.portfolio.position import LARGEST, Portfolio

__all__ = [
    "ReadOptions",
    "load_portfolio",
    "load_shares",
    "read_book",
    "read_document",
    "read_portfolio",
    "recognise",
    "with_idle_rates",
]

#: No currency is worth less of another, nor more than its inverse.
_LEAST_RATE, _MOST_RATE = 1e-9, 1e9
#: Foreshock's words for columns.
_WORDS = NATIVE_COLUMNS | ROLES.keys() | SIDED_ROLES | {GROUP, BASE_VALUE}


@public_verb
def load_portfolio(
    source: str | Path | DataFrame | Portfolio | Sequence[Mapping[str, Any]],
    *,
    dialect: str | None = None,
    mapping: Mapping[str, str] | None = None,
    merge: bool = False,
    nav: Amount | None = None,
    currency: str | None = None,
    as_of: str | date | None = None,
    fx: Mapping[str, str | float] | None = None,
    identifiers: str | Path | Mapping[str, str] | None = None,
    name: str | None = None,
) -> Portfolio:
    """Read a book of positions.

    Parameters
    ----------
    source : str, Path, data frame, Portfolio or sequence of mappings
        A file of a broker, an issuer, the SEC, foreshock's own columns or any table with sensible titles;
        a pandas or polars frame with foreshock's own columns; one mapping a position,
        ``[{"ticker": "NVDA", "quantity": 100, "price": 130, "currency": "USD"}]``; or, where no file has that name, the id of a bundled sample
        book (``"ai_growth"``). A portfolio passes through, without any of the rest.
    dialect : str, optional
        Name of the dialect (`DIALECTS`); recognised by content when omitted, never by file name.
    mapping : mapping of str to str, optional
        Column title to foreshock's word, ``{"Symbol": "ticker"}``; wins over recognition.
    merge : bool
        Add up rows of one instrument in one account. Without it such rows of a native file are an error.
    nav : str or float, optional
        Net asset value, 50e6 or ``"50m"``; the sum of market values and cash when omitted. [currency]
    currency : str, optional
        Book currency; from the file when omitted, and said in the warnings where it is inferred.
    as_of : str or date, optional
        Date of the positions, year-month-day; from the file when omitted.
    fx : mapping of str to str or float, optional
        Units of the book's currency for one unit of another, ``{"EUR": 1.08}``; one that no row needs is said in the warnings.
    identifiers : str, Path or mapping, optional
        A CSV with ticker and cusip or isin (or the mapping itself), used before the bundled map.
    name : str, optional
        What the book is called; its file's name, or ``DataFrame``, when omitted.

    Returns
    -------
    Portfolio
        With a ledger of every row that is not a position, and warnings.

    Raises
    ------
    InputError
        All problems of the file at once, each with its line, column, value and remedy.

    Examples
    --------
    >>> load_portfolio("ai_growth").currency
    'USD'
    """
    if isinstance(source, Portfolio):
        return _passed_through(
            source,
            dialect=dialect,
            mapping=mapping,
            merge=merge or None,
            nav=nav,
            currency=currency,
            as_of=as_of,
            fx=fx,
            identifiers=identifiers,
            name=name,
        )
    portfolio, reading, _ = read_portfolio(
        _found(source),
        dialect=dialect,
        mapping=mapping,
        merge=merge,
        nav=cast("float | None", nav),
        currency=currency,
        as_of=as_of,
        fx=fx,
        identifiers=identifiers,
        name=name,
    )
    return with_idle_rates(portfolio, reading, fx)


def read_book(
    source: str | Path | DataFrame | Sequence[Mapping[str, Any]], **options: Unpack[ReadOptions]
) -> Portfolio:
    """Read one book of a run as `load_portfolio` does: which rates nothing is held in is said of all its books at once."""
    return read_portfolio(_found(source), **options)[0]


def with_idle_rates(
    portfolio: Portfolio, reading: Reading, fx: Mapping[str, str | float] | None
) -> Portfolio:
    """Return a book that was read, with a warning for each stated exchange rate that no row of it needs."""
    idle = idle_rates(portfolio, reading, _exchange(fx)[0]) if fx else []
    return replace(portfolio, warnings=(*portfolio.warnings, *idle)) if idle else portfolio


@public_verb
def load_shares(source: str | Path) -> Portfolio:
    """Read what a fund or benchmark holds, of which only shares of the whole count.

    Parameters
    ----------
    source : str or Path
        As in `load_portfolio`; where every row has a weight and none a value, no net asset value is needed.

    Raises
    ------
    InputError
        All problems of the file at once.
    """
    return read_portfolio(_found(source), shares=True)[0]


def _found(source: Any) -> Any:
    """Return the path of a bundled sample book named by its id, where no file has that name; anything else as it is."""
    if (
        isinstance(source, str)
        and not os.path.isfile(source)
        and source in bundled_ids("portfolios")
    ):
        return bundled_path("portfolios", source)
    return source


def _passed_through(portfolio: Portfolio, **asked: object) -> Portfolio:
    """Return a portfolio that is read already, or refuse to read it in another way."""
    given = [word for word, value in asked.items() if value is not None]
    if given:
        raise InputError(
            f"{portfolio.name} is a Portfolio already, so {', '.join(given)} would change nothing. "
            "Give it where the positions are read, or put it in with dataclasses.replace(portfolio, ...)."
        )
    return portfolio


class ReadOptions(TypedDict, total=False):
    """How a book is read: the keywords of `load_portfolio`, which says what they are, and that of `load_shares`."""

    dialect: str | None
    mapping: Mapping[str, str] | None
    merge: bool
    nav: float | None
    currency: str | None
    as_of: str | date | None
    fx: Mapping[str, str | float] | None
    identifiers: str | Path | Mapping[str, str] | None
    name: str | None
    shares: bool


def read_portfolio(
    source: str | Path | DataFrame | Sequence[Mapping[str, Any]], **options: Unpack[ReadOptions]
) -> tuple[Portfolio, Reading, Dialect]:
    """Read a book and return what the dialect understood beside it; parameters of `load_portfolio`."""
    name = options.get("name")
    opened, document = read_document(source, name=name)
    request = _request(options)
    with _collector_at_rest():
        chosen, reading = recognise(
            document, dialect=options.get("dialect"), mapping=options.get("mapping") or {}
        )
        if isinstance(document, Table):
            stated = stated_lines(document, reading)
            request = replace(request, currency=request.currency or stated.currency)
            reading = replace(
                reading,
                as_of=reading.as_of or stated.as_of,
                problems=(*stated.problems, *reading.problems),
                warnings=(*document.warnings, *reading.warnings, *stated.warnings),
            )
        reading = of_one_day(reading, request.as_of, file=opened.file)
        portfolio = assemble(
            reading,
            request,
            file=opened.file,
            label=name or opened.label,
            dialect=chosen.name,
            content_hash=opened.content_hash,
        )
    return portfolio, reading, chosen


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Stop the cycle collector while many small objects are made that all stay: it would only walk them."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def read_document(
    source: str | Path | DataFrame | Sequence[Mapping[str, Any]], *, name: str | None = None
) -> tuple[Source, Document]:
    """Open a file or frame and take it apart into rows or XML, before its dialect is known.

    Parameters
    ----------
    source : str, Path, data frame or sequence of mappings
        As in `load_portfolio`.
    name : str, optional
        What a frame is called.

    Returns
    -------
    source : Source
        Its name and hash.
    document : Table or Markup
        Its rows or elements.
    """
    if isinstance(source, DataFrame):
        return frame_source(source, name=name)
    if not isinstance(source, str | Path):
        return frame_source(rows_frame(source), name=name)
    opened = open_source(source)
    if opened.kind == "xml":
        return opened, parse_markup(opened.content, opened.file)
    if opened.kind == "workbook":
        from stress.files.portfolio.workbook import read_workbook

        return opened, read_workbook(opened.content, opened.file)
    return opened, read_rows(decode(opened.content, opened.file), opened.file)


def recognise(
    document: Document, *, dialect: str | None, mapping: Mapping[str, str]
) -> tuple[Dialect, Reading]:
    """Choose the dialect and read the document in it.

    Parameters
    ----------
    document : Table or Markup
        The rows or elements.
    dialect : str or None
        The user's choice.
    mapping : mapping of str to str
        Column title to foreshock's word.

    Returns
    -------
    dialect : Dialect
        The one used.
    reading : Reading
        What it understood.

    Raises
    ------
    InputError
        An unknown dialect name, or a document no dialect recognises.
    """
    _check_mapping(document, mapping)
    by_name = {entry.name: entry for entry in DIALECTS}
    if dialect is not None:
        if dialect not in by_name:
            raise InputError(
                Problem(
                    message=f"'{dialect}' is not a dialect.",
                    hint=did_you_mean(dialect, by_name) or f"Known: {', '.join(by_name)}.",
                )
            )
        return by_name[dialect], by_name[dialect].read(document, mapping)
    for entry in DIALECTS:
        if (entry.takes_mapping or not mapping) and entry.recognise(document):
            return entry, entry.read(document, mapping)
    raise InputError(
        Problem(
            message="this is not a table of positions.",
            file=document.file,
            hint="Export it as CSV.",
        )
    )


def _check_mapping(document: Document, mapping: Mapping[str, str]) -> None:
    """Refuse a choice of columns that nothing would use."""
    if not mapping:
        return
    if not isinstance(document, Table):
        raise InputError(
            Problem(
                message="--map / mapping= names columns of a table, this file is XML.",
                file=document.file,
            )
        )
    problems = []
    titles = {fold(cell): cell for row in document.cells[:PREAMBLE] for cell in row if cell}
    for title, role in mapping.items():
        if fold(title) not in titles:
            problems.append(
                Problem(
                    message=f"no column '{title}' in the file.",
                    file=document.file,
                    hint=did_you_mean(title, titles.values()),
                )
            )
        if role not in _WORDS:
            problems.append(
                Problem(
                    message=f"mapping (--map) '{title}={role}': '{role}' is not a word of foreshock.",
                    hint=did_you_mean(role, _WORDS) or f"Known: {', '.join(sorted(_WORDS))}.",
                )
            )
    if problems:
        raise InputError(problems)


def _request(options: ReadOptions) -> Request:
    """Return what is asked for beside the file, held against what it may be."""
    nav, currency = options.get("nav"), options.get("currency")
    fx, problems = _exchange(options.get("fx") or {})
    if nav is not None and not LEAST_NAV <= nav <= LARGEST:
        problems.append(
            Problem(
                message=f"the net asset value {nav!r} is not a number from {LEAST_NAV:g} to {LARGEST:.0e}.",
                hint="Check --nav / nav=.",
            )
        )
    if currency and currency.upper() not in CURRENCIES:
        problems.append(_no_currency(currency))
    dated, as_of = None, options.get("as_of")
    if as_of is not None:
        try:
            dated = iso_date(as_of, what="as_of").isoformat()
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    own: Mapping[str, str] = {}
    identifiers = options.get("identifiers")
    if isinstance(identifiers, Mapping):
        own = {key.upper(): ticker.upper() for key, ticker in identifiers.items()}
    elif identifiers is not None:
        own = read_identifiers(identifiers)
    return Request(
        merge=options.get("merge", False),
        nav=nav,
        currency=currency.upper() if currency else None,
        as_of=dated,
        fx=fx,
        identifiers=own,
        shares=options.get("shares", False),
    )


def _exchange(fx: Mapping[str, str | float]) -> tuple[dict[str, float], list[Problem]]:
    """Read exchange rates, by currency in capitals; and what is wrong with them."""
    found: dict[str, float] = {}
    problems = []
    for code, written in fx.items():
        if code.upper() not in CURRENCIES:
            problems.append(_no_currency(code))
        try:
            rate = parse_level("fx", written)
        except InputError:
            rate = math.nan
        if not _LEAST_RATE <= rate <= _MOST_RATE:
            problems.append(
                Problem(
                    message=f"the rate {written!r} of {code} is not a number from {_LEAST_RATE:g} to {_MOST_RATE:g}.",
                    hint="Write the book's currency for one unit of it, e.g. EUR=1.08.",
                )
            )
        found[code.upper()] = rate
    return found, problems


def _no_currency(code: str) -> Problem:
    return Problem(message=f"'{code}' is not a currency.", hint="Write an ISO code, e.g. USD.")
