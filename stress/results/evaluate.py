"""`evaluate`: books and scenarios on one model: checked, completed, planned, drawn, measured."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from stress.errors import InputError
from stress.factors.model import FactorModel
from stress.portfolio.position import Portfolio
from stress.results.beside import active_line
from stress.results.drawing import draw, through_surfaces
from stress.results.grouping import require_column
from stress.results.inputs import one_model, recorded_notes, require_distinct
from stress.results.manifest import manifest_of, payload_of, run_digest
from stress.results.options import Options
from stress.results.paths_of_run import paths_of_run, scenarios_with_paths
from stress.results.planning import plans_for
from stress.results.reduced import require_methods
from stress.results.result import Result, Results
from stress.results.result_of import result_of
from stress.results.unfinished import left_beside, without_what_stands_beside
from stress.scenarios.propagation_report import propagation_report
from stress.scenarios.scenario import BASELINE, Scenario
from stress.simulation.blas_threads import one_blas_thread
from stress.simulation.book import Book
from stress.simulation.levels.floors import require_possible_falls
from stress.steps import Progress, part_of, stepping

__all__ = ["evaluate"]


@one_blas_thread()
def evaluate(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    *,
    options: Options,
    benchmark: Portfolio | None = None,
    active_books: Sequence[tuple[Book, Book]] = (),
    version: str = "",
    on_progress: Progress | None = None,
    on_result: Progress | None = None,
) -> Results:
    """Run every scenario on every book, and the baseline of each.

    Parameters
    ----------
    books : sequence of Book
        Compiled on one model.
    scenarios : sequence of Scenario
        Ids unique.
    options : Options
        Draws, seed and the rest.
    benchmark : Portfolio, optional
        Named in the active lines.
    active_books : sequence of (Book, Book), optional
        For each book: the benchmark scaled to its NAV, and the book minus that.
    version : str
        Of foreshock, for the manifest.
    on_progress : callable, optional
        Called with draws done and in all, those of paths included.
    on_result : callable, optional
        Called with results made and in all, baselines included, first with none.

    Returns
    -------
    Results
        Books in order, within each the scenarios in order.
    """
    model = _checked(books, scenarios, options)
    recorded = recorded_notes(
        scenarios,
        model,
        severity=options.severity,
        judged_by=None if options.stressed is None else options.stressed.base,
    )
    walked = scenarios_with_paths(books, scenarios, options)
    steps: list[Scenario | None] = [None, *scenarios]
    without = [minus for _, minus in active_books]
    plans = plans_for([*books, *without], steps, model, options)
    ready = through_surfaces(plans, options)
    if options.store is not None:
        options.store.begin(
            *payload_of(books, scenarios, without, options, ready.option_values, version)
        )
    # Each path has as many draws as the run.
    told = part_of(on_progress, 0, 1 + len(books) * len(walked))
    drawn = draw(ready.plans, options, on_progress=told)
    paths = paths_of_run(books, walked, options, draws=drawn.draws, on_progress=on_progress)
    digests = {key: found.digest for key, found in paths.found.items()}
    manifest = manifest_of(
        books,
        scenarios,
        model,
        options,
        draws=drawn.draws,
        asked=drawn.asked,
        plans=ready.plans[: len(books) * len(steps) : len(steps)],
        digest=run_digest(drawn.pnls, scenarios, books=len(books), paths=digests),
        chosen=ready.chosen,
        version=version,
    )
    # How factors are filled depends on no book.
    reports = [propagation_report(one.completed, model) for one in plans[: len(steps)]]
    results: list[Result] = []
    baselines: dict[str, Result] = {}
    asked = options
    undone: list[str] = []
    count = len(books) * len(steps)
    if on_result is not None:
        on_result(0, count)
    step = stepping(on_result, count)
    for b, book in enumerate(books):
        baseline: Result | None = None
        for s, scenario in enumerate(steps):
            at = b * len(steps) + s
            key = (b, BASELINE if scenario is None else scenario.id)
            against = None
            if active_books and benchmark is not None:
                active = drawn.pnls[len(books) * len(steps) + at]
                against = active_line(benchmark.name, plans[at], scenario, active)
            made = partial(
                result_of,
                plans[at],
                drawn.pnls[at],
                scenario,
                baseline=baseline,
                manifest=manifest,
                active=against,
                path=paths.found.get(key),
                propagated=reports[s],
                drawn_notes=[*ready.notes(at), *drawn.notes],
                recorded_notes={} if scenario is None else recorded[scenario.id],
            )
            of_path = [paths.unfinished[key]] if key in paths.unfinished else []
            try:
                result = made(options=asked, unfinished=[*of_path, *undone])
            except KeyboardInterrupt:
                if options.on_interrupt == "raise" or undone:
                    raise
                # The draws are there: from here on, what stands beside them is left out.
                asked, undone = without_what_stands_beside(options), [left_beside(options)]
                result = made(options=asked, unfinished=[*of_path, *undone])
            if scenario is None:
                baseline = baselines[book.portfolio.name] = result
            else:
                results.append(result)
            step()
    return Results(results=tuple(results), baselines=baselines, manifest=manifest)


def _checked(books: Sequence[Book], scenarios: Sequence[Scenario], options: Options) -> FactorModel:
    """Return the one model of a run, once books, scenarios and options are seen to go together."""
    model = one_model(books)
    require_distinct(scenarios)
    if options.replay_names and options.severity != 1.0:
        raise InputError(
            f"recorded names make the moves they made: at severity {options.severity:g} there are none. "
            f"Drop --replay-names / replay_names=, or --severity / severity=."
        )
    naming = [scenario.id for scenario in scenarios if scenario.core_names]
    if naming and options.generator is not None and not options.generator.mixes:
        raise InputError(
            f"{', '.join(naming)}: history can be conditioned on factor moves only, and names are stated there. "
            'Leave it out, or draw by the t law (--generator t / generator="t").'
        )
    if options.group is not None:
        for book in books:
            require_column(book, options.group)
    require_methods(options.reduce)
    for book in books:
        require_possible_falls(
            book, scenarios, severity=options.severity, propagation=options.propagation
        )
    return model
