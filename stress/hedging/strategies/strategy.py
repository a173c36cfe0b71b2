"""What a strategy is: a rule that turns a setting into trades, under the limits all strategies share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from stress.arrays import FloatArray
from stress.hedging.book_gross import gross_exposure
from stress.hedging.constraints import (
    Band,
    Direction,
    Gross,
    Linear,
    PerLine,
    ScenarioLoss,
    TailLimit,
)
from stress.hedging.costs import BASELINE_DAYS
from stress.hedging.default_problem import bounds, limits
from stress.hedging.lines.hedge_line import SHARES
from stress.hedging.prepared import Setting
from stress.hedging.problem import Constraint, Costs, HedgeProblem, Objective
from stress.hedging.regression import regressed
from stress.hedging.solver.solve import solve

__all__ = [
    "DoesNotApplyError",
    "Strategy",
    "asked_of_trades",
    "has_room",
    "linear_lines",
    "on_lines",
    "one_line_ratio",
    "shared_limits",
    "with_settings",
]


#: A trade below this share of the book's gross is none.
DUST = 1e-6
#: Limits that doing nothing need not keep.
_ASK_FOR_TRADES = (ScenarioLoss, Band, TailLimit)


class DoesNotApplyError(Exception):
    """A strategy has nothing to trade in this universe or model; its text says why, for the page."""


class Strategy(Protocol):
    """A rule that turns a setting into trades, or raises `DoesNotApplyError`."""

    @property
    def title(self) -> str:
        """One line for tables."""
        ...

    def trades(self, setting: Setting) -> FloatArray:
        """Return signed units of every line, shape (M,)."""
        ...


def linear_lines(setting: Setting) -> NDArray[np.bool_]:
    """Return which lines are shares, funds and futures of the universe."""
    return setting.candidates.mask(*SHARES, "future")


def shared_limits(setting: Setting) -> tuple[Constraint, ...]:
    """Return the limits every strategy keeps: sizes, sides, volume, budget, no profit from a chosen scenario."""
    return tuple(c for c in limits(setting) if not isinstance(c, _ASK_FOR_TRADES))


def asked_of_trades(setting: Setting) -> tuple[Constraint, ...]:
    """Return the limits that ask for trades: ES, loss in a chosen scenario, exposures. Doing nothing need not keep them."""
    return tuple(c for c in limits(setting) if isinstance(c, _ASK_FOR_TRADES))


def problem_on(
    setting: Setting,
    lines: NDArray[np.bool_],
    objective: Objective,
    *,
    extra: Sequence[Constraint] = (),
    costs: Costs | None = None,
) -> HedgeProblem:
    """State an objective on some lines under the shared limits; parameters as of `on_lines`."""
    lower, upper = bounds(setting)
    return HedgeProblem(
        lines=setting.candidates.ids,
        lower=np.where(lines, lower, 0.0),
        upper=np.where(lines, upper, 0.0),
        costs=setting.rates.over(BASELINE_DAYS) if costs is None else costs,
        objective=objective,
        constraints=(*shared_limits(setting), *extra),
        currency=setting.book.portfolio.currency,
    )


def on_lines(
    setting: Setting,
    lines: NDArray[np.bool_],
    objective: Objective,
    *,
    extra: Sequence[Constraint] = (),
    costs: Costs | None = None,
) -> FloatArray:
    """Return the optimum of an objective on some lines, under the shared limits.

    Parameters
    ----------
    setting : Setting
        The setting.
    lines : ndarray of bool, shape (M,)
        Which may be traded.
    objective : Objective
        What is minimised, costs added.
    extra : sequence of Constraint
        Further limits.
    costs : Costs, optional
        Entry costs and one session of carry when omitted.
    """
    if not lines.any():
        return np.zeros(len(lines))
    problem = problem_on(setting, lines, objective, extra=extra, costs=costs)
    trades = solve(
        problem,
        tolerance=setting.settings.tolerance,
        time_limit=setting.settings.time_limit,
    ).trades
    # What an interior point leaves of a line that is not held is no trade.
    dust = np.abs(trades) * setting.candidates.notional < DUST * gross_exposure(setting.book)
    return np.where(dust, 0.0, trades)


def minimum_variance_ratio(setting: Setting, line: int) -> float:
    """Return the minimum-variance trade of one line, whatever its bounds; 0 of one that does not move.

    References
    ----------
    Ederington (1979), J. Finance 34: ``h = -cov(line, book) / var(line)``.
    """
    law = setting.baseline
    return -regressed(law.pnl, law.unit_pnl[:, line]).slope


def has_room(setting: Setting, line: int) -> bool:
    """Whether a line is open on the side that hedges: held securities may be open on the other alone."""
    lower, upper = bounds(setting)
    ratio = minimum_variance_ratio(setting, line)
    return bool(lower[line] < 0.0 if ratio < 0.0 else upper[line] > 0.0)


def one_line_ratio(setting: Setting, line: int) -> FloatArray:
    """Return the minimum-variance trade of one line, cut to its bounds and the shared limits."""
    law = setting.baseline
    ratio = minimum_variance_ratio(setting, line)
    lower, upper = bounds(setting)
    trades = np.zeros(law.lines)
    trades[line] = float(np.clip(ratio, lower[line], upper[line]))
    return trades * _room(setting, trades)


def _room(setting: Setting, trades: FloatArray) -> float:
    """Largest share of some trades, at most 1, that keeps the shared limits."""
    room = 1.0
    size = np.abs(trades)
    volume = np.array([line.adv for line in setting.candidates.lines])
    most = setting.settings.adv_share * volume
    over = size > most
    if over.any():
        room = min(room, float((most[over] / size[over]).min()))
    for constraint in shared_limits(setting):
        if isinstance(constraint, Gross):
            room = min(room, constraint.limit / max(float(constraint.notional @ size), 1e-300))
        elif isinstance(constraint, PerLine):
            room = min(
                room, constraint.limit / max(float((constraint.notional * size).max()), 1e-300)
            )
        elif isinstance(constraint, Direction):
            wrong = trades < 0.0 if constraint.side == "long" else trades > 0.0
            room = 0.0 if (wrong & constraint.lines).any() else room
        elif isinstance(constraint, Linear):
            gain = float(constraint.coefficients @ trades)
            if gain > constraint.limit > 0.0:
                room = min(room, constraint.limit / gain)
    budget = setting.settings.budget
    if budget is not None:
        allowed = budget * setting.book.nav
        while room > 0.0 and setting.rates.of(room * trades).all_in > allowed * (1.0 + 1e-9):
            room *= min(0.999, allowed / setting.rates.of(room * trades).all_in)
            if allowed == 0.0:
                room = 0.0
    return room


def with_settings(setting: Setting, **changes: object) -> Setting:
    """Return a setting with some of what was asked changed."""
    return replace(setting, settings=replace(setting.settings, **changes))  # type: ignore[arg-type]  # field names
