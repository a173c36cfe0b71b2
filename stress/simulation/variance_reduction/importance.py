"""Importance sampling for far tails: draws where the losses are, weighted back.

The P&L is approximated by its delta and gamma in the coordinates of the draw. With V = scale / Y,
``Q = (loss - x) Y / scale`` is quadratic in normals given Y, and draws are tilted by ``exp(theta Q)``:
normals move towards the loss and the mixing variable grows, both at once. A tenth of the draws is left untilted,
which bounds the weights by ten. In a fifth the mixing variable alone grows: they go far in every direction, so a loss
that the quadratic does not know of (options far out of the money) is met often, not by a few heavy draws.

References
----------
Glasserman, Heidelberger and Shahabuddin (2000), Management Science 46, 1349-1364, and (2002), Mathematical
Finance 12, 239-269 (the t version); Owen and Zhou (2000), JASA 95 (defensive mixtures).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.risk.measures import expected_shortfall, value_at_risk
from stress.risk.standard_errors import expected_shortfall_influence
from stress.simulation.executors import ExecutorChoice
from stress.simulation.plan import Plan
from stress.simulation.streams import CHUNK, generator
from stress.simulation.variance_reduction.coordinates import Coordinates, Quadratic
from stress.simulation.variance_reduction.tail_estimate import (
    TailEstimate,
    coordinates_with_tail,
    drawn_pairs,
)

__all__ = ["Tilt", "importance_tail"]

#: Draws of each chunk that are left as they are, its first, and those after them whose mixing variable alone grows.
_DEFENSIVE = round(0.1 * CHUNK)
_STORMY = round(0.2 * CHUNK)
#: The latter are as if the chi-square behind it had this quantile for its mean.
_STORM = 0.01
#: Gammas between more coordinates than this are left out of the tilt (never out of the P&L).
_MOST_CURVED = 60
_PILOT_LEVEL = 0.99


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tilt:
    """How draws are moved.

    Parameters
    ----------
    theta : float
        Strength, at least 0.
    log_scale : float
        ``log E exp(theta Q)``.
    offset : float
        Constant loss minus the loss aimed at. [currency]
    linear, curved : ndarray of shape (D,)
        Of the loss along `axes`, given V = 1. [currency]
    axes : ndarray of shape (D, D)
        Rows are the directions in which the quadratic is a sum of squares.
    """

    theta: float
    log_scale: float
    offset: float
    linear: FloatArray
    curved: FloatArray
    axes: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Tilted:
    """Totals and weights of one chunk of tilted draws."""

    plan: Plan
    tilt: Tilt
    seed: int
    stream: str

    def __call__(self, chunk: int) -> tuple[FloatArray, FloatArray]:
        from scipy.special import chdtri

        coordinates = Coordinates(self.plan)
        tilt, scale = self.tilt, coordinates.scale
        nu = coordinates.degrees_of_freedom
        random = generator(self.stream, seed=self.seed, chunk=chunk)
        storm_from, tilt_from = _DEFENSIVE, _DEFENSIVE + _STORMY
        storm = nu / float(chdtri(nu, 1.0 - _STORM))
        y = 2.0 * random.standard_gamma(0.5 * nu, CHUNK)
        normals = random.standard_normal((CHUNK, coordinates.count))
        shrink = 1.0 / (1.0 - 2.0 * tilt.theta * tilt.curved)
        y[storm_from:tilt_from] /= storm
        y[tilt_from:] /= 1.0 + 2.0 * _decay(tilt.theta, tilt, scale)
        root = np.sqrt(y / scale)
        normals[tilt_from:] *= np.sqrt(shrink)
        normals[tilt_from:] += np.outer(root[tilt_from:], tilt.theta * tilt.linear * shrink)
        q = tilt.offset * y / scale + root * (normals @ tilt.linear)
        q += np.square(normals) @ tilt.curved
        # One over the density of all three kinds of draws together, in the untilted law's.
        density = (CHUNK - tilt_from) / CHUNK * np.exp(tilt.theta * q - tilt.log_scale)
        density += _STORMY / CHUNK * np.exp(0.5 * nu * math.log(storm) - 0.5 * (storm - 1.0) * y)
        weights = 1.0 / (_DEFENSIVE / CHUNK + density)
        totals = coordinates.totals(normals @ tilt.axes, y, seed=self.seed, first_chunk=chunk)
        return totals, weights


def importance_tail(
    plan: Plan,
    *,
    draws: int,
    seed: int,
    level: float = 0.999,
    executor: ExecutorChoice = None,
) -> TailEstimate:
    """Return ES by importance sampling.

    Parameters
    ----------
    plan : Plan
        Under the t law, its stated moves exact.
    draws : int
        In all, made a multiple of the chunk.
    seed : int
        Of the draws.
    level : float
        Confidence level; it pays from 99 % on.
    executor : optional
        Who works on the chunks.

    Raises
    ------
    InputError
        If the plan has no coordinates, or nothing varies.
    TooFewTailDrawsError
        If the weights leave fewer than 50 effective draws in the tail.
    """
    if not 0.5 < level < 1.0:
        raise InputError(f"level must be in (0.5, 1), got {level:g}.")
    coordinates = coordinates_with_tail(plan)
    curved = plan.revaluation is not None or len(plan.explicit) > 0
    quadratic = coordinates.quadratic(curved=curved and coordinates.count <= _MOST_CURVED, step=2.0)
    aim = -quadratic.constant + 2.0 * float(np.linalg.norm(quadratic.slope))
    # Two short runs find the loss to aim at.
    for stage, pilot_level in enumerate((min(level, _PILOT_LEVEL), level)):
        pilot = _Tilted(
            plan=plan,
            tilt=_tilt(quadratic, coordinates, aim),
            seed=seed,
            stream=f"importance:pilot:{stage}",
        )
        totals, weights = pilot(0)
        aim = value_at_risk(totals, weights / weights.sum(), level=pilot_level)
    work = _Tilted(
        plan=plan, tilt=_tilt(quadratic, coordinates, aim), seed=seed, stream="importance"
    )
    totals, weights = drawn_pairs(work, draws=draws, executor=executor)
    weights /= weights.sum()
    influence = expected_shortfall_influence(totals, weights, level=level)
    own = _stratified_variance(weights * influence)
    plain = float(weights @ np.square(influence)) / len(totals)
    return TailEstimate(
        method="importance",
        level=level,
        value=expected_shortfall(totals, weights, level=level),
        standard_error=math.sqrt(own),
        draws=len(totals),
        variance_ratio=plain / own if own > 0.0 else math.inf,
    )


def _stratified_variance(terms: FloatArray) -> float:
    """Variance of the sum of terms, shape (chunks * CHUNK,): how many of each kind there are is fixed, not drawn."""
    strata = np.split(terms.reshape(-1, CHUNK), [_DEFENSIVE, _DEFENSIVE + _STORMY], axis=1)
    return sum(stratum.size * float(stratum.var(ddof=1)) for stratum in strata)


def _tilt(quadratic: Quadratic, coordinates: Coordinates, aim: float) -> Tilt:
    """Return the tilt whose bound on the probability of a loss of `aim` is least."""
    curved, vectors = np.linalg.eigh(-quadratic.curvature)
    untilted = Tilt(
        theta=0.0,
        log_scale=0.0,
        offset=-quadratic.constant - aim,
        linear=vectors.T @ -quadratic.slope,
        curved=curved,
        axes=vectors.T,
    )
    nu, scale = coordinates.degrees_of_freedom, coordinates.scale

    def log_scale(theta: float) -> float:
        decay = _decay(theta, untilted, scale)
        if decay <= -0.5:
            return math.inf
        bend = 1.0 - 2.0 * theta * curved
        return -0.5 * float(np.log(bend).sum()) - 0.5 * nu * math.log1p(2.0 * decay)

    top = 2.0 * (-untilted.offset) / max(float(untilted.linear @ untilted.linear), 1e-300)
    if curved[-1] > 0.0:
        top = min(top, 0.49 / float(curved[-1]))
    if not top > 0.0:
        return untilted
    # Convex where it is finite: golden section.
    low, high = 0.0, top
    ratio = 0.5 * (math.sqrt(5.0) - 1.0)
    for _ in range(80):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if log_scale(left) <= log_scale(right) else (left, high)
    theta = 0.5 * (low + high)
    if log_scale(theta) >= 0.0:
        return untilted
    return Tilt(
        theta=theta,
        log_scale=log_scale(theta),
        offset=untilted.offset,
        linear=untilted.linear,
        curved=curved,
        axes=untilted.axes,
    )


def _decay(theta: float, tilt: Tilt, scale: float) -> float:
    """Return what the tilt adds to the rate of the chi-square: ``exp(-decay Y)``."""
    spread = float((np.square(tilt.linear) / (1.0 - 2.0 * theta * tilt.curved)).sum())
    return (-theta * tilt.offset - 0.5 * theta**2 * spread) / scale
