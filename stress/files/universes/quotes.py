"""Quotes that renew a hedge universe, as a sparse CSV file: a row an underlying, a line or a type of lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from stress.errors import InputError, Problem, did_you_mean
from stress.files.portfolio.frame import DataFrame
from stress.files.small_text import read_small
from stress.files.universes.cells import FRACTIONS, fraction_of, number_of, readable
from stress.files.universes.frame import FRAME, frame_csv
from stress.files.universes.numbers import plain_numbers
from stress.files.universes.rows import LARGEST, UniverseRow, read_rows
from stress.hedging.lines.universe import LINE_TYPES
from stress.portfolio.instruments.dates import iso_date

__all__ = ["RENEWED", "Quote", "Quotes", "read_quotes"]

#: Columns that quotes renew.
RENEWED = (
    *("price", "half_spread", "commission", "borrow", "financing", "margin", "adv"),
    *("vol", "skew", "dividend", "vol_beta", "expiry"),
)
_COLUMNS = ("underlying", "id", "type", "currency", "quoted", *RENEWED)
_ABOVE_ZERO = ("price", "adv", "vol")
_NOT_NEGATIVE = ("half_spread", "commission", "borrow", "margin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One row of quotes.

    Parameters
    ----------
    line : int
        Of the file.
    underlying, id, type : str
        What it is a quote for; empty where the row does not say.
    cells : mapping of str to str
        What it states, by column of the universe; of `RENEWED`, and the currency.
    day : str
        ISO date; empty where nothing states one, which is a problem.
    problems : tuple of Problem
        What is wrong with the row.
    """

    line: int
    underlying: str
    id: str
    type: str
    cells: Mapping[str, str]
    day: str
    problems: tuple[Problem, ...] = ()

    @property
    def subject(self) -> str:
        """What it is called in a message."""
        return self.underlying or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    """A file of quotes.

    Parameters
    ----------
    label : str
        Its name, without folders.
    rows : tuple of Quote
        In order.
    as_of : str
        ISO date of the whole: the one stated, else the latest of a row.
    problems : tuple of Problem
        What is wrong beside that of single rows.
    unused : tuple of str
        Titles of columns that are none of a universe's.
    """

    label: str
    rows: tuple[Quote, ...]
    as_of: str
    problems: tuple[Problem, ...]
    unused: tuple[str, ...]


def read_quotes(source: Path | DataFrame, *, as_of: str | date | None = None) -> Quotes:
    """Read a file of quotes.

    Parameters
    ----------
    source : Path or DataFrame
        UTF-8 CSV, or a frame, with some of the columns of a universe; `underlying` may be called `ticker` or `symbol`. What separates
        cells and decimals is found out.
    as_of : str or date, optional
        Date of the quotes, where the file states none.

    Raises
    ------
    InputError
        Where the file or its titles cannot be read, or no date is stated.
    """
    if isinstance(source, DataFrame):
        raw, label, titles_at = frame_csv(source), FRAME, 0
    else:
        raw = read_small(
            source,
            most=LARGEST,
            wanted="table of quotes",
            hint="Write a CSV file with the columns underlying,price,vol,expiry (docs/hedging.md).",
        )
        label, titles_at = source.name, 1
    table = read_rows(raw, label=label, quotes=_COLUMNS, titles_at=titles_at)
    if not {"underlying", "id"} & set(table.titles):
        raise InputError(
            Problem(
                message="no column 'underlying'.",
                file=label,
                hint="Name it so, or 'ticker', 'symbol'; 'id' for single lines.",
            )
        )
    stated = None if as_of is None else iso_date(as_of, what="as_of").isoformat()
    if stated is not None and table.as_of is not None and stated != table.as_of:
        raise InputError(
            Problem(
                message=f"the quotes are of {table.as_of} by the file, and of {stated} as asked (--as-of / as_of=).",
                file=label,
                hint="State one date.",
            )
        )
    day = stated or table.as_of or ""
    rows = []
    for row, unread in plain_numbers(table):
        quote, wrong = _quote(row, day)
        placed = tuple(problem.placed(label, row.line) for problem in (*unread, *wrong))
        rows.append(replace(quote, problems=placed))
    twins = {problem.line: (problem,) for problem in _twins(rows, label)}
    rows = [replace(one, problems=one.problems + twins.get(one.line, ())) for one in rows]
    problems = list(table.problems)
    undated = [quote.line for quote in rows if not quote.day]
    if undated:
        problems.append(
            Problem(
                message="the quotes have no date.",
                file=label,
                line=undated[0],
                hint="Write `# as_of: 2026-06-20` above the titles, a column 'quoted', or give --as-of DATE "
                "(in Python as_of=).",
            )
        )
    latest = day or max((quote.day for quote in rows), default="")
    return Quotes(
        label=label, rows=tuple(rows), as_of=latest, problems=tuple(problems), unused=table.unused
    )


def _quote(row: UniverseRow, day: str) -> tuple[Quote, list[Problem]]:
    """Return a row as a quote, with all that is wrong with it."""
    cells, problems = readable(row.cells, row.line)
    problems += [Problem(message=said) for said in _out_of_range(cells)]
    underlying, id_ = cells.get("underlying", ""), cells.get("id", "")
    kind = cells.get("type", "").casefold()
    if not underlying and not id_:
        problems.append(Problem(message="no underlying.", hint="Name the ticker."))
    if kind and kind not in LINE_TYPES:
        hint = did_you_mean(kind, LINE_TYPES) or f"There are: {', '.join(LINE_TYPES)}."
        problems.append(Problem(message=f"type '{cells['type']}' is unknown.", hint=hint))
        kind = ""
    if cells.get("quoted"):
        try:
            day = iso_date(cells["quoted"], what="quoted").isoformat()
        except InputError as error:
            problems += error.problems
    expiries = [part.strip() for part in cells.get("expiry", "").split("|")]
    for part in expiries:
        try:
            expires = iso_date(part, what="expiry").isoformat() if part else None
        except InputError as error:
            problems += error.problems
            cells["expiry"] = ""  # said here, with its line
            continue
        if expires is not None and expires < day:
            problems.append(
                Problem(
                    message=f"{underlying or id_}: expiry {expires} is before the quotes of {day}.",
                    hint="State expiries that are to come.",
                )
            )
    quote = Quote(
        line=row.line,
        underlying=underlying,
        id=id_,
        type=kind,
        cells={column: cells[column] for column in ("currency", *RENEWED) if cells.get(column)},
        day=day,
    )
    return quote, problems


def _out_of_range(cells: Mapping[str, str]) -> Iterator[str]:
    """Say which figures can be none of theirs."""
    for column in (*_ABOVE_ZERO, *_NOT_NEGATIVE):
        read = fraction_of if column in FRACTIONS else number_of
        value = read(cells, column)
        if value is None:
            continue
        if column in _ABOVE_ZERO and value <= 0.0:
            yield f"{column} {cells[column]} is not above zero."
        elif value < 0.0:
            yield f"{column} {cells[column]} is negative: a cost is not."


def _twins(rows: list[Quote], label: str) -> Iterator[Problem]:
    """Say which rows are for what another row is for."""
    first: dict[tuple[str, str, str], int] = {}
    for quote in rows:
        key = (quote.underlying, quote.id, quote.type)
        line = first.setdefault(key, quote.line)
        if line != quote.line and quote.subject:
            yield Problem(
                message=f"'{quote.subject}' stands twice.",
                file=label,
                line=quote.line,
                hint=f"Remove it, or line {line}; a 'type' or 'id' tells two rows apart.",
            )
