"""How a book moves with a hedge: the least-squares line of one P&L on another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stress.arrays import FloatArray

__all__ = ["Regression", "regressed"]


class Regression(NamedTuple):
    """The least-squares line of a book's P&L on a hedge's.

    Parameters
    ----------
    slope : float
        What the book moves by for one unit of the hedge's P&L; 0 where the hedge does not move.
    explained : float
        Share of the book's variance that moves with the hedge, R²; 0 where either does not move.
    left : float
        Standard deviation of what does not. [currency]
    """

    slope: float
    explained: float
    left: float


def regressed(book: FloatArray, hedge: FloatArray) -> Regression:
    """Fit a book's P&L on a hedge's.

    Parameters
    ----------
    book, hedge : ndarray, shape (S,)
        P&L on the same draws. [currency]

    Notes
    -----
    Deviations from a mean within its rounding are none.
    """
    centred, moved = _deviations(book), _deviations(hedge)
    variance, spread = float(centred @ centred), float(moved @ moved)
    slope = 0.0 if spread == 0.0 else float(centred @ moved) / spread
    left = centred - slope * moved
    explained = 0.0 if variance == 0.0 else 1.0 - float(left @ left) / variance
    return Regression(slope=slope, explained=explained, left=float(left.std()))


def _deviations(pnl: FloatArray) -> FloatArray:
    """Return the deviations from the mean, zero where they are rounding."""
    away = pnl - pnl.mean()
    rounding = 4.0 * np.finfo(np.float64).eps * float(np.abs(pnl).max())
    return np.zeros_like(away) if float(np.abs(away).max()) <= rounding else away
