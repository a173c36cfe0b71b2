"""Where objectives and constraints write themselves: a programme of arrays, or a statement in a modelling language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.hedging.outcomes import Costs, Outcomes
from stress.hedging.solver.program import Program, TailTerm

if TYPE_CHECKING:
    from stress.hedging.problem import HedgeProblem

__all__ = ["Draft", "Statement"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Row:
    """``bought @ x⁺ + sold @ x⁻ + impact @ |x|^(3/2) <= limit`` (or ``==``), and whose it is."""

    bought: FloatArray
    sold: FloatArray
    limit: float
    equal: bool
    owner: str
    impact: FloatArray | None


@dataclass(slots=True, eq=False)
class Statement:
    """What a direct statement in a modelling language has at hand; filled by `solver.direct`.

    Parameters
    ----------
    problem : HedgeProblem
        The problem stated.
    trades : object
        Expression of the trades, raw units.
    spent : callable
        What they cost at some costs, as an expression, raw units.
    unit : float
        Currency in which P&L is stated inside the solver.
    held : object
        Boolean expression of which lines are held; None when nothing is discrete.
    """

    problem: HedgeProblem
    trades: Any
    spent: Callable[[Costs], Any]
    unit: float
    held: Any = None


@dataclass(slots=True, eq=False)
class Draft:
    """A programme while objectives and constraints write themselves into it.

    Parameters
    ----------
    problem : HedgeProblem
        Where lines, bounds and costs come from.
    owner : str
        Who writes: named by bounds and rows.
    terms : list of TailTerm
        Tail averages so far.
    worst_weight, variance_weight : float
        Weights in the objective of the worst of the terms so marked, and of the variance.
    moments : tuple, or None
        Covariance of the lines, theirs with the book, and the book's variance.
    at_most : int or None
        Most lines that may be traded.
    lower, upper, least, lots : ndarray, shape (M,)
        Bounds, least absolute sizes and lots of the lines. [units]
    bound_owner : list of str, 2 M
        Who set the upper bound of each side: bought, then sold.
    """

    problem: HedgeProblem
    owner: str = "line limits"
    terms: list[TailTerm] = field(default_factory=list)
    worst_weight: float = 0.0
    variance_weight: float = 0.0
    moments: tuple[FloatArray, FloatArray, float] | None = None
    at_most: int | None = None
    lower: FloatArray = field(init=False)
    upper: FloatArray = field(init=False)
    least: FloatArray = field(init=False)
    lots: FloatArray = field(init=False)
    bound_owner: list[str] = field(init=False)
    _rows: list[_Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        count = len(self.problem.lines)
        self.lower = self.problem.lower.copy()
        self.upper = self.problem.upper.copy()
        self.least = np.zeros(count)
        self.lots = np.zeros(count)
        self.bound_owner = ["line limits"] * (2 * count)

    @property
    def discrete(self) -> bool:
        """Whether what is written so far lets some amounts not vary continuously."""
        return self.at_most is not None or bool(self.least.any()) or bool(self.lots.any())

    def tail(self, outcomes: Outcomes, **words: Any) -> None:
        """Add a tail term on some outcomes; words as of `TailTerm`."""
        self._check(outcomes)
        self.terms.append(
            TailTerm(
                pnl=outcomes.pnl, unit_pnl=outcomes.unit_pnl, weights=outcomes.weights, **words
            )
        )

    def _check(self, outcomes: Outcomes) -> None:
        if outcomes.lines != len(self.problem.lines):
            raise InputError(
                f"outcomes '{outcomes.name}' have {outcomes.lines} lines, the problem {len(self.problem.lines)}."
            )

    def row(
        self,
        coefficients: FloatArray,
        limit: float,
        *,
        sold: FloatArray | None = None,
        impact: FloatArray | None = None,
        equal: bool = False,
    ) -> None:
        """Add ``coefficients @ bought + sold @ sold (+ impact @ |x|^(3/2)) <= limit``.

        `sold` defaults to minus `coefficients`: a row in signed trades.
        """
        buy = np.asarray(coefficients, dtype=np.float64)
        sell = -buy if sold is None else np.asarray(sold, dtype=np.float64)
        count = len(self.problem.lines)
        if buy.shape != (count,) or sell.shape != (count,):
            raise InputError(
                f"constraint '{self.owner}' has coefficients of shape {buy.shape}, expected ({count},)."
            )
        if not (np.isfinite(buy).all() and np.isfinite(sell).all()) or np.isnan(limit):
            raise InputError(
                f"constraint '{self.owner}' has a coefficient or limit that is not finite."
            )
        if np.isfinite(limit):
            self._rows.append(
                _Row(
                    bought=buy,
                    sold=sell,
                    limit=float(limit),
                    equal=equal,
                    owner=self.owner,
                    impact=impact,
                )
            )

    def bounds(self, lower: FloatArray, upper: FloatArray) -> None:
        """Tighten the bounds of every line."""
        count = len(self.problem.lines)
        tighter = upper < self.upper
        for j in np.flatnonzero(tighter):
            self.bound_owner[j] = self.owner
        for j in np.flatnonzero(lower > self.lower):
            self.bound_owner[count + j] = self.owner
        self.upper = np.minimum(self.upper, upper)
        self.lower = np.maximum(self.lower, lower)

    def program(self) -> Program:
        """Return the arrays, one side for each direction in which a line can be traded."""
        problem, count = self.problem, len(self.problem.lines)
        crossed = np.flatnonzero(self.lower > self.upper)
        if crossed.size:
            j = int(crossed[0])
            raise InputError(
                f"line '{problem.lines[j]}': '{self.bound_owner[count + j]}' asks for at least {self.lower[j]:g} and "
                f"'{self.bound_owner[j]}' allows at most {self.upper[j]:g}."
            )
        every = np.arange(count)
        line = np.concatenate([every, every])
        sign = np.concatenate([np.ones(count), -np.ones(count)])
        upper = np.concatenate([np.maximum(self.upper, 0.0), np.maximum(-self.lower, 0.0)])
        lower = np.concatenate([np.maximum(self.lower, 0.0), np.maximum(-self.upper, 0.0)])
        keep = upper > 0.0
        weight = problem.cost_weight
        cost = weight * np.concatenate([problem.costs.buy, problem.costs.sell])
        impact = None
        if problem.costs.impact is not None and weight and problem.costs.impact.any():
            impact = weight * np.concatenate([problem.costs.impact] * 2)[keep]
        rows = np.array([np.concatenate([row.bought, row.sold]) for row in self._rows])
        rows = rows.reshape(-1, 2 * count)
        bent = [row.impact for row in self._rows]
        row_impact = None
        if any(part is not None and part.any() for part in bent):
            row_impact = np.array(
                [np.zeros(2 * count) if p is None else np.concatenate([p, p]) for p in bent]
            )[:, keep]
        covariance = with_book = None
        of_book = 0.0
        if self.moments is not None:
            covariance, with_book, of_book = self.moments
        return Program(
            lines=count,
            line=line[keep],
            sign=sign[keep],
            lower=lower[keep],
            upper=upper[keep],
            cost=cost[keep],
            rows=rows[:, keep],
            limit=np.array([row.limit for row in self._rows]),
            equal=np.array([row.equal for row in self._rows], dtype=bool),
            row_names=tuple(row.owner for row in self._rows),
            terms=tuple(self.terms),
            impact=impact,
            row_impact=row_impact,
            worst_weight=self.worst_weight,
            variance_weight=self.variance_weight,
            covariance=covariance,
            covariance_with_book=with_book,
            variance_of_book=of_book,
            bound_names=tuple(np.array(self.bound_owner, dtype=object)[keep]),
            at_most=self.at_most,
            least=self.least if self.least.any() else None,
            lots=self.lots if self.lots.any() else None,
        )
