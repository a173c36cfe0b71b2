"""How close predicted moves came to realised ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError

__all__ = ["Score", "median", "r_squared_uncentred", "score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Predicted against realised moves of the names of one day.

    Parameters
    ----------
    names : int
        How many.
    rmse : float
        Root mean square of realised minus predicted. [fraction]
    r_squared : float
        ``1 - sum (realised - predicted)^2 / sum realised^2``: against "nothing moves", not against the mean.
    correlation : float
        Pearson's, across names; 0 where one of them does not vary.
    sign_hits : float
        Share with the right sign, among those that moved.
    outside : float or None
        Share beyond the band of the pure law; None where no band is given.
    outside_floored : float or None
        The same with E[V] not below 1.
    """

    names: int
    rmse: float
    r_squared: float
    correlation: float
    sign_hits: float
    outside: float | None = None
    outside_floored: float | None = None


def r_squared_uncentred(realised: FloatArray, predicted: FloatArray) -> float:
    """Return ``1 - sum (realised - predicted)^2 / sum realised^2``.

    Parameters
    ----------
    realised, predicted : ndarray of shape (N,)

    Raises
    ------
    InputError
        When nothing moved.

    Examples
    --------
    >>> r_squared_uncentred(np.array([-0.10, 0.02]), np.array([-0.08, 0.0])).__round__(6)
    0.923077
    """
    total = float(np.square(realised).sum())
    if not total > 0.0:
        raise InputError("no name moved: a share of squared moves explained does not exist.")
    return 1.0 - float(np.square(realised - predicted).sum()) / total


def score(
    realised: FloatArray,
    predicted: FloatArray,
    *,
    half_width: FloatArray | None = None,
    half_width_floored: FloatArray | None = None,
) -> Score:
    """Score predicted moves.

    Parameters
    ----------
    realised, predicted : ndarray of shape (N,)
        Simple returns, finite, at least one.
    half_width, half_width_floored : ndarray of shape (N,), optional
        Of the band about the prediction, by the pure law and with the floor. A miss is strictly outside.

    Returns
    -------
    Score
    """
    if realised.shape != predicted.shape or realised.ndim != 1 or realised.size == 0:
        raise InputError(
            f"realised moves {realised.shape} and predicted ones {predicted.shape} cannot be compared."
        )
    if not (np.isfinite(realised).all() and np.isfinite(predicted).all()):
        raise InputError("moves to be scored must be finite.")
    error = realised - predicted
    moved = realised != 0.0
    varies = realised.size > 1 and np.ptp(realised) > 0.0 and np.ptp(predicted) > 0.0
    return Score(
        names=int(realised.size),
        rmse=float(np.sqrt(np.square(error).mean())),
        r_squared=r_squared_uncentred(realised, predicted),
        correlation=float(np.corrcoef(realised, predicted)[0, 1]) if varies else 0.0,
        sign_hits=float((np.sign(predicted[moved]) == np.sign(realised[moved])).mean()),
        outside=_outside(error, half_width),
        outside_floored=_outside(error, half_width_floored),
    )


def median(values: Sequence[float] | FloatArray) -> float:
    """Return the median of what is finite; nan of nothing."""
    known = [float(value) for value in values if math.isfinite(value)]
    return float(np.median(known)) if known else math.nan


def _outside(error: FloatArray, half_width: FloatArray | None) -> float | None:
    if half_width is None:
        return None
    return float((np.abs(error) > half_width).mean())
