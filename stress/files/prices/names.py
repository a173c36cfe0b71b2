"""Names of columns, each its own; of series as books write them: ``aapl`` is ``AAPL``, ``BRK.B`` is ``BRK-B``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from stress.errors import InputError, Problem
from stress.factors.definition import FactorDefinitions
from stress.files.portfolio.plain_tickers import plain_ticker

__all__ = ["check_header", "plain_definitions", "plain_homes", "plain_names", "unique_names"]


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


def plain_names(written: Collection[str]) -> frozenset[str]:
    """Return which series are asked for, called as books call them."""
    return frozenset(map(plain_ticker, written))


def plain_homes(homes: Mapping[str, str], source: str) -> dict[str, str]:
    """Return the home of each name, called as books call it.

    Raises
    ------
    InputError
        Two names that are one ticker.
    """
    return dict(zip(unique_names(tuple(homes), source), homes.values(), strict=True))


def plain_definitions(definitions: FactorDefinitions) -> FactorDefinitions:
    """Return definitions that call series and names with a home as books do, and so as prices are called.

    Raises
    ------
    InputError
        Two names that are one ticker.
    """
    factors = tuple(
        replace(factor, series=tuple(map(plain_ticker, factor.series)))
        for factor in definitions.factors
    )
    homes = plain_homes(definitions.homes, definitions.source)
    return replace(definitions, factors=factors, homes=homes)


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
                    message=f"'{first[name]}' and '{text}' are one ticker, {name}.",
                    hint="Keep one of them, or name them apart.",
                )
            )
        first.setdefault(name, text)
    if problems:
        raise InputError(problems)
    return tuple(first)
