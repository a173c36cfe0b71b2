"""`PathResult`: what happens to a book along the steps of a path."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np

from stress.arrays import FloatArray
from stress.results.measured import existing
from stress.risk.estimates import BAND, Estimate, summarise
from stress.risk.measures import TAIL_LEVEL
from stress.risk.tail import enough_for_tail
from stress.scenarios.scenario import Scenario
from stress.simulation.executors import ExecutorChoice
from stress.simulation.path import PathPlan, central_path, simulate_path
from stress.simulation.tail_exists import has_tail_average
from stress.steps import Progress

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
    distance : float
        Of all that the steps state, together. [standard deviations]
    mixing_mean : float
        What the law multiplies variances by, on average.
    expected_drawdown : float
        Largest fall from an earlier high (the start counts) along the central path, as a share of the book's
        value at that high; a loss, positive. [fraction]
    median_drawdown : float
        Median over the variations of each one's largest fall. [fraction]
    drawdown_tail : Estimate or None
        Expected shortfall of the largest fall; None with too few draws, and where it does not exist.
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
    distance: float
    mixing_mean: float
    expected_drawdown: float
    median_drawdown: float
    drawdown_tail: Estimate | None
    worst_period: int
    digest: str

    def period_at(self, sessions: int) -> PathPeriod | None:
        """Return the step that ends so many sessions after the start; None where none does."""
        return next((one for one in self.periods if one.sessions == sessions), None)


def drawdown(path: FloatArray, nav: float) -> FloatArray:
    """Return the largest fall of each path from its running high, the start included.

    Parameters
    ----------
    path : ndarray of shape (S, T)
        Cumulative P&L. [currency]
    nav : float
        The book's value at the start, above zero. [currency]

    Returns
    -------
    ndarray of shape (S,)
        Over the value at the high: a loss, positive, at most 1 where the book cannot fall below zero; 0 where a
        path never falls.

    Examples
    --------
    >>> drawdown(np.array([[-1.0, 10.0, -3.0], [1.0, 2.0, 3.0]]), 10.0)
    array([0.65, 0.  ])
    """
    high = nav + np.maximum(np.maximum.accumulate(path, axis=1), 0.0)
    fall: FloatArray = np.max(1.0 - (nav + path) / high, axis=1)
    return np.maximum(fall, 0.0)


def evaluate_path(
    planned: PathPlan,
    scenario: Scenario,
    *,
    draws: int,
    seed: int,
    currency: str,
    executor: ExecutorChoice = None,
    on_progress: Progress | None = None,
    on_interrupt: Literal["raise", "partial"] = "raise",
) -> PathResult | None:
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
    executor, on_progress, on_interrupt
        Of `stress.simulation.path.simulate_path`.

    Returns
    -------
    PathResult or None
        Of fewer draws where the work was interrupted; None where it was before there were any.
    """
    totals = simulate_path(
        planned,
        draws=draws,
        seed=seed,
        executor=executor,
        on_progress=on_progress,
        on_interrupt=on_interrupt,
    )
    if len(totals) == 0:
        return None
    totals.setflags(write=False)
    central = central_path(planned)
    book = planned.book
    falls = drawdown(totals, book.nav)
    compound = any(step.completed.compound for step in planned.steps)
    has_tail = has_tail_average(book, compound=compound)
    enough = enough_for_tail(len(totals), TAIL_LEVEL)
    dof = book.model.degrees_of_freedom + planned.n_stated
    end = summarise(
        totals[:, -1],
        unit=currency,
        conditional_on=scenario.id,
        levels=(TAIL_LEVEL,) if enough else (),
        degrees_of_freedom=dof,
    )
    sessions = np.cumsum([step.horizon_days for step in scenario.path])
    # Both ends as the measures of a loss have them (`risk.measures.value_at_risk`).
    low, high = (
        -np.quantile(-totals, 1.0 - BAND[0], axis=0, method="inverted_cdf"),
        np.quantile(totals, BAND[1], axis=0, method="inverted_cdf"),
    )
    # A product of simple returns of as many steps as there are degrees of freedom has no mean either.
    end = existing(end, mean=not compound and len(planned.steps) < dof, tail=has_tail)
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
        distance=planned.distance,
        mixing_mean=planned.mixing_mean,
        expected_drawdown=float(drawdown(central[None, :], book.nav)[0]),
        median_drawdown=float(np.quantile(falls, 0.5, method="inverted_cdf")),
        drawdown_tail=_tail_of(falls, scenario.id, dof) if enough and has_tail else None,
        worst_period=int(np.argmin(central)),
        digest=hashlib.sha256(np.ascontiguousarray(totals, dtype="<f8").tobytes()).hexdigest(),
    )


def _tail_of(falls: FloatArray, scenario: str, dof: float) -> Estimate:
    estimates = summarise(
        -falls,
        unit="1",
        conditional_on=scenario,
        levels=(TAIL_LEVEL,),
        degrees_of_freedom=dof,
    )
    return next(e for e in estimates if e.measure == "expected_shortfall")
