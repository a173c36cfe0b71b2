"""P&L from factors that what is stated hardly speaks of: its size, where it is much of the expected one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stress.scenarios.propagation_report import PropagatedFactor
from stress.simulation.plan import Plan
from stress.tables import listing, percent

__all__ = ["unexplained_pnl"]

#: P&L of such factors is said from these shares of NAV and of the expected P&L on.
_OF_NAV, _OF_EXPECTED = 0.001, 0.25
#: So many are named, the largest first.
_NAMED = 3


def unexplained_pnl(
    planned: Plan,
    propagated: Sequence[PropagatedFactor],
    *,
    expected: float,
) -> list[str]:
    """Say how much of the expected P&L rests on factors of which the stated moves explain next to nothing.

    Parameters
    ----------
    planned : Plan
        Of a scenario on a book.
    propagated : sequence of PropagatedFactor
        How unstated factors were filled.
    expected : float
        P&L. [book currency]
    """
    if planned.mode != "linked":
        return []
    nav, index = planned.book.nav, planned.book.model.factor_index
    weak = [line.factor for line in propagated if line.unexplained]
    if not weak:
        return []
    places = [index[factor] for factor in weak]
    still = planned.mean_factors().copy()
    still[places] = 0.0
    total = (expected - float(planned.pnl_at(still[None, :], stated_names=True)[0])) / nav
    if abs(total) < max(_OF_NAV, _OF_EXPECTED * abs(expected / nav)):
        return []
    each = np.tile(planned.mean_factors(), (len(weak), 1))
    each[np.arange(len(weak)), places] = 0.0
    lost = ((expected - planned.pnl_at(each, stated_names=True)) / nav).tolist()
    found = sorted(zip(lost, weak, strict=True), key=lambda one: (-abs(one[0]), one[1]))
    alone = planned.book.portfolio.worded("--propagation alone", "propagation='alone'")
    named = listing([f"{factor} {percent(pnl)}" for pnl, factor in found if pnl], most=_NAMED)
    return [
        f"{percent(total)} of NAV, of the expected {percent(expected / nav)}, comes from factors of which what is stated explains "
        f"under 5 %: {named}. {alone} holds all that is not stated still."
    ]
