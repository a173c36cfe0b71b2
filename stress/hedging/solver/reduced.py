"""The problem that the interior point sees: undecided draws one by one, decided draws as one line each.

A draw far inside the tail contributes ``-(p + h'x) - t`` whatever the trades do nearby, one far outside nothing.
Replacing their ``max(., 0)`` by either branch gives a *relaxation*: its optimum bounds the full one from below.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stress.arrays import FloatArray

__all__ = ["ReducedProblem", "ReducedTerm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReducedTerm:
    """One tail average, ``constant·t + offset + slope'd + Σ cap·max(-(pnl + unit_pnl d) - t, 0)``.

    Parameters
    ----------
    pnl : ndarray, shape (N,)
        P&L of the undecided draws before trades.
    unit_pnl : ndarray, shape (N, M)
        Their P&L a unit of each line.
    caps : ndarray, shape (N,)
        Probability over tail mass: the most a draw can weigh.
    constant : float
        One less the caps of the draws that are surely in the tail.
    offset : float
        Minus their cap-weighted P&L.
    slope : ndarray, shape (M,)
        Minus their cap-weighted unit P&L.
    weight : float
        Weight of the term in the objective.
    limit : float
        Most it may be; infinite without one.
    worst : bool
        Whether it is one of those of which the worst counts.
    """

    pnl: FloatArray
    unit_pnl: FloatArray
    caps: FloatArray
    constant: float
    offset: float
    slope: FloatArray
    weight: float
    limit: float
    worst: bool

    @property
    def limited(self) -> bool:
        """Whether the term stands in a row of its own."""
        return self.worst or np.isfinite(self.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReducedProblem:
    """Sides, rows and tail terms, scaled.

    Parameters
    ----------
    line : ndarray of int, shape (n,)
        The line each side trades.
    sign : ndarray, shape (n,)
        +1 for a purchase, -1 for a sale.
    lower, width : ndarray, shape (n,)
        Least amount, and room above it (finite). It is negative where both sides of a line are one signed amount;
        such an amount has no cost and no impact.
    endless : ndarray of bool, shape (n,)
        Sides whose bound is none of the user's.
    cost : ndarray, shape (n,)
        Linear cost in the objective.
    impact : ndarray, shape (n,), or None
        Coefficient of amount^(3/2) in the objective.
    rows, limit, equal : ndarray, shapes (m, n), (m,), (m,)
        Linear rows, ``rows @ sides <= limit`` or ``==``.
    row_impact : ndarray, shape (m, n), or None
        Coefficients of amount^(3/2) in the rows (inequalities only).
    quadratic, quadratic_slope : ndarray, shapes (M, M) and (M,), or None
        ``½ d'Qd + slope'd`` in the objective.
    terms : tuple of ReducedTerm
        Tail averages.
    worst_weight : float
        Weight of the worst of the terms marked so.
    """

    line: NDArray[np.intp]
    sign: FloatArray
    lower: FloatArray
    width: FloatArray
    endless: NDArray[np.bool_]
    cost: FloatArray
    rows: FloatArray
    limit: FloatArray
    equal: NDArray[np.bool_]
    terms: tuple[ReducedTerm, ...]
    impact: FloatArray | None = None
    row_impact: FloatArray | None = None
    quadratic: FloatArray | None = None
    quadratic_slope: FloatArray | None = None
    worst_weight: float = 0.0

    def stacked(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """P&L, unit P&L and caps of all undecided draws, term after term."""
        if not self.terms:
            lines = int(self.line.max()) + 1
            return np.zeros(0), np.zeros((0, lines)), np.zeros(0)
        if len(self.terms) == 1:
            term = self.terms[0]
            return term.pnl, term.unit_pnl, term.caps
        return (
            np.concatenate([term.pnl for term in self.terms]),
            np.concatenate([term.unit_pnl for term in self.terms]),
            np.concatenate([term.caps for term in self.terms]),
        )
