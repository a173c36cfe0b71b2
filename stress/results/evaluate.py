"""`evaluate`: the flow of the house as one page of plain calls.

Books and scenarios on one model: complete, plan, simulate, measure, attribute.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from stress.errors import InputError
from stress.portfolio.position import Portfolio
from stress.results.beside import (
    ActiveLine,
    active_line,
    central,
    liquidity_of,
    model_range_of,
    path_of,
    plausibility_of,
    second_opinion_of,
    severities,
    with_recorded,
)
from stress.results.drawing import draw, through_surfaces
from stress.results.drawn_law import drawn_law
from stress.results.grouping import require_column
from stress.results.inputs import one_model, recorded_notes, require_distinct
from stress.results.ledger import LedgerLine, ledger_lines
from stress.results.left_out import left_out
from stress.results.lines import (
    basket_lines,
    dispersion,
    factor_lines,
    name_lines,
    recorded_share,
)
from stress.results.manifest import Manifest, manifest_of, payload_of
from stress.results.measured import measures_of
from stress.results.path import PathResult
from stress.results.planning import (
    Options,
    assumed_spread,
    plans_for,
    recorded_returns,
)
from stress.results.reduced import reduced_tails, require_methods
from stress.results.result import Result, Results
from stress.results.revalued_line import revalued_line
from stress.results.said import heavy_tails, interrupted, not_covered, said, too_few_for_a_band
from stress.results.stressed_line import stressed_line
from stress.results.track_record import TrackRecord, no_record_because, track_record_of
from stress.scenarios.propagation_report import (
    PropagatedFactor,
    propagation_report,
)
from stress.scenarios.scenario import Scenario
from stress.simulation.blas_threads import one_blas_thread
from stress.simulation.book import Book
from stress.simulation.levels.floors import doubtful_falls, require_possible_falls
from stress.simulation.plan import Plan
from stress.simulation.pnl import PnL

__all__ = ["Options", "evaluate"]


@one_blas_thread()
def evaluate(
    books: Sequence[Book],
    scenarios: Sequence[Scenario],
    *,
    options: Options,
    benchmark: Portfolio | None = None,
    active_books: Sequence[tuple[Book, Book]] = (),
    version: str = "",
    on_progress: Callable[[int, int], None] | None = None,
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
        Called with draws done and in all.

    Returns
    -------
    Results
        Books in order, within each the scenarios in order.
    """
    model = one_model(books)
    require_distinct(scenarios)
    if options.replay_names and options.severity != 1.0:
        raise InputError(
            f"recorded names make the moves they made: at severity {options.severity:g} there are none. "
            f"Drop --replay-names / replay_names=, or --severity / severity=."
        )
    if options.group is not None:
        for book in books:
            require_column(book, options.group)
    require_methods(options.reduce)
    steps: list[Scenario | None] = [None, *scenarios]
    notes = recorded_notes(scenarios, model, severity=options.severity)
    for book in books:
        require_possible_falls(book, scenarios, severity=options.severity)
    every = plans_for([*books, *(pair[1] for pair in active_books)], steps, model, options)
    plans = every[: len(books) * len(steps)]
    ready, options, surface_notes = through_surfaces(every, options)
    if options.store is not None:
        without = [pair[1] for pair in active_books]
        options.store.begin(*payload_of(books, scenarios, without, options, version))
    pnls, options, drawn_notes = draw(ready, options, on_progress=on_progress)
    paths = {
        (b, scenario.id): found
        for b, book in enumerate(books)
        for scenario in scenarios
        if (found := path_of(book, scenario, options)) is not None
    }
    digests = {key: found.digest for key, found in paths.items()}
    manifest = manifest_of(books, scenarios, model, options, pnls[: len(plans)], digests, version)
    # How factors are filled depends on no book.
    reports = [propagation_report(one.completed, model) for one in plans[: len(steps)]]
    results: list[Result] = []
    baselines: dict[str, Result] = {}
    for b, book in enumerate(books):
        ordinary: float | None = None
        ledger: tuple[LedgerLine, ...] | None = None
        for s, scenario in enumerate(steps):
            at = b * len(steps) + s
            line = None
            if active_books and benchmark is not None:
                line = active_line(
                    benchmark.name, active_books[b][0], scenario, options, pnls[len(plans) + at]
                )
            result = _result(
                book,
                scenario,
                plans[at],
                pnls[at],
                options=options,
                ordinary=ordinary,
                manifest=manifest,
                active=line,
                ledger=ledger,
                path=None if scenario is None else paths.get((b, scenario.id)),
                propagated=reports[s],
                notes=[
                    *options.notes,
                    *_noted(scenario, options),
                    *surface_notes,
                    *drawn_notes,
                    *_assumed(scenario, options),
                    *(
                        text
                        for name, text in ({} if scenario is None else notes[scenario.id]).items()
                        if name in book.name_index
                    ),
                ],
            )
            if scenario is None:
                baselines[book.portfolio.name] = result
                ledger = result.ledger
                ordinary = _ordinary(result)
            else:
                results.append(result)
    return Results(results=tuple(results), baselines=baselines, manifest=manifest)


