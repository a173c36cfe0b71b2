"""Which limits of a proposal some trades do not keep: a strategy may be a good rule and still not be allowed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from stress.hedging.default_problem import bounds, hedge_problem
from stress.hedging.judge import es_of, hedged
from stress.hedging.setting import Setting

__all__ = ["broken_limits"]

Array = NDArray[np.float64]

#: A limit is kept within this share of it.
_WITHIN = 1e-6


def broken_limits(setting: Setting, trades: Array) -> tuple[str, ...]:
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
    endless = np.full(trades.size, np.inf)
    program = replace(hedge_problem(setting), lower=-endless, upper=endless).compiled()
    amounts = program.amounts(trades)
    size = np.maximum(np.abs(program.limit), np.abs(program.rows) @ amounts)
    over = program.row_values(amounts) - program.limit > _WITHIN * size
    found = [name for name, broken in zip(program.row_names, over, strict=True) if broken]
    past = amounts > program.upper * (1.0 + _WITHIN)
    found += [program.bound_names[i] for i in np.flatnonzero(past)]

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
        found.append("baseline ES not raised")
    return tuple(dict.fromkeys(found))
