"""Worst case and reverse stress of a delta-gamma book: the trust-region subproblem, solved exactly.

``min g'z + z'G z / 2`` over ``|z| <= r`` has a global solution even where G is indefinite: with the
eigenvalues of G it is one root of the secular equation ``|z(mu)| = r``, ``z(mu) = -(G + mu I)^-1 g``.
In the hard case (g has no part along the lowest eigenvectors) the rest of the radius is spent along
them, in either direction: two equally bad answers.

References
----------
.. [1] More and Sorensen, "Computing a trust region step", SIAM J. Scientific and Statistical Computing 4
   (1983), pp. 553-572.
.. [2] Studer, "Market risk computation for nonlinear portfolios", J. Risk 1 (1999), pp. 33-53.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.reverse_stress.answer import ReverseStressAnswer, UnreachableLossError, answer_at
from stress.reverse_stress.space import Space

__all__ = ["TrustRegion", "reverse_quadratic", "trust_region", "worst_quadratic"]

#: Of coefficients of size one: an eigenvalue or a gradient this small is zero.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrustRegion:
    """Global minimisers of a quadratic on a ball.

    Parameters
    ----------
    points : ndarray of shape (1 or 2, n)
        Two in the hard case.
    multiplier : float
        mu, at least 0; 0 where the minimum lies inside.
    value : float
        ``g'z + z'G z / 2`` there.
    """

    points: FloatArray
    multiplier: float
    value: float


def trust_region(gradient: FloatArray, hessian: FloatArray, radius: float) -> TrustRegion:
    """Minimise ``g'z + z'G z / 2`` over ``|z| <= radius``, globally.

    Parameters
    ----------
    gradient : ndarray of shape (n,)
        g.
    hessian : ndarray of shape (n, n)
        G, symmetric, of any sign.
    radius : float
        At least 0.

    Returns
    -------
    TrustRegion
    """
    gradient = np.asarray(gradient, dtype=np.float64)
    hessian = np.asarray(hessian, dtype=np.float64)
    n = gradient.size
    if hessian.shape != (n, n) or not np.allclose(
        hessian, hessian.T, rtol=1e-9, atol=np.finfo(np.float64).tiny
    ):
        raise InputError(f"the quadratic needs a symmetric ({n}, {n}) matrix.")
    if not (np.isfinite(radius) and radius >= 0.0):
        raise InputError(f"radius must be finite and at least 0, got {radius}.")
    unit = max(float(np.abs(gradient).max()) * radius, float(np.abs(hessian).max()) * radius**2)
    if unit <= 1e-250:  # nothing varies within the ball
        return _found(gradient, hessian, (np.zeros(n),), 0.0)
    # On the unit ball, with coefficients of size one: no threshold below depends on the currency.
    values, vectors = np.linalg.eigh((hessian + hessian.T) * (0.5 * radius**2 / unit))
    a = vectors.T @ (gradient * (radius / unit))
    points, mu = _on_unit_ball(a, values)
    return _found(
        gradient,
        hessian,
        tuple(radius * (vectors @ y) for y in points),
        mu * unit / radius**2,
    )


def _on_unit_ball(a: FloatArray, values: FloatArray) -> tuple[tuple[FloatArray, ...], float]:
    """Minimise ``a'y + sum(values y^2) / 2`` over the unit ball; ascending eigenvalues."""
    lowest = float(values[0])
    if lowest > ROUNDING:
        inside = -a / values
        if float(inside @ inside) <= 1.0:
            return (inside,), 0.0
    floor = max(0.0, -lowest)
    above = values + floor if floor == 0.0 else values - lowest  # exactly 0 for the lowest
    flat = above <= ROUNDING
    if flat.any() and float(np.linalg.norm(a[flat])) <= ROUNDING:
        rest = np.where(flat, 0.0, -a / np.where(flat, 1.0, above))
        left = 1.0 - float(rest @ rest)
        if left >= 0.0:
            if floor <= ROUNDING or left == 0.0:
                return (rest,), floor
            along = np.zeros(a.size)
            along[0] = np.sqrt(left)
            return (rest + along, rest - along), floor

    # |y(shift)| falls from beyond one to at most one; Newton on 1 / |y|, nearly linear in the shift.
    low, high = 0.0, float(np.linalg.norm(a))
    shift = high
    for _ in range(200):
        y = -a / (above + shift)
        size = float(np.sqrt(y @ y))
        if abs(size - 1.0) <= 1e-15:
            break
        low, high = (shift, high) if size > 1.0 else (low, shift)
        newton = shift + (size - 1.0) * size**2 / float(np.sum(y**2 / (above + shift)))
        step = newton if low < newton < high else 0.5 * (low + high)
        if step == shift:
            break
        shift = step
    return (-a / (above + shift),), floor + shift


