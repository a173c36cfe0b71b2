"""The loss surface of any book, in whitened coordinates: batches of points, gradients, starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.reverse_stress.answer import Value
from stress.reverse_stress.space import Space

__all__ = [
    "APART",
    "ITERATIONS",
    "STEPS",
    "WALKERS",
    "LossSurface",
    "directions",
    "distinct",
]

#: Two answers closer than this, as a fraction of their distance, are one.
APART = 0.1
#: Back-off of the step of a batch.
STEPS = np.array([1.0, 0.6, 0.3, 0.1, 0.03])
#: Randomly shifted Sobol points on the sphere to start from, as a power of two.
STARTS_LOG2 = 7
#: How many points walk on after the first look, and how often.
WALKERS = 48
ITERATIONS = 12

#: Step of the central differences, in standard deviations: above the rounding of an option price and
#: below the width of its kink near expiry.
STEP = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LossSurface:
    """P&L as a function of z.

    Parameters
    ----------
    value : callable
        P&L (S,) of factor moves (S, K), vectorised.
    space : Space
        What may move.
    """

    value: Value
    space: Space

    def pnl(self, z: FloatArray) -> FloatArray:
        """Return the P&L of points z: (M, n) to (M,).

        Raises
        ------
        InputError
            If the value function returns another shape or a number that is not finite.
        """
        pnl = np.asarray(self.value(self.space.moves(z)), dtype=np.float64)
        if pnl.shape != (z.shape[0],):
            raise InputError(
                f"the value function returned shape {pnl.shape} for {z.shape[0]} rows of moves."
            )
        if not np.isfinite(pnl).all():
            place = int(np.flatnonzero(~np.isfinite(pnl))[0])
            raise InputError(
                f"the value function returned {pnl[place]} for moves {self.space.moves(z)[place]}."
            )
        return pnl

    def gradient(self, z: FloatArray) -> FloatArray:
        """Return the P&L gradients at points z by central differences: (M, n) to (M, n)."""
        m, n = z.shape
        steps = STEP * np.eye(n)
        sides = np.concatenate([z[:, None, :] + steps, z[:, None, :] - steps], axis=1)
        pnl = self.pnl(sides.reshape(-1, n)).reshape(m, 2, n)
        return np.asarray((pnl[:, 0] - pnl[:, 1]) / (2.0 * STEP))

    def curvature(self, z: FloatArray, *, width: float) -> FloatArray:
        """Return the P&L Hessian at a point z by differences of a given width: (n, n)."""
        n = self.space.searched.size
        unit = width * np.eye(n)
        row, column = np.triu_indices(n)
        corners = np.concatenate(
            [
                unit[row] + unit[column],
                unit[row] - unit[column],
                unit[column] - unit[row],
                -unit[row] - unit[column],
            ]
        )
        pnl = self.pnl(z + corners).reshape(4, -1)
        entries = (pnl[0] - pnl[1] - pnl[2] + pnl[3]) / (4.0 * width**2)
        hessian = np.zeros((n, n))
        hessian[row, column] = entries
        hessian[column, row] = entries
        return hessian


def directions(surface: LossSurface, *, seed: int) -> FloatArray:
    """Return unit vectors to search along: what the book's shape suggests, then the whole sphere evenly.

    Parameters
    ----------
    surface : LossSurface
        The book.
    seed : int
        Of the shift of the Sobol points.

    Returns
    -------
    ndarray of shape (M, n)
        Both sides of the gradient, of the principal curvatures near and far, of each coordinate; then
        the Sobol points.
    """
    from scipy.special import ndtri
    from scipy.stats import qmc

    n = surface.space.searched.size
    suggested: list[FloatArray] = [surface.gradient(np.zeros((1, n))), np.eye(n)]
    suggested += [
        np.asarray(np.linalg.eigh(surface.curvature(np.zeros(n), width=width))[1].T)
        for width in (0.1, 2.0)
    ]
    # A move of one factor alone, and of one factor with all others following it.
    suggested += [surface.space.root, np.asarray(np.linalg.inv(surface.space.root).T)]
    axes = np.concatenate(suggested)
    rng = np.random.Generator(np.random.Philox(seed))
    # A random shift, not scipy's scrambling, whose seed argument changes its name between versions.
    uniform = qmc.Sobol(n, scramble=False).random_base2(STARTS_LOG2)
    uniform = (uniform + rng.random(n)) % 1.0
    sphere = ndtri(np.clip(uniform, 1e-12, 1.0 - 1e-12))
    every = np.concatenate([axes, -axes, sphere])
    length = np.linalg.norm(every, axis=1)
    return np.asarray(every[length > 1e-12] / length[length > 1e-12, None])


def distinct(points: FloatArray, *, apart: float) -> list[int]:
    """Return the places of points that differ from all earlier ones.

    Parameters
    ----------
    points : ndarray of shape (M, n)
        Best first.
    apart : float
        How far two must lie from each other, as a fraction of the longer one.
    """
    kept: list[int] = []
    for i, point in enumerate(points):
        size = float(np.linalg.norm(point))
        if all(
            np.linalg.norm(point - points[j])
            > apart * max(size, float(np.linalg.norm(points[j])), 0.5)
            for j in kept
        ):
            kept.append(i)
    return kept
