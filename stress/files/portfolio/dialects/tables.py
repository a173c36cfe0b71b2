"""What the dialects of plain tables share: a header by its titles, columns by a fixed choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from stress.errors import InputError, Problem
from stress.files.portfolio.columns import Columns, match_columns
from stress.files.portfolio.dates import DateOrder, find_date
from stress.files.portfolio.dialects.dialect import Document, Recognise
from stress.files.portfolio.header_row import find_header, folded_row
from stress.files.portfolio.holding import Reading, StatedTotal
from stress.files.portfolio.line_dates import line_date
from stress.files.portfolio.rows import RowRules, read_holdings
from stress.files.portfolio.text import FOOTER, Table

__all__ = [
    "date_below",
    "dated",
    "first_header",
    "has_titles",
    "read_positions",
    "read_table",
    "the_table",
    "weighing_all",
]


def the_table(document: Document, title: str) -> Table:
    """Return the document as a table, or raise for XML."""
    if isinstance(document, Table):
        return document
    raise InputError(
        Problem(
            message=f"{title} is a table, this file is XML.",
            file=document.file,
            hint="Leave --dialect / dialect= out.",
        )
    )


def first_header(document: Document, signatures: Sequence[Sequence[str]]) -> int | None:
    """Return the index of the header that carries one of the signatures (folded titles), if any."""
    if not isinstance(document, Table):
        return None
    for signature in signatures:
        header = find_header(document, *signature)
        if header is not None:
            return header
    return None


def has_titles(signatures: Sequence[Sequence[str]]) -> Recognise:
    """Return what knows a dialect by a header that carries one of the signatures."""

    def recognise(document: Document) -> bool:
        return first_header(document, signatures) is not None

    return recognise


def weighing_all(reading: Reading, title: str) -> Reading:
    """Return a reading whose column of weights adds up to the whole fund."""
    whole = StatedTotal(line=None, value=1.0, unit="weight", label=title)
    return replace(reading, totals=(*reading.totals, whole))


def read_table(
    document: Document,
    mapping: Mapping[str, str],
    *,
    title: str,
    signatures: Sequence[Sequence[str]],
    fixed: Mapping[str, Sequence[str]],
    keep: Sequence[str] = (),
    drop: Sequence[str] = (),
    rules: RowRules | None = None,
    of_us: bool = False,
) -> Reading:
    """Read a table whose titles are known.

    Parameters
    ----------
    document : Table or Markup
        The file.
    mapping : mapping of str to str
        The user's own choice of columns, title to role.
    title : str
        The dialect's, for messages.
    signatures : sequence of sequences of str
        Folded titles that make a header, tried in order.
    fixed : mapping of str to sequence of str
        Role to titles, in order of preference.
    keep : sequence of str
        Folded titles kept for grouping.
    drop : sequence of str
        Roles that no column of this dialect has, whatever it is called.
    rules : RowRules, optional
        How its rows differ.
    of_us : bool
        Whether what is not said otherwise is in dollars.

    Returns
    -------
    Reading
    """
    table = the_table(document, title)
    header = first_header(table, signatures)
    if header is None:
        raise InputError(
            Problem(
                message=f"this is not a file of {title}: none of its rows has the titles "
                + " or ".join(", ".join(signature) for signature in signatures)
                + ".",
                file=table.file,
                hint="Leave --dialect / dialect= out.",
            )
        )
    matched = match_columns(
        table.cells[header], chosen=mapping, fixed=fixed, body=table.cells[header + 1 :]
    )
    columns = only(matched, fixed, mapping, keep, drop)
    reading = read_positions(table, header, columns, rules)
    reading = dated(reading, table, header)
    return replace(reading, currency="USD", currency_reason="a US file") if of_us else reading


def read_positions(
    table: Table, header: int, columns: Columns, rules: RowRules | None = None
) -> Reading:
    """Read the rows below a header; parameters of `read_holdings`.

    Raises
    ------
    InputError
        If there are none.
    """
    reading = read_holdings(table, header, columns, rules)
    if reading.rows == 0:
        raise InputError(
            Problem(
                message="there is a header and no position.",
                file=table.file,
                line=table.lines[header],
                hint="Export the positions again.",
            )
        )
    return reading


def only(
    columns: Columns,
    fixed: Mapping[str, Sequence[str]],
    mapping: Mapping[str, str],
    keep: Sequence[str],
    drop: Sequence[str],
) -> Columns:
    """Return the columns without dropped roles, with the kept ones as groups."""
    index = {
        role: column
        for role, column in columns.index.items()
        if role not in drop or role in mapping.values() or role in fixed
    }
    folded = folded_row(columns.titles)
    groups = {
        columns.titles[position]: position
        for position, word in enumerate(folded)
        if word in keep and (position not in index.values() or position == index.get("side"))
    }
    return replace(columns, index=index, groups=groups)


def dated(reading: Reading, table: Table, header: int, *, below: bool = False) -> Reading:
    """Return a reading with the date that lines state, where its rows state none; parameters of `line_date`."""
    if reading.as_of is not None:
        return reading
    said = line_date(table, header, reading.dates, below=below)
    return replace(reading, as_of=said.date, warnings=(*reading.warnings, *said.warnings))


def date_below(table: Table, order: DateOrder | None, *words: str) -> str | None:
    """Return the date of a footer line that has one of the words."""
    for row in reversed(table.cells[-FOOTER:]):
        text = " ".join(row)
        if any(word in text.casefold() for word in words):
            date = find_date(text, order)
            if date:
                return date
    return None
