"""Binomial trees, European and American: slow, simple, and the arbiter of the fast methods.

Cox, J., Ross, S., Rubinstein, M. (1979), J. Financial Economics 7; Leisen, D., Reimer, M. (1996), Applied
Mathematical Finance 3, which places the tree so that the error falls with the square of the steps.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError

__all__ = ["tree_value"]


def tree_value(
    spot: npt.ArrayLike,
    strike: npt.ArrayLike,
    years: npt.ArrayLike,
    rate: npt.ArrayLike,
    dividend: npt.ArrayLike,
    vol: npt.ArrayLike,
    *,
    sign: npt.ArrayLike,
    steps: int,
    american: bool,
    lattice: Literal["cox-ross-rubinstein", "leisen-reimer"] = "leisen-reimer",
) -> FloatArray:
    """Return the value of options on one share; all terms broadcast.

    Parameters
    ----------
    spot, strike, years, vol : array_like
        Above 0.
    rate, dividend : array_like
        Continuously compounded, any sign.
    sign : array_like
        +1 for a call, -1 for a put.
    steps : int
        Of the tree; odd for Leisen-Reimer.
    american : bool
        Whether each node may be exercised.
    lattice : {'cox-ross-rubinstein', 'leisen-reimer'}
        How up and down moves are chosen.

    Returns
    -------
    ndarray
        Of the broadcast shape.

    Raises
    ------
    InputError
        If there are too few steps: a probability outside 0 to 1, or an even number for Leisen-Reimer.
    """
    S, K, T, r, q, sigma, omega = np.broadcast_arrays(
        *(np.asarray(a, dtype=np.float64) for a in (spot, strike, years, rate, dividend, vol, sign))
    )
    dt = T / steps
    growth = np.exp((r - q) * dt)
    match lattice:
        case "cox-ross-rubinstein":
            up = np.exp(sigma * np.sqrt(dt))
            down = 1.0 / up
            p = (growth - down) / (up - down)
        case "leisen-reimer":
            if steps % 2 == 0:
                raise InputError(f"a Leisen-Reimer tree needs an odd number of steps, got {steps}.")
            w = sigma * np.sqrt(T)
            d1 = (np.log(S / K) + (r - q) * T) / w + 0.5 * w
            p, above = _inverted(d1 - w, steps), _inverted(d1, steps)
            up = growth * above / p
            down = (growth - p * up) / (1.0 - p)
    if np.any((p < 0.0) | (p > 1.0)):
        raise InputError(
            f"{steps} steps are too few for this tree: a probability is outside 0 to 1."
        )
    ups = np.arange(steps + 1.0)
    shape = S.shape
    S, K, up, down, p, omega = (a.reshape(-1, 1) for a in (S, K, up, down, p, omega))
    keep = np.exp(-r * dt).reshape(-1, 1)
    log_up, log_down = np.log(up), np.log(down)
    value = np.maximum(omega * (S * np.exp(ups * log_up + (steps - ups) * log_down) - K), 0.0)
    for left in range(steps - 1, -1, -1):
        value = keep * (p * value[:, 1:] + (1.0 - p) * value[:, :-1])
        if american:
            nodes = S * np.exp(ups[: left + 1] * log_up + (left - ups[: left + 1]) * log_down)
            value = np.maximum(value, omega * (nodes - K))
    return np.asarray(value.reshape(shape))


def _inverted(d: FloatArray, steps: int) -> FloatArray:
    """Peizer and Pratt's second inversion of the binomial law, as Leisen and Reimer use it."""
    scaled = np.square(d / (steps + 1.0 / 3.0 + 0.1 / (steps + 1.0))) * (steps + 1.0 / 6.0)
    return np.asarray(0.5 + 0.5 * np.sign(d) * np.sqrt(-np.expm1(-scaled)))
