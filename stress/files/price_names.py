"""Names of series as books and models write them: ``aapl`` and ``AAPL`` are one, ``BRK.B`` is ``BRK-B``."""

from __future__ import annotations

from collections.abc import Sequence

from stress.errors import InputError, Problem
from stress.files.portfolio.classify import plain_ticker

__all__ = ["unique_names"]


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
