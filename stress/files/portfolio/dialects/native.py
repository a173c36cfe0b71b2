"""Foreshock's own format: ``ticker, quantity, price | market_value | weight`` and optional columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from stress.errors import InputError, Problem, did_you_mean
from stress.files.portfolio.columns import Columns, match_columns, named_columns
from stress.files.portfolio.currency_columns import say_book_currency
from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.holding import Reading, quoted, shorten
from stress.files.portfolio.map_example import map_example
from stress.files.portfolio.row_holding import IDENTIFIERS
from stress.files.portfolio.row_rules import states_sum
from stress.files.portfolio.rows import RowRules, Verdict, read_holdings
from stress.files.portfolio.side_columns import AMOUNTS
from stress.files.portfolio.text import Table
from stress.files.portfolio.twin_columns import settle_twins
from stress.files.titles import refuse_twins
from stress.tables import listing

__all__ = ["NATIVE", "NATIVE_COLUMNS"]

#: Titles that a message lists.
_TITLES = 30

#: The columns with a meaning; every other one is a group.
_NATIVE_COLUMNS_TEXT = """ticker isin cusip quantity price market_value weight currency fx_rate name account type sector proxy
    side underlying right strike expiry style multiplier coupon maturity frequency curve credit duration
    yield convexity adv implied_vol underlying_price as_of"""
NATIVE_COLUMNS = frozenset(_NATIVE_COLUMNS_TEXT.split())


#: Columns of figures that a table must not lose for its titles being close to foreshock's own.
_FIGURES = frozenset({"quantity", "price", "market_value", "weight", "fx_rate"})
#: Columns that say what a quantity is worth.
_WORTH = frozenset({"price", "market_value", "weight"})


def _header(table: Table) -> int | None:
    for position, row in enumerate(table.cells):
        filled = [cell for cell in row if cell]
        if filled and not filled[0].startswith("#"):
            return position
    return None


def _would_miss(titles: Sequence[str]) -> bool:
    """Say whether figures stand under titles that are not foreshock's own words: ``Market Value``, ``FX Rate``."""
    matched = match_columns(titles).index
    return any(
        (" " in titles[column] or not titles[column].islower())
        and titles[column].strip().casefold() not in NATIVE_COLUMNS
        for role, column in matched.items()
        if role in _FIGURES
    )


def _recognise(document: Document) -> bool:
    if not isinstance(document, Table):
        return False
    header = _header(document)
    if header is None:
        return False
    written = set(document.cells[header])
    titles = {cell.casefold() for cell in written}
    # brokers write "ISIN" beside "Quantity": without a ticker only foreshock's own spelling counts
    named = "ticker" in titles or not written.isdisjoint(IDENTIFIERS)
    if not named or titles.isdisjoint(AMOUNTS) or _would_miss(document.cells[header]):
        return False
    if not titles.isdisjoint(_WORTH):
        return True
    # "Ticker, Quantity, Market Value ($000)" says what it is worth in words of its own
    return _WORTH.isdisjoint(match_columns(document.cells[header]).index)


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    if not isinstance(document, Table):
        raise InputError(
            Problem(message="the native format is a table, not XML.", file=document.file)
        )
    header = _header(document)
    if header is None:
        raise InputError(Problem(message="the file holds no rows.", file=document.file))
    titles = document.cells[header]
    body = document.cells[header + 1 :]
    columns = named_columns(titles, NATIVE_COLUMNS, body, mapping)
    problems = list(_header_problems(document, header, columns, mapping))
    if problems:
        raise InputError(problems)
    table, problems, doubts = settle_twins(document, header, columns, mapping)
    reading = read_holdings(table, header, columns, RowRules(strict=True, judge=_no_holding))
    return replace(
        reading,
        currency=None,
        problems=(*problems, *reading.problems),
        warnings=(*reading.warnings, *_said_of_columns(columns, mapping), *doubts),
    )


def _said_of_columns(columns: Columns, mapping: Mapping[str, str]) -> list[str]:
    """Say which titles of other words were taken for what, and which may be figures that are not read."""
    said = []
    titles = {
        role: columns.titles[column]
        for role, column in columns.index.items()
        if columns.own and role != "side"
    }
    worded = [
        f"{role} = '{title}'"
        for role, title in titles.items()
        if title.strip().casefold() not in NATIVE_COLUMNS and title not in mapping
    ]
    if worded:
        said.append(
            f"columns are recognised by their words: {', '.join(worded)} (change with --map / mapping=)"
        )
    said += say_book_currency(titles.get("currency", ""))
    said += [
        f"column '{columns.titles[column]}' is taken for a group: that it is the {role} is not sure "
        f'(if so, --map "{columns.titles[column]}={role}", in Python mapping=)'
        for role, column in columns.left.items()
    ]
    return said


def _no_holding(cell: Mapping[str, str], filled: Sequence[str]) -> Verdict | None:
    if filled[0].startswith("#"):
        return Verdict("ignored", "a comment")
    if len(filled) > 1 and states_sum(cell, filled):
        return Verdict("total", "a total of the file")
    return None


def _example(table: Table, header: int, columns: Columns, word: str) -> str:
    rows = table.cells[header + 1 :]
    return map_example(table.cells[header], rows, columns.mapping(), wanted=[word])


def _taken_away(words: Sequence[str], mapping: Mapping[str, str]) -> str | None:
    """Say which of the user's own choices takes a column of foreshock's own title for another thing."""
    for title, role in mapping.items():
        if title.strip().casefold() in words and role not in words:
            return (
                f"mapping (--map) '{title}={role}' takes the column {quoted(title)} for {role}, and no other is "
                f"{' or '.join(words)}."
            )
    return None


def _header_problems(
    table: Table, header: int, columns: Columns, mapping: Mapping[str, str]
) -> list[Problem]:
    problems: list[Problem] = []
    titles, line = table.cells[header], table.lines[header]
    try:
        refuse_twins(titles, file=table.file, line=line)
    except InputError as error:
        problems += error.problems
    words = listing([shorten([title], 40) for title in titles if title], most=_TITLES)
    if not any(role in columns.index for role in IDENTIFIERS):
        taken = _taken_away(["ticker"], mapping)
        example = _example(table, header, columns, "ticker")
        choice = f"choose a column with {example}." if example else "add one."
        problems.append(
            Problem(
                message=taken or f"no column 'ticker' among: {words}.",
                file=table.file,
                line=line,
                hint=f"Leave that out, or {choice}"
                if taken
                else did_you_mean("ticker", [t for t in titles if t])
                or f'Name it "ticker", or {choice}',
            )
        )
    if not any(role in columns.index for role in AMOUNTS):
        taken = _taken_away(AMOUNTS, mapping)
        example = _example(table, header, columns, "quantity")
        choice = (
            f"choose columns, for example {example}." if example else "add a column market_value."
        )
        problems.append(
            Problem(
                message=taken
                or f"no column 'quantity', 'market_value' or 'weight' among: {words}.",
                file=table.file,
                line=line,
                hint=f"Leave that out, or {choice}"
                if taken
                else "Give quantity and price, or market_value, or weight with --nav / nav=; or "
                f"{choice}",
            )
        )
    if not problems and not any(any(row) for row in table.cells[header + 1 :]):
        problems.append(
            Problem(
                message="there is a header and no position.",
                file=table.file,
                line=line,
                hint="Add one line a position.",
            )
        )
    return problems


NATIVE = Dialect(
    name="native",
    title="foreshock's own columns",
    recognise=_recognise,
    read=_read,
)
