"""European options: Black-Scholes-Merton with a continuous dividend yield.

Black, F., Scholes, M. (1973), J. Political Economy 81; Merton, R. (1973), Bell J. Economics 4; in the
notation of Haug, E. (2007), The Complete Guide to Option Pricing Formulas, 2nd ed., section 1.1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from stress.arrays import FloatArray
from stress.scratch import scratch

__all__ = ["european_value"]

#: Stands for no spread at all; small enough that any distance divided by it is beyond every tail.
_TINY = 1e-300

#: Elements of one block: its two buffers stay in the cache of one core.
_BLOCK = 16_384


def european_value(
    spot: npt.ArrayLike,
    strike: npt.ArrayLike,
    years: npt.ArrayLike,
    rate: npt.ArrayLike,
    dividend: npt.ArrayLike,
    vol: npt.ArrayLike,
    *,
    sign: npt.ArrayLike,
    out: FloatArray | None = None,
) -> FloatArray:
    """Return the value of an option on one share.

    All arguments broadcast against each other, so (draws, 1) spots against (options,) terms price a
    whole book of options under every draw.

    Parameters
    ----------
    spot : array_like
        At least 0; at 0 a call is worthless and a put is worth its discounted strike. [currency]
    strike : array_like
        Above 0. [currency]
    years : array_like
        To expiry; at or below 0 the value is the intrinsic value.
    rate, dividend : array_like
        Continuously compounded, any sign. [a year]
    vol : array_like
        At 0 the value is that of the certain forward. [per square root of a year]
    sign : array_like
        +1 for a call, -1 for a put.
    out : ndarray, optional
        Of the broadcast shape: where the result is put.

    Returns
    -------
    ndarray
        Of the broadcast shape; never below zero.
    """
    terms = _arrays(spot, strike, years, rate, dividend, vol, sign)
    if out is None:
        out = np.empty(np.broadcast_shapes(*(term.shape for term in terms)))
    if out.ndim == 0 or out.size <= _BLOCK:
        _value_into(out, *terms)
        return out
    step = max(1, _BLOCK * len(out) // out.size)
    for start in range(0, len(out), step):
        rows = slice(start, start + step)
        _value_into(out[rows], *(term[rows] if _has_rows(term, out) else term for term in terms))
    return out


def _arrays(*values: npt.ArrayLike) -> list[FloatArray]:
    return [np.asarray(value, dtype=np.float64) for value in values]


def _has_rows(term: FloatArray, out: FloatArray) -> bool:
    return term.ndim == out.ndim and len(term) == len(out)


def _value_into(
    out: FloatArray,
    S: FloatArray,
    K: FloatArray,
    T: FloatArray,
    r: FloatArray,
    q: FloatArray,
    sigma: FloatArray,
    sign: FloatArray,
) -> None:
    """Price into `out`; everything of full size happens in place, terms stay at their own shapes.

    With no time or no volatility w is tiny and d1, d2 run to the end of the line that the certain
    forward is on, so one formula serves all limits.
    """
    T = np.maximum(T, 0.0)
    share, cash = np.exp(-q * T), K * np.exp(-r * T)
    a, b, w = out, scratch("second distance", out.shape), scratch("spread", out.shape)
    np.multiply(sigma, np.sqrt(T), out=w)
    np.maximum(w, _TINY, out=w)
    with np.errstate(divide="ignore"):
        # The log of the quotient, term by term: logarithms of draws and of contracts, not of every pair.
        np.add(np.log(S), (r - q) * T - np.log(K), out=a)
    np.divide(a, w, out=a)
    np.multiply(w, 0.5, out=w)
    np.subtract(a, w, out=b)
    np.add(a, w, out=a)
    np.multiply(a, sign, out=a)
    np.multiply(b, sign, out=b)
    ndtr(a, out=a)
    ndtr(b, out=b)
    np.multiply(a, S, out=a)
    np.multiply(a, share, out=a)
    np.multiply(b, cash, out=b)
    np.subtract(a, b, out=a)
    np.multiply(a, sign, out=a)
    np.maximum(a, 0.0, out=a)
