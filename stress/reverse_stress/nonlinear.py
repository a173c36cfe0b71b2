"""Reverse stress of any book, by full revaluation: many starts, several distinct answers.

In whitened coordinates the most plausible scenario that loses l is the point of the surface
``loss(z) = l`` nearest to the origin: the *design point* of structural reliability. It is found as there:
batches of points walk by the improved Hasofer-Lind-Rackwitz-Fiessler step (linearise the loss, go to
the nearest point of the linearised surface, back off where the merit does not fall), from starts all
around the sphere; what they reach is polished by sequential quadratic programming and then probed
for anything nearer.

References
----------
.. [1] Zhang and Der Kiureghian, "Two improved algorithms for reliability analysis", in Reliability and
   Optimization of Structural Systems (1995), pp. 297-304.
.. [2] Breuer, Jandacka, Rheinberger and Summer, "How to find plausible, severe, and useful stress
   scenarios", Int. J. Central Banking 5 (2009), pp. 205-224.
"""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.reverse_stress.answer import (
    ReverseStressAnswer,
    UnreachableLossError,
    Value,
    answer_at,
)
from stress.reverse_stress.loss_surface import (
    APART,
    ITERATIONS,
    STEPS,
    WALKERS,
    LossSurface,
    directions,
    distinct,
)
from stress.reverse_stress.maximum_loss import worst_nonlinear
from stress.reverse_stress.polish import bound_constraints, sequential_quadratic
from stress.reverse_stress.space import Space

__all__ = ["reverse_nonlinear"]

#: Radii at which each start looks for the surface.
RADII = 24
#: A worst case this little short of the target has reached it.
SHORTFALL = 1e-9


def reverse_nonlinear(
    value: Value,
    space: Space,
    *,
    loss: float,
    max_distance: float,
    answers: int = 6,
    seed: int = 0,
) -> tuple[ReverseStressAnswer, ...]:
    """Return the most plausible scenarios in which a book loses at least `loss`, nearest first.

    Parameters
    ----------
    value : callable
        P&L (S,) of factor moves (S, K): the book's full revaluation, vectorised, continuous.
    space : Space
        What may move.
    loss : float
        The loss to reach, positive. [currency]
    max_distance : float
        How far a scenario may lie.
    answers : int
        At most so many.
    seed : int
        Of the starts and of the probes.

    Returns
    -------
    tuple of ReverseStressAnswer
        Distinct local minima of the distance, each with the loss of its full revaluation.

    Raises
    ------
    UnreachableLossError
        If no scenario within `max_distance` was found to lose as much; with the worst that was found.
    """
    if not (np.isfinite(loss) and loss > 0.0):
        raise InputError(f"loss must be positive and finite, got {loss}.")
    surface = LossSurface(value=value, space=space)
    origin = np.zeros(space.searched.size)
    already = -float(surface.pnl(origin[None, :])[0])
    if already >= loss:
        return (answer_at(space, origin, loss=already),)
    every = directions(surface, seed=seed)
    points = _crossings(surface, every, loss, max_distance)
    if points.shape[0] == 0:
        worst = worst_nonlinear(value, space, radius=max_distance, seed=seed)[0]
        if worst.loss < loss * (1.0 - SHORTFALL):
            raise UnreachableLossError(
                target=loss,
                largest_loss=worst.loss,
                distance=worst.distance,
                limit=f"within distance {max_distance:g}",
            )
        points = _z_of(space, worst)[None, :]
    nearest = points[:1]  # loses enough as it stands, whatever becomes of the walk
    points = np.concatenate([_walk(surface, points, loss), nearest])
    rng = np.random.Generator(np.random.Philox(seed + 1))
    found: list[FloatArray] = []
    for i in distinct(points, apart=APART)[: 2 * answers]:
        best = _polish(surface, points[i], loss)
        for _ in range(5):
            nearer = None if best is None else _nearer(surface, best, loss)
            if nearer is None:
                break
            best = _polish(surface, nearer, loss)
        if best is not None:
            found.append(best)
    found = _probe_inside(surface, found, loss, rng) if found else []
    found.sort(key=lambda z: float(z @ z))
    found = [z for z in found if float(z @ z) <= max_distance**2 * (1.0 + 1e-9)]
    chosen = [found[i] for i in distinct(np.array(found), apart=APART)[:answers]] if found else []
    if not chosen:
        worst = worst_nonlinear(value, space, radius=max_distance, seed=seed)[0]
        raise UnreachableLossError(
            target=loss,
            largest_loss=worst.loss,
            distance=worst.distance,
            limit=f"within distance {max_distance:g}",
        )
    losses = -surface.pnl(np.array(chosen))
    return tuple(
        answer_at(space, z, loss=float(lost)) for z, lost in zip(chosen, losses, strict=True)
    )


