"""What a hedge does in scenarios: those shown, the worst there is, the shock and the day after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stress.arrays import FloatArray
from stress.hedging.hedge_plan import DayAfter, ScenarioEffect, WorstFound
from stress.hedging.laws import Law
from stress.hedging.prepared import Setting
from stress.hedging.traded import Traded
from stress.reverse_stress.book import worst_case_of_book
from stress.scenarios.scenario import Scenario, Variation
from stress.simulation.book import Book
from stress.simulation.path import central_path, plan_path

__all__ = ["day_after", "scenario_effects", "worst_found"]

#: How far off the worst scenario is searched. [standard deviations]
_WITHIN = 4.0

#: Stated moves as they are written.
_STATED = Variation(kind="names")


def scenario_effects(
    setting: Setting, traded: Traded, family: Sequence[Scenario]
) -> tuple[ScenarioEffect, ...]:
    """Return the expected P&L in every scenario, before and after."""
    chosen = {point.scenario.id for point in setting.chosen}
    found = []
    for scenario in family:
        before, after = traded.central(Law(scenario=scenario, exact=True))
        found.append(
            ScenarioEffect(
                id=scenario.id,
                horizon_days=scenario.horizon_days,
                kind=scenario.kind,
                before=before,
                after=after,
                chosen=scenario.id in chosen,
            )
        )
    return tuple(found)


def worst_found(before: Book, after: Book) -> WorstFound:
    """Search the worst scenario of book and hedged book, each its own, within a distance."""
    before_case = worst_case_of_book(before, distance=_WITHIN, answers=1).answers[0]
    after_case = worst_case_of_book(after, distance=_WITHIN, answers=1).answers[0]
    return WorstFound(
        distance=_WITHIN,
        before=before_case.loss,
        after=after_case.loss,
        drivers=tuple(after_case.drivers[:3]),
    )


def day_after(
    book: Book, hedged: Book, shock: Scenario | None, relief: Scenario | None
) -> DayAfter | None:
    """Return shock and rebound with the hedge kept on: the second day is earned on what the first leaves.

    Both are scenarios, and the stated move of a currency holds in every one: it is made on the second day again.
    """
    if shock is None or relief is None:
        return None
    both = replace(shock, path=(shock, relief))
    before, after = _day_by_day(book, both), _day_by_day(hedged, both)
    return DayAfter(
        shock=shock.id,
        relief=relief.id,
        shock_before=float(before[0]),
        shock_after=float(after[0]),
        relief_before=float(before[1] - before[0]),
        relief_after=float(after[1] - after[0]),
    )


def _day_by_day(book: Book, both: Scenario) -> FloatArray:
    """Return the P&L from the start to the end of each of two days."""
    planned = plan_path(book, both, variation=_STATED)
    if book.valuation is not None:
        # A path is one scenario, which makes a stated move once; here each step is one.
        again = replace(book, valuation=book.valuation.with_stated_moves(2))
        second = plan_path(again, both, variation=_STATED).revaluations[1:]
        planned = replace(planned, revaluations=(*planned.revaluations[:1], *second))
    return central_path(planned)
