"""`result_of`: one scenario on one book, with all that stands beside its P&L."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from stress.results.beside import (
    ActiveLine,
    central,
    liquidity_of,
    model_range_of,
    plausibility_of,
    second_opinion_of,
    severities,
    with_recorded,
)
from stress.results.dispersion import dispersion
from stress.results.drawn_apart import drawn_apart
from stress.results.drawn_law import drawn_law
from stress.results.ledger import ledger_lines
from stress.results.left_out import left_out
from stress.results.lines import (
    basket_lines,
    factor_lines,
    name_lines,
    recorded_share,
)
from stress.results.manifest import Manifest
from stress.results.measured import band_of, measures_of
from stress.results.options import Options
from stress.results.ordinary_tails import ordinary_tails
from stress.results.path import PathResult
from stress.results.planning import recorded_returns
from stress.results.reduced import reduced_tails
from stress.results.result import Result
from stress.results.revalued_line import revalued_line
from stress.results.said import (
    assumed,
    heavy_tails,
    said,
    too_few_for_a_band,
)
from stress.results.stressed_line import stressed_line
from stress.results.track_record import track_record_of
from stress.results.unexplained import unexplained_pnl
from stress.results.unfinished import part_of_draws
from stress.scenarios.propagation_report import PropagatedFactor
from stress.scenarios.scenario import Scenario
from stress.simulation.levels.floors import doubtful_falls
from stress.simulation.plan import Plan
from stress.simulation.pnl import PnL
from stress.simulation.said_of_book import not_covered

__all__ = ["result_of"]


def result_of(
    planned: Plan,
    pnl: PnL,
    scenario: Scenario | None,
    *,
    options: Options,
    baseline: Result | None,
    manifest: Manifest,
    active: ActiveLine | None,
    path: PathResult | None,
    propagated: tuple[PropagatedFactor, ...],
    drawn_notes: Sequence[str],
    recorded_notes: Mapping[str, str],
    unfinished: Sequence[str],
) -> Result:
    """Measure and attribute the P&L of one scenario on one book.

    Parameters
    ----------
    planned : Plan
        Of the book, exact: without surfaces.
    pnl : PnL
        Its draws.
    scenario : Scenario or None
        None is the ordinary day.
    options : Options
        Of the run.
    baseline : Result or None
        The book's ordinary day; None where this is it.
    manifest : Manifest
        Of the run.
    active : ActiveLine or None
        P&L against a benchmark.
    path : PathResult or None
        Along the scenario's steps.
    propagated : tuple of PropagatedFactor
        How unstated factors were filled.
    drawn_notes : sequence of str
        What was chosen in drawing.
    recorded_notes : mapping of str to str
        What is to be said of recorded names, by name.
    unfinished : sequence of str
        What Ctrl-C left undone beside the draws.
    """
    book, completed = planned.book, planned.completed
    nav, currency = book.nav, book.portfolio.currency
    expected = planned.central_pnl()
    recorded = {} if scenario is None else recorded_returns(scenario, severity=options.severity)
    names = name_lines(planned, recorded)
    measures, too_few = measures_of(pnl, currency, None if scenario is None else scenario.id)
    record, no_record = track_record_of(options.record, planned, scenario)
    apart = drawn_apart(planned, pnl)
    undone = (*part_of_draws(pnl), *unfinished)
    return Result(
        portfolio_name=book.portfolio.name,
        scenario=scenario,
        completed=completed,
        nav=nav,
        currency=currency,
        expected=expected,
        alone=central(planned, scenario, options, mode="alone"),
        linked=central(planned, scenario, options, mode="linked"),
        propagation=planned.mode,
        with_recorded_names=with_recorded(book, scenario, options, recorded),
        recorded_share=recorded_share(book, recorded),
        pnl=pnl,
        measures=measures,
        band=band_of(measures),
        times_ordinary=_times_ordinary(expected, completed.horizon_days, baseline),
        severities=severities(book, scenario, options),
        names=names,
        baskets=basket_lines(book, names),
        factors=factor_lines(book, planned, expected),
        dispersion=dispersion(pnl.totals / nav),
        coverage=book.coverage,
        track_record=record,
        no_track_record_because=no_record,
        model_range=model_range_of(planned, scenario, options),
        ordinary_tails=() if scenario is not None else ordinary_tails(planned, options),
        revalued=revalued_line(planned, scenario, options),
        left_out_effect=left_out(planned),
        drawn_apart=apart,
        active=active,
        ledger=ledger_lines(pnl) if baseline is None else baseline.ledger,
        liquidity=liquidity_of(planned, scenario),
        path=path,
        propagated=propagated,
        plausibility=plausibility_of(planned, scenario, options),
        stressed_law=None
        if scenario is None or options.stressed is None
        else stressed_line(book, options.stressed),
        second_opinion=second_opinion_of(book, scenario, options),
        law=drawn_law(planned),
        reduced=reduced_tails(pnl, options.reduce, executor=options.executor),
        grouped=options.group,
        unfinished=undone,
        warnings=(
            *undone,
            *not_covered(book),
            *apart,
            *doubtful_falls(
                scenario, book, severity=options.severity, propagation=options.propagation
            ),
            *heavy_tails(pnl),
            *options.notes,
            *_noted(scenario, options),
            # What moves figures stands before how the file was read: a screen shows the first few.
            *(() if book.valuation is None else book.valuation.warnings),
            *unexplained_pnl(planned, propagated, expected=expected),
            *said(scenario, planned, propagated),
            *planned.warnings,
            *assumed(scenario, options),
            *drawn_notes,
            *(text for name, text in recorded_notes.items() if name in book.name_index),
            *too_few_for_a_band(pnl),
            *too_few,
            *book.portfolio.warnings,
        ),
        digest=pnl.digest,
        manifest=manifest,
    )


def _times_ordinary(expected: float, horizon_days: int, baseline: Result | None) -> float | None:
    """Return an expected loss over the tail average of ordinary days, scaled to the horizon."""
    tail = None if baseline is None else baseline.tail_average
    if tail is None or tail.value <= 0.0 or expected >= 0.0:
        return None
    return -expected / (tail.value * math.sqrt(horizon_days))


def _noted(scenario: Scenario | None, options: Options) -> list[str]:
    note = None if scenario is None else options.scenario_notes.get(scenario.id)
    return [] if note is None else [note]
