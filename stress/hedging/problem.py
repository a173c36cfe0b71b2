"""`HedgeProblem`: what to trade, what it costs, what to minimise and under which limits. No solver in its types.

A hedge is positions too: candidates are revalued on the draws of the book, so hedged P&L is
``pnl + unit_pnl @ trades`` and every tail average of it is convex in the trades, options included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from stress.errors import InputError, Problem
from stress.hedging.solver.program import Program, TailTerm

__all__ = ["Constraint", "Costs", "Draft", "HedgeProblem", "Objective", "Outcomes", "Statement"]

Array = NDArray[np.float64]
_ROWS_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes:
    """One law's draws of the book and of one unit of every candidate, on common random numbers.

    Parameters
    ----------
    name : str
        Of the generator or scenario.
    pnl : ndarray, shape (S,)
        P&L of the unhedged book, gain positive. [currency]
    unit_pnl : ndarray, shape (S, M)
        P&L of one unit of each line, fully revalued, before `Costs`. [currency per unit]
    weights : ndarray, shape (S,), optional
        Probabilities; equal when omitted.

    Raises
    ------
    InputError
        On shapes that do not fit, values that are not finite, weights that are no probabilities.
    """

    name: str
    pnl: Array
    unit_pnl: Array
    weights: Array | None = None

    def __post_init__(self) -> None:
        pnl = np.asarray(self.pnl, dtype=np.float64)
        unit = np.asarray(self.unit_pnl, dtype=np.float64)
        problems: list[str] = []
        if pnl.ndim != 1 or pnl.size == 0:
            problems.append(f"P&L must be one number a draw, got shape {pnl.shape}")
        elif unit.ndim != 2 or unit.shape[0] != pnl.size:
            problems.append(f"unit P&L must have shape ({pnl.size}, lines), got {unit.shape}")
        else:
            if not np.isfinite(pnl).all():
                draw = int(np.flatnonzero(~np.isfinite(pnl))[0])
                problems.append(f"the book's P&L is {pnl[draw]} in draw {draw}")
            place = _first_not_finite(unit)
            if place is not None:
                problems.append(f"unit P&L is {unit[place]} in draw {place[0]} of line {place[1]}")
        weights = self.weights
        if weights is not None and not problems:
            weights = np.asarray(weights, dtype=np.float64)
            if weights.shape != pnl.shape:
                problems.append(f"weights have shape {weights.shape}, P&L {pnl.shape}")
            elif not (np.isfinite(weights).all() and (weights >= 0.0).all()):
                problems.append("weights must be finite and not negative")
            elif abs(weights.sum() - 1.0) > 1e-9:
                problems.append(f"weights sum to {weights.sum():.12g}, not to 1")
        if problems:
            raise InputError([Problem(message=f"outcomes '{self.name}': {p}.") for p in problems])
        object.__setattr__(self, "pnl", pnl)
        object.__setattr__(self, "unit_pnl", unit)
        object.__setattr__(self, "weights", weights)

    @property
    def lines(self) -> int:
        """Number of lines."""
        return int(self.unit_pnl.shape[1])


def _first_not_finite(values: Array) -> tuple[int, int] | None:
    """Place of the first value that is not finite, without a mask of the whole matrix."""
    for at in range(0, values.shape[0], _ROWS_AT_ONCE):
        block = values[at : at + _ROWS_AT_ONCE]
        with np.errstate(over="ignore", invalid="ignore"):
            fine = np.isfinite(block.sum())
        if not fine:
            rows, columns = np.nonzero(~np.isfinite(block))
            if rows.size:
                return int(at + rows[0]), int(columns[0])
    return None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Costs:
    """All-in cost of trading one unit, paid now and not contained in the unit P&L.

    Parameters
    ----------
    buy, sell : ndarray, shape (M,)
        Half-spread, commission, borrow: per unit bought and per unit sold, >= 0. [currency per unit]
    impact : ndarray, shape (M,), optional
        Coefficient of |trade|^(3/2): the square-root law. [currency per unit^(3/2)]
    """

    buy: Array
    sell: Array
    impact: Array | None = None

    def __post_init__(self) -> None:
        problems = []
        for word in ("buy", "sell", "impact"):
            value = getattr(self, word)
            if value is None:
                continue
            value = np.asarray(value, dtype=np.float64)
            object.__setattr__(self, word, value)
            bad = np.flatnonzero(~(np.isfinite(value) & (value >= 0.0)))
            problems += [
                Problem(
                    message=f"{word} cost of line {j} is {value[j]}: a cost is finite and not negative."
                )
                for j in bad
            ]
        if problems:
            raise InputError(problems)

    @classmethod
    def free(cls, lines: int) -> Costs:
        """No cost at all."""
        return cls(buy=np.zeros(lines), sell=np.zeros(lines))

    def of(self, trades: Array) -> float:
        """Cost of signed trades. [currency]."""
        bought, sold = np.maximum(trades, 0.0), np.maximum(-trades, 0.0)
        total = float(self.buy @ bought + self.sell @ sold)
        if self.impact is not None:
            total += float(self.impact @ np.abs(trades) ** 1.5)
        return total


@dataclass(slots=True, eq=False)
class Statement:
    """What a direct statement in a modelling language has at hand; filled by `solver.direct`.

    Parameters
    ----------
    problem : HedgeProblem
        The problem stated.
    trades, cost : object
        Expressions of the trades and of their all-in cost, raw units.
    unit : float
        Currency in which P&L is stated inside the solver.
    held : object
        Boolean expression of which lines are held; None when nothing is discrete.
    """

    problem: HedgeProblem
    trades: Any
    cost: Any
    unit: float
    held: Any = None


class Objective(Protocol):
    """What is minimised; costs are added by the problem."""

    @property
    def name(self) -> str:
        """Short name."""
        ...

    def add_to(self, draft: Draft) -> None:
        """Write the objective into a programme of arrays."""
        ...

    def express(self, statement: Statement) -> Any:
        """State the same as a cvxpy expression, in currency."""
        ...


class Constraint(Protocol):
    """A limit with a name and a priority (a higher one is given up later)."""

    @property
    def name(self) -> str:
        """Name in messages and prices."""
        ...

    @property
    def priority(self) -> int:
        """Higher is more important."""
        ...

    def add_to(self, draft: Draft) -> None:
        """Write the limit into a programme of arrays."""
        ...

    def express(self, statement: Statement) -> list[Any]:
        """State the same as cvxpy constraints."""
        ...

    def relaxed(self, by: float) -> Constraint:
        """Return the limit made wider by an amount >= 0 in its own unit."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HedgeProblem:
    """A hedge to find.

    Parameters
    ----------
    lines : tuple of str
        Names of the candidates, unique.
    lower, upper : ndarray, shape (M,)
        Least and largest trade of each line; may be infinite. [units]
    costs : Costs
        All-in cost; minimised together with the objective.
    objective : Objective
        What to minimise.
    constraints : tuple of Constraint
        Limits.
    cost_weight : float
        Weight of the cost in the objective, >= 0.

    Raises
    ------
    InputError
        With every problem found: shapes, NaN, crossed bounds, duplicate names, an empty universe.
    """

    lines: tuple[str, ...]
    lower: Array
    upper: Array
    costs: Costs
    objective: Objective
    constraints: tuple[Constraint, ...] = ()
    cost_weight: float = 1.0

    def __post_init__(self) -> None:
        problems: list[str] = []
        count = len(self.lines)
        if count == 0:
            problems.append("the hedge universe is empty: there is no line to trade.")
        twice = sorted({name for name in self.lines if self.lines.count(name) > 1})
        if twice:
            problems.append(f"lines named twice: {', '.join(twice)}.")
        lower = np.asarray(self.lower, dtype=np.float64)
        upper = np.asarray(self.upper, dtype=np.float64)
        for word, value in (
            ("lower", lower),
            ("upper", upper),
            ("buy cost", self.costs.buy),
            ("sell cost", self.costs.sell),
            ("impact", self.costs.impact),
        ):
            if value is not None and value.shape != (count,):
                problems.append(f"{word} has shape {value.shape}, expected ({count},).")
        if not problems:
            for j, name in enumerate(self.lines):
                if np.isnan(lower[j]) or np.isnan(upper[j]):
                    problems.append(f"line '{name}': a bound is NaN.")
                elif lower[j] > upper[j] or lower[j] == np.inf or upper[j] == -np.inf:
                    problems.append(
                        f"line '{name}': lower bound {lower[j]:g} is above upper bound {upper[j]:g}."
                    )
        if not (np.isfinite(self.cost_weight) and self.cost_weight >= 0.0):
            problems.append(f"cost weight is {self.cost_weight}: it must be finite and >= 0.")
        names = [constraint.name for constraint in self.constraints]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            problems.append(f"constraints named twice: {', '.join(repeated)}.")
        if problems:
            raise InputError([Problem(message=text) for text in problems])
        object.__setattr__(self, "lower", lower)
        object.__setattr__(self, "upper", upper)

    def compiled(self) -> Program:
        """Return the problem as arrays."""
        draft = Draft(self)
        self.objective.add_to(draft)
        for constraint in self.constraints:
            draft.owner = constraint.name
            constraint.add_to(draft)
        return draft.program()

    def with_constraints(self, constraints: Sequence[Constraint]) -> HedgeProblem:
        """Return the same problem under other limits."""
        return replace(self, constraints=tuple(constraints))


