"""A small integer programme in HiGHS, asked once, within so many nodes."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from stress.arrays import FloatArray
from stress.errors import SolverError
from stress.hedging.solver.highs_model import silent_highs

__all__ = ["IntegerAnswer", "least_whole"]

_LIMIT = (highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kSolutionLimit)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IntegerAnswer:
    """What HiGHS found.

    Parameters
    ----------
    point : ndarray of shape (n,) or None
        The best found, to its tolerances of 1e-6; None where there is none or none was found.
    stopped : bool
        Whether nodes or time were out before it was known whether there is a point.
    nodes : int
        Of the tree that were looked at.
    """

    point: FloatArray | None
    stopped: bool
    nodes: int


def least_whole(
    cost: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    *,
    rows: FloatArray,
    low: FloatArray,
    high: FloatArray,
    whole: np.ndarray,
    gap: float,
    nodes: int,
    seconds: float,
) -> IntegerAnswer:
    """Return a point of least cost among those whose marked amounts are whole numbers.

    Parameters
    ----------
    cost, lower, upper, rows, low, high, whole
        As of `silent_highs`.
    gap : float
        How far from the least the cost may be, relative to it.
    nodes : int
        Nodes that may be looked at.
    seconds : float
        An outer stop.

    Raises
    ------
    SolverError
        If HiGHS ends without an answer.
    """
    highs = silent_highs(cost, lower, upper, rows=rows, low=low, high=high, whole=whole)
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("mip_max_nodes", nodes)
    highs.setOptionValue("time_limit", seconds)
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    point = None
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        point = np.array(highs.getSolution().col_value)
    stopped = point is None and status in _LIMIT
    if point is None and not stopped and status != highspy.HighsModelStatus.kInfeasible:
        said = highs.modelStatusToString(status)
        raise SolverError(f"HiGHS gave no answer: {said}", status="highs")
    return IntegerAnswer(point=point, stopped=stopped, nodes=max(int(info.mip_node_count), 0))
