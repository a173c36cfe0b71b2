"""Scrambled Sobol points in place of random numbers: the same law, far more evenly filled.

The first coordinate chooses the mixing variable, the second the direction in which the book's P&L is
steepest, the others what is orthogonal to it, so the evenest coordinates do most of the work. Each replicate is
scrambled by itself (Owen), and the spread of the replicates is the error.

References
----------
Owen (1998), Scrambling Sobol' and Niederreiter-Xing points; L'Ecuyer and Lemieux (2002), on randomised
quasi-Monte Carlo; Imai and Tan (2006), on rotations that order coordinates by what they explain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.risk.measures import TAIL_LEVEL, expected_shortfall
from stress.risk.standard_errors import expected_shortfall_influence
from stress.risk.tail import MIN_TAIL_DRAWS, draws_for_tail, enough_for_tail
from stress.simulation.executors import ExecutorChoice, run_chunks
from stress.simulation.plan import Plan
from stress.simulation.streams import CHUNK, generator
from stress.simulation.variance_reduction.coordinates import Coordinates
from stress.simulation.variance_reduction.tail_estimate import TailEstimate, coordinates_with_tail

__all__ = ["sobol_tail"]

#: Points of the sequence that scipy can make have at most this many coordinates.
_MOST_COORDINATES = 21_201
REPLICATES = 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Replicate:
    """One scrambling of the points."""

    plan: Plan
    rotation: FloatArray
    power: int
    level: float
    seed: int

    def __call__(self, chunk: int) -> tuple[float, float]:
        from scipy.special import gammaincinv, ndtri
        from scipy.stats import qmc

        coordinates = Coordinates(self.plan)
        random = generator("sobol", seed=self.seed, chunk=chunk)
        points = qmc.Sobol(coordinates.count + 1, scramble=True, rng=random).random_base2(
            self.power
        )
        # Scrambled points are at most 2^-31 from the ends; an exact 0 has no quantile.
        points = np.clip(points, 2.0**-33, 1.0 - 2.0**-33)
        chi_square: FloatArray = np.asarray(
            2.0 * gammaincinv(0.5 * coordinates.degrees_of_freedom, 1.0 - points[:, 0]),
            dtype=np.float64,
        )
        normals: FloatArray = ndtri(points[:, 1:]) @ self.rotation
        first_chunk = chunk * (2**self.power // CHUNK)
        totals = coordinates.totals(normals, chi_square, seed=self.seed, first_chunk=first_chunk)
        influence = expected_shortfall_influence(totals, level=self.level)
        return expected_shortfall(totals, level=self.level), float(np.mean(np.square(influence)))


def sobol_tail(
    plan: Plan,
    *,
    draws: int,
    seed: int,
    level: float = TAIL_LEVEL,
    replicates: int = REPLICATES,
    executor: ExecutorChoice = None,
) -> TailEstimate:
    """Return ES by scrambled Sobol points.

    Parameters
    ----------
    plan : Plan
        Under the t law, its stated moves exact.
    draws : int
        In all; each replicate has the power of two, at least 4,096, that reaches it.
    seed : int
        Of the scrambling.
    level : float
        Confidence level; each replicate needs 50 draws beyond it.
    replicates : int
        At least 2, for the error; 16 tell it to a fifth.
    executor : optional
        Who works on the replicates.

    Raises
    ------
    InputError
        If the plan has no coordinates or too many, or a replicate too few tail draws.
    """
    coordinates = coordinates_with_tail(plan)
    if coordinates.count + 1 > _MOST_COORDINATES:
        raise InputError(f"{coordinates.count} coordinates are more than Sobol points have.")
    if replicates < 2:
        raise InputError(f"an error bar needs at least 2 replicates, got {replicates}.")
    power = max(CHUNK.bit_length() - 1, math.ceil(math.log2(max(1.0, draws / replicates))))
    if not enough_for_tail(2**power, level):
        raise InputError(
            f"{2**power:,} draws a replicate leave fewer than {MIN_TAIL_DRAWS:g} beyond {level:.4g}; use at least "
            f"{replicates * draws_for_tail(level):,} draws."
        )
    work = _Replicate(
        plan=plan, rotation=steepest_first(coordinates), power=power, level=level, seed=seed
    )
    found = np.array([pair for _, pair in run_chunks(work, range(replicates), executor=executor)])
    total = replicates * 2**power
    error = float(found[:, 0].std(ddof=1) / math.sqrt(replicates))
    plain = float(found[:, 1].mean()) / total
    return TailEstimate(
        method="sobol",
        level=level,
        value=float(found[:, 0].mean()),
        standard_error=error,
        draws=total,
        variance_ratio=plain / error**2 if error > 0.0 else math.inf,
    )


def steepest_first(coordinates: Coordinates) -> FloatArray:
    """Return an orthogonal matrix whose first row is the direction in which the P&L is steepest."""
    slope = coordinates.quadratic(curved=False).slope
    size = float(np.linalg.norm(slope))
    rotation = np.eye(coordinates.count)
    if size == 0.0:
        return rotation
    # Householder: reflects the first axis onto the slope.
    mirror = slope / size
    mirror[0] -= 1.0
    length = float(mirror @ mirror)
    if length > 1e-24:
        rotation -= 2.0 / length * np.outer(mirror, mirror)
    return rotation
