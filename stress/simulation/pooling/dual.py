"""The dual of entropy pooling: one unknown a linear statement, projected Newton, log-sum-exp.

``min KL(q | p)`` subject to ``E_q[a_i] = b_i`` or ``>= b_i`` or ``<= b_i`` is solved by
``q_j ~ p_j exp(sum_i l_i a_ij)``, where l minimises the convex ``log sum_j p_j exp(sum_i l_i (a_ij - b_i))``
with a sign bound for each inequality. Rows are centred on their target and scaled by their prior
standard deviation, so that basis points and fractions meet on equal terms.

References
----------
.. [1] Bertsekas, "Projected Newton methods for optimization problems with simple constraints", SIAM J.
   Control and Optimization 20 (1982), pp. 221-246.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import ModelError

__all__ = ["TOLERANCE", "InfeasibleViewsError", "Row", "solve_dual"]

#: Largest violation of a view that counts as met, in prior standard deviations of its row.
TOLERANCE = 1e-9
#: A multiplier so near to its bound, or nearer, may be sent there outright.
NEAR = 0.01


class InfeasibleViewsError(ModelError):
    """No probabilities on these draws meet the views.

    Parameters
    ----------
    message : str
        Which, and what to do.
    views : tuple of str
        The views that would have to give way.
    """

    def __init__(self, message: str, *, views: tuple[str, ...]) -> None:
        self.views = views
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Row:
    """One linear statement ``E[values] (=, >=, <=) target``.

    Parameters
    ----------
    view : str
        The view it belongs to, in words.
    values : ndarray of shape (S,)
        What is averaged.
    target : float
        What the average should be.
    relation : {'equal', 'at_least', 'at_most'}
        How it should compare.
    """

    view: str
    values: FloatArray
    target: float
    relation: Literal["equal", "at_least", "at_most"]


def solve_dual(rows: Sequence[Row], p: FloatArray) -> tuple[FloatArray, dict[str, float]]:
    """Minimise the dual.

    Parameters
    ----------
    rows : sequence of Row
        What should hold.
    p : ndarray of shape (S,)
        Prior probabilities.

    Returns
    -------
    tuple
        Weights of shape (S,), and the multipliers by view in one over the unit of the row.

    Raises
    ------
    InfeasibleViewsError
        If no weights meet the rows to `TOLERANCE`.
    """
    if not rows:
        return p.copy(), {}
    # Every inequality becomes "at least".
    signs = np.array([-1.0 if row.relation == "at_most" else 1.0 for row in rows])
    centred = np.array([row.values - row.target for row in rows])
    scales = np.sqrt(np.maximum((centred * centred) @ p, 0.0))
    if not (scales > 0.0).all():
        # A row that equals its target in every draw holds for any weights.
        moving = scales > 0.0
        return solve_dual([row for row, here in zip(rows, moving, strict=True) if here], p)
    a = signs[:, None] * centred / scales[:, None]
    bounded = np.array([row.relation != "equal" for row in rows])
    lam, q, met = _projected_newton(a, p, bounded)
    if not met:
        raise _infeasible(rows, a, bounded)
    found: dict[str, float] = {}
    for row, value in zip(rows, signs * lam / scales, strict=True):
        found[row.view] = found.get(row.view, 0.0) + float(value)
    return q, found


def _law(lam: FloatArray, a: FloatArray, p: FloatArray) -> tuple[float, FloatArray]:
    """Dual value ``log sum p exp(lam a)`` and the weights, without overflow."""
    tilt = lam @ a
    top = float(tilt[p > 0.0].max())
    raw = p * np.exp(np.minimum(tilt - top, 0.0))
    total = float(raw.sum())
    return top + float(np.log(total)), raw / total


def _projected_newton(
    a: FloatArray, p: FloatArray, bounded: npt.NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray, bool]:
    """Minimise the dual over lam, with ``lam >= 0`` where bounded.

    a : (m, S) rows that should average to zero (or to at least zero, where bounded).
    """
    lam = np.zeros(a.shape[0])
    value, q = _law(lam, a, p)
    for _ in range(200):
        gradient = a @ q
        at_bound = bounded & (lam <= 0.0) & (gradient >= 0.0)
        free = ~at_bound
        if np.abs(gradient[free]).max(initial=0.0) <= TOLERANCE * 1e-2:
            return lam, q, True
        # What is near its bound and pulled there goes to it by itself: a Newton step through the corner
        # of all of them together need not descend once it is projected [1]_.
        pull = lam - np.where(bounded, np.maximum(lam - gradient, 0.0), lam - gradient)
        near = bounded & (lam <= min(NEAR, float(np.linalg.norm(pull)))) & (gradient > 0.0)
        step = np.where(near, -lam, 0.0)
        free &= ~near
        deviation = a[free] - gradient[free, None]
        hessian = (deviation * q) @ deviation.T
        hessian[np.diag_indices_from(hessian)] += 1e-12 * max(float(np.trace(hessian)), 1e-30)
        step[free] = -np.linalg.lstsq(hessian, gradient[free], rcond=1e-14)[0]
        size, moved = 1.0, False
        while size > 1e-10:
            trial = np.where(bounded, np.maximum(lam + size * step, 0.0), lam + size * step)
            trial_value, trial_q = _law(trial, a, p)
            fall = float(gradient @ (trial - lam))
            if trial_value <= value + 1e-4 * fall + 1e-15 * max(1.0, abs(value)):
                moved = True
                break
            size *= 0.5
        if not moved or float(np.abs(trial).max()) > 1e8:
            break
        lam, value, q = trial, trial_value, trial_q
    gradient = a @ q
    free = ~(bounded & (lam <= 0.0) & (gradient >= 0.0))
    return lam, q, bool(np.abs(gradient[free]).max(initial=0.0) <= TOLERANCE)


def _infeasible(
    rows: Sequence[Row], a: FloatArray, bounded: npt.NDArray[np.bool_]
) -> InfeasibleViewsError:
    """Name the views that have to give way: least total slack, in standard deviations."""
    from scipy.optimize import linprog

    m, draws = a.shape
    cost = np.concatenate([np.zeros(draws), np.ones(m), np.where(bounded, 0.0, 1.0)])
    equalities = np.vstack(
        [
            np.hstack([a, np.eye(m), -np.eye(m)]),
            np.concatenate([np.ones(draws), np.zeros(2 * m)]),
        ]
    )
    right = np.concatenate([np.zeros(m), [1.0]])
    solution = linprog(cost, A_eq=equalities, b_eq=right, method="highs")
    if solution.status != 0:
        names = tuple(dict.fromkeys(row.view for row in rows))
        return InfeasibleViewsError(
            f"the views cannot be met together: {'; '.join(names)}. Drop one.", views=names
        )
    found = np.asarray(solution.x)
    slack = found[draws : draws + m] + np.where(bounded, 0.0, found[draws + m :])
    guilty = [row for row, gap in zip(rows, slack, strict=True) if gap > 1e-7]
    if not guilty:
        names = tuple(dict.fromkeys(row.view for row in rows))
        return InfeasibleViewsError(
            f"the views can be met only by giving most draws no probability at all: {'; '.join(names)}. "
            "Weaken them.",
            views=names,
        )
    names = tuple(dict.fromkeys(row.view for row in guilty))
    reach = "; ".join(
        f"{row.view} (draws reach from {row.values.min():.6g} to {row.values.max():.6g})"
        for row in {row.view: row for row in guilty}.values()
    )
    return InfeasibleViewsError(
        f"no probabilities on these draws meet: {reach}. The nearest that is possible leaves it unmet; "
        "weaken or drop it.",
        views=names,
    )
