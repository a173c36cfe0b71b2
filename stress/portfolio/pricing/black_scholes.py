"""European options: Black-Scholes-Merton with a continuous dividend yield.

Black, F., Scholes, M. (1973), J. Political Economy 81; Merton, R. (1973), Bell J. Economics 4; in the
notation of Haug, E. (2007), The Complete Guide to Option Pricing Formulas, 2nd ed., section 1.1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.compiled import european_into, library
from stress.portfolio.pricing.normal import FAR, MOST, exponential_into, mills_into
from stress.scratch import scratch

__all__ = ["european_by_numpy", "european_value"]

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
    shape = np.broadcast_shapes(*(term.shape for term in terms))
    if out is None:
        out = np.empty(shape)
    elif np.broadcast_shapes(shape, out.shape) != out.shape:
        raise ValueError(f"out has shape {out.shape}, the options {shape}")
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
    """Price into `out`: terms at their own shapes, then everything of full size at once."""
    T = np.maximum(T, 0.0)
    with np.errstate(divide="ignore"):
        # Logarithms of draws and of contracts, not of every pair.
        log_spot = np.log(S)
    inputs = _arrays(log_spot, S, r, sigma, np.log(K), K, T, np.sqrt(T), q, np.exp(-q * T), sign)
    kernel = library() if out.dtype == np.float64 and out.flags.carray else None
    if kernel is None:
        european_by_numpy(out, *inputs)
    else:
        european_into(kernel, *_as_rows(out, inputs))


def _as_rows(
    out: FloatArray, inputs: Sequence[FloatArray]
) -> tuple[FloatArray, Sequence[FloatArray]]:
    """Return the same memory and inputs with one axis or two, the last one long; none with odd steps."""
    if out.ndim > 2:
        whole = (len(out), -1) if out.shape[0] else (0, 0)
        inputs = [np.broadcast_to(x, out.shape).reshape(whole) for x in inputs]
        out = out.reshape(whole)
    if out.ndim == 2 and out.shape[1] == 1:
        out, inputs = out[:, 0], [x[..., 0] if x.ndim else x for x in inputs]
    out = out.reshape(1) if out.ndim == 0 else out
    return out, [
        x if x.flags.aligned and not any(step % x.itemsize for step in x.strides) else x.copy()
        for x in inputs
    ]


def european_by_numpy(
    out: FloatArray,
    log_spot: FloatArray,
    spot: FloatArray,
    rate: FloatArray,
    sigma: FloatArray,
    log_strike: FloatArray,
    strike: FloatArray,
    years: FloatArray,
    root_years: FloatArray,
    dividend: FloatArray,
    share: FloatArray,
    sign: FloatArray,
) -> None:
    """Price into `out` by the operations of `foreshock_european` in `kernel.c`, one after another.

    With no time or no volatility the spread is tiny and both distances run to the end of the line that the certain
    forward is on, so one formula serves all limits. Cash times the density at the second distance is shares
    times that at the first, so one exponential serves both.
    """
    shape = out.shape
    carried = np.broadcast_shapes(rate.shape, dividend.shape, years.shape, strike.shape)
    drift, cash = scratch("drift", carried), scratch("cash", carried)
    _discount_into(rate, years, out=cash)
    np.multiply(cash, strike, out=cash)
    np.multiply(rate - dividend, years, out=drift)
    np.subtract(drift, log_strike, out=drift)
    a, b, w = out, scratch("second distance", shape), scratch("spread", shape)
    density, part, shares = (scratch(name, shape) for name in ("density", "part", "shares"))
    np.multiply(sigma, root_years, out=w)
    np.maximum(w, _TINY, out=w)
    np.add(log_spot, drift, out=a)
    np.divide(a, w, out=a)
    np.multiply(w, 0.5, out=w)
    np.subtract(a, w, out=b)
    np.multiply(b, sign, out=b)
    np.add(a, w, out=a)
    np.multiply(a, sign, out=a)
    _size_up_to_far(a, out=w)
    np.multiply(w, w, out=part)
    np.multiply(part, -0.5, out=part)
    exponential_into(part, out=density)
    np.subtract(density, _TINY, out=density)
    np.maximum(density, 0.0, out=density)
    np.multiply(spot, share, out=shares)
    np.multiply(density, shares, out=density)
    _part_into(a, w, density, shares, out=part)
    _size_up_to_far(b, out=w)
    _part_into(b, w, density, cash, out=b)
    np.subtract(part, b, out=a)
    np.multiply(a, sign, out=a)
    np.maximum(a, 0.0, out=a)
    np.add(a, 0.0, out=a)  # no zero with a sign


def _discount_into(rate: FloatArray, years: FloatArray, *, out: FloatArray) -> None:
    exponent = scratch("exponent", out.shape)
    np.multiply(rate, years, out=exponent)
    np.multiply(exponent, -1.0, out=exponent)
    np.minimum(exponent, MOST, out=exponent)
    np.maximum(exponent, -MOST, out=exponent)
    exponential_into(exponent, out=out)


def _size_up_to_far(distance: FloatArray, *, out: FloatArray) -> None:
    np.abs(distance, out=out)
    np.minimum(out, FAR, out=out)


def _part_into(
    distance: FloatArray,
    size: FloatArray,
    density: FloatArray,
    whole: FloatArray,
    *,
    out: FloatArray,
) -> None:
    """Put `whole` times the normal distribution at a distance into an array, which may be that of the distance."""
    beyond = scratch("beyond", size.shape)
    mills_into(size, out=beyond)
    np.multiply(beyond, density, out=beyond)
    np.copysign(beyond, distance, out=beyond)
    np.copysign(0.5, distance, out=out)
    np.add(out, 0.5, out=out)
    np.multiply(out, whole, out=out)
    np.subtract(out, beyond, out=out)
