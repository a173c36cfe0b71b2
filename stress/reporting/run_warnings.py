"""Warnings of a run: each once, with what it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stress.results.result import Result, Results

__all__ = ["warning_lines"]

#: Results that a warning names; of more it says how many.
_NAMED = 3


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