def _result(
    book: Book,
    scenario: Scenario | None,
    planned: Plan,
    pnl: PnL,
    *,
    options: Options,
    ordinary: float | None,
    manifest: Manifest,
    active: ActiveLine | None,
    propagated: tuple[PropagatedFactor, ...],
    notes: Sequence[str],
    path: PathResult | None,
    ledger: tuple[LedgerLine, ...] | None = None,
) -> Result:
    completed = planned.completed
    expected = planned.central_pnl()
    nav = book.nav
    recorded = {} if scenario is None else recorded_returns(scenario, severity=options.severity)
    names = name_lines(planned, recorded)
    measures, too_few = measures_of(
        pnl, book.portfolio.currency, None if scenario is None else scenario.id
    )
    baskets = basket_lines(book, names)
    record, no_record = _track_record(scenario, planned, options)
    band = [m.value for m in measures if m.measure == "quantile"]
    horizon = completed.horizon_days
    times = None
    if scenario is not None and ordinary is not None and ordinary > 0.0 and expected < 0.0:
        times = -expected / (ordinary * math.sqrt(horizon))
    return Result(
        portfolio_name=book.portfolio.name,
        scenario=scenario,
        completed=completed,
        nav=nav,
        currency=book.portfolio.currency,
        expected=expected,
        alone=central(book, scenario, options, planned, mode="alone"),
        linked=central(book, scenario, options, planned, mode="linked"),
        propagation=planned.mode,
        with_recorded_names=with_recorded(book, scenario, options, recorded),
        recorded_share=recorded_share(book, recorded),
        pnl=pnl,
        measures=measures,
        band=(band[0], band[1]),
        times_ordinary=times,
        severities=severities(book, scenario, options),
        names=names,
        baskets=baskets,
        factors=factor_lines(book, planned, expected),
        dispersion=dispersion(pnl.totals / nav, pnl.weights),
        coverage=book.coverage,
        track_record=record,
        no_track_record_because=no_record,
        model_range=model_range_of(book, scenario, options, planned),
        revalued=revalued_line(book, scenario, options, planned),
        left_out_effect=left_out(planned),
        active=active,
        ledger=ledger_lines(pnl) if ledger is None else ledger,
        liquidity=liquidity_of(book, scenario, options, planned),
        path=path,
        propagated=propagated,
        plausibility=plausibility_of(book, scenario, options, planned),
        stressed_law=None if options.stressed is None else stressed_line(book, options.stressed),
        second_opinion=second_opinion_of(book, scenario, options),
        law=drawn_law(planned),
        reduced=reduced_tails(pnl, options.reduce, executor=options.executor),
        grouped=options.group,
        warnings=(
            *interrupted(pnl),
            *not_covered(book),
            *doubtful_falls(completed, book),
            *heavy_tails(pnl),
            *book.portfolio.warnings,
            *notes,
            *planned.warnings,
            *(() if book.valuation is None else book.valuation.warnings),
            *said(scenario, planned, propagated),
            *too_few_for_a_band(pnl),
            *too_few,
        ),
        digest=pnl.digest,
        manifest=manifest,
    )


def _noted(scenario: Scenario | None, options: Options) -> list[str]:
    note = None if scenario is None else options.scenario_notes.get(scenario.id)
    return [] if note is None else [note]


def _assumed(scenario: Scenario | None, options: Options) -> list[str]:
    assumed = None if scenario is None else assumed_spread(scenario, options)
    if assumed is None:
        return []
    return [
        f"{assumed} is assumed: the variation was asked for, and the scenario states no spread."
    ]


def _track_record(
    scenario: Scenario | None, planned: Plan, options: Options
) -> tuple[TrackRecord | None, str | None]:
    """Return the record of runs like this one, or why there is none: by theme, horizon and what is stated."""
    if scenario is None:
        return None, "no scenario"
    if options.record is None:
        return None, f"there is none for model {planned.book.model.id}"
    book, completed = planned.book, planned.completed
    gross = book.coverage.gross
    homes = set(book.model.homes)
    baskets = [factor in homes for factor in book.model.factor_index]
    stated = float(completed.stated[baskets].mean()) if any(baskets) else 0.0
    by_home: dict[str, float] = {}
    for home, value in zip(book.homes, book.values, strict=True):
        by_home[home] = by_home.get(home, 0.0) + (abs(value) / gross if gross > 0.0 else 0.0)
    because = no_record_because(
        horizon_days=completed.horizon_days,
        in_names=math.fsum(by_home.values()),
        stands_still=planned.mode == "alone" and not completed.stated[baskets].all(),
    )
    if because is not None:
        return None, because
    return track_record_of(options.record, by_home, stated_share=stated), None


def _ordinary(baseline: Result) -> float | None:
    tail = baseline.tail_average
    return None if tail is None else tail.value
