"""Tickers as they are listed: a user may write them in small letters, as files of positions do."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TypeVar

from stress.errors import InputError, Problem

__all__ = ["as_listed", "keys_as_listed"]

Value = TypeVar("Value")


def as_listed(written: str, *known: Container[str]) -> str:
    """Return a name as it is listed: as written where that is known, else in capitals where those are.

    Parameters
    ----------
    written : str
        What the user wrote.
    *known : container of str
        Names that exist: tickers of a model, of a book, factors.

    Returns
    -------
    str
        As written where neither is known.

    Examples
    --------
    >>> as_listed("nvda", {"NVDA"}), as_listed("market", {"NVDA"}, {"market"}), as_listed("xyzf", {"NVDA"})
    ('NVDA', 'market', 'xyzf')
    """
    capitals = written.upper()
    for name in (written, capitals):
        if any(name in names for names in known):
            return name
    return written


def keys_as_listed(
    entries: Mapping[str, Value], *known: Container[str], what: str
) -> dict[str, Value]:
    """Return entries by names as they are listed.

    Parameters
    ----------
    entries : mapping of str to anything
        By names as the user wrote them.
    *known : container of str
        Names that exist.
    what : str
        Named in the message.

    Raises
    ------
    InputError
        Two spellings of one name.
    """
    found: dict[str, Value] = {}
    first: dict[str, str] = {}
    problems = []
    for written, value in entries.items():
        name = as_listed(written, *known)
        if name in found:
            problems.append(
                Problem(
                    message=f"{what}: {name} stands twice, as '{first[name]}' and as '{written}'.",
                    hint="Leave one of them out.",
                )
            )
        found[name] = value
        first.setdefault(name, written)
    if problems:
        raise InputError(problems)
    return found
