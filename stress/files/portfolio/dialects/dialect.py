"""The contract of a dialect: how to know it by content, and how to read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from stress.files.portfolio.holding import Reading
from stress.files.portfolio.markup import Markup
from stress.files.portfolio.text import Table

__all__ = ["Dialect", "Document", "Recognise"]

#: What a file is before its dialect is known.
Document = Table | Markup


class Recognise(Protocol):
    """Say whether a document is written in a dialect, from its content alone."""

    def __call__(self, document: Document) -> bool:
        """Return True for a document this dialect reads."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One kind of position file.

    Parameters
    ----------
    name : str
        Short name, for ``--dialect`` and the output.
    title : str
        What it is, for a person.
    recognise : callable
        ``(document) -> bool``; must not raise.
    read : callable
        ``(document, mapping) -> Reading``; `mapping` is the user's own choice of columns, title to role.
    takes_mapping : bool
        Whether the user may choose its columns; else a choice sends the file to the next dialect.
    """

    name: str
    title: str
    recognise: Recognise
    read: Callable[[Document, Mapping[str, str]], Reading]
    takes_mapping: bool = True
