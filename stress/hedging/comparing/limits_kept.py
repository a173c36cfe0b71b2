"""Which limits of a proposal some trades do not keep: a strategy may be a good rule and still not be allowed."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.default_problem import bounds, hedge_problem, no_higher_es
from stress.hedging.draft import Draft
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.objectives import CheapestHedge
from stress.hedging.prepared import Setting

__all__ = ["broken_limits"]


#: A limit is kept within this share of it.
_WITHIN = 1e-6


def broken_limits(setting: Setting, trades: FloatArray) -> tuple[str, ...]:
    """Return the names of the limits that trades break, whole lots and the number of lines left aside.

    Parameters
    ----------
    setting : Setting
        What was asked.
    trades : ndarray, shape (M,)
        Signed units.

    Returns
    -------
    tuple of str
        Empty when all are kept.
    """
    draft = Draft(hedge_problem(setting, minimised=CheapestHedge()))
    # Every side open, or the rows would not see what is traded on a shut one.
    draft.lower, draft.upper = np.full(trades.size, -np.inf), np.full(trades.size, np.inf)
    for constraint in draft.problem.constraints:
        draft.owner = constraint.name
        constraint.add_to(draft)
    most, least, owners = draft.upper, draft.lower, draft.bound_owner
    draft.lower, draft.upper = np.full(trades.size, -np.inf), np.full(trades.size, np.inf)
    program = draft.program()
    amounts = program.amounts(trades)
    size = np.maximum(np.abs(program.limit), np.abs(program.rows) @ amounts)
    excess = program.row_values(amounts) - program.limit
    over = np.where(program.equal, np.abs(excess), excess) > _WITHIN * size
    found = [name for name, broken in zip(program.row_names, over, strict=True) if broken]
    found += [
        term.name
        for term in program.terms
        if term.value(trades) > term.limit + _WITHIN * abs(term.limit)
    ]
    found += [owners[j] for j in np.flatnonzero(trades > most * (1.0 + _WITHIN))]
    found += [owners[trades.size + j] for j in np.flatnonzero(trades < least * (1.0 + _WITHIN))]

    lower, upper = bounds(setting)
    slack = _WITHIN * np.maximum(np.abs(lower), np.abs(upper))
    slack[~np.isfinite(slack)] = 0.0
    outside = (trades < lower - slack) | (trades > upper + slack)
    sales = setting.candidates.mask("sell_down")
    if (outside & sales).any():
        found.append(f"positions sold down by at most {setting.settings.sell_down_share:.0%}")
    if (outside & ~sales).any():
        found.append("line limits")

    settings = setting.settings
    unhedged = setting.unhedged_es()
    raised = es_of(hedged(setting.baseline, trades), settings.level) > unhedged * (1.0 + _WITHIN)
    if raised and not settings.allow_higher_es:
        found.append(no_higher_es(setting).name)
    return tuple(dict.fromkeys(found))
