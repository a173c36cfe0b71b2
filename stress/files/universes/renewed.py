"""A hedge universe with fresh quotes: read, renewed, read back, written."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from stress.arguments import public_verb
from stress.errors import InputError, Problem
from stress.files.atomic import write_atomically
from stress.files.portfolio.frame import DataFrame
from stress.files.same_file import refuse_to_overwrite
from stress.files.universes.file import find_universe, parse_universe, universe_bytes
from stress.files.universes.quotes import Quotes, read_quotes
from stress.files.universes.renewal import LeftOut, Renewal, renew_rows
from stress.files.universes.rows import COLUMNS, UniverseRow, UniverseRows, read_rows
from stress.hedging.lines.universe import HedgeUniverse
from stress.tables import printable

__all__ = ["RenewedUniverse", "renew_universe"]

_MADE = "# Renewed from "


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewedUniverse:
    """A hedge universe with fresh quotes, and what was left out of it.

    Parameters
    ----------
    universe : HedgeUniverse
        Give it to `hedge` or `compare`, or its file to ``--universe``.
    text : str
        Its file.
    renewed : int
        Rows with a fresh quote; a row may be a ladder of options.
    left_out : tuple of LeftOut
        Rows without one, each with its line and what it lacks.
    warnings : tuple of str
        All that was left out, dropped, or stays as it was.
    """

    universe: HedgeUniverse = field(repr=False)
    text: str = field(repr=False)
    renewed: int
    left_out: tuple[LeftOut, ...] = field(repr=False)
    warnings: tuple[str, ...] = field(repr=False)


@public_verb
def renew_universe(
    universe: str | Path,
    quotes: str | Path | DataFrame,
    *,
    as_of: str | date | None = None,
    output: str | Path | None = None,
) -> RenewedUniverse:
    """Give a hedge universe fresh quotes, as ``foreshock universe renew`` does.

    Parameters
    ----------
    universe : id or path
        A bundled universe (``"hedges_us_ai"``) or a CSV file.
    quotes : path or DataFrame
        CSV or a frame with some of the universe's columns, a row an underlying: ``ticker,price,vol,expiry`` (`docs/hedging.md`).
    as_of : str or date, optional
        Date of the quotes, where they state none.
    output : path, optional
        Where the new universe is written, whole or not at all.

    Returns
    -------
    RenewedUniverse
        With `.universe`, `.left_out`, `.warnings` and the `.text` of the file. A row without a fresh quote is left out.

    Raises
    ------
    InputError
        All problems of the quotes at once, each with its line; or when nothing is left.

    Examples
    --------
    >>> import pandas as pd
    >>> quotes = pd.DataFrame({"ticker": ["SPY"], "price": [700.1]})
    >>> renewed = renew_universe("hedges_us_ai", quotes, as_of="2026-06-20")
    >>> [line.id for line in renewed.universe.lines], renewed.universe.as_of
    (['SPY'], '2026-06-20')
    """
    path = find_universe(universe)
    if output is not None:
        refuse_to_overwrite(output, read=(path, quotes))
    raw = universe_bytes(path)
    parse_universe(
        raw, label=path.name, source=os.fspath(universe)
    )  # what is wrong with it is said in its own lines
    old = read_rows(raw, label=path.name)
    fresh = read_quotes(quotes if isinstance(quotes, DataFrame) else Path(quotes), as_of=as_of)
    renewal = renew_rows(old, fresh)
    problems = [*fresh.problems, *renewal.problems]
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    if not renewal.renewed:
        raise InputError(_nothing_left(renewal, old, fresh))
    head = _head(old, fresh)
    text = "\n".join(head) + "\n" + _table(old.titles, renewal.rows)
    label = path.name if output is None else Path(output).name
    source = "" if output is None else os.fspath(output)
    content = text.encode()
    try:
        back = parse_universe(content, label=label, source=source)
    except InputError as error:
        raise _in_old_lines(error, len(head) + 2, renewal, old, fresh) from None
    if output is not None:
        write_atomically(Path(output), content)
    return RenewedUniverse(
        universe=back,
        text=text,
        renewed=renewal.renewed,
        left_out=tuple(renewal.left_out),
        warnings=tuple(renewal.notes),
    )


def _head(old: UniverseRows, fresh: Quotes) -> list[str]:
    """Write the date, what the file was made from, and the remarks of the old one."""
    of = f" of {old.as_of}" if old.as_of else ""
    remarks = [remark for remark in old.remarks if not remark.startswith(_MADE)]
    theirs = " The remarks below are those of that file." if remarks else ""
    made = f"{_MADE}{printable(old.label)}{of} with {printable(fresh.label)}: what the quotes do not state is unchanged."
    return [f"# as_of: {fresh.as_of}", f"{made}{theirs}", *remarks]


def _table(titles: Sequence[str], rows: Sequence[UniverseRow]) -> str:
    """Write titles and rows; columns that only the quotes have come last."""
    stated = {column for row in rows for column, cell in row.cells.items() if cell}
    all_titles = [*titles, *(one for one in COLUMNS if one in stated and one not in titles)]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(all_titles)
    writer.writerows([row.cells.get(title, "") for title in all_titles] for row in rows)
    return written.getvalue()


def _nothing_left(renewal: Renewal, old: UniverseRows, fresh: Quotes) -> list[Problem]:
    """Say why no row has a fresh quote."""
    return [
        Problem(
            message=f"no row of {old.label} has a fresh quote: nothing is left to trade.",
            file=fresh.label,
            hint="State a price of each share and future, and a vol of each option.",
        ),
        *(Problem(message=note) for note in renewal.notes if not note.startswith("interest")),
    ]


def _in_old_lines(
    error: InputError, first: int, renewal: Renewal, old: UniverseRows, fresh: Quotes
) -> InputError:
    """Place what is wrong with the new file, which is not written, in the lines of the old one."""
    return InputError(
        replace(
            problem,
            message=f"with the quotes of {fresh.label}: {problem.message}",
            file=old.label,
            line=None if problem.line is None else renewal.rows[problem.line - first].line,
        )
        for problem in error.problems
    )
