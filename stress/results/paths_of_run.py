"""The paths of a run: the steps of each scenario that has some, on every book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stress.results.options import Options
from stress.results.path import PathResult, evaluate_path
from stress.results.planning import mode_of, variation_of
from stress.results.unfinished import part_of_paths
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book
from stress.simulation.path import plan_path, require_rebalanced
from stress.steps import Progress, part_of

__all__ = ["Paths", "paths_of_run", "scenarios_with_paths"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """What paths came to.

    Parameters
    ----------
    found : mapping of (int, str) to PathResult
        By the book's place and the scenario's id.
    unfinished : mapping of (int, str) to str
        What Ctrl-C left undone of them, in words.
    """

    found: Mapping[tuple[int, str], PathResult]
    unfinished: Mapping[tuple[int, str], str]


def scenarios_with_paths(
    books: Sequence[Book], scenarios: Sequence[Scenario], options: Options
) -> list[Scenario]:
    """Return the scenarios that also run step by step, once books are seen to allow it.

    Raises
    ------
    InputError
        Where weights are to be restored at each step of a book that is revalued in full.
    """
    walked = [scenario for scenario in scenarios if scenario.path and options.paths]
    if walked and options.rebalance:
        for book in books:
            require_rebalanced(book)
    return walked


def paths_of_run(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    options: Options,
    *,
    draws: int,
    on_progress: Progress | None,
) -> Paths:
    """Run every path on every book; after Ctrl-C none that was not begun.

    Parameters
    ----------
    books : sequence of Book
        Of the run.
    scenarios : sequence of Scenario
        From `scenarios_with_paths`.
    options : Options
        Of the run.
    draws : int
        Of each path.
    on_progress : callable or None
        Of the run: its own draws are told, those of each path come after them.
    """
    found: dict[tuple[int, str], PathResult] = {}
    unfinished: dict[tuple[int, str], str] = {}
    asked = [(b, scenario) for b in range(len(books)) for scenario in scenarios]
    for at, (b, scenario) in enumerate(asked):
        key = (b, scenario.id)
        if unfinished:
            unfinished[key] = part_of_paths(0, draws)
            continue
        planned = plan_path(
            books[b],
            scenario,
            severity=options.severity,
            variation=variation_of(scenario, options),
            mode=mode_of(scenario, options),
            generator=options.generator,
            instant=options.instant,
            rebalance=options.rebalance,
        )
        path = evaluate_path(
            planned,
            scenario,
            draws=draws,
            seed=options.seed,
            currency=books[b].portfolio.currency,
            executor=options.executor,
            on_progress=part_of(on_progress, 1 + at, 1 + len(asked)),
            on_interrupt=options.on_interrupt,
        )
        if path is not None:
            found[key] = path
        done = 0 if path is None else len(path.totals)
        if done < draws:
            unfinished[key] = part_of_paths(done, draws)
    return Paths(found=found, unfinished=unfinished)
