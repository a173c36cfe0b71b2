"""Warnings of a run on standard error: each once, with what it concerns, and how to see those not shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stress.cli.standard_error import say

if TYPE_CHECKING:
    from stress.results.result import Result, Results

__all__ = ["say_warnings", "warning_lines"]

#: Warnings on the first screen; ``--all`` prints every one.
_SHOWN = 6
#: Results that a warning names; of more it says how many.
_NAMED = 3


def say_warnings(results: Results, *, shown: int, everything: bool, page: bool) -> None:
    """Print each warning once, with what it concerns.

    Parameters
    ----------
    results : Results
        The run.
    shown : int
        Results of which the page has more than a row: their warnings come first.
    everything : bool
        Whether none is held back.
    page : bool
        Whether the run is printed as a page or table, not as a document that has each result's own warnings.
    """
    lines = warning_lines(results, results[: len(results) if everything else shown])
    count = len(lines) if everything else _SHOWN
    for line in lines[:count]:
        say("warning", line)
    more = len(warning_lines(results, results)) - len(lines[:count])
    if more > 0:
        say(
            "warning",
            f"{more} {'more' if lines[:count] else 'not shown'}: --all prints every one here; "
            f"{'in --format json each result' if page else 'each result of the document'} has its own.",
        )


def warning_lines(results: Results, shown: Sequence[Result]) -> list[str]:
    """Return the warnings of some results and of the baselines: each once, with what it concerns.

    Parameters
    ----------
    results : Results
        The run.
    shown : sequence of Result
        Of it.
    """
    concerned: dict[str, list[Result]] = {}
    relevant: list[Result] = [*results.baselines.values(), *shown]
    for result in relevant:
        for warning in dict.fromkeys(result.warnings):
            concerned.setdefault(warning, []).append(result)
    return [
        f"{_whom(found, relevant)}: {' '.join(warning.split())}"
        for warning, found in concerned.items()
    ]


def _whom(found: Sequence[Result], relevant: Sequence[Result]) -> str:
    """Name the books where a warning is about all that was run on them, otherwise the scenarios."""
    books = list(dict.fromkeys(result.portfolio_name for result in found))
    whole = [result for result in relevant if result.portfolio_name in books]
    if len(whole) == len(found):
        return _listed(books, "books")
    scenarios = list(
        dict.fromkeys("no scenario" if one.scenario is None else one.id for one in found)
    )
    several = len({result.portfolio_name for result in relevant}) > 1
    where = f"{_listed(books, 'books')}, " if several else ""
    return f"{where}{_listed(scenarios, 'scenarios')}"


def _listed(names: Sequence[str], noun: str) -> str:
    return ", ".join(names) if len(names) <= _NAMED else f"{len(names)} {noun}"