@dataclass(slots=True, eq=False)
class Draft:
    """A programme while objectives and constraints write themselves into it.

    Parameters
    ----------
    problem : HedgeProblem
        Where lines, bounds and costs come from.
    """

    problem: HedgeProblem
    owner: str = "line limits"
    terms: list[TailTerm] = field(default_factory=list)
    worst_weight: float = 0.0
    variance_weight: float = 0.0
    moments: tuple[Array, Array, float] | None = None
    at_most: int | None = None
    lower: Array = field(init=False)
    upper: Array = field(init=False)
    least: Array = field(init=False)
    lots: Array = field(init=False)
    bound_owner: list[str] = field(init=False)
    _rows: list[tuple[Array, Array, float, bool, str, Array | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        count = len(self.problem.lines)
        self.lower = self.problem.lower.copy()
        self.upper = self.problem.upper.copy()
        self.least = np.zeros(count)
        self.lots = np.zeros(count)
        self.bound_owner = ["line limits"] * (2 * count)

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
        coefficients: Array,
        limit: float,
        *,
        sold: Array | None = None,
        impact: Array | None = None,
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
            self._rows.append((buy, sell, float(limit), equal, self.owner, impact))

    def bounds(self, lower: Array, upper: Array) -> None:
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
        rows = np.array([np.concatenate([b, s]) for b, s, *_ in self._rows]).reshape(-1, 2 * count)
        bent = [row[5] for row in self._rows]
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
            limit=np.array([row[2] for row in self._rows]),
            equal=np.array([row[3] for row in self._rows], dtype=bool),
            row_names=tuple(row[4] for row in self._rows),
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
