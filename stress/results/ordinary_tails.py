"""The ordinary bad day under other generators of factor moves: how much of the yardstick is the law's choice."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stress.results.drawing import through_surfaces
from stress.results.options import Options
from stress.results.planning import plan_for
from stress.simulation.generators import GENERATORS
from stress.simulation.many import tails_of
from stress.simulation.plan import Plan

__all__ = ["MOST_DRAWS", "OrdinaryTail", "ordinary_tails"]

#: Draws of each generator at most: sessions repeat, and more draws of them say little more.
MOST_DRAWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdinaryTail:
    """The tail average of one session without a scenario, factor moves drawn by one generator.

    Parameters
    ----------
    generator : str
        ``t``, ``filtered-history`` or ``bootstrap``.
    expected_shortfall : float
        At 97.5 %; positive when money is lost. [currency]
    standard_error : float
        Of simulation. [currency]
    """

    generator: str
    expected_shortfall: float
    standard_error: float


def ordinary_tails(planned: Plan, options: Options) -> tuple[OrdinaryTail, ...]:
    """Draw the ordinary day of a book by the generators that the run has not chosen.

    Parameters
    ----------
    planned : Plan
        The ordinary day.
    options : Options
        Of the run. Nothing is drawn where it asks for no model range, or the model carries no sessions.

    Returns
    -------
    tuple of OrdinaryTail
    """
    if not options.variants or planned.book.model.history is None:
        return ()
    others = [name for name in GENERATORS if name != planned.generator.kind]
    plans = [
        plan_for(
            planned.book,
            None,
            replace(options, generator=GENERATORS[name]()),
            completed=planned.completed,
        )
        for name in others
    ]
    found = tails_of(
        through_surfaces(plans, options).plans,
        draws=min(options.draws, MOST_DRAWS),
        seed=options.seed,
    )
    return tuple(
        OrdinaryTail(
            generator=name,
            expected_shortfall=float(found.expected_shortfall[row, 0]),
            standard_error=float(found.standard_error[row, 0]),
        )
        for row, name in enumerate(others)
    )
