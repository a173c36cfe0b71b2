"""One strategy of a comparison judged: what it costs, lowers, gives up and leaves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.comparing.comparison import StrategyRow
from stress.hedging.comparing.limits_kept import broken_limits
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.prepared import Setting
from stress.hedging.problem import Outcomes
from stress.hedging.regression import regressed
from stress.hedging.strategies import STRATEGIES
from stress.risk.standard_errors import expected_shortfall_error

__all__ = ["strategy_row", "what_remains"]


def strategy_row(
    setting: Setting,
    name: str,
    trades: FloatArray,
    fresh: Outcomes,
    points: Sequence[tuple[str, float, FloatArray]],
    *,
    others: tuple[tuple[str, float], ...],
    first_in: int | None,
    failed: str,
) -> StrategyRow:
    """Judge one strategy's trades; its rank is still to be found.

    Parameters
    ----------
    setting : Setting
        Book, candidates, costs, fitting draws.
    name : str
        Of the strategy.
    trades : ndarray, shape (M,)
        Signed units; none where it failed.
    fresh : Outcomes
        Draws that it was not fitted to.
    points : sequence of (str, float, ndarray)
        Scenarios: id, expected P&L of the book and of one unit of each line.
    others : tuple of (str, float)
        ES under the other laws.
    first_in : int or None
        Model variants under which it is best.
    failed : str
        Why there are no trades, or empty.
    """
    level = setting.settings.level
    cost = setting.rates.of(trades)
    after = hedged(fresh, trades)
    es = es_of(after, level)
    candidates = setting.candidates
    order = sorted(
        np.flatnonzero(trades).tolist(), key=lambda j: -candidates.notional[j] * abs(trades[j])
    )
    moved = tuple((id_, pnl + float(unit @ trades)) for id_, pnl, unit in points)
    given_up = [
        (before - now + cost.beside_time, id_)
        for (id_, before, _), (_, now) in zip(points, moved, strict=True)
        if before > 0.0
    ]
    regret, regret_in = max(given_up) if given_up else (0.0, "")
    return StrategyRow(
        name=name,
        title=STRATEGIES[name].title,
        trades=tuple((candidates.lines[j].id, float(trades[j])) for j in order),
        cost=cost,
        fitted=es_of(hedged(setting.baseline, trades), level),
        fresh=es,
        fresh_error=expected_shortfall_error(after, level=level),
        score=es + cost.all_in,
        rank=0,
        tied=False,
        above=0.0,
        above_error=0.0,
        others=others,
        scenarios=moved,
        regret=regret,
        regret_in=regret_in,
        remains=what_remains(fresh, trades),
        first_in=first_in,
        breaks=() if failed else broken_limits(setting, trades),
        failed=failed,
    )


def what_remains(fresh: Outcomes, trades: FloatArray) -> str:
    """Say what is left: the part no such hedge moves with, or the part it is too small for."""
    if not trades.any():
        return "everything"
    line = regressed(fresh.pnl, fresh.unit_pnl @ trades)
    if line.slope == 0.0:
        return "everything: the hedge does not move"
    if line.slope > 0.0:
        return "the hedge moves with the book"
    size = -1.0 / line.slope
    if size < 0.6:
        return f"size: covers {size:.0%} of what it could"
    return f"basis: {1.0 - line.explained:.0%} of the variance does not move with it"
