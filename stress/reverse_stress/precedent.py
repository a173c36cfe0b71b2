"""How far an answer lies beyond the sessions that a model carries: the same moves, the same yardstick."""

from __future__ import annotations

import numpy as np

from stress.factors.history import carried_moves, windows
from stress.factors.model import FactorModel
from stress.reverse_stress.answer import ReverseStressAnswer

__all__ = ["beyond_sessions"]

#: So many times as far as any session, an answer is no scenario.
_NO_SCENARIO = 2.0


def beyond_sessions(
    answer: ReverseStressAnswer, model: FactorModel, *, horizon_days: int, compound: bool = False
) -> tuple[str, ...]:
    """Say that no session of the model went as far as an answer; nothing where one did.

    Parameters
    ----------
    answer : ReverseStressAnswer
        What it states is compared with what the same factors did, as it was, over as many sessions.
    model : FactorModel
        It was found with. Without sessions of its own, or with fewer than the horizon, nothing is said.
    horizon_days : int
        Sessions.
    compound : bool
        Whether moves of relative factors are logs.

    Returns
    -------
    tuple of str
        At most one: that none went so far this way, or in any direction; of more than twice as far as any, that it
        is no scenario.
    """
    if model.history is None or answer.distance == 0.0:
        return ()
    stated = np.flatnonzero(answer.stated)
    past = windows(carried_moves(model, compound=compound), horizon_days)[:, stated]
    if not len(past):
        return ()
    covariance = model.horizon_covariance(horizon_days)[np.ix_(stated, stated)]
    root = np.linalg.cholesky(covariance)
    sessions = np.linalg.solve(root, past.T)
    way = np.linalg.solve(root, answer.moves[stated]) / answer.distance
    this_way = max(float((way @ sessions).max()), 0.0)
    any_way = float(np.sqrt((sessions**2).sum(axis=0)).max())
    if answer.distance <= this_way:
        return ()
    what = "sessions" if horizon_days == 1 else f"windows of {horizon_days} sessions"
    of = f"of {len(past):,} {what} since {model.history.dates[0]}"
    if answer.distance <= any_way:
        return (
            f"Further this way than the model has seen: {of}, the furthest went {this_way:.1f} standard "
            "deviations.",
        )
    no_scenario = (
        " Read it as 'nothing plausible loses that much this way', not as a scenario."
        if answer.distance > _NO_SCENARIO * any_way
        else ""
    )
    return (
        f"Further than the model has seen in any direction: {of}, the furthest went {any_way:.1f} standard "
        f"deviations, this way {this_way:.1f}.{no_scenario}",
    )
