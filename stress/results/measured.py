"""The measures of a run, at its levels, those that exist: what is left out for want of draws or of a mean is said."""

from __future__ import annotations

from collections.abc import Sequence

from stress.risk.estimates import BAND, LEVELS, Estimate, summarise
from stress.risk.tail import MIN_TAIL_DRAWS, draws_for_tail, enough_for_tail
from stress.simulation.pnl import PnL
from stress.simulation.tail_exists import NO_TAIL, has_tail_average

__all__ = ["MIN_BAND_DRAWS", "band_of", "existing", "measures_of"]


#: Draws from which on a range of 95 % of the variations is shown: five beyond each end.
MIN_BAND_DRAWS = 200


def existing(measures: Sequence[Estimate], *, mean: bool, tail: bool) -> tuple[Estimate, ...]:
    """Leave out what has no value under the law, whatever a sample says.

    Parameters
    ----------
    measures : sequence of Estimate
        Of the draws.
    mean : bool
        Whether mean and standard deviation exist.
    tail : bool
        Whether the tail average exists.
    """
    absent = {
        *(() if mean else ("mean", "standard_deviation")),
        *(() if tail else ("expected_shortfall",)),
    }
    return tuple(one for one in measures if one.measure not in absent)


def band_of(measures: Sequence[Estimate]) -> tuple[float, float]:
    """Return the ends of the range of 95 % of the variations, by their level."""
    ends = {one.level: one.value for one in measures if one.measure == "quantile"}
    low, high = BAND
    return ends[low], ends[high]


def measures_of(
    pnl: PnL, currency: str, conditional_on: str | None
) -> tuple[tuple[Estimate, ...], list[str]]:
    """All measures that exist; tail averages that would rest on too few draws are left out, and said."""
    compound = pnl.plan.completed.compound
    has_tail = has_tail_average(pnl.plan.book, compound=compound)
    kept = [level for level in LEVELS if enough_for_tail(pnl.draws, level)]
    dropped = [level for level in LEVELS if level not in kept]
    measures = summarise(
        pnl.totals,
        unit=currency,
        conditional_on=conditional_on,
        levels=kept,
        loss_thresholds=(0.0,),
        degrees_of_freedom=pnl.plan.completed.degrees_of_freedom,
    )
    measures = existing(measures, mean=not compound, tail=has_tail)
    if not has_tail:
        return measures, [NO_TAIL]
    if not dropped:
        return measures, []
    listed = ", ".join(f"{level:.1%}" for level in dropped)
    needed = draws_for_tail(max(dropped))
    enough = pnl.plan.book.portfolio.worded(f"--draws {needed}", f"draws={needed}")
    return measures, [
        f"tail average at {listed} left out: fewer than {MIN_TAIL_DRAWS:g} of {pnl.draws:,} draws in the "
        f"tail. Use {enough} or more."
    ]