def _z_of(space: Space, answer: ReverseStressAnswer) -> FloatArray:
    return np.asarray(np.linalg.solve(space.root, answer.moves[space.searched]))


def _crossings(surface: LossSurface, every: FloatArray, loss: float, reach: float) -> FloatArray:
    """First point along each direction that loses enough, nearest first; none where nothing does."""
    radii = reach * (np.arange(1, RADII + 1) / RADII)
    grid = surface.space.within_bounds(every[:, None, :] * radii[:, None])
    lost = -surface.pnl(grid.reshape(-1, every.shape[1])).reshape(every.shape[0], RADII)
    enough = lost >= loss
    hit = enough.any(axis=1)
    first = np.argmax(enough, axis=1)
    rows = np.flatnonzero(hit)
    outer = radii[first[rows]]
    inner = outer - radii[0]
    for _ in range(6):  # bisect: the walk is better begun near the surface
        middle = 0.5 * (inner + outer)
        here = surface.space.within_bounds(every[rows] * middle[:, None])
        beyond = -surface.pnl(here) >= loss if rows.size else np.zeros(0, bool)
        outer, inner = np.where(beyond, middle, outer), np.where(beyond, inner, middle)
    points = surface.space.within_bounds(every[rows] * outer[:, None])
    order = np.argsort(np.linalg.norm(points, axis=1), kind="stable")
    points = points[order]
    return points[distinct(points, apart=0.5 * APART)][:WALKERS]


def _walk(surface: LossSurface, points: FloatArray, loss: float) -> FloatArray:
    """Improved HL-RF steps for a batch; nearest first, only what came close to the surface."""
    for _ in range(ITERATIONS):
        m, n = points.shape
        pnl = surface.pnl(points)
        slope = surface.gradient(points)
        steep = np.maximum((slope**2).sum(axis=1), 1e-300)
        # Nearest point of the linearised surface pnl + slope (z' - z) = -loss.
        level = (slope * points).sum(axis=1) - pnl - loss
        target = slope * (level / steep)[:, None]
        penalty = 2.0 * np.linalg.norm(points, axis=1) / np.sqrt(steep) + 1e-300
        trial = points[:, None, :] + STEPS[:, None] * (target - points)[:, None, :]
        trial = surface.space.within_bounds(trial.reshape(-1, n)).reshape(m, STEPS.size, n)
        miss = np.abs(surface.pnl(trial.reshape(-1, n)).reshape(m, -1) + loss)
        merit = 0.5 * (trial**2).sum(axis=2) + penalty[:, None] * miss
        best = np.argmin(merit, axis=1)
        now = 0.5 * (points**2).sum(axis=1) + penalty * np.abs(pnl + loss)
        better = merit[np.arange(m), best] < now
        moved = np.where(better[:, None], trial[np.arange(m), best], points)
        change = np.linalg.norm(moved - points, axis=1)
        order = np.argsort(np.linalg.norm(moved, axis=1), kind="stable")
        points = moved[order]
        points = points[distinct(points, apart=0.3 * APART)]
        if float(change.max()) < 1e-4:
            break
    near = np.abs(surface.pnl(points) + loss) <= 0.2 * loss
    return points[near] if near.any() else points


def _polish(surface: LossSurface, z: FloatArray, loss: float) -> FloatArray | None:
    """Return the nearest point reached from z that loses enough on full revaluation, if any does."""

    def excess(point: FloatArray) -> float:
        return -float(surface.pnl(point[None, :])[0]) / loss - 1.0

    def slope(point: FloatArray) -> FloatArray:
        return np.asarray(-surface.gradient(point[None, :])[0] / loss)

    found = sequential_quadratic(
        lambda point: 0.5 * float(point @ point),
        lambda point: point,
        [{"type": "ineq", "fun": excess, "jac": slope}, *bound_constraints(surface.space)],
        z,
    )
    candidates = [
        point
        for point in (_onto_surface(surface, found, loss), _onto_surface(surface, z, loss))
        if point is not None
    ]
    return min(candidates, key=lambda point: float(point @ point)) if candidates else None


