"""What is inside a P&L at some of its draws: factor moves, returns of names, P&L of what is revalued."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.simulation.plan import Plan

__all__ = ["Inside", "InsideDraws", "factor_loadings", "name_loadings", "name_returns"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inside:
    """Weighted means of what is inside a P&L.

    Parameters
    ----------
    returns : ndarray of shape (N,)
        Of each name of the book.
    factors : ndarray of shape (K,)
        Of the factor moves; logs in a compound scenario.
    revalued : ndarray of shape (P,)
        P&L of each position revalued in full. [currency]
    """

    returns: FloatArray
    factors: FloatArray
    revalued: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InsideDraws:
    """What is inside a P&L at some draws of one chunk.

    Parameters
    ----------
    place : slice
        Where these draws stand among those asked for.
    moves : ndarray of shape (R, K + 2 + n)
        What loadings multiply: free draws times their scale, the specific stream times the root of the
        mixing variable, one, and stated moves.
    explicit : ndarray of shape (E, R)
        Returns of the names with draws of their own, in the order of `plan.explicit`.
    revalued : ndarray of shape (P, R)
        P&L of each position revalued in full, exactly. [currency]
    """

    place: slice
    moves: FloatArray
    explicit: FloatArray
    revalued: FloatArray


def factor_loadings(plan: Plan) -> FloatArray:
    """Return what makes factor moves of `InsideDraws.moves`, shape (K, K + 2 + n)."""
    factors = plan.book.exposures.shape[1]
    loadings = np.zeros((factors, factors + 2 + plan.completed.n_stated))
    loadings[:, : plan.root.shape[1]] = plan.root
    loadings[:, factors + 2 :] = plan.factor_gain
    return loadings


def name_loadings(plan: Plan) -> FloatArray:
    """Return what makes returns of names of `InsideDraws.moves`, shape (N, K + 2 + n); see `name_returns`."""
    return name_returns(plan, np.eye(plan.book.exposures.shape[1] + 2 + plan.completed.n_stated))


def name_returns(plan: Plan, moves: FloatArray) -> FloatArray:
    """Return the returns of names, shape (N, R), at columns of `InsideDraws.moves`, shape (K + 2 + n, R).

    A collapsed name's specific move is its conditional expectation given the aggregate:
    ``v_i s_i^2 / sum_j v_j^2 s_j^2`` of it. Names with draws of their own have zeros.
    """
    book = plan.book
    factors = book.exposures.shape[1]
    returns: FloatArray = book.exposures @ (factor_loadings(plan) @ moves)
    if plan.collapsed_specific > 0.0:
        returns += np.outer(
            book.values * plan.specific**2 / plan.collapsed_specific, moves[factors]
        )
    known = ~np.isnan(plan.fixed)
    returns[known] = np.outer(plan.fixed[known], moves[factors + 1])
    returns[plan.explicit] = 0.0
    return returns
