"""The rows of a hedge universe, and of quotes for one: cells by column with their lines, remarks, and the date above them."""

from __future__ import annotations

import csv
import difflib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stress.errors import InputError, Problem, did_you_mean
from stress.files.small_text import utf8_text
from stress.files.titles import refuse_spare_cells, refuse_twins
from stress.hedging.lines.hedge_line import SHARES
from stress.portfolio.instruments.dates import iso_date

__all__ = [
    "COLUMNS",
    "LARGEST",
    "OPTIONS",
    "OUTRIGHT",
    "UniverseRow",
    "UniverseRows",
    "read_rows",
]

#: Every column a universe may have; `type` and `underlying` must be there.
COLUMNS = (
    "type",
    "underlying",
    "id",
    "price",
    "currency",
    "half_spread",
    "commission",
    "borrow",
    "financing",
    "margin",
    "adv",
    "lot",
    "side",
    "max_units",
    "multiplier",
    "follows",
    "expiry",
    "strike",
    "moneyness",
    "strike_step",
    "style",
    "vol",
    "skew",
    "dividend",
    "vol_beta",
    "quoted",
)
#: Types of rows that are options.
OPTIONS = ("put", "call", "put_spread", "collar")
#: Types of rows that are bought and sold at one price.
OUTRIGHT = (*SHARES, "future")
#: What other programs' tables of quotes call a column.
_CALLED = {
    "ticker": "underlying",
    "symbol": "underlying",
    "last": "price",
    "close": "price",
    "volume": "adv",
}
#: Of a file. [bytes]
LARGEST = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class UniverseRow:
    """One row under the titles.

    Parameters
    ----------
    line : int
        Of the file, one-based.
    cells : mapping of str to str
        By column, without spaces around them; those that a short row lacks are empty.
    """

    line: int
    cells: Mapping[str, str]

    @property
    def kind(self) -> str:
        """Its type."""
        return self.cells["type"].casefold()

    @property
    def id(self) -> str:
        """What the one line of the row is called; empty of a ladder that states no id."""
        own = self.cells.get("id") or ""
        return own if own or self.kind not in OUTRIGHT else self.cells["underlying"]

    @property
    def name(self) -> str:
        """What it is called in a message: ``put QQQ``."""
        return f"{self.kind} {self.id or self.cells['underlying']}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UniverseRows:
    """A file as rows.

    Parameters
    ----------
    label : str
        Its name, without folders.
    titles : tuple of str
        In order, in small letters.
    rows : tuple of UniverseRow
        In order.
    remarks : tuple of str
        Lines that begin with ``#``, but the date.
    as_of : str or None
        ISO date that a remark states.
    problems : tuple of Problem
        What is wrong with the rows that could be read no further.
    delimiter : str
        What separates the cells.
    unused : tuple of str
        Titles of columns that are none of the format's.
    """

    label: str
    titles: tuple[str, ...]
    rows: tuple[UniverseRow, ...]
    remarks: tuple[str, ...] = ()
    as_of: str | None = None
    problems: tuple[Problem, ...] = ()
    delimiter: str = ","
    unused: tuple[str, ...] = ()


