"""A file of proxies: which name moves like which."""

from __future__ import annotations

import csv
from pathlib import Path

from stress.errors import InputError, Problem
from stress.files.small_text import read_small, utf8_text
from stress.files.titles import refuse_spare_cells, refuse_twins

__all__ = ["read_proxies"]

_TITLES = ("ticker", "proxy")
_LARGEST = 1_000_000


def read_proxies(path: str | Path) -> dict[str, str]:
    """Read a CSV with the columns ``ticker,proxy``.

    Parameters
    ----------
    path : str or Path
        UTF-8 text, at most a megabyte; lines that start with ``#`` are comments.

    Returns
    -------
    dict
        Ticker to the model name that stands for it.

    Raises
    ------
    InputError
        All problems of the file at once, each with its line.
    """
    file = Path(path)
    label = file.name
    text = utf8_text(read_small(file, most=_LARGEST, wanted="file of proxies"), file=label)
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not lines:
        raise InputError(Problem(message="is empty.", file=label, hint="Write ticker,proxy."))
    rows = [(number, _cells(line, file=label, number=number)) for number, line in lines]
    head_line, head = rows[0]
    if tuple(cell.casefold() for cell in head[:2]) != _TITLES:
        raise InputError(
            Problem(
                message=f"the first line is {','.join(head)!r}.",
                file=label,
                line=head_line,
                hint="It must be ticker,proxy.",
            )
        )
    refuse_twins(head, file=label, line=head_line)
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for number, row in rows[1:]:
        try:
            refuse_spare_cells(row, head, file=label, line=number)
        except InputError as error:
            problems += error.problems
            continue
        if len(row) < 2 or not row[0] or not row[1]:
            problems.append(Problem(message="needs a ticker and a proxy.", file=label, line=number))
        elif row[0] in found:
            problems.append(Problem(message=f"'{row[0]}' stands twice.", file=label, line=number))
        else:
            found[row[0]] = row[1]
    if problems:
        raise InputError(problems)
    return found


def _cells(line: str, *, file: str, number: int) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], strict=True))]
    except csv.Error as error:
        raise InputError(Problem(message=f"{error}.", file=file, line=number)) from None
