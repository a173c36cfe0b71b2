"""Names of columns, each its own; of series as books write them: ``aapl`` is ``AAPL``, ``BRK.B`` is ``BRK-B``."""

from __future__ import annotations

from collections.abc import Sequence

from stress.errors import InputError, Problem
from stress.files.portfolio.classify import plain_ticker

__all__ = ["check_header", "unique_names"]


def check_header(header: list[str], file: str, *, line: int | None = 1) -> None:
    """Refuse one column alone, columns without a name, and two of one name.

    Parameters
    ----------
    header : list of str
    file : str
        Named in messages.
    line : int, optional
        Where the header stands; None for a data frame.
    """
    problems = []
    if len(header) < 2:
        problems.append(
            Problem(
                file=file,
                line=line,
                message=f"has one column, {header[0]!r}.",
                hint="A price file needs a date column and at least one series.",
            )
        )
    seen: dict[str, int] = {}
    for place, name in enumerate(header, start=1):
        if not name and place > 1:
            problems.append(
                Problem(file=file, line=line, column=place, message="the column has no name.")
            )
        elif name in seen:
            problems.append(
                Problem(
                    file=file,
                    line=line,
                    column=place,
                    message=f"the name '{name}' is already that of column {seen[name]}.",
                    hint="Every series needs a name of its own.",
                )
            )
        seen.setdefault(name, place)
    if problems:
        raise InputError(problems)


def unique_names(written: Sequence[str], file: str) -> tuple[str, ...]:
    """Return names as tickers are written in books.

    Parameters
    ----------
    written : sequence of str
        As the file has them.
    file : str
        Named in the message.

    Raises
    ------
    InputError
        Two that are one ticker.
    """
    first: dict[str, str] = {}
    problems = []
    for text in written:
        name = plain_ticker(text)
        if name in first:
            problems.append(
                Problem(
                    file=file,
                    message=f"the series '{first[name]}' and '{text}' are one ticker, {name}.",
                    hint="Every series needs a name of its own.",
                )
            )
        first.setdefault(name, text)
    if problems:
        raise InputError(problems)
    return tuple(first)
