"""European options: Black-Scholes-Merton with a continuous dividend yield, and its greeks.

Black, F., Scholes, M. (1973), J. Political Economy 81; Merton, R. (1973), Bell J. Economics 4; in the
notation of Haug, E. (2007), The Complete Guide to Option Pricing Formulas, 2nd ed., section 1.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from stress.factors.model import FloatArray

__all__ = ["Greeks", "european_greeks", "european_value"]

_INV_SQRT_2PI = 0.3989422804014327

#: Stands for no spread at all; small enough that any distance divided by it is beyond every tail.
_TINY = 1e-300

#: Elements of one block: its two buffers stay in the cache of one core.
BLOCK = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeks:
    """Derivatives of the value of an option on one share.

    Parameters
    ----------
    delta : ndarray
        By the spot. [per unit of spot]
    gamma : ndarray
        By the spot, twice.
    vega : ndarray
        By the volatility. [per 1.00 of volatility; divide by 100 for a point]
    theta : ndarray
        By passing time. [a year; divide by 365 for a calendar day]
    rho : ndarray
        By the interest rate. [per 1.00; divide by 10,000 for a basis point]
    dividend_rho : ndarray
        By the dividend yield. [per 1.00]
    """

    delta: FloatArray
    gamma: FloatArray
    vega: FloatArray
    theta: FloatArray
    rho: FloatArray
    dividend_rho: FloatArray


def european_value(
    spot: npt.ArrayLike,
    strike: npt.ArrayLike,
    years: npt.ArrayLike,
    rate: npt.ArrayLike,
    dividend: npt.ArrayLike,
    vol: npt.ArrayLike,
    *,
    sign: npt.ArrayLike,
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

    Returns
    -------
    ndarray
        Of the broadcast shape; never below zero.
    """
    terms = _arrays(spot, strike, years, rate, dividend, vol, sign)
    out = np.empty(np.broadcast_shapes(*(term.shape for term in terms)))
    if out.ndim == 0 or out.size <= BLOCK:
        _value_into(out, *terms)
        return out
    step = max(1, BLOCK * len(out) // out.size)
    for start in range(0, len(out), step):
        rows = slice(start, start + step)
        _value_into(out[rows], *(term[rows] if _has_rows(term, out) else term for term in terms))
    return out


def european_greeks(
    spot: npt.ArrayLike,
    strike: npt.ArrayLike,
    years: npt.ArrayLike,
    rate: npt.ArrayLike,
    dividend: npt.ArrayLike,
    vol: npt.ArrayLike,
    *,
    sign: npt.ArrayLike,
) -> Greeks:
    """Return the greeks of an option on one share, in closed form.

    Takes what `european_value` takes. Where nothing is left to happen (no time, no volatility, or a
    spot of 0) gamma and vega are 0 and delta is that of the certain pay-off, one half of it exactly at
    the strike; theta is 0 at expiry.
    """
    S, K, T, r, q, sigma, omega = np.broadcast_arrays(
        *_arrays(spot, strike, years, rate, dividend, vol, sign)
    )
    T = np.maximum(T, 0.0)
    root = np.sqrt(T)
    w = np.maximum(sigma, 0.0) * root
    alive = (w > 0.0) & (S > 0.0)
    spread = np.where(alive, w, _TINY)
    carry, discount = np.exp(-q * T), np.exp(-r * T)
    with np.errstate(divide="ignore"):
        d1 = np.log(S * carry / (K * discount)) / spread + 0.5 * spread
    d2 = d1 - spread
    density = np.where(
        alive, _INV_SQRT_2PI * np.exp(-0.5 * np.square(np.where(alive, d1, 0.0))), 0.0
    )
    in_money_share, in_money_cash = ndtr(omega * d1), ndtr(omega * d2)
    share_leg, cash_leg = S * carry * in_money_share, K * discount * in_money_cash
    decay = np.where(alive, S * carry * density * sigma / (2.0 * np.where(alive, root, 1.0)), 0.0)
    return Greeks(
        delta=omega * carry * in_money_share,
        gamma=carry * density / np.where(alive, S * spread, 1.0),
        vega=S * carry * density * root,
        theta=np.where(T > 0.0, omega * (q * share_leg - r * cash_leg) - decay, 0.0),
        rho=omega * T * cash_leg,
        dividend_rho=-omega * T * share_leg,
    )


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
    share = S * np.exp(-q * T)
    cash = K * np.exp(-r * T)
    w = np.maximum(sigma * np.sqrt(T), _TINY)
    a, b = out, np.empty_like(out)
    np.divide(share, cash, out=a)
    with np.errstate(divide="ignore"):
        np.log(a, out=a)
    np.divide(a, w, out=a)
    half = 0.5 * w
    np.subtract(a, half, out=b)
    np.add(a, half, out=a)
    np.multiply(a, sign, out=a)
    np.multiply(b, sign, out=b)
    ndtr(a, out=a)
    ndtr(b, out=b)
    np.multiply(a, share, out=a)
    np.multiply(b, cash, out=b)
    np.subtract(a, b, out=a)
    np.multiply(a, sign, out=a)
    np.maximum(a, 0.0, out=a)
