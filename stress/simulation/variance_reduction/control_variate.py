"""A control variate for books with options: their linear part, whose tail is known exactly.

The P&L's slope at the centre gives a linear P&L that is a one-dimensional t: its expected shortfall needs no
draws. What the draws got wrong about it, they got wrong about the book too, and that part is taken out.
Hsu and Nelson (1990), Management Science 36, on control variates for quantiles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.risk.measures import TAIL_LEVEL, expected_shortfall
from stress.risk.standard_errors import expected_shortfall_influence
from stress.simulation.executors import ExecutorChoice
from stress.simulation.plan import Plan
from stress.simulation.streams import chi_square, normals
from stress.simulation.student import t_quantile_and_shortfall
from stress.simulation.variance_reduction.coordinates import Coordinates
from stress.simulation.variance_reduction.tail_estimate import (
    TailEstimate,
    coordinates_with_tail,
    drawn_pairs,
)

__all__ = ["controlled_tail"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Both:
    """Totals of the plan and of its linear part in one chunk."""

    plan: Plan
    constant: float
    slope: FloatArray
    seed: int

    def __call__(self, chunk: int) -> tuple[FloatArray, FloatArray]:
        coordinates = Coordinates(self.plan)
        nu = coordinates.degrees_of_freedom
        y = chi_square("mixing", seed=self.seed, chunk=chunk, degrees_of_freedom=nu)
        z = normals("control", seed=self.seed, chunk=chunk, columns=coordinates.count)
        linear = self.constant + np.sqrt(coordinates.scale / y) * (z @ self.slope)
        return coordinates.totals(z, y, seed=self.seed, first_chunk=chunk), linear


def controlled_tail(
    plan: Plan,
    *,
    draws: int,
    seed: int,
    level: float = TAIL_LEVEL,
    executor: ExecutorChoice = None,
) -> TailEstimate:
    """Return ES with the linear part of the P&L as control variate.

    Parameters
    ----------
    plan : Plan
        Under the t law, its stated moves exact.
    draws : int
        In all, made a multiple of the chunk.
    seed : int
        Of the draws.
    level : float
        Confidence level.
    executor : optional
        Who works on the chunks.

    Raises
    ------
    InputError
        If the plan has no coordinates, or nothing varies.
    TooFewTailDrawsError
        If fewer than 50 draws lie in the tail.

    Notes
    -----
    A book without options is its own linear part, and next to nothing is left of its error. A book whose P&L is
    flat at the centre has none, and its answer is the plain one.
    """
    coordinates = coordinates_with_tail(plan)
    quadratic = coordinates.quadratic(curved=False, step=0.5)
    work = _Both(plan=plan, constant=quadratic.constant, slope=quadratic.slope, seed=seed)
    totals, linear = drawn_pairs(work, draws=draws, executor=executor)
    influence = expected_shortfall_influence(totals, level=level)
    nu = coordinates.degrees_of_freedom
    size = float(np.linalg.norm(quadratic.slope)) * math.sqrt(coordinates.scale / nu)
    quantile, tail = t_quantile_and_shortfall(level, nu)
    edge = quadratic.constant - size * quantile
    # The control's own influence about its exact tail: its mean is zero by construction of the law.
    control = np.maximum(edge - linear, 0.0) / (1.0 - level) - size * (tail - quantile)
    centred = control - control.mean()
    # A book that is flat at the centre has no linear part to learn from.
    beta = float(influence @ centred) / float(centred @ centred) if size > 0.0 else 0.0
    rest = influence - beta * centred
    own, plain = float(rest @ rest) / len(rest) ** 2, float(influence @ influence) / len(rest) ** 2
    return TailEstimate(
        method="control variate",
        level=level,
        value=expected_shortfall(totals, level=level) - beta * float(control.mean()),
        standard_error=math.sqrt(own),
        draws=len(totals),
        variance_ratio=plain / own if own > 1e-24 * plain else math.inf,
    )
