"""Reverse stress and worst case of a linear book: closed form, and its continuation under bounds.

With exposure b, loss ``-b'f`` and distance ``|z|`` where ``f = gain root z``, both problems share one
family of answers ``z(t) = argmin |z|^2 / 2 + t c'z`` within the bounds (c the exposure in z): loss
and distance both grow with t. Without bounds ``z = -t c``; the most plausible scenario that loses l
is ``-C b l / (b'C b)``, the worst within radius k is ``-k C b / sqrt(b'C b)``.

References
----------
.. [1] Breuer, Jandacka, Rheinberger and Summer, "How to find plausible, severe, and useful stress
   scenarios", Int. J. Central Banking 5 (2009), pp. 205-224.
.. [2] Stark and Parker, "Bounded-variable least-squares", Computational Statistics 10 (1995),
   pp. 129-141.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.reverse_stress.answer import ReverseStressAnswer, UnreachableLossError, answer_at
from stress.reverse_stress.space import Space

__all__ = ["nearest_point", "reverse_linear", "worst_linear"]


def reverse_linear(
    exposure: FloatArray,
    space: Space,
    *,
    loss: float,
    max_distance: float = np.inf,
) -> ReverseStressAnswer:
    """Return the most plausible scenario in which a linear book loses at least `loss`.

    Parameters
    ----------
    exposure : ndarray of shape (K,)
        Money made per unit move of each factor. [currency]
    space : Space
        What may move.
    loss : float
        The loss to reach, positive. [currency]
    max_distance : float
        How far a scenario may lie.

    Returns
    -------
    ReverseStressAnswer
        With its loss equal to `loss`.

    Raises
    ------
    UnreachableLossError
        If nothing within the bounds or `max_distance` loses as much; says what can be lost.
    """
    exposure = _checked_exposure(exposure, space)
    if not (np.isfinite(loss) and loss > 0.0):
        raise InputError(f"loss must be positive and finite, got {loss}.")
    slope = _slope(exposure, space)
    steepness = float(slope @ slope)
    z = -slope * loss / steepness if steepness > 0.0 else np.zeros(slope.size)
    if not space.contains(z) or steepness == 0.0:
        most = _largest_loss(slope, space)
        if most < loss:
            raise UnreachableLossError(
                target=loss,
                largest_loss=most,
                distance=float(np.linalg.norm(_at_extreme(slope, space))),
                limit="within the bounds" if space.bounded else "of these factors",
            )
        z = _bounded_point(slope, space, lambda point: -float(slope @ point) - loss)
    if float(np.linalg.norm(z)) > max_distance * (1.0 + 1e-9):
        best = worst_linear(exposure, space, radius=max_distance)
        raise UnreachableLossError(
            target=loss,
            largest_loss=best.loss,
            distance=best.distance,
            limit=f"within distance {max_distance:g}",
        )
    return answer_at(space, z, loss=-float(slope @ z))


def worst_linear(exposure: FloatArray, space: Space, *, radius: float) -> ReverseStressAnswer:
    """Return the scenario within a radius in which a linear book loses most.

    Parameters
    ----------
    exposure : ndarray of shape (K,)
        Money made per unit move of each factor. [currency]
    space : Space
        What may move.
    radius : float
        Largest distance of what is stated.

    Returns
    -------
    ReverseStressAnswer
        At distance `radius`, or nearer where the bounds or an empty book leave nothing to gain.
    """
    exposure = _checked_exposure(exposure, space)
    if not (np.isfinite(radius) and radius >= 0.0):
        raise InputError(f"radius must be finite and at least 0, got {radius}.")
    slope = _slope(exposure, space)
    steepness = float(slope @ slope)
    z = -slope * radius / np.sqrt(steepness) if steepness > 0.0 else np.zeros(slope.size)
    if not space.contains(z):
        z = _at_extreme(slope, space)
        if float(z @ z) > radius**2:
            z = _bounded_point(slope, space, lambda point: float(np.linalg.norm(point)) - radius)
    return answer_at(space, z, loss=-float(slope @ z))


def _checked_exposure(exposure: FloatArray, space: Space) -> FloatArray:
    exposure = np.asarray(exposure, dtype=np.float64)
    k = len(space.factor_names)
    if exposure.shape != (k,) or not np.isfinite(exposure).all():
        raise InputError(f"exposure must be {k} finite numbers, got shape {exposure.shape}.")
    return exposure


def _slope(exposure: FloatArray, space: Space) -> FloatArray:
    """Return the slope c of the P&L in z: loss(z) = -c'z."""
    return np.asarray(space.root.T @ (space.gain.T @ exposure))


