"""A plan's P&L as a function of independent normals and one mixing variable: what samplers choose.

Coordinates of a draw are the free factor draws, the collapsed specific stream and the specific moves of
explicit names, all standard normal, and the chi-square behind the mixing variable.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.scenarios.student_law import mixing_scale
from stress.simulation.chunk import plan_totals
from stress.simulation.draws import ChunkDraws, SharedDraws
from stress.simulation.plan import Plan
from stress.simulation.streams import CHUNK

__all__ = ["Coordinates", "Quadratic"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quadratic:
    """``P&L ~ constant + sqrt(V) slope z + V z' curvature z``: delta and gamma in coordinates.

    Parameters
    ----------
    constant : float
        [currency]
    slope : ndarray of shape (D,)
        [currency per unit]
    curvature : ndarray of shape (D, D)
        Symmetric; zeros where it was not asked for.
    """

    constant: float
    slope: FloatArray
    curvature: FloatArray


class Coordinates:
    """The coordinates of a plan.

    Parameters
    ----------
    plan : Plan
        Under the t law, its stated moves exact.

    Raises
    ------
    InputError
        Where draws have no such coordinates: whole days of history, drawn severities, noise on the core.
    """

    def __init__(self, plan: Plan) -> None:
        if not plan.generator.mixes:
            raise InputError(
                f"days of history ({plan.generator.kind}) have no coordinates to choose; use the t law."
            )
        if plan.variation.kind != "names" and plan.completed.n_stated:
            raise InputError(
                f"stated moves vary (variation '{plan.variation.kind}'); variance reduction is for stated moves "
                f"that are exact: use the variation 'names'."
            )
        self.plan = plan
        self.rank = plan.root.shape[1]
        self.has_specific = plan.collapsed_specific > 0.0
        self.names = tuple(i for i in plan.explicit if plan.specific[i] > 0.0)
        #: Number of normals D.
        self.count = self.rank + int(self.has_specific) + len(self.names)
        completed = plan.completed
        self.degrees_of_freedom = completed.degrees_of_freedom
        #: ``V = scale / chi-square``.
        self.scale = mixing_scale(completed.mixing_mean, completed.degrees_of_freedom)

    def totals(
        self, normals: FloatArray, chi_square: FloatArray, *, seed: int, first_chunk: int
    ) -> FloatArray:
        """Return the P&L at given coordinates.

        Parameters
        ----------
        normals : ndarray of shape (S, D)
            S a multiple of the chunk.
        chi_square : ndarray of shape (S,)
            Behind the mixing variable.
        seed : int
            Of what is no coordinate: the way there of options that settle inside the horizon.
        first_chunk : int
            Chunk of the run that the first draws are: what is no coordinate differs from chunk to chunk.

        Returns
        -------
        ndarray of shape (S,)
        """
        out = np.empty(len(normals))
        for chunk in range(len(normals) // CHUNK):
            part = slice(chunk * CHUNK, (chunk + 1) * CHUNK)
            out[part] = self._chunk(normals[part], chi_square[part], seed, first_chunk + chunk)
        return out

    def _chunk(
        self, normals: FloatArray, chi_square: FloatArray, seed: int, chunk: int
    ) -> FloatArray:
        plan = self.plan
        root_mixing = np.sqrt(self.scale / chi_square)
        free = np.zeros((CHUNK, len(plan.loading)))
        free[:, : self.rank] = normals[:, : self.rank]
        at = self.rank
        specific = np.zeros(CHUNK)
        if self.has_specific:
            specific = np.ascontiguousarray(normals[:, at])
            at += 1
        scores = {
            plan.book.names[i]: np.ascontiguousarray(normals[:, at + k])
            for k, i in enumerate(self.names)
        }
        draw = ChunkDraws(
            root_mixing=root_mixing,
            factor_scale=root_mixing,
            stated=plan.completed.stated_values[None, :],
            free=free,
            specific=specific,
        )
        return plan_totals(plan, draw, SharedDraws(seed=seed, chunk=chunk), scores=scores)

    def quadratic(self, *, curved: bool, step: float = 1.0) -> Quadratic:
        """Return slope and, if asked, curvature at the centre, by differences of `step` deviations.

        Without options and floors the P&L is linear in coordinates, and the slope is exact.
        """
        count = self.count
        pairs = [(i, j) for i in range(count) for j in range(i)] if curved else []
        points = np.zeros((1 + 2 * count + len(pairs), count))
        for i in range(count):
            points[1 + 2 * i, i], points[2 + 2 * i, i] = step, -step
        for k, (i, j) in enumerate(pairs):
            points[1 + 2 * count + k, [i, j]] = step
        padded = np.zeros((-(-len(points) // CHUNK) * CHUNK, count))
        padded[: len(points)] = points
        # At V = E[V].
        middle = self.degrees_of_freedom - 2.0
        mixing = np.full(len(padded), middle)
        found = self.totals(padded, mixing, seed=0, first_chunk=0)[: len(points)]
        root = math.sqrt(self.scale / middle)
        up, down = found[1 : 1 + 2 * count : 2], found[2 : 1 + 2 * count : 2]
        curvature = np.zeros((count, count))
        if curved:
            np.fill_diagonal(curvature, (up + down - 2.0 * found[0]) / (2.0 * step**2))
            for k, (i, j) in enumerate(pairs):
                both = found[1 + 2 * count + k] - up[i] - up[j] + found[0]
                curvature[i, j] = curvature[j, i] = both / (2.0 * step**2)
        return Quadratic(
            constant=float(found[0]),
            slope=(up - down) / (2.0 * step * root),
            curvature=curvature / root**2,
        )
