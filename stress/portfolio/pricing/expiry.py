"""What an option that expires inside the horizon settles at.

The simulation knows the spot at both ends of the horizon only. Between them the logarithm of the spot is
taken as a Brownian bridge: the straight line between the ends plus noise that vanishes at both. A share has one
way: all that is written on it settles on one bridge, of one volatility.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError

__all__ = ["SettlementSensitivity", "bridge_normals", "settlement_sensitivity", "settlement_spot"]


def bridge_normals(
    day: int, *, start: float, end: float, normals: Callable[[int], FloatArray]
) -> FloatArray:
    """Return a Brownian bridge at a whole step inside it (a day, or a session), in units of its standard deviation there.

    The bridge is halved until it comes to the day: at the middle day of what is left it is drawn given its values at
    both ends. So its value on a day is the same whatever other days are asked for, and those of several days have
    the joint law of one bridge, ``Cov(B_s, B_t) = (s - start) (end - t) / (end - start)`` for s <= t.

    Parameters
    ----------
    day : int
        From `start` to before `end`.
    start, end : float
        Where the bridge is 0. [steps]
    normals : callable
        Step to standard normal draws of a stream of its own.

    Returns
    -------
    ndarray
        Standard normal on its own; zeros at the very start.

    Raises
    ------
    InputError
        If `day` is not inside.
    """
    if not start <= day < end:
        raise InputError(f"step {day} is not from {start:g} to before {end:g}.")
    left, right = start, end
    at_left = at_right = np.zeros(1)
    while day > left:
        middle = (math.floor(left) + math.ceil(right)) // 2
        width = right - left
        line = ((right - middle) * at_left + (middle - left) * at_right) / width
        here = line + math.sqrt((middle - left) * (right - middle) / width) * normals(middle)
        if middle <= day:
            left, at_left = middle, here
        else:
            right, at_right = middle, here
    spread = math.sqrt((left - start) * (end - left) / (end - start))
    return at_left / spread if spread > 0.0 else at_left


def settlement_spot(
    start: npt.ArrayLike,
    end: npt.ArrayLike,
    *,
    fraction: float,
    horizon_years: float,
    vol: npt.ArrayLike,
    normals: npt.ArrayLike,
) -> FloatArray:
    """Return the spot at a moment inside the horizon.

    ``log S = (1 - f) log start + f log end + vol sqrt(horizon f (1 - f)) z``

    Parameters
    ----------
    start, end : array_like
        Spot at both ends; an `end` of 0 settles at 0 unless the option expires at the very start.
    fraction : float
        Of the horizon passed at expiry, 0 to 1.
    horizon_years : float
        Length of the horizon in calendar years.
    vol : array_like
        Of the path in between. [per square root of a year]
    normals : array_like
        Standard normal draws z, as of `bridge_normals`; zeros give the interpolated path.

    Returns
    -------
    ndarray
        Of the broadcast shape.

    Raises
    ------
    InputError
        If `fraction` is outside 0 to 1.
    """
    if not 0.0 <= fraction <= 1.0:
        raise InputError(f"expiry at {fraction:g} of the horizon is not inside it.")
    start, end, vol, z = (np.asarray(a, dtype=np.float64) for a in (start, end, vol, normals))
    noise = vol * np.sqrt(horizon_years * fraction * (1.0 - fraction)) * z
    return np.asarray(np.power(start, 1.0 - fraction) * np.power(end, fraction) * np.exp(noise))


class SettlementSensitivity(NamedTuple):
    """Mean intrinsic value at the interpolated path and one bridge deviation below and above it."""

    lower: float
    middle: float
    upper: float


def settlement_sensitivity(
    start: float,
    end: npt.ArrayLike,
    strike: float,
    *,
    sign: float,
    fraction: float,
    horizon_years: float,
    vol: npt.ArrayLike,
) -> SettlementSensitivity:
    """Return how much what the option settles at depends on the unknown path.

    Parameters are those of `settlement_spot`, with the option's strike and sign; values a share,
    averaged over draws.
    """

    def proceeds(z: float) -> float:
        spot = settlement_spot(
            start, end, fraction=fraction, horizon_years=horizon_years, vol=vol, normals=z
        )
        return float(np.mean(np.maximum(sign * (spot - strike), 0.0)))

    return SettlementSensitivity(lower=proceeds(-1.0), middle=proceeds(0.0), upper=proceeds(1.0))
