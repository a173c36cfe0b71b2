"""Chebyshev polynomials on a range: their points, their values, and from values to coefficients.

Trefethen, L. N. (2013), Approximation Theory and Approximation Practice, chapters 2 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray

__all__ = ["Axis", "transformed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The range of one variable, and how many polynomials describe it.

    Parameters
    ----------
    low, high : float
        Ends of the range; low < high, or equal for a variable that does not move.
    count : int
        Polynomials, at least 1.
    """

    low: float
    high: float
    count: int

    def nodes(self) -> FloatArray:
        """Return the Chebyshev points of the range, shape (count,)."""
        angles = np.pi * (np.arange(self.count) + 0.5) / self.count
        points: FloatArray = self._middle() + self._half() * np.cos(angles)
        return points

    def basis(self, x: FloatArray) -> FloatArray:
        """Return T_0 to T_{count-1} at points of the range, shape (count, S)."""
        out = np.empty((self.count, len(x)))
        out[0] = 1.0
        if self.count == 1:
            return out
        np.subtract(x, self._middle(), out=out[1])
        out[1] /= self._half()
        done = 1
        while done < self.count - 1:
            # T_{d+j} = 2 T_d T_j - T_{d-j}: doubles what is known in one stroke.
            more = min(done, self.count - 1 - done)
            new = out[done + 1 : done + 1 + more]
            np.multiply(out[1 : more + 1], 2.0 * out[done], out=new)
            new -= out[done - more : done][::-1]
            done += more
        return out

    def transform(self) -> FloatArray:
        """Return the matrix from values at the nodes to coefficients, shape (count, count)."""
        k = np.arange(self.count)[:, None]
        angles = np.pi * (np.arange(self.count) + 0.5) / self.count
        matrix: FloatArray = 2.0 / self.count * np.cos(k * angles)
        matrix[0] *= 0.5
        return matrix

    def holds(self, x: FloatArray) -> np.ndarray:
        """Return which points lie in the range."""
        inside: np.ndarray = (x >= self.low) & (x <= self.high)
        return inside

    def _middle(self) -> float:
        return 0.5 * (self.low + self.high)

    def _half(self) -> float:
        return 0.5 * (self.high - self.low) or 1.0


def transformed(axis: Axis, values: FloatArray, place: int) -> FloatArray:
    """Return coefficients in place of values at an axis's nodes, which run along dimension `place`."""
    return np.moveaxis(np.tensordot(axis.transform(), values, axes=(1, place)), 0, place)
