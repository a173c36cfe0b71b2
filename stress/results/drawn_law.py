"""What a result's draws were made of: which generator, how much history, whose own moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.simulation.plan import Plan

__all__ = ["DrawnLaw", "drawn_law"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLaw:
    """The law behind the variations of one result.

    Parameters
    ----------
    generator : str
        ``"t"``, ``"filtered-history"`` or ``"bootstrap"``: of the factor moves.
    sessions : int
        Past sessions drawn from; 0 under the t law.
    since, until : str or None
        ISO dates of the first and the last of them; None under the t law.
    names : int
        Names held that move by themselves.
    own_names : int
        Those whose own moves are of the drawn sessions; the others' are t.
    """

    generator: str
    sessions: int
    since: str | None
    until: str | None
    names: int
    own_names: int


def drawn_law(plan: Plan) -> DrawnLaw:
    """Describe the law of a plan.

    Parameters
    ----------
    plan : Plan
        Of a scenario, or of none.
    """
    kind = plan.generator.kind
    dates = () if kind == "t" else plan.book.model.required_history().dates
    return DrawnLaw(
        generator=kind,
        sessions=len(dates),
        since=dates[0] if dates else None,
        until=dates[-1] if dates else None,
        names=int(np.count_nonzero(plan.specific > 0.0)),
        own_names=len(plan.residuals),
    )