def _corner(slope: FloatArray, space: Space) -> FloatArray:
    """Bound that each searched move would run to (infinite where none); nan where it does not matter."""
    weight = np.linalg.solve(space.root.T, slope)
    weight[np.abs(weight) <= 1e-12 * max(float(np.abs(weight).max()), 1e-300)] = 0.0
    return np.where(weight > 0.0, space.lower, np.where(weight < 0.0, space.upper, np.nan))


def _largest_loss(slope: FloatArray, space: Space) -> float:
    corner = _corner(slope, space)
    if np.isinf(corner).any():
        return np.inf
    weight = np.linalg.solve(space.root.T, slope)
    return 0.0 - float(weight @ np.where(np.isnan(corner), 0.0, corner))


def _at_extreme(slope: FloatArray, space: Space) -> FloatArray:
    """Nearest point of largest loss where all loss is bounded; infinite where it is not."""
    corner = _corner(slope, space)
    if np.isinf(corner).any():
        return np.full(slope.size, np.inf)
    pinned = ~np.isnan(corner)
    lower = np.where(pinned, corner, space.lower)
    upper = np.where(pinned, corner, space.upper)
    return nearest_point(space, np.zeros(slope.size), lower=lower, upper=upper)


def nearest_point(
    space: Space,
    aim: FloatArray,
    *,
    lower: FloatArray | None = None,
    upper: FloatArray | None = None,
) -> FloatArray:
    """Return the point within the bounds nearest to `aim`, in z (bounded-variable least squares).

    Parameters
    ----------
    space : Space
        With its bounds.
    aim : ndarray of shape (n,)
        A point, inside or outside.
    lower, upper : ndarray of shape (n,), optional
        Bounds to use instead of the space's.
    """
    from scipy.optimize import lsq_linear

    lower = space.lower if lower is None else lower
    upper = space.upper if upper is None else upper
    inverse = np.linalg.inv(space.root)
    scale = space.deviations  # columns of one size
    fixed = upper - lower <= 0.0
    x = np.where(fixed, lower, 0.0)
    free = ~fixed
    if free.any():
        found = lsq_linear(
            (inverse * scale)[:, free],
            aim - inverse[:, fixed] @ x[fixed],
            bounds=((lower / scale)[free], (upper / scale)[free]),
            method="bvls",
            tol=1e-15,
            max_iter=500,
        )
        x[free] = np.asarray(found.x) * scale[free]
    return np.asarray(inverse @ x)


def _bounded_point(
    slope: FloatArray, space: Space, gap: Callable[[FloatArray], float]
) -> FloatArray:
    """First point of the family ``nearest(-t c)`` whose gap is at least 0; `gap` grows along it."""
    point = np.zeros(slope.size)
    if gap(point) >= 0.0:
        return point
    low, high = 0.0, 1.0 / float(np.sqrt(slope @ slope))
    while gap(point := nearest_point(space, -high * slope)) < 0.0:
        low, high = high, 2.0 * high
        if high > 1e12 / float(np.sqrt(slope @ slope)):
            return point
    from scipy.optimize import brentq

    t = float(
        brentq(
            lambda s: gap(nearest_point(space, -s * slope)),
            low,
            high,
            xtol=1e-16 * high,
            rtol=1e-14,
        )
    )
    return nearest_point(space, -t * slope)
