"""A hedge problem as arrays: sides of lines, rows, tail averages, curvature. Raw units, nothing scaled.

Every objective and constraint compiles into this one form, which the active set solves, the certificate bounds
and the integer search branches on. A line that may be bought and sold has two *sides*, both non-negative, so
that costs of the absolute amount are linear.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stress.arrays import FloatArray
from stress.risk.measures import expected_shortfall, worst

__all__ = ["NO_BREACH", "Program", "TailTerm"]

#: Largest breach of a limit that counts as none, relative (`Program.violation`).
NO_BREACH = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TailTerm:
    """An average of the worst outcomes of one set of draws, in the objective or under a limit.

    Parameters
    ----------
    name : str
        Of the limit or generator, for messages and prices.
    pnl : ndarray, shape (S,)
        P&L before trades, gain positive. [currency]
    unit_pnl : ndarray, shape (S, M)
        P&L of one unit of each line. [currency per unit]
    weights : ndarray, shape (S,), or None
        Probabilities; equal when None.
    level : float in (0, 1]
        Confidence level; 1 is the largest loss.
    weight : float
        Weight in the objective, >= 0.
    limit : float
        The most it may be; infinite without one. [currency]
    among_worst : bool
        Whether it is one of the terms of which the worst stands in the objective.
    """

    name: str
    pnl: FloatArray
    unit_pnl: FloatArray
    level: float
    weights: FloatArray | None = None
    weight: float = 0.0
    limit: float = np.inf
    among_worst: bool = False

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.pnl.size)

    def value(self, trades: FloatArray) -> float:
        """Tail average of the hedged P&L, by `stress.risk`, a loss positive. [currency]."""
        return self.of(self.hedged(trades))

    def of(self, pnl: FloatArray) -> float:
        """Tail average of any P&L on the same draws. [currency]."""
        if self.level >= 1.0:
            return worst(pnl, self.weights)
        return expected_shortfall(pnl, self.weights, level=self.level, min_tail_draws=0)

    def hedged(self, trades: FloatArray) -> FloatArray:
        """P&L of book and trades, bit for bit the book's own without trades."""
        held = np.flatnonzero(trades)
        if held.size == 0:
            return self.pnl
        if held.size * 4 < trades.size:
            return np.asarray(self.pnl + self.unit_pnl[:, held] @ trades[held])
        return np.asarray(self.pnl + self.unit_pnl @ trades)

    def tail(self, gain: FloatArray) -> tuple[NDArray[np.intp], FloatArray]:
        """Draws that make the tail average of some P&L, lowest first, and their weights, which sum to one."""
        draws = np.arange(self.draws)
        count = int((1.0 - self.level) * self.draws) + 2
        if self.weights is None and count < self.draws:
            draws = np.argpartition(gain, count)[:count]
        draws = draws[np.argsort(gain[draws], kind="stable")]
        caps = self.caps(draws)
        return draws, np.clip(1.0 - (np.cumsum(caps) - caps), 0.0, caps)

    def caps(self, rows: NDArray[np.intp] | None = None) -> FloatArray:
        """Probability over tail mass of the draws: the most each can weigh in the average."""
        mass = 1.0 - self.level
        size = self.draws if rows is None else rows.size
        if self.weights is None:
            return np.full(size, 1.0 if mass <= 0.0 else min(1.0, 1.0 / (mass * self.draws)))
        weights = self.weights if rows is None else self.weights[rows]
        if mass <= 0.0:
            return np.where(weights > 0.0, 1.0, 0.0)
        return np.minimum(weights / mass, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Program:
    """Minimise cost plus weighted tail averages over sides, subject to rows.

    Parameters
    ----------
    lines : int
        Number of lines M.
    line, sign : ndarray, shape (n,)
        Line and direction (+1 bought, -1 sold) of each side.
    lower, upper : ndarray, shape (n,)
        Bounds of the amounts, ``0 <= lower <= upper``, `upper` possibly infinite. [units]
    cost : ndarray, shape (n,)
        Linear cost in the objective. [currency per unit]
    impact : ndarray, shape (n,), or None
        Coefficients of amount^(3/2) in the objective, >= 0.
    rows, limit, equal, row_names : shapes (m, n), (m,), (m,), m
        ``rows @ amounts + row_impact @ amounts^(3/2) <= limit``, or ``== limit``.
    row_impact : ndarray, shape (m, n), or None
        Coefficients of amount^(3/2), >= 0, zero in equalities.
    terms : tuple of TailTerm
        Tail averages.
    worst_weight : float
        Weight of the worst of the terms marked `among_worst`.
    variance_weight, variance_of_book : float
        v and b of ``v (x'Cx + 2 c'x + b)`` in the objective.
    covariance, covariance_with_book : ndarrays, shapes (M, M) and (M,), or None
        C and c of it.
    bound_names : tuple of str, n
        Which constraint set the upper bound of each side.
    at_most : int or None
        Most lines that may be traded.
    least : ndarray, shape (M,), or None
        Least absolute size of each line if it is traded at all. [units]
    lots : ndarray, shape (M,), or None
        Lot of each line; 0 where any amount can be traded. [units]
    """

    lines: int
    line: NDArray[np.intp]
    sign: FloatArray
    lower: FloatArray
    upper: FloatArray
    cost: FloatArray
    rows: FloatArray
    limit: FloatArray
    equal: NDArray[np.bool_]
    row_names: tuple[str, ...]
    terms: tuple[TailTerm, ...]
    impact: FloatArray | None = None
    row_impact: FloatArray | None = None
    worst_weight: float = 0.0
    variance_weight: float = 0.0
    covariance: FloatArray | None = None
    covariance_with_book: FloatArray | None = None
    variance_of_book: float = 0.0
    bound_names: tuple[str, ...] = ()
    at_most: int | None = None
    least: FloatArray | None = None
    lots: FloatArray | None = None

    @property
    def discrete(self) -> bool:
        """Whether some amounts cannot vary continuously."""
        return self.at_most is not None or self.least is not None or self.lots is not None

    @property
    def sides(self) -> int:
        """Number of sides n."""
        return int(self.line.size)

    def reach(self) -> FloatArray:
        """Upper bounds tightened by what rows with non-negative coefficients imply, impact included.

        From ``r x + k x^(3/2) <= room`` follow ``x <= room / r`` and ``x <= (room / k)^(2/3)``, each.
        """
        upper = self.upper.copy()
        for i, (row, limit, equal) in enumerate(
            zip(self.rows, self.limit, self.equal, strict=True)
        ):
            if (row < 0.0).any():
                if not equal or (row > 0.0).any():
                    continue
                row, limit = -row, -limit
            bend = None if self.row_impact is None else self.row_impact[i]
            spent = row @ self.lower
            if bend is not None:
                spent = spent + bend @ self.lower**1.5
            room = max(0.0, float(limit - spent))
            positive = row > 0.0
            upper[positive] = np.minimum(
                upper[positive], self.lower[positive] + room / row[positive]
            )
            if bend is not None:
                bent = bend > 0.0
                upper[bent] = np.minimum(
                    upper[bent], self.lower[bent] + (room / bend[bent]) ** (2.0 / 3.0)
                )
        return upper

    def trades(self, amounts: FloatArray) -> FloatArray:
        """Signed trade of each line. [units]."""
        signed = self.sign * amounts
        return np.asarray(
            np.bincount(self.line, weights=signed, minlength=self.lines), dtype=np.float64
        )

    def amounts(self, trades: FloatArray) -> FloatArray:
        """Side amounts of signed trades: what is bought, what is sold, never both."""
        return np.maximum(self.sign * trades[self.line], 0.0)

    def trading_cost(self, amounts: FloatArray) -> float:
        """Cost in the objective. [currency]."""
        total = float(self.cost @ amounts)
        if self.impact is not None:
            total += float(self.impact @ amounts**1.5)
        return total

    def row_values(self, amounts: FloatArray) -> FloatArray:
        """Left-hand sides of the rows."""
        value = self.rows @ amounts
        if self.row_impact is not None:
            value = value + self.row_impact @ amounts**1.5
        return value

    def variance(self, trades: FloatArray) -> float:
        """Variance of the hedged P&L by the stored moments. [currency²]."""
        if self.covariance is None or self.covariance_with_book is None:
            return 0.0
        return float(
            trades @ self.covariance @ trades
            + 2.0 * self.covariance_with_book @ trades
            + self.variance_of_book
        )

    def objective(self, amounts: FloatArray, values: tuple[float, ...] | None = None) -> float:
        """Objective at some amounts, from the raw P&L (or from given values of the terms)."""
        trades = self.trades(amounts)
        if values is None:
            values = tuple(term.value(trades) for term in self.terms)
        total = self.trading_cost(amounts)
        if self.variance_weight:
            total += self.variance_weight * self.variance(trades)
        chosen = [v for term, v in zip(self.terms, values, strict=True) if term.among_worst]
        if chosen:
            total += self.worst_weight * max(chosen)
        for term, value in zip(self.terms, values, strict=True):
            if term.weight:
                total += term.weight * value
        return float(total)

    def violation(self, amounts: FloatArray, values: tuple[float, ...] | None = None) -> float:
        """Largest relative breach of a row, bound or tail limit; 0 when all hold.

        A row is measured by its limit or by what is traded in it, never by what bounds would let be traded: those may
        be a day's volume, millions of times the book.
        """
        trades = self.trades(amounts)
        reach = np.where(np.isfinite(self.upper), self.upper, np.abs(amounts))
        traded = np.abs(self.rows) @ amounts
        scale = np.maximum(np.maximum(traded, np.abs(self.limit)), 1e-300)
        excess = self.row_values(amounts) - self.limit
        breach = np.where(self.equal, np.abs(excess), excess) / scale
        worst_of = float(breach.max(initial=0.0))
        step = np.maximum(reach, 1e-300)
        worst_of = max(worst_of, float(((amounts - self.upper) / step).max(initial=0.0)))
        worst_of = max(worst_of, float(((self.lower - amounts) / step).max(initial=0.0)))
        if values is None and any(np.isfinite(term.limit) for term in self.terms):
            values = tuple(
                term.value(trades) if np.isfinite(term.limit) else 0.0 for term in self.terms
            )
        if values is not None:
            for term, value in zip(self.terms, values, strict=True):
                if np.isfinite(term.limit):
                    size = max(abs(term.limit), abs(value), 1e-300)
                    worst_of = max(worst_of, (value - term.limit) / size)
        return worst_of