def read_rows(
    raw: bytes,
    *,
    label: str,
    source: str = "",
    quotes: Sequence[str] = (),
    titles_at: int = 1,
) -> UniverseRows:
    """Read the rows of a universe, or of quotes for one.

    Parameters
    ----------
    raw : bytes
        UTF-8 CSV: a universe with commas, quotes with commas, semicolons or tabs.
    label, source : str
        Its name, and what it was asked for by, for messages.
    quotes : sequence of str
        Columns that quotes may have beside such as are not used; empty of a universe.
    titles_at : int
        Number of the first line: 0 of a frame, whose rows count from 1.

    Raises
    ------
    InputError
        Where its titles, or its text, cannot be read.
    """
    called = _CALLED if quotes else {}
    titles: list[str] | None = None
    rows: list[UniverseRow] = []
    remarks: list[str] = []
    problems: list[Problem] = []
    as_of: str | None = None
    delimiter, unused = ",", []
    for number, line in enumerate(utf8_text(raw, file=label).splitlines(), start=titles_at):
        if line.lstrip().startswith("#"):
            key, _, value = line.lstrip("# \t").partition(":")
            if key.strip().casefold().replace(" ", "_") != "as_of":
                remarks.append(line.rstrip(",; \t"))
                continue
            try:
                as_of = iso_date(value.strip(",; \t"), what="as_of").isoformat()
            except InputError as error:
                problems.append(Problem(message=str(error), file=label, line=number))
            continue
        if not line.strip(" ,;\t"):
            continue
        if titles is None:
            delimiter = next((mark for mark in ";\t" if "," not in line and mark in line), ",")
        try:
            cells = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
        except csv.Error as error:
            raise InputError(
                Problem(message=f"no row of CSV: {error}.", file=label, line=number)
            ) from None
        if titles is None:
            titles = _titles(cells, called)
            if not quotes:
                _refuse_quotes(titles, label, source or label)
                _check_commas(delimiter, label, number)
            unused = _check_titles(titles, label, number, quotes, called)
            refuse_twins(titles, file=label, line=number)
            continue
        try:
            refuse_spare_cells(cells, titles, file=label, line=number)
        except InputError as error:
            problems += error.problems
            continue
        written = dict(zip(titles, cells, strict=False))
        rows.append(UniverseRow(line=number, cells=dict.fromkeys(titles, "") | written))
    if titles is None:
        raise InputError(
            Problem(
                message="holds no row.", file=label, hint=f"Titles: {','.join(quotes or COLUMNS)}."
            )
        )
    return UniverseRows(
        label=label,
        titles=tuple(titles),
        rows=tuple(rows),
        remarks=tuple(remarks),
        as_of=as_of,
        problems=tuple(problems),
        delimiter=delimiter,
        unused=tuple(unused),
    )


def _titles(cells: Sequence[str], called: Mapping[str, str]) -> list[str]:
    """Return the titles by the format's own words, without blank ones at the end."""
    titles = [called.get(cell.casefold(), cell.casefold()) for cell in cells]
    while titles and not titles[-1]:
        titles.pop()
    return titles


def _refuse_quotes(titles: Sequence[str], label: str, source: str) -> None:
    """Refuse quotes where a universe is wanted, with the command that makes one of them."""
    if "type" in titles or not {"underlying", "price"} <= {_CALLED.get(t, t) for t in titles}:
        return
    raise InputError(
        Problem(
            message="these are quotes, not a hedge universe: there is no column 'type'.",
            file=label,
            hint="Make a universe with them:  foreshock universe renew hedges_us_ai "
            f"{shlex.quote(f'./{source}' if source.startswith('-') else source)} -o my_universe.csv   "
            f"(in Python stress.renew_universe('hedges_us_ai', {source!r}))",
        )
    )


def _check_commas(delimiter: str, label: str, number: int) -> None:
    """Refuse a universe whose cells are separated by something else."""
    if delimiter != ",":
        what = "semicolons" if delimiter == ";" else "tabs"
        raise InputError(
            Problem(
                message=f"cells are separated by {what}: this file has commas, and decimal points.",
                file=label,
                line=number,
                hint="Save it as CSV with commas.",
            )
        )


def _check_titles(
    titles: Sequence[str],
    label: str,
    number: int,
    quotes: Sequence[str],
    called: Mapping[str, str],
) -> list[str]:
    """Refuse titles that are none of the format's; of quotes only what may be a slip, and return the others."""
    columns = quotes or COLUMNS
    problems, unused = [], []
    for title in (title for title in titles if title not in columns):
        message = f"column '{title}' is unknown."
        hint = did_you_mean(title, (*columns, *called)) or f"There are: {', '.join(columns)}."
        if title in COLUMNS:
            message = f"column '{title}' is not renewed: it says what a line is."
            hint = "Leave it out; to change it, edit the universe."
        elif quotes and not _is_slip(title, (*columns, *called)):
            unused += [title] if title else []
            continue
        problems.append(Problem(message=message, file=label, line=number, hint=hint))
    for column in () if quotes else ("type", "underlying"):
        if column not in titles:
            problems.append(Problem(message=f"no column '{column}'.", file=label, line=number))
    if problems:
        raise InputError(problems)
    return unused


def _is_slip(title: str, columns: Sequence[str]) -> bool:
    """Whether a title is a letter away from a column's: `bid`, `name` and `spread` are not."""
    return len(title) > 3 and bool(difflib.get_close_matches(title, columns, n=1, cutoff=0.8))
