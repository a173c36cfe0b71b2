"""Exponential weights of past sessions."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError

__all__ = ["decay", "effective_number", "exponential_weights"]


def decay(half_life: float) -> float:
    """Return the daily decay factor ``lambda = 0.5 ** (1 / half_life)``.

    Parameters
    ----------
    half_life : float
        Sessions after which a weight has halved; above zero, infinite for equal weights.

    Raises
    ------
    InputError
        When it is not above zero.

    Examples
    --------
    >>> round(decay(63), 6)
    0.989058
    """
    if not half_life > 0.0:
        raise InputError(f"a half-life must be above zero sessions, got {half_life}.")
    return float(0.5 ** (1.0 / half_life))


def exponential_weights(count: int, half_life: float) -> FloatArray:
    """Weights of `count` sessions, oldest first, that sum to 1.

    Parameters
    ----------
    count : int
        Sessions, at least 1.
    half_life : float
        In sessions; infinite for equal weights.

    Returns
    -------
    ndarray of shape (count,)
    """
    if count < 1:
        raise InputError(f"weights need at least one session, got {count}.")
    weights = decay(half_life) ** np.arange(count - 1, -1, -1, dtype=np.float64)
    return np.asarray(weights / weights.sum())


def effective_number(weights: FloatArray) -> float:
    """Return ``(sum w)^2 / sum w^2``: how many equally weighted observations weigh as much (Kish).

    Parameters
    ----------
    weights : ndarray of shape (T,)
        Not negative, not all zero.

    Examples
    --------
    >>> effective_number(np.ones(250))
    250.0
    """
    return float(weights.sum() ** 2 / np.square(weights).sum())
