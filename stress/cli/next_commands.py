"""The line of commands to try next: each works as it stands, and none repeats what was just run.

Where levels were stated, they are part of the question: what comes next is added to the command as it was typed.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from stress.cli.group import not_an_option
from stress.tables import SCREEN_WIDTH, printable

if TYPE_CHECKING:
    from stress.results.result import Results

__all__ = ["next_commands"]

#: Characters of the first command beyond which the others have a line of their own.
_LONG = 60


def next_commands(
    results: Results, books: Sequence[str], *, shocked: Sequence[str], show_all: bool
) -> str:
    """Return commands to try next, as many as fit on a line; on a second one after a long path.

    Parameters
    ----------
    results : Results
        The run.
    books : sequence of str
        As they were typed.
    shocked : sequence of str
        Targets of the run's own shocks.
    show_all : bool
        Whether every scenario has its row already.
    """
    first = results[0]
    file = _quoted(books[0]) if len(books) == 1 else "FILE..."
    further = [] if show_all else ["--all"]
    target = _target(results, shocked)
    if target is not None:
        further.append(f"--shock {shlex.quote(f'{target}=-20%')}")
    if first.grouped is None:
        further.append(f"--group {_column(results)}")
    stated = "market_levels" in results.manifest.options
    first_command = f"NEXT  {'the same command with' if stated else f'foreshock run {file}'} -s ID"
    lines = [first_command]
    for more in (*further, "foreshock scenario list"):
        if len(lines[-1]) + len(more) + 3 <= SCREEN_WIDTH:
            lines[-1] += f" · {more}"
        elif len(first_command) > _LONG and len(lines) == 1:
            lines.append(f"      {more}")
    return "\n".join(lines)


def _quoted(book: str) -> str:
    """Quote a book for a shell; a character that a terminal would obey is a ``?``, which the shell takes for any."""
    pieces, known = [""], printable(not_an_option(book))
    for typed, shown in zip(not_an_option(book), known, strict=True):
        if typed == shown:
            pieces[-1] += typed
        else:
            pieces.append("")
    return "?".join(shlex.quote(piece) if piece else "" for piece in pieces) or "''"


def _target(results: Results, shocked: Sequence[str]) -> str | None:
    """Return the held name that loses most, or the market, if it can be shocked and was not."""
    first = results[0]
    model = first.pnl.plan.book.model
    held = [line.name for line in first.names if line.name in model.name_index]
    market = [] if model.market is None else [model.market]
    return next((name for name in (*held, *market) if name not in shocked), None)


def _column(results: Results) -> str:
    positions = results[0].pnl.plan.book.positions
    columns = ("account", "sector")
    return next((word for word in columns if any(getattr(p, word) for p in positions)), "name")
