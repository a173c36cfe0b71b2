"""What a result has to say beside its figures: what of the scenario and its draws is doubtful, with its size."""

from __future__ import annotations

from collections.abc import Sequence

from stress.factors.horizon import SHORT_HORIZON
from stress.results.leveraged import moved_once, path_cost
from stress.results.measured import MIN_BAND_DRAWS
from stress.results.options import Options
from stress.results.planning import assumed_spread
from stress.results.proxy_news import proxy_news
from stress.results.rolled_futures import rolled_futures
from stress.results.whole_baskets import whole_baskets
from stress.scenarios.propagation_report import (
    PropagatedFactor,
    impossible_warning,
    unseen_warning,
)
from stress.scenarios.scenario import Scenario
from stress.simulation.plan import Plan
from stress.simulation.pnl import PnL
from stress.tables import listing

__all__ = ["assumed", "heavy_tails", "said", "too_few_for_a_band"]

#: So many factors that are extrapolated are named, the farthest first.
_MOST_FAR = 6
_ALL_STATED = "all factors are stated: only single names vary, so the range is not the uncertainty of the shock."


def too_few_for_a_band(pnl: PnL) -> list[str]:
    """Say that a range of the variations is left out: it would rest on too few draws."""
    if pnl.draws >= MIN_BAND_DRAWS:
        return []
    enough = pnl.plan.book.portfolio.worded(f"--draws {MIN_BAND_DRAWS}", f"draws={MIN_BAND_DRAWS}")
    return [
        f"95 % of variations left out: {pnl.draws:,} draws are too few for its ends. Use {enough} or more."
    ]


def said(
    scenario: Scenario | None, planned: Plan, propagated: Sequence[PropagatedFactor]
) -> list[str]:
    """Return what is doubtful about a scenario on a book, with its size.

    Parameters
    ----------
    scenario : Scenario or None
        None says nothing.
    planned : Plan
        Of it.
    propagated : sequence of PropagatedFactor
        How unstated factors were filled.
    """
    if scenario is None:
        return []
    words: list[str] = []
    completed = planned.completed
    if planned.variation.kind == "names" and completed.stated.all():
        words.append(_ALL_STATED)
    if scenario.path_note:
        words.append(scenario.path_note)
    if completed.horizon_days > SHORT_HORIZON:
        words.append(
            f"{completed.horizon_days} sessions in one step: long-window covariance, independent days, the same "
            f"tails; an approximation beyond {SHORT_HORIZON} sessions."
        )
    far = [p for p in completed.peripherals if abs(p.extrapolation) > 4.0]
    if far and planned.mode == "linked":
        far.sort(key=lambda p: -abs(p.extrapolation))
        each = [f"{p.factor} by {abs(p.extrapolation):.1f} standard deviations" for p in far]
        words.append(f"extrapolated by propagation: {listing(each, most=_MOST_FAR)}.")
    words += whole_baskets(planned)
    words += proxy_news(scenario, planned)
    words += path_cost(planned)
    words += moved_once(planned)
    words += rolled_futures(planned)
    if planned.mode == "linked":
        doubts = (
            impossible_warning(propagated),
            unseen_warning(propagated, completed.horizon_days),
        )
        words += [doubt for doubt in doubts if doubt is not None]
    return words


def assumed(scenario: Scenario | None, options: Options) -> list[str]:
    """Say which spread of the variation is assumed, or none."""
    spread = assumed_spread(scenario, options)
    if spread is None:
        return []
    return [
        f"{spread[0]} {spread[1]:g} is assumed: the variation was asked for, and the scenario states no spread."
    ]


def heavy_tails(pnl: PnL) -> list[str]:
    """Say where a simulation error is doubtful, or none."""
    freedom = pnl.plan.completed.degrees_of_freedom
    if freedom > 4.0:
        return []
    return [
        f"{freedom:g} degrees of freedom: the simulation error of a tail average "
        + (
            "does not exist."
            if freedom <= 2.0
            else "has no finite error of its own; take it as a rough guide."
        )
    ]
