"""An expected shortfall by a method of variance reduction: what each returns, and what all of them need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.simulation.executors import ExecutorChoice, Work, run_chunks
from stress.simulation.plan import Plan
from stress.simulation.streams import CHUNK
from stress.simulation.variance_reduction.coordinates import Coordinates

__all__ = ["TailEstimate", "coordinates_with_tail", "drawn_pairs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TailEstimate:
    """An expected shortfall by one method, and what the method was worth on this run.

    Parameters
    ----------
    method : str
        ``"sobol"``, ``"importance"`` or ``"control variate"``.
    level : float
        Confidence level.
    value : float
        Expected shortfall, positive when money is lost. [currency]
    standard_error : float
        Simulation error. [currency]
    draws : int
        In all.
    variance_ratio : float
        Variance that plain Monte Carlo would have at so many draws, estimated on these, over its own.
    """

    method: str
    level: float
    value: float
    standard_error: float
    draws: int
    variance_ratio: float


def coordinates_with_tail(plan: Plan) -> Coordinates:
    """Return the coordinates of a plan.

    Raises
    ------
    InputError
        If the plan has no coordinates, or nothing varies.
    """
    coordinates = Coordinates(plan)
    if coordinates.count == 0:
        raise InputError("nothing varies: there is no tail to estimate.")
    return coordinates


def drawn_pairs(
    work: Work[tuple[FloatArray, FloatArray]], *, draws: int, executor: ExecutorChoice
) -> tuple[FloatArray, FloatArray]:
    """Return the two arrays that `work` makes of each chunk, over as many chunks as hold the draws.

    Parameters
    ----------
    work : Work
        Returns two arrays of shape (CHUNK,), totals first.
    draws : int
        In all, made a multiple of the chunk.
    executor : optional
        Who works on the chunks.
    """
    chunks = max(1, -(-draws // CHUNK))
    parts = [part for _, part in run_chunks(work, range(chunks), executor=executor)]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
