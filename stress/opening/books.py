"""Books opened for a run: read and compiled, or taken as they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Unpack

from stress.arguments import public_verb
from stress.errors import InputError
from stress.factors.model import FactorModel
from stress.files.portfolio.frame import DataFrame
from stress.opening.door import Door
from stress.opening.models import DEFAULT_MODEL, load_model, model_of
from stress.opening.options import BookOptions, given_book_options
from stress.portfolio.position import Portfolio
from stress.simulation.book import Book

__all__ = ["open_book", "opened_book", "require_own_options"]


@public_verb
def open_book(
    portfolio: str | Path | DataFrame | Portfolio | Book,
    model: str | Path | FactorModel | None = None,
    **options: Unpack[BookOptions],
) -> Book:
    """Read a book and compile it on a factor model: what `run` does first, for use many times.

    Parameters
    ----------
    portfolio : path, DataFrame, Portfolio or Book
        The book. One that is opened passes through.
    model : id, path or FactorModel, optional
        `DEFAULT_MODEL` when omitted.
    **options
        Those of `stress.BookOptions` (`docs/python.md`).

    Returns
    -------
    Book

    Raises
    ------
    InputError
        All that is wrong with the inputs.

    Examples
    --------
    >>> book = open_book("ai_growth")
    >>> len(book.names), book.nav
    (30, 10000000.0)
    """
    return opened_book(portfolio, model, options)[0]


def opened_book(
    portfolio: str | Path | DataFrame | Portfolio | Book,
    model: str | Path | FactorModel | None,
    options: BookOptions,
) -> tuple[Book, dict[str, str]]:
    """Open a book as `open_book` does, and write what was chosen, for the manifest."""
    if isinstance(portfolio, Book):
        require_own_options(portfolio, options)
        model_of([portfolio], model)
        return portfolio, {}
    door = Door.of(load_model(DEFAULT_MODEL if model is None else model), options)
    return door.compiled(door.read(portfolio)), door.written()


def require_own_options(portfolio: object, options: Mapping[str, Any]) -> None:
    """Refuse options of reading, covering and valuing beside a book that is opened already.

    Raises
    ------
    InputError
        Naming them.
    """
    given = given_book_options(options) if isinstance(portfolio, Book) else []
    if isinstance(portfolio, Book) and given:
        raise InputError(
            f"{portfolio.portfolio.name} is opened already, so {', '.join(given)} would change nothing. "
            f"Give it to open_book(...), or give the portfolio itself."
        )
