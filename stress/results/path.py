"""`PathResult`: what happens to a book along the steps of a path."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np

from stress.factors.model import FloatArray
from stress.results.measured import TAIL_LEVEL, enough_for_tail
from stress.risk.estimates import Estimate, summarise
from stress.scenarios.scenario import Scenario
from stress.simulation.path import PathPlan, central_path, simulate_path

__all__ = ["PathPeriod", "PathResult", "drawdown", "evaluate_path"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPeriod:
    """Where the book stands at the end of one step.

    Parameters
    ----------
    title : str
        Of the step.
    date : str or None
        ISO date of its last session.
    sessions : int
        Since the start.
    expected : float
        P&L since the start at the central moves. [currency]
    band : tuple of float
        2.5 % and 97.5 % points of the variations of it. [currency]
    """

    title: str
    date: str | None
    sessions: int
    expected: float
    band: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PathResult:
    """A book along a path.

    Parameters
    ----------
    trading : {'hold', 'rebalance'}
        Whether positions are held, or each step starts from the initial weights.
    periods : tuple of PathPeriod, length T
        In order.
    totals : ndarray of shape (S, T)
        Cumulative P&L, axis order (draw, period). [currency]
    expected : float
        At the end. [currency]
    end : tuple of Estimate
        Measures of the P&L at the end.
    expected_drawdown : float
        Largest fall from an earlier high (the start counts) along the central path; a loss, positive.
        [currency]
    mean_drawdown : float
        Mean over the variations of each one's largest fall; a loss, positive. [currency]
    drawdown_tail : Estimate or None
        Expected shortfall of the largest fall; None with too few draws. [currency]
    worst_period : int
        Index of the step at whose end the central path is lowest.
    digest : str
        SHA-256 of the P&L of every draw and step.
    """

    trading: Literal["hold", "rebalance"]
    periods: tuple[PathPeriod, ...]
    totals: FloatArray
    expected: float
    end: tuple[Estimate, ...]
    expected_drawdown: float
    mean_drawdown: float
    drawdown_tail: Estimate | None
    worst_period: int
    digest: str


def drawdown(path: FloatArray) -> FloatArray:
    """Return the largest fall of each path from its running high, the start included.

    Parameters
    ----------
    path : ndarray of shape (S, T)
        Cumulative P&L. [currency]

    Returns
    -------
    ndarray of shape (S,)
        A loss, positive; 0 where a path never falls.

    Examples
    --------
    >>> drawdown(np.array([[-1.0, 2.0, -3.0], [1.0, 2.0, 3.0]]))
    array([5., 0.])
    """
    high = np.maximum(np.maximum.accumulate(path, axis=1), 0.0)
    fall: FloatArray = np.max(high - path, axis=1)
    return fall


def evaluate_path(
    planned: PathPlan, scenario: Scenario, *, draws: int, seed: int, currency: str
) -> PathResult:
    """Simulate a path and measure it.

    Parameters
    ----------
    planned : PathPlan
        From `stress.simulation.path.plan_path`.
    scenario : Scenario
        Whose steps it follows.
    draws, seed : int
        Of the simulation.
    currency : str
        Of the book.

    Returns
    -------
    PathResult
    """
    totals = simulate_path(planned, draws=draws, seed=seed)
    totals.setflags(write=False)
    central = central_path(planned)
    falls = drawdown(totals)
    enough = enough_for_tail(draws, TAIL_LEVEL)
    dof = planned.book.model.degrees_of_freedom + planned.n_stated
    end = summarise(
        totals[:, -1],
        unit=currency,
        conditional_on=scenario.id,
        levels=(TAIL_LEVEL,) if enough else (),
        degrees_of_freedom=dof,
    )
    sessions = np.cumsum([step.horizon_days for step in scenario.path])
    low, high = np.quantile(totals, [0.025, 0.975], axis=0, method="inverted_cdf")
    return PathResult(
        trading="rebalance" if planned.rebalance else "hold",
        periods=tuple(
            PathPeriod(
                title=step.title,
                date=step.date,
                sessions=int(sessions[t]),
                expected=float(central[t]),
                band=(float(low[t]), float(high[t])),
            )
            for t, step in enumerate(scenario.path)
        ),
        totals=totals,
        expected=float(central[-1]),
        end=end,
        expected_drawdown=float(drawdown(central[None, :])[0]),
        mean_drawdown=float(falls.mean()),
        drawdown_tail=_tail_of(falls, scenario.id, currency, dof) if enough else None,
        worst_period=int(np.argmin(central)),
        digest=hashlib.sha256(np.ascontiguousarray(totals, dtype="<f8").tobytes()).hexdigest(),
    )


def _tail_of(falls: FloatArray, scenario: str, currency: str, dof: float) -> Estimate:
    estimates = summarise(
        -falls,
        unit=currency,
        conditional_on=scenario,
        levels=(TAIL_LEVEL,),
        degrees_of_freedom=dof,
    )
    return next(e for e in estimates if e.measure == "expected_shortfall")