def _found(
    gradient: FloatArray, hessian: FloatArray, points: tuple[FloatArray, ...], multiplier: float
) -> TrustRegion:
    stacked = np.array(points)
    first = stacked[0]
    return TrustRegion(
        points=stacked,
        multiplier=multiplier,
        value=float(gradient @ first + 0.5 * first @ hessian @ first),
    )


def worst_quadratic(
    delta: FloatArray, gamma: FloatArray, space: Space, *, radius: float
) -> tuple[ReverseStressAnswer, ...]:
    """Return the scenarios within a radius in which a delta-gamma book loses most.

    Parameters
    ----------
    delta : ndarray of shape (K,)
        First derivative of P&L by factor move. [currency]
    gamma : ndarray of shape (K, K)
        Second derivative: P&L is ``delta'f + f'gamma f / 2``. [currency]
    space : Space
        What may move. Its bounds must not bind.
    radius : float
        Largest distance of what is stated.

    Returns
    -------
    tuple of ReverseStressAnswer
        One, or the two equally bad ones of the hard case.

    Raises
    ------
    InputError
        If the worst points lie outside the bounds: `worst_nonlinear` searches within them.
    """
    return _answers(space, trust_region(*_in_z(delta, gamma, space), radius))


def reverse_quadratic(
    delta: FloatArray,
    gamma: FloatArray,
    space: Space,
    *,
    loss: float,
    max_distance: float = 100.0,
) -> tuple[ReverseStressAnswer, ...]:
    """Return the most plausible scenarios in which a delta-gamma book loses at least `loss`.

    Parameters
    ----------
    delta, gamma, space
        As for `worst_quadratic`.
    loss : float
        The loss to reach, positive. [currency]
    max_distance : float
        How far a scenario may lie.

    Returns
    -------
    tuple of ReverseStressAnswer
        Globally most plausible: the worst loss within a radius grows with the radius, and this is
        the radius at which it reaches `loss`.

    Raises
    ------
    UnreachableLossError
        If nothing within `max_distance` loses as much.
    InputError
        If the answers lie outside the bounds: `reverse_nonlinear` searches within them.
    """
    if not (np.isfinite(loss) and loss > 0.0):
        raise InputError(f"loss must be positive and finite, got {loss}.")
    gradient, hessian = _in_z(delta, gamma, space)

    def short(radius: float) -> float:
        return loss + trust_region(gradient, hessian, radius).value

    most = max_distance
    if short(most) > 1e-12 * loss:
        best = trust_region(gradient, hessian, most)
        raise UnreachableLossError(
            target=loss,
            largest_loss=-best.value,
            distance=float(np.linalg.norm(best.points[0])),
            limit=f"within distance {max_distance:g}",
        )
    radius = 0.0
    if short(0.0) > 0.0:
        from scipy.optimize import brentq

        radius = (
            float(brentq(short, 0.0, most, xtol=1e-14, rtol=1e-14)) if short(most) < 0.0 else most
        )
    return _answers(space, trust_region(gradient, hessian, radius))


def _answers(space: Space, solution: TrustRegion) -> tuple[ReverseStressAnswer, ...]:
    inside = [z for z in solution.points if space.contains(z)]
    if not inside:
        raise InputError(
            "a bound stands in the way of the quadratic answer: use the nonlinear search."
        )
    return tuple(answer_at(space, z, loss=-solution.value) for z in inside)


def _in_z(delta: FloatArray, gamma: FloatArray, space: Space) -> tuple[FloatArray, FloatArray]:
    """Gradient and Hessian of the P&L in z."""
    k = len(space.factor_names)
    delta = np.asarray(delta, dtype=np.float64)
    gamma = np.asarray(gamma, dtype=np.float64)
    if delta.shape != (k,) or gamma.shape != (k, k):
        raise InputError(
            f"delta must be ({k},) and gamma ({k}, {k}), got {delta.shape}, {gamma.shape}."
        )
    through = space.gain @ space.root
    return np.asarray(through.T @ delta), np.asarray(through.T @ gamma @ through)
