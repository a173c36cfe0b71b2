"""Hedge universes: what a book may be hedged with, recognised and refused with what takes them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from stress.errors import InputError, Problem
from stress.files.portfolio.dialects.dialect import Dialect, Document
from stress.files.portfolio.header_row import find_header, folded_row
from stress.files.portfolio.holding import Reading
from stress.files.portfolio.side_columns import AMOUNTS
from stress.files.portfolio.text import Table

__all__ = ["HEDGE_UNIVERSE", "OWN_TITLES", "HedgeUniverseError"]

#: Titles of `docs/hedging.md` that say how a line may be traded: no table of positions has them.
OWN_TITLES = frozenset(
    {"half spread", "borrow", "financing", "moneyness", "strike step", "max units", "vol beta"}
)


class HedgeUniverseError(InputError):
    """A file given as a book is a hedge universe (exit code 3)."""


def _header(document: Document) -> int | None:
    """Return the row of titles of a universe: quotes and what trading costs, nothing held."""
    if not isinstance(document, Table):
        return None
    row = find_header(document, "type", "underlying")
    if row is None:
        return None
    titles = set(folded_row(document.cells[row]))
    holds = not titles.isdisjoint(folded_row(AMOUNTS))
    return None if holds or OWN_TITLES.isdisjoint(titles) else row


def _recognise(document: Document) -> bool:
    return _header(document) is not None


def _read(document: Document, mapping: Mapping[str, str]) -> Reading:
    row = _header(document)
    raise HedgeUniverseError(
        Problem(
            message="this is a hedge universe, instruments a book may be hedged with: it holds no positions.",
            file=document.file,
            line=None if row is None or not isinstance(document, Table) else document.lines[row],
            hint=f"Hedge a book with it:  foreshock hedge BOOK --universe {shlex.quote(document.file)}  "
            f"(in Python stress.hedge(book, universe={document.file!r})).",
        )
    )


HEDGE_UNIVERSE = Dialect(
    name="hedge-universe",
    title="a hedge universe (refused)",
    recognise=_recognise,
    read=_read,
)
