"""Minimum variance of the hedged P&L."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.problem import Draft, Outcomes, Statement

__all__ = ["MinimumVariance", "moments"]

_ROWS_AT_ONCE = 16_384


def moments(outcomes: Outcomes) -> tuple[FloatArray, FloatArray, float]:
    """Covariance of unit P&L, their covariance with the book, variance of the book.

    Returns
    -------
    tuple
        Shapes (M, M), (M,), scalar; probabilities sum to one (no Bessel correction). [currency² per unit²]
    """
    draws = outcomes.pnl.size
    weights = np.full(draws, 1.0 / draws) if outcomes.weights is None else outcomes.weights
    mean = weights @ outcomes.unit_pnl
    centre = outcomes.pnl - weights @ outcomes.pnl
    inner = np.zeros((outcomes.lines, outcomes.lines))
    cross = np.zeros(outcomes.lines)
    for at in range(0, draws, _ROWS_AT_ONCE):
        part = slice(at, at + _ROWS_AT_ONCE)
        moved = outcomes.unit_pnl[part] - mean
        inner += moved.T @ (moved * weights[part, None])
        cross += (weights[part] * centre[part]) @ moved
    return inner, cross, float(weights @ centre**2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MinimumVariance:
    """Minimise ``aversion × variance`` of the hedged P&L; costs are added in currency.

    Parameters
    ----------
    outcomes : Outcomes
        Draws of the law.
    aversion : float
        Currency a unit of variance is worth, > 0. [1/currency]
    name : str
        Short name.

    References
    ----------
    Ederington (1979), J. Finance 34: h = -Cov(H)^-1 Cov(H, book) without costs and limits.
    """

    outcomes: Outcomes
    aversion: float = 1.0
    name: str = "minimum_variance"

    def add_to(self, draft: Draft) -> None:
        """Write the second moments."""
        draft.moments = moments(self.outcomes)
        draft.variance_weight = self.aversion

    def express(self, statement: Statement) -> Any:
        """State a sum of squares of a Cholesky-like factor."""
        import cvxpy as cp

        inner, cross, of_book = moments(self.outcomes)
        unit = statement.unit
        stacked = np.block([[inner, cross[:, None]], [cross[None, :], np.array([[of_book]])]])
        values, vectors = np.linalg.eigh(stacked / unit**2)
        factor = np.sqrt(values.clip(0.0))[:, None] * vectors.T
        spread = factor[:, :-1] @ statement.trades + factor[:, -1]
        return self.aversion * unit**2 * cp.sum_squares(spread)
