"""Quotes are as old as the book, or no hedge is proposed; how to renew them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from stress.errors import InputError, Problem
from stress.hedging.lines.universe import HedgeLine, HedgeUniverse
from stress.portfolio.instruments.dates import days_between
from stress.tables import listing

__all__ = ["check_quotes", "much_newer", "renewing"]

#: Quotes newer than the positions by more are said where nobody overlooks it. [days]
_A_WEEK = 7.0
#: Lines that a problem names.
_NAMED = 5


def check_quotes(
    universe: HedgeUniverse, as_of: str | None, *, option: str = "as_of", typed: str = ""
) -> tuple[str, ...]:
    """Refuse quotes that are older than the book.

    Parameters
    ----------
    universe : HedgeUniverse
        Whose lines are dated.
    as_of : str or None
        ISO date of the positions.
    option : str
        How the option that states it is written.
    typed : str
        The command that asks, as it was typed; empty from Python.

    Returns
    -------
    tuple of str
        Warnings: quotes without a date, a book without one, quotes that are newer.

    Raises
    ------
    InputError
        One problem a date older than `as_of`; the text ends with what renews them.
    """
    if as_of is None:
        return (
            f"the book states no date: whether the quotes are as old as it cannot be checked ({option}).",
        )
    problems = list(_stale(universe, as_of))
    if problems:
        remedy = _remedy(universe.source, as_of, typed)
        if len(problems) == 1:
            raise InputError(replace(problems[0], hint=remedy))
        raise InputError([*problems, Problem(message=remedy, sums_up=True)])
    dated = [(line, line.quoted or universe.as_of) for line in universe.lines]
    warnings = []
    undated = [line.id for line, day in dated if day is None]
    newer = sorted({day for _, day in dated if day is not None and day > as_of})
    if undated:
        warnings.append(
            f"{universe.label}: {len(undated)} quotes have no date: write `# as_of: {as_of}`."
        )
    if newer:
        short = f"quotes of {newer[-1]} on positions of {as_of}."
        warnings.insert(0, much_newer(universe, as_of) or short)
    return tuple(warnings)


def much_newer(universe: HedgeUniverse, as_of: str | None) -> str:
    """Say that quotes are more than a week newer than the positions; empty where they are not.

    Parameters
    ----------
    universe : HedgeUniverse
        Whose lines are dated.
    as_of : str or None
        ISO date of the positions.
    """
    if as_of is None:
        return ""
    newest = max((line.quoted or universe.as_of or as_of for line in universe.lines), default=as_of)
    if days_between(as_of, newest) <= _A_WEEK:
        return ""
    return (
        f"quotes of {newest} on positions of {as_of}: options are valued as of {as_of}, the positions' date. Bring the "
        "positions to the day of the quotes."
    )


def _stale(universe: HedgeUniverse, as_of: str) -> Iterator[Problem]:
    """Yield one problem a date: how many lines are quoted on it, and which where they say so themselves."""
    by_day: dict[str, list[HedgeLine]] = {}
    for line in universe.lines:
        day = line.quoted or universe.as_of
        if day is not None and day < as_of:
            by_day.setdefault(day, []).append(line)
    for day, lines in sorted(by_day.items()):
        ids = [f"'{line.id}'" for line in lines]
        own = any(line.quoted for line in lines)
        if len(lines) == 1:
            said = f"the quote of {ids[0]} is"
        else:
            named = f" ({listing(ids, most=_NAMED)})" if own else ""
            said = f"the quotes of {len(lines)} lines{named} are"
        yield Problem(
            message=f"{said} of {day}, the positions of {as_of}.",
            file=universe.label,
            line=lines[0].row if len({line.row for line in lines}) == 1 else None,
        )


def _remedy(source: str, as_of: str, typed: str) -> str:
    """Say how the quotes are renewed: as it is typed, or as Python has it."""
    refused = "No hedge is proposed on stale quotes."
    return (
        f"{refused} Write fresh ones into {renewing(source, as_of, typed)}"
        if source
        else f"{refused} Renew them."
    )


def renewing(source: str, as_of: str, typed: str) -> str:
    """Say into which table fresh quotes of a universe are written, and what takes them: as it is typed, or as Python has it.

    Parameters
    ----------
    source : str
        Id or path of the universe.
    as_of : str
        ISO date that the quotes shall be of.
    typed : str
        The command that asks; empty from Python.
    """
    table = (
        f"a table ticker,price,vol,expiry with `# as_of: {as_of}` above it (docs/hedging.md), then:"
    )
    taken = PurePath(source).name == "my_universe.csv"
    output = "renewed_universe.csv" if taken else "my_universe.csv"
    if not typed:
        return (
            f"{table}  stress.renew_universe({source!r}, 'quotes.csv', output='{output}')   "
            f"and ask again with:  universe='{output}'"
        )
    file = f"./{source}" if source.startswith("-") else source
    return (
        f"{table}  foreshock universe renew {shlex.quote(file)} quotes.csv -o {output}   "
        f"and ask again with:  {_without_universe(typed)} --universe {output}"
    )


def _without_universe(typed: str) -> str:
    """Return a command without the universe that it names.

    Examples
    --------
    >>> _without_universe("foreshock hedge my.csv --universe old.csv --budget 1%")
    'foreshock hedge my.csv --budget 1%'
    """
    words = iter(shlex.split(typed))
    kept = []
    for word in words:
        if word == "--universe":
            next(words, None)
        elif not word.startswith("--universe="):
            kept.append(word)
    return shlex.join(kept)
