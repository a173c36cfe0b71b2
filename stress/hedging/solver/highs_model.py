"""Dense rows as a model that HiGHS takes, and a HiGHS that writes nothing."""

from __future__ import annotations

import highspy
import numpy as np

from stress.arrays import FloatArray

__all__ = ["silent_highs"]


class _SilentHighs(highspy.Highs):  # type: ignore[misc]
    """Its constructor ends by enabling callbacks, which since 1.16 is the moment when it writes its name."""

    def enableCallbacks(self) -> None:  # noqa: N802
        """Enable them when nothing is written any more."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


def silent_highs(
    cost: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    *,
    rows: FloatArray,
    low: FloatArray,
    high: FloatArray,
    whole: np.ndarray | None = None,
) -> highspy.Highs:
    """Return HiGHS with a programme: least cost over ``lower <= x <= upper`` and ``low <= rows @ x <= high``.

    Parameters
    ----------
    cost, lower, upper : ndarray, shape (n,)
        Infinite where there is no bound.
    rows : ndarray, shape (m, n)
        Dense.
    low, high : ndarray, shape (m,)
        Bounds of the rows.
    whole : ndarray of bool, shape (n,), optional
        Which amounts are whole numbers; none when omitted.
    """
    count, size = rows.shape
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = size, count
    programme.col_cost_, programme.col_lower_, programme.col_upper_ = cost, lower, upper
    programme.row_lower_, programme.row_upper_ = low, high
    matrix = programme.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = size, count
    matrix.start_ = np.arange(count + 1, dtype=np.int32) * size
    matrix.index_ = np.tile(np.arange(size, dtype=np.int32), count)
    matrix.value_ = rows.ravel()
    if whole is not None:
        kinds = highspy.HighsVarType
        programme.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in whole]
    highs = _SilentHighs()
    highs.passModel(programme)
    return highs
