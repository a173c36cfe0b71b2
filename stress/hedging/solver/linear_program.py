"""A small dense linear programme in HiGHS that grows by rows and is solved again from where it stood."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from stress.arrays import FloatArray
from stress.errors import SolverError
from stress.hedging.solver.highs_model import silent_highs

__all__ = ["LinearOptimum", "LinearProgram"]

#: What HiGHS says of a programme that has no optimum.
_NONE = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnbounded,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearOptimum:
    """What HiGHS answered, to its tolerance of 1e-7.

    Parameters
    ----------
    point : ndarray, shape (n,)
        Of least cost.
    prices : ndarray, shape (m,)
        By how much the least cost falls when the row's bound is moved out by one: positive at an upper bound that binds,
        negative at a lower one.
    value : float
        The least cost.
    """

    point: FloatArray
    prices: FloatArray
    value: float


class LinearProgram:
    """Least cost over ``lower <= x <= upper`` and ``low <= rows @ x <= high``; infinite where there is no bound.

    Parameters
    ----------
    cost, lower, upper : ndarray, shape (n,)
        Scaled so that costs and amounts are of order one.
    rows : ndarray, shape (m, n)
        Dense.
    low, high : ndarray, shape (m,)
        Bounds of the rows.
    """

    def __init__(
        self,
        cost: FloatArray,
        lower: FloatArray,
        upper: FloatArray,
        *,
        rows: FloatArray,
        low: FloatArray,
        high: FloatArray,
    ) -> None:
        self._columns = np.arange(rows.shape[1], dtype=np.int32)
        self._highs = silent_highs(cost, lower, upper, rows=rows, low=low, high=high)
        # What grows row by row is solved from where it stood, which presolving would forget.
        self._highs.setOptionValue("presolve", "off")

    def add(self, row: FloatArray, *, low: float = -np.inf, high: float = np.inf) -> None:
        """Add one row, ``low <= row @ x <= high``."""
        self._highs.addRow(low, high, row.size, self._columns, row)

    def least(self) -> LinearOptimum | None:
        """Return the optimum; None where no point keeps all rows, or none is least.

        Raises
        ------
        SolverError
            If HiGHS ends without an answer.
        """
        self._highs.run()
        status = self._highs.getModelStatus()
        if status in _NONE:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            said = self._highs.modelStatusToString(status)
            raise SolverError(f"HiGHS gave no answer: {said}", status="highs")
        found = self._highs.getSolution()
        return LinearOptimum(
            point=np.array(found.col_value),
            prices=-np.array(found.row_dual),
            value=float(self._highs.getInfo().objective_function_value),
        )
