"""Options of a run that change nothing on its books and scenarios: each said once, never silently dropped."""

from __future__ import annotations

from collections.abc import Sequence

from stress.opening import idle_levels
from stress.portfolio.levels import Given
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book

__all__ = ["idle_options"]


def idle_options(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    given: Given,
    *,
    paths: bool = True,
    rebalance: bool = False,
    instant: bool = False,
    replay_names: bool = False,
) -> list[str]:
    """Say which options change nothing, and why.

    Parameters
    ----------
    books : sequence of Book
        All that are run, a benchmark's among them.
    scenarios : sequence of Scenario
        All that are run.
    given : Given
        Levels that options state (not a market file: it may serve other books).
    paths : bool
        Whether scenarios run along their steps.
    rebalance, instant, replay_names : bool
        Whether they were asked for.

    Returns
    -------
    list of str
        One sentence an option.
    """
    said = []
    if rebalance and not (paths and any(scenario.path for scenario in scenarios)):
        said.append("--rebalance changes nothing: no scenario runs in steps to restore weights at.")
    if instant and not any(book.valuation for book in books):
        said.append("--instant changes nothing: nothing is held whose value passes with time.")
    if replay_names:
        held = {name for book in books for name in book.names}
        if not any(stated.target in held for one in scenarios for stated in one.names):
            said.append("--replay-names changes nothing: no scenario records a name that is held.")
    bounded = {move.target for scenario in scenarios for move in scenario.moves}
    return [*said, *idle_levels(books, given, bounded=bounded)]
