"""Moves of series and of equal-weight baskets, with and without one member. Pure arithmetic."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.factors.definition import Measure

__all__ = ["basket_moves", "basket_moves_without_each", "level_moves"]


def level_moves(
    levels: FloatArray, *, measure: Measure = "return", scale: float = 1.0
) -> FloatArray:
    """Return the moves between consecutive rows of levels.

    Parameters
    ----------
    levels : ndarray of shape (T + 1, ...)
        Levels; nan where blank.
    measure : {'return', 'inverse-return', 'difference'}
        ``p1 / p0 - 1``, ``p0 / p1 - 1`` or ``(p1 - p0) * scale``.
    scale : float
        Of differences only.

    Returns
    -------
    ndarray of shape (T, ...)
        nan where either level is.

    Examples
    --------
    >>> level_moves(np.array([100.0, 110.0, 99.0])).round(6).tolist()
    [0.1, -0.1]
    """
    before, after = levels[:-1], levels[1:]
    match measure:
        case "return":
            return np.asarray(after / before - 1.0)
        case "inverse-return":
            return np.asarray(before / after - 1.0)
        case "difference":
            return np.asarray((after - before) * scale)


def basket_moves(moves: FloatArray) -> FloatArray:
    """Equal-weight mean of the members that moved on each day.

    Parameters
    ----------
    moves : ndarray of shape (T, M)
        The members' moves; nan where a member has none.

    Returns
    -------
    ndarray of shape (T,)
        nan on days when no member moved.
    """
    moved = np.isfinite(moves)
    count = moved.sum(axis=1)
    total = np.where(moved, moves, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def basket_moves_without_each(moves: FloatArray) -> FloatArray:
    """Return the basket's move recomputed without each member in turn.

    Parameters
    ----------
    moves : ndarray of shape (T, M)
        The members' moves; nan where a member has none.

    Returns
    -------
    ndarray of shape (T, M)
        Column m leaves member m out; nan where no other member moved.
    """
    moved = np.isfinite(moves)
    filled = np.where(moved, moves, 0.0)
    count = moved.sum(axis=1, keepdims=True) - moved
    total = filled.sum(axis=1, keepdims=True) - filled
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
