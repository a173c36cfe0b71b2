"""How a holdings file is to be read: options shared by every command that takes one."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stress.cli.gathered import gathered
from stress.cli.group import typed_command
from stress.cli.standard_error import say

if TYPE_CHECKING:
    from stress.portfolio.position import Portfolio

__all__ = ["Reading", "book_options", "choices", "pairs", "read_books"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the user said about how to read a file; see `load_portfolio`."""

    nav: str | None = None
    merge: bool = False
    currency: str | None = None
    as_of: str | None = None
    dialect: str | None = None
    mapping: Sequence[str] = ()
    fx: Sequence[str] = ()
    identifiers: Path | None = None


#: Adds the options to a command, which receives them as one `reading`.
book_options = gathered(
    Reading,
    "reading",
    click.option(
        "--identifiers",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="CSV of ticker and isin or cusip.",
    ),
    click.option(
        "--fx", multiple=True, metavar="CUR=RATE", help="Book currency for one unit: EUR=1.08."
    ),
    click.option(
        "--map", "mapping", multiple=True, metavar="TITLE=WORD", help="A column: Symbol=ticker."
    ),
    click.option("--dialect", metavar="NAME", help="How the file is written; else recognised."),
    click.option("--as-of", metavar="DATE", help="Date of the positions."),
    click.option("--currency", metavar="CUR", help="Of the book, where the file states none."),
    click.option("--merge", is_flag=True, help="Merge rows with the same ticker."),
    click.option("--nav", metavar="AMOUNT", help="Net asset value of the book: 50m."),
)


def read_books(files: Sequence[str], reading: Reading) -> list[Portfolio]:
    """Read every file; all that is wrong with all of them at once.

    Among several files, as of a folder, a hedge universe is left out, which a warning says.

    Raises
    ------
    InputError
        All problems of all files.
    click.UsageError
        ``--nav`` with several files, or a malformed pair.
    """
    from stress.errors import InputError, Problem
    from stress.files.bundled import find_portfolio
    from stress.files.portfolio import read_book
    from stress.files.portfolio.dialects.hedge_universe import HedgeUniverseError
    from stress.opening import book_names

    if reading.nav is not None and len(files) > 1:
        raise click.UsageError("--nav belongs to one book.")
    books: list[Portfolio] = []
    problems: list[Problem] = []
    universes: list[Problem] = []
    found = [find_portfolio(file) for file in files]
    for path, name in zip(found, book_names(found), strict=True):
        try:
            book = read_book(path, name=name, **choices(reading))
            books.append(dataclasses.replace(book, name=_text(book.name), typed=typed_command()))
        except HedgeUniverseError as error:
            universes += error.problems
        except InputError as error:
            problems += error.problems
    if not books:
        problems += universes
    if problems:
        raise InputError(problems)
    for universe in universes:
        say(
            "warning",
            f"{universe.file} is a hedge universe and holds no positions: it is left out. {universe.hint}",
        )
    return books


def _text(name: str) -> str:
    """Return a name as UTF-8 can say it: bytes of a file name in another encoding become escapes."""
    return name.encode(errors="backslashreplace").decode()


def choices(reading: Reading) -> dict[str, Any]:
    """Return the keyword arguments of `load_portfolio`.

    Raises
    ------
    click.UsageError
        A malformed pair.
    InputError
        A net asset value that is no amount.
    """
    from stress.amounts import parse_amount

    return {
        "dialect": reading.dialect,
        "mapping": pairs(reading.mapping, option="--map", example="Symbol=ticker"),
        "merge": reading.merge,
        "nav": None if reading.nav is None else parse_amount(reading.nav, what="--nav"),
        "currency": reading.currency,
        "as_of": reading.as_of,
        "fx": _rates(reading.fx),
        "identifiers": reading.identifiers,
    }


def pairs(texts: Sequence[str], *, option: str, example: str) -> dict[str, str]:
    """Split ``A=B`` options at the last sign of equality: tickers such as ``ES=F`` have one of their own.

    Raises
    ------
    click.UsageError
        Without a sign of equality, or with one key given twice.
    """
    found: dict[str, str] = {}
    for text in texts:
        key, sign, value = (part.strip() for part in text.rpartition("="))
        if not (key and sign and value):
            raise click.UsageError(f"{option} {text!r}: write it as {option} {example}.")
        if key in found:
            raise click.UsageError(f"{option} {key} is given twice.")
        found[key] = value
    return found


def _rates(texts: Sequence[str]) -> dict[str, float] | None:
    rates: dict[str, float] = {}
    for currency, text in pairs(texts, option="--fx", example="EUR=1.08").items():
        try:
            rates[currency] = float(text)
        except ValueError:
            raise click.UsageError(f"--fx {currency}={text}: {text!r} is not a number.") from None
    return rates or None