def _onto_surface(surface: LossSurface, z: FloatArray, loss: float) -> FloatArray | None:
    """Move along the ray to the first point near z that loses enough on full revaluation."""
    bound = surface.space.within_bounds
    factors = np.concatenate([[1.0], 1.0 + np.geomspace(1e-12, 0.3, 40)])
    lost = -surface.pnl(bound(factors[:, None] * z))
    enough = lost >= loss
    if not enough.any():
        return None
    first = int(np.argmax(enough))
    inner, outer = (float(factors[first - 1]), float(factors[first])) if first else (0.99, 1.0)
    while outer - inner > 1e-13:
        between = np.linspace(inner, outer, 33)[1:]
        place = int(np.argmax(-surface.pnl(bound(between[:, None] * z)) >= loss))
        previous = outer - inner
        inner, outer = (float(between[place - 1]) if place else inner), float(between[place])
        if outer - inner >= previous:
            break
    return np.asarray(bound(outer * z[None, :])[0])


def _nearer(surface: LossSurface, z: FloatArray, loss: float) -> FloatArray | None:
    """Look for a nearer point that loses as much: the polish may have stopped early or at a saddle.

    At a minimum ``z = -m a`` (a the P&L gradient) and the Lagrangian's Hessian ``I + m H`` is positive on the
    tangent of the surface. Where it is not, its lowest eigenvectors lead to nearer points; where z
    is not along a, the part of z across a does.
    """
    n, size = z.size, float(np.linalg.norm(z))
    slope = surface.gradient(z[None, :])[0]
    steep = float(slope @ slope)
    if n == 1 or size == 0.0 or steep == 0.0:
        return None
    across = np.eye(n) - np.outer(slope, slope) / steep
    multiplier = size / float(np.sqrt(steep))
    hessian = np.eye(n) + multiplier * surface.curvature(z, width=0.05)
    # The surface's normal is pushed to the end of the spectrum.
    vectors = np.linalg.eigh(across @ hessian @ across + 1e6 * (np.eye(n) - across))[1]
    side = [*vectors.T[: min(4, n - 1)], *(-vectors.T[: min(4, n - 1)])]
    tangent = across @ z
    if np.linalg.norm(tangent) > 1e-6 * size:
        side.append(-tangent / float(np.linalg.norm(tangent)))
    around = np.concatenate([z + width * size * np.array(side) for width in (0.01, 0.03, 0.1, 0.3)])
    around *= (0.9999 * size / np.linalg.norm(around, axis=1))[:, None]
    around = surface.space.within_bounds(around)
    excess = -surface.pnl(around) - loss
    good = (excess >= 0.0) & (np.linalg.norm(around, axis=1) < 0.99995 * size)
    return around[int(np.argmax(np.where(good, excess, -np.inf)))] if good.any() else None


def _probe_inside(
    surface: LossSurface, found: list[FloatArray], loss: float, rng: np.random.Generator
) -> list[FloatArray]:
    """Sample the ball inside the best answer; polish whatever loses as much from there."""
    found = list(found)
    for _ in range(3):
        best = min(float(np.linalg.norm(z)) for z in found)
        n = found[0].size
        inside = rng.standard_normal((4096, n))
        inside /= np.linalg.norm(inside, axis=1, keepdims=True)
        inside = surface.space.within_bounds(
            inside * (0.999 * best * rng.random((4096, 1)) ** (1.0 / n))
        )
        losing = inside[
            (-surface.pnl(inside) >= loss) & (np.linalg.norm(inside, axis=1) < 0.999 * best)
        ]
        if losing.shape[0] == 0:
            return found
        order = np.argsort(np.linalg.norm(losing, axis=1), kind="stable")
        polished = (_polish(surface, z, loss) for z in losing[order[:4]])
        found += [z for z in polished if z is not None]
    return found
