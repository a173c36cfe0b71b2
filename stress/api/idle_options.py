"""Options of a run that change nothing on its books and scenarios: each said once, never silently dropped."""

from __future__ import annotations

from collections.abc import Sequence

from stress.opening import idle_levels
from stress.portfolio.levels import Given
from stress.results.options import RunSettings
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book
from stress.simulation.holdings import options_of
from stress.simulation.levels.floors import held_to_levels
from stress.tables import listing

__all__ = ["idle_options"]


def idle_options(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    given: Given,
    asked: RunSettings,
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
    asked : RunSettings
        Of the run.

    Returns
    -------
    list of str
        One sentence an option.
    """
    if not books:
        return []  # a run of nothing is refused by the run
    said = []
    worded = books[0].portfolio.worded
    if asked.rebalance and not (asked.paths and any(scenario.path for scenario in scenarios)):
        option = worded("--rebalance", "rebalance=True")
        said.append(f"{option} changes nothing: no scenario runs in steps to restore weights at.")
    if asked.instant and not any(book.valuation for book in books):
        option = worded("--instant", "instant=True")
        said.append(f"{option} changes nothing: nothing is held whose value passes with time.")
    if asked.surfaces and not any(
        book.valuation and any(options_of(book.valuation.holdings)) for book in books
    ):
        option = worded("--surfaces", "surfaces=True")
        said.append(f"{option} changes nothing: no option is held.")
    if asked.replay_names:
        held = {name for book in books for name in book.names}
        if not any(stated.target in held for one in scenarios for stated in one.names):
            option = worded("--replay-names", "replay_names=True")
            said.append(f"{option} changes nothing: no scenario records a name that is held.")
    fixed = [one.id for one in scenarios if one.propagation not in (None, asked.propagation)]
    if asked.propagation and fixed:
        mode = asked.propagation
        option = worded(f"--propagation {mode}", f'propagation="{mode}"')
        said.append(
            f"{option} changes nothing of {listing(fixed, most=3)}: its own file says otherwise."
        )
    return [*said, *idle_levels(books, given, bounded=held_to_levels(scenarios))]
