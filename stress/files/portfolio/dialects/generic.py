"""Any table whose titles make sense, in many languages: the reader of files nobody has seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stress.errors import InputError, Problem
from stress.files.portfolio.amounts import unclear_amount
from stress.files.portfolio.currency_columns import book_currency, say_book_currency
from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.dialects.tables import dated, read_positions, the_table
from stress.files.portfolio.first_line import first_line, holds_figures
from stress.files.portfolio.header_row import best_header
from stress.files.portfolio.holding import Reading, quoted
from stress.files.portfolio.map_example import map_example
from stress.files.portfolio.row_holding import IDENTIFIERS
from stress.files.portfolio.rows import RowRules
from stress.files.portfolio.side_columns import AMOUNTS
from stress.files.portfolio.text import Table
from stress.files.portfolio.twin_columns import settle_twins
from stress.files.portfolio.value_currency import settle_value_currency

__all__ = ["GENERIC"]

_PREAMBLE = 12


def _recognise(document: Document) -> bool:
    return isinstance(document, Table)


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    table = the_table(document, "a generic table")
    found = best_header(table, mapping)
    if found is None:
        raise _unreadable(table, mapping)
    header, columns = found
    table, problems, doubts = settle_twins(table, header, columns, mapping)
    reading = read_positions(table, header, columns, RowRules(exact=True))
    reading = settle_value_currency(reading, table, header, columns, mapping)
    reading = dated(reading, table, header, below=True)
    tried = ", ".join(f"{role} = '{title}'" for role, title in reading.mapping.items())
    base = columns.in_base or columns.price_in_base
    money = columns.titles[columns.index["currency"]] if "currency" in columns.index else ""
    return replace(
        reading,
        currency=reading.currency
        or (book_currency(columns.titles, table.cells[header + 1 :]) if base else None),
        problems=(
            *unclear_amount(table, header, columns, mapping),
            *problems,
            *reading.problems,
        ),
        warnings=(
            *reading.warnings,
            *doubts,
            *say_book_currency(money),
            f"columns are recognised by their words: {tried} (change with --map / mapping=)",
        ),
    )


def _unreadable(table: Table, mapping: Mapping[str, str]) -> InputError:
    """Say which titles the likeliest header has and what was understood of them."""
    from stress.files.portfolio.columns import match_columns

    rows = [
        (sum(1 for cell in row if cell), position)
        for position, row in enumerate(table.cells[:_PREAMBLE])
    ]
    width, position = max(rows, key=lambda entry: (entry[0], -entry[1]), default=(0, 0))
    if width < 2:
        return InputError(
            Problem(
                message="this is not a table of positions: no row has two cells.",
                file=table.file,
                hint="Export the positions as CSV.",
            )
        )
    titles = table.cells[position]
    if holds_figures(titles):
        return InputError(
            Problem(
                message="the file has no line that names its columns: "
                f"{quoted(', '.join(titles))} holds figures.",
                file=table.file,
                line=table.lines[position],
                hint="Write what they hold as a first line, for example: "
                f"{first_line(titles, table.delimiter or ',')}",
            )
        )
    understood = match_columns(titles, chosen=mapping).mapping()
    tried = ", ".join(f"{role} = '{title}'" for role, title in understood.items()) or "nothing"
    example = _example(table, position, understood)
    shown = ", ".join(title for title in titles if title)
    return InputError(
        Problem(
            message=f"no row names a ticker, ISIN, CUSIP or name together with a quantity, value or weight. "
            f"Titles seen: {shown[:300]}. Understood: {tried}.",
            file=table.file,
            line=table.lines[position],
            hint=example
            or "Write the titles on one line of their own, each of at most 60 characters.",
        )
    )


def _example(table: Table, header: int, understood: Mapping[str, str]) -> str:
    """Return what to do about what is missing: the options, with the file's own titles, or the columns to add."""
    wanted = [] if set(understood) & set(IDENTIFIERS) else ["ticker"]
    if not set(understood) & set(AMOUNTS):
        wanted += ["quantity"] if "price" in understood else ["quantity", "price"]
    rows = table.cells[header + 1 :]
    options = map_example(table.cells[header], rows, understood, wanted=wanted)
    lacking = " and ".join(word for word in wanted if f'={word}"' not in options)
    if not options:
        return f"Add a column {lacking}: no title of the file may be that." if lacking else ""
    added = f", and add a column {lacking}" if lacking else ""
    return f"Choose columns, for example {options}{added}."


GENERIC = Dialect(
    name="generic",
    title="any table with sensible titles",
    recognise=_recognise,
    read=_read,
)
