"""Pieces of direct statements in cvxpy that several objectives and constraints share.

P&L is stated in `Statement.unit`, so that a solver sees losses of order one; the scenario matrix is a constant of the
problem, never a Parameter (a Parameter of draws × lines makes cvxpy's canonicalisation explode).
"""

from __future__ import annotations

from typing import Any

import cvxpy as cp
import numpy as np

from stress.hedging.problem import Outcomes, Statement

__all__ = ["hedged_loss", "tail_average"]


def hedged_loss(statement: Statement, outcomes: Outcomes) -> Any:
    """Loss of book and trades in each draw, in units of `statement.unit`."""
    unit = statement.unit
    return -(outcomes.pnl / unit) - (outcomes.unit_pnl / unit) @ statement.trades


def tail_average(statement: Statement, outcomes: Outcomes, level: float) -> Any:
    """Rockafellar and Uryasev (2000), eq. 17, in currency; the largest loss at level 1."""
    loss = hedged_loss(statement, outcomes)
    if level >= 1.0:
        possible = outcomes.weights is None or (outcomes.weights > 0.0).all()
        if possible:
            return statement.unit * cp.max(loss)
        assert outcomes.weights is not None
        return statement.unit * cp.max(loss[np.flatnonzero(outcomes.weights > 0.0)])
    draws = outcomes.pnl.size
    weights = np.full(draws, 1.0 / draws) if outcomes.weights is None else outcomes.weights
    edge = cp.Variable()
    # A sum of products, not a matrix product: cvxpy 1.9 derives NaN bounds (0 * inf) for the latter.
    over = cp.multiply(weights / (1.0 - level), cp.pos(loss - edge))
    return statement.unit * (edge + cp.sum(over))
