"""Functions of two or three variables: Chebyshev polynomials of the others, a table in the first.

A smooth function is known to any digit from its values on a small grid, and what it is made of in each variable
alone costs little to evaluate. Trefethen, L. N. (2013), Approximation Theory and Approximation Practice, chapters
3 and 8.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from stress.arrays import FloatArray
from stress.compiled import library, tabulated_into
from stress.portfolio.pricing.chebyshev import Axis, transformed
from stress.scratch import scratch

__all__ = ["TabulatedSurface", "fitted"]

#: Points of the first variable at which its functions are tabulated, at least and at most.
_POINTS, _MOST_POINTS = 1024, 32_768


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TabulatedSurface:
    """A function of variables in given ranges: a sum of R products of two functions.

    Parameters
    ----------
    axes : tuple of Axis
        Of the variables.
    table : ndarray of shape (N, 2 R)
        The functions of the first variable at evenly spaced points of its range, then what each gains to the next:
        in between they are straight.
    others : ndarray of shape (R, C)
        Coefficients of the functions of the other variables.
    columns : tuple of tuple of int, length C
        Which polynomial of each other variable a coefficient multiplies; by the last variables first, ascending.
    """

    axes: tuple[Axis, ...]
    table: FloatArray
    others: FloatArray
    columns: tuple[tuple[int, ...], ...]

    def value(self, first: FloatArray, bases: Sequence[FloatArray]) -> FloatArray:
        """Return the function.

        Parameters
        ----------
        first : ndarray of shape (S,)
            The first variable; the function means nothing where it, or another variable, is out of its range.
        bases : sequence of ndarray
            The polynomials of the other variables, each of shape (at least n_i, S).
        """
        draws, axis = len(first), self.axes[0]
        scale = (len(self.table) - 1) / (axis.high - axis.low or 1.0)
        others = scratch("others", (len(self.others), draws))
        np.matmul(self.others, self._products(bases, draws), out=others)
        kernel = library()
        if kernel is None:
            return self._by_numpy(first, others, scale)
        total = np.empty(draws)
        at = np.ascontiguousarray(first)
        tabulated_into(
            kernel, total, at, low=axis.low, scale=scale, table=self.table, others=others
        )
        return total

    def _by_numpy(self, first: FloatArray, others: FloatArray, scale: float) -> FloatArray:
        """Return the function by the operations of `foreshock_tabulated` in `kernel.c`, one after another."""
        draws, (points, columns) = len(first), self.table.shape
        place, step = scratch("place", (draws,)), scratch("step", (draws,))
        np.subtract(first, self.axes[0].low, out=place)
        place *= scale
        np.clip(place, -1.0, points, out=place)  # beyond all integers, far out of the range
        np.floor(place, out=step)
        index = step.astype(np.intp)
        place -= step
        found = scratch("found", (columns, draws))
        np.take(self.table.T, index, axis=1, out=found, mode="clip")
        terms, gains = found[: len(others)], found[len(others) :]
        gains *= place
        terms += gains
        terms *= others
        total = np.zeros(draws)
        for term in terms:
            total += term
        return total

    def _products(self, bases: Sequence[FloatArray], draws: int) -> FloatArray:
        """Return what `others` multiplies, shape (C, S)."""
        if not bases:
            return np.ones((1, draws))
        count = len(self.columns)
        if count == 0:  # nothing is left of a function that is zero
            return np.zeros((0, draws))
        if self.columns[-1] == (count - 1, *([0] * (len(bases) - 1))):
            # Columns are in order, so these are the first polynomials of the second variable.
            return bases[0][:count]
        products = scratch("products", (count, draws))
        at = 0
        for degrees, together in groupby(self.columns, key=lambda column: column[1:]):
            rows = [column[0] for column in together]
            block = products[at : at + len(rows)]
            np.take(bases[0], rows, axis=0, out=block, mode="clip")
            for degree, basis in zip(degrees, bases[1:], strict=True):
                if degree:
                    block *= basis[degree]
            at += len(rows)
        return products


def fitted(
    axes: Sequence[Axis],
    values: Callable[[Sequence[FloatArray]], FloatArray],
    *,
    negligible: float,
) -> tuple[TabulatedSurface, tuple[bool, ...]]:
    """Fit a function by its values on the grid.

    Parameters
    ----------
    axes : sequence of Axis
        Of the variables.
    values : callable
        Takes flat arrays of the variables, gives the function there.
    negligible : float
        Above 0: what is left out stays below this in all, nearly.

    Returns
    -------
    surface : TabulatedSurface
    resolved : tuple of bool
        By axis, whether its last coefficients are negligible: more polynomials would add nothing.
    """
    grid = np.meshgrid(*(axis.nodes() for axis in axes), indexing="ij")
    found = values([x.ravel() for x in grid]).reshape(grid[0].shape)
    for place, axis in enumerate(axes):
        found = transformed(axis, found, place)
    resolved = []
    for place, axis in enumerate(axes):
        tail = np.abs(np.moveaxis(found, place, 0)[-2:] if axis.count > 2 else np.zeros(1))
        resolved.append(bool(tail.max() <= 0.1 * negligible))
    matrix = found.reshape(axes[0].count, -1)
    sizes = np.abs(matrix).sum(axis=0)
    order = np.argsort(sizes, kind="stable")
    kept = order[int(np.searchsorted(np.cumsum(sizes[order]), 0.5 * negligible)) :]
    shape = tuple(axis.count for axis in axes[1:])
    columns = [tuple(int(i) for i in np.unravel_index(k, shape)) if shape else () for k in kept]
    # Columns that share the degrees of all variables but the second stand together.
    ranked = sorted(range(len(kept)), key=lambda i: (columns[i][1:], columns[i][:1]))
    kept, columns = kept[ranked], [columns[i] for i in ranked]
    left, scale, right = np.linalg.svd(matrix[:, kept], full_matrices=False)
    # What is lost is at most the sum of the scales left out times the norms of the bases; in the middle
    # of the ranges it is nearer to the sum itself.
    lost = np.cumsum(scale[::-1])[::-1]
    rank = max(1, int(np.sum(lost > 0.5 * negligible)))
    return (
        TabulatedSurface(
            axes=tuple(axes),
            table=_tabulated(axes[0], (left[:, :rank] * scale[:rank]).T, right[:rank], negligible),
            others=np.ascontiguousarray(right[:rank]),
            columns=tuple(columns),
        ),
        tuple(resolved),
    )


def _tabulated(
    axis: Axis, coefficients: FloatArray, others: FloatArray, negligible: float
) -> FloatArray:
    """Return functions at evenly spaced points of a range, and what each gains to the next, shape (N, 2 R).

    There are so many points that straight lines between them lose about half of what is negligible, at most.
    """
    largest = np.abs(others).sum(axis=1)
    points = _POINTS
    while True:
        found = coefficients @ axis.basis(np.linspace(axis.low, axis.high, points))
        lost = float(np.abs(np.diff(found, 2, axis=1)).max(axis=1) @ largest) / 8.0
        if lost <= 0.5 * negligible or points == _MOST_POINTS:
            return np.ascontiguousarray(np.vstack([found, np.diff(found, append=found[:, -1:])]).T)
        # Twice the points lose a quarter.
        points = min(_MOST_POINTS, math.ceil(points * math.sqrt(2.2 * lost / negligible)))
