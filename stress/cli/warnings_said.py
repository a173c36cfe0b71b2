"""Warnings of a run on standard error: each once, with what it concerns, and how to see those not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stress.cli.standard_error import say

if TYPE_CHECKING:
    from stress.results.result import Results

__all__ = ["say_warnings"]

#: Warnings on the first screen; ``--all`` prints every one.
_SHOWN = 6


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
    from stress.reporting.run_warnings import warning_lines

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
