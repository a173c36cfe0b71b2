"""Polishing an answer by sequential quadratic programming, within the bounds of its space."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from stress.arrays import FloatArray
from stress.reverse_stress.space import Space

__all__ = ["bound_constraints", "sequential_quadratic"]

#: A constraint of scipy's SLSQP: ``fun(z) >= 0`` with its Jacobian.
Constraint = dict[str, Any]


def bound_constraints(space: Space) -> list[Constraint]:
    """Return the bounds on the searched moves as linear constraints in z, in standard deviations."""
    if not space.bounded:
        return []
    scale = space.deviations
    low, high = np.isfinite(space.lower), np.isfinite(space.upper)
    matrix = np.concatenate(
        [(space.root / scale[:, None])[low], -(space.root / scale[:, None])[high]]
    )
    edge = np.concatenate([(space.lower / scale)[low], -(space.upper / scale)[high]])
    return [{"type": "ineq", "fun": lambda z: matrix @ z - edge, "jac": lambda z: matrix}]


def sequential_quadratic(
    objective: Callable[[FloatArray], float],
    slope: Callable[[FloatArray], FloatArray],
    constraints: list[Constraint],
    start: FloatArray,
) -> FloatArray:
    """Return a local minimum near `start`; `start` itself where the solver leaves finite numbers.

    Parameters
    ----------
    objective, slope : callable
        Value and gradient at a point z of shape (n,), of size about one.
    constraints : list
        As scipy's SLSQP takes them.
    start : ndarray of shape (n,)
        Where to begin.
    """
    from scipy.optimize import minimize

    solve: Any = minimize  # its stubs know no union of constraint kinds
    solution = solve(
        objective,
        start,
        jac=slope,
        constraints=constraints,
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 60},
    )
    found = np.asarray(solution.x, dtype=np.float64)
    return found if np.isfinite(found).all() else start
