"""The mixing variable of the joint law: one chi-square behind all moves, given what is stated.

Over any horizon the factor and specific moves are normal times ``sqrt(V)``, and given n stated moves at the distance D
``V = (nu - 2 + D^2) / chi^2(nu + n)``.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from stress.arrays import FloatArray

__all__ = ["kept_mixing", "mean_mixing", "mixing_scale"]

Number = TypeVar("Number", float, FloatArray)


def mean_mixing(nu: float, stated: int, squared_distance: Number) -> Number:
    """Return E[V] given what is stated, by the pure law.

    Parameters
    ----------
    nu : float
        Degrees of freedom of the model.
    stated : int
        Number of stated moves.
    squared_distance : float or ndarray
        D^2 of them.

    Examples
    --------
    >>> mean_mixing(5.0, 0, 0.0), mean_mixing(5.0, 1, 9.0)
    (1.0, 3.0)
    """
    return (nu - 2.0 + squared_distance) / (nu + stated - 2.0)


def kept_mixing(mean: Number) -> Number:
    """Return E[V] as a run uses it: a calm shock is no evidence of a calm day, so it does not fall below 1."""
    return np.maximum(1.0, mean) if isinstance(mean, np.ndarray) else max(1.0, mean)


def mixing_scale(mean: Number, degrees_of_freedom: float) -> Number:
    """Return what ``V`` is times its chi-square: ``V = mixing_scale(E[V], nu + n) / chi^2(nu + n)``."""
    return mean * (degrees_of_freedom - 2.0)
