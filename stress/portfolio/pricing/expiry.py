"""What an option that expires inside the horizon settles at.

The simulation knows the spot at both ends of the horizon only. Between them the logarithm of the spot is
taken as a Brownian bridge: the straight line between the ends plus noise that vanishes at both.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError

__all__ = ["SettlementSensitivity", "settlement_sensitivity", "settlement_spot"]


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
        Standard normal draws z of a stream of their own; zeros give the interpolated path.

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
