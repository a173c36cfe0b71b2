"""The market file: levels a book is valued at, one a row, ``kind,name,value[,source]``."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import replace
from pathlib import Path

from stress.errors import InputError, Problem, did_you_mean
from stress.files.small_text import read_small, utf8_text
from stress.files.titles import refuse_spare_cells, refuse_twins
from stress.portfolio.instruments.dates import iso_date
from stress.portfolio.levels import (
    EXAMPLES,
    KINDS,
    Given,
    GivenKind,
    check_name,
    given_of,
    parse_level,
)

__all__ = ["read_market"]

_TITLES = ("kind", "name", "value")
_LARGEST = 10_000_000


def read_market(path: str | Path) -> Given:
    """Read a market file.

    Parameters
    ----------
    path : str or Path
        UTF-8 CSV with the titles ``kind,name,value`` and, optionally, ``source``; lines that start
        with ``#`` are comments, and ``# as_of: 2025-12-31`` dates the levels. See `docs/market-inputs.md`.

    Returns
    -------
    Given
        Every level tagged ``market-file``.

    Raises
    ------
    InputError
        All problems of the file at once, each with its line and column.

    Notes
    -----
    `source` is for the reader of the file; it is not interpreted.
    """
    file = Path(path)
    label = file.name
    raw = read_small(file, most=_LARGEST, wanted="market file")
    text = utf8_text(raw, file=label)
    problems: list[Problem] = []
    as_of: str | None = None
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#"):
            key, _, value = line.lstrip("# \t").partition(":")
            if key.strip().casefold().replace(" ", "_") == "as_of":
                try:
                    as_of = iso_date(value.strip().rstrip(","), what="as_of").isoformat()
                except InputError as error:
                    problems.append(Problem(message=str(error), file=label, line=number))
        elif line.strip(" ,\t"):
            try:
                rows.append(
                    (number, [cell.strip() for cell in next(csv.reader([line], strict=True))])
                )
            except csv.Error as error:
                problems.append(Problem(message=f"{error}.", file=label, line=number))
    rows = _below_titles(rows, label, problems)
    entries = _entries(rows, label, problems)
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.line or 0))
    return replace(
        given_of(entries, source="market-file", as_of=as_of),
        label=label,
        content_hash=hashlib.sha256(raw).hexdigest(),
    )


def _below_titles(
    rows: list[tuple[int, list[str]]], label: str, problems: list[Problem]
) -> list[tuple[int, list[str]]]:
    """Return the rows that have no more cells than the titles; the others are added to the problems."""
    if not rows:
        raise InputError(
            Problem(message="holds no row.", file=label, hint=f"Write {','.join(_TITLES)}.")
        )
    line, head = rows[0]
    if tuple(cell.casefold() for cell in head[:3]) != _TITLES:
        raise InputError(
            Problem(
                message=f"the first line is {','.join(head)!r}.",
                file=label,
                line=line,
                hint="It must be kind,name,value or kind,name,value,source.",
            )
        )
    refuse_twins(head, file=label, line=line)
    kept = []
    for number, cells in rows[1:]:
        try:
            refuse_spare_cells(cells, head, file=label, line=number)
        except InputError as error:
            problems += error.problems
        else:
            kept.append((number, cells))
    return kept


def _entries(
    rows: list[tuple[int, list[str]]], label: str, problems: list[Problem]
) -> dict[GivenKind, dict[str, str | float]]:
    """Read every row; what is wrong is added to the problems."""
    entries: dict[GivenKind, dict[str, str | float]] = {}
    first: dict[tuple[str, str], int] = {}
    by_word: dict[str, GivenKind] = {kind: kind for kind in KINDS}

    def wrong(line: int, column: int, message: str, hint: str = "") -> None:
        problems.append(
            Problem(message=message, file=label, line=line, column=column, hint=hint or None)
        )

    for line, cells in rows:
        word, name, value = (*cells, "", "", "")[:3]
        kind = by_word.get(word.casefold().replace(" ", "_"))
        if kind is None:
            known = f"Known: {', '.join(KINDS)}."
            wrong(line, 1, f"'{word}' is not a kind of level.", did_you_mean(word, KINDS) or known)
            continue
        if not name:
            wrong(line, 2, f"the {kind} has no name.", "Name the ticker, currency, curve or bond.")
            continue
        if not value:
            wrong(line, 3, f"the {kind} of {name} has no value.", f"Write {EXAMPLES[kind]}.")
            continue
        if (kind, name) in first:
            where = first[kind, name]
            wrong(line, 2, f"the {kind} of {name} stands twice.", f"Remove it, or line {where}.")
            continue
        first[kind, name] = line
        try:
            parse_level(kind, value)
            check_name(kind, name)
        except InputError as error:
            wrong(line, 3, f"{kind} of {name}: {error}", f"Write it like {EXAMPLES[kind]}.")
            continue
        entries.setdefault(kind, {})[name] = value
    return entries
