"""The worst case of any book within a radius, by full revaluation: many starts, several distinct answers.

Batches of points climb the loss on the ball: each step aims at the point of the sphere that is worst
for the linearised book (the *advanced mean value* step) and backs off where the loss does not grow;
what they reach is polished by sequential quadratic programming. The worst point may lie inside the
ball, as it does for a book of long options.

References
----------
.. [1] Studer, "Maximum loss for measurement of market risk", dissertation, ETH Zurich (1997).
.. [2] Breuer, Jandacka, Rheinberger and Summer, "How to find plausible, severe, and useful stress
   scenarios", Int. J. Central Banking 5 (2009), pp. 205-224.
"""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.reverse_stress.answer import ReverseStressAnswer, Value, answer_at
from stress.reverse_stress.loss_surface import (
    APART,
    ITERATIONS,
    STEPS,
    WALKERS,
    LossSurface,
    directions,
    distinct,
)
from stress.reverse_stress.polish import bound_constraints, sequential_quadratic
from stress.reverse_stress.space import Space

__all__ = ["worst_nonlinear"]


def worst_nonlinear(
    value: Value,
    space: Space,
    *,
    radius: float,
    answers: int = 6,
    seed: int = 0,
) -> tuple[ReverseStressAnswer, ...]:
    """Return the scenarios within a radius in which a book loses most, largest loss first.

    Parameters
    ----------
    value, space, answers, seed
        As for `reverse_nonlinear`.
    radius : float
        Largest distance of what is stated.

    Returns
    -------
    tuple of ReverseStressAnswer
        Distinct local maxima of the loss.
    """
    if not (np.isfinite(radius) and radius >= 0.0):
        raise InputError(f"radius must be finite and at least 0, got {radius}.")
    surface = LossSurface(value=value, space=space)
    every = directions(surface, seed=seed)
    lengths = radius * np.array([1.0, 0.8, 0.6, 0.4, 0.2])
    home = np.zeros((1, every.shape[1]))
    grid = (every[:, None, :] * lengths[:, None]).reshape(-1, every.shape[1])
    grid = _into_ball(space, np.concatenate([home, grid]), radius)
    values = surface.pnl(grid)
    order = np.argsort(values, kind="stable")
    points = grid[order[: 4 * WALKERS]]
    points = points[distinct(points, apart=0.5 * APART)][:WALKERS]
    points = _climb(surface, points, radius)
    found = [
        _polish(surface, points[i], radius) for i in distinct(points, apart=APART)[: 2 * answers]
    ]
    points = np.concatenate([np.array(found), home])
    pnl = surface.pnl(points)
    # What is no worse than staying at home, up to rounding, is no answer beside it.
    rounding = 1e-9 * float(np.abs(values).max())
    worse = np.append(pnl[:-1] < pnl[-1] - rounding, True)
    order = np.argsort(pnl[worse], kind="stable")
    ranked = points[worse][order]
    if ranked.shape[0] > 1 and worse[:-1].any():
        ranked = ranked[:-1]
    kept = distinct(ranked, apart=APART)[:answers]
    losses = -surface.pnl(ranked[kept])
    return tuple(
        answer_at(space, z, loss=float(lost)) for z, lost in zip(ranked[kept], losses, strict=True)
    )


def _into_ball(space: Space, z: FloatArray, radius: float) -> FloatArray:
    """Clip to the bounds, then draw towards the origin (inside both) until within the ball."""
    z = space.within_bounds(z)
    size = np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-300)
    return np.asarray(np.minimum(1.0, radius / size) * z)


def _climb(surface: LossSurface, points: FloatArray, radius: float) -> FloatArray:
    """Walk a batch against the P&L gradient within the ball; largest loss first."""
    for _ in range(ITERATIONS):
        m, n = points.shape
        pnl = surface.pnl(points)
        slope = surface.gradient(points)
        size = np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-300)
        target = np.where(size > 1e-290, -radius * slope / size, points)
        trial = points[:, None, :] + STEPS[:, None] * (target - points)[:, None, :]
        trial = _into_ball(surface.space, trial.reshape(-1, n), radius).reshape(m, STEPS.size, n)
        gained = surface.pnl(trial.reshape(-1, n)).reshape(m, -1)
        best = np.argmin(gained, axis=1)
        better = gained[np.arange(m), best] < pnl
        moved = np.where(better[:, None], trial[np.arange(m), best], points)
        change = np.linalg.norm(moved - points, axis=1)
        order = np.argsort(np.where(better, gained[np.arange(m), best], pnl), kind="stable")
        points = moved[order]
        points = points[distinct(points, apart=0.3 * APART)]
        if float(change.max()) < 1e-4 * max(radius, 1e-12):
            break
    return points


def _polish(surface: LossSurface, z: FloatArray, radius: float) -> FloatArray:
    scale = max(float(np.abs(surface.pnl(z[None, :])[0])), 1e-300)
    ball = {
        "type": "ineq",
        "fun": lambda point: 0.5 * (radius**2 - float(point @ point)),
        "jac": lambda point: -point,
    }
    found = sequential_quadratic(
        lambda point: float(surface.pnl(point[None, :])[0]) / scale,
        lambda point: surface.gradient(point[None, :])[0] / scale,
        [ball, *bound_constraints(surface.space)],
        z,
    )
    found = _into_ball(surface.space, found[None, :], radius)[0]
    pair = np.array([found, z])
    return np.asarray(pair[int(np.argmin(surface.pnl(pair)))])
