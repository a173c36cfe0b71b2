"""Implied volatility from a quoted price, European or American, by a bracketed solver.

The European solver works on the out-of-the-money side (put-call parity) and on the logarithm of the price,
where the price of a far strike is no flatter than that of a near one. Bracketing: Chandrupatla, T. (1997),
Advances in Engineering Software 28(3): inverse quadratic steps where they are safe, halving elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.portfolio.pricing.american import american_value
from stress.portfolio.pricing.black_scholes import european_value

__all__ = ["PriceBounds", "implied_volatility", "price_bounds"]

#: The volatilities searched. [per square root of a year]
LOWEST, HIGHEST = 1e-4, 40.0

_ROUNDS = 200


class PriceBounds(NamedTuple):
    """Prices that no volatility can give: at or below `lower`, at or above `upper`."""

    lower: FloatArray
    upper: FloatArray


def price_bounds(
    spot: npt.ArrayLike,
    strike: npt.ArrayLike,
    years: npt.ArrayLike,
    rate: npt.ArrayLike,
    dividend: npt.ArrayLike,
    *,
    sign: npt.ArrayLike,
    american: bool,
) -> PriceBounds:
    """Return the no-arbitrage bounds of an option's price.

    European: the discounted forward pay-off and, above, the discounted share (call) or strike (put).
    American: at least the intrinsic value too; above, the dearest of now and expiry.
    """
    S, K, T, r, q, omega = (
        np.asarray(a, dtype=np.float64) for a in (spot, strike, years, rate, dividend, sign)
    )
    share, cash = S * np.exp(-q * T), K * np.exp(-r * T)
    lower = np.maximum(omega * (share - cash), 0.0)
    upper = np.where(omega > 0.0, share, cash)
    if american:
        lower = np.maximum(lower, omega * (S - K))
        upper = np.maximum(upper, np.where(omega > 0.0, S, K))
    return PriceBounds(*np.broadcast_arrays(lower, upper))


def implied_volatility(
    price: npt.ArrayLike,
    spot: npt.ArrayLike,
    strike: npt.ArrayLike,
    years: npt.ArrayLike,
    rate: npt.ArrayLike,
    dividend: npt.ArrayLike,
    *,
    sign: npt.ArrayLike,
    american: bool = False,
) -> FloatArray:
    """Return the volatility at which an option is worth its quoted price.

    Parameters
    ----------
    price : array_like
        Of an option on one share. [currency]
    spot, strike, years : array_like
        Above 0.
    rate, dividend : array_like
        Continuously compounded, any sign.
    sign : array_like
        +1 for a call, -1 for a put.
    american : bool
        Whether it may be exercised early.

    Returns
    -------
    ndarray
        Of the broadcast shape. The price at the answer equals the quoted price to rounding; how sharp the
        volatility is then depends on vega.

    Raises
    ------
    InputError
        Naming every price outside its no-arbitrage bounds, or beyond volatilities of 0.01 % to 4000 %.
    """
    terms = np.broadcast_arrays(
        *(
            np.asarray(a, dtype=np.float64)
            for a in (price, spot, strike, years, rate, dividend, sign)
        )
    )
    shape = terms[0].shape
    target, S, K, T, r, q, omega = (np.array(a, dtype=np.float64).ravel() for a in terms)
    bounds = price_bounds(S, K, T, r, q, sign=omega, american=american)
    _refuse_outside(target, bounds, S, K, T, omega, american=american)
    if american:
        side, time_value = omega, target

        def model(vol: FloatArray, at: npt.NDArray[np.intp]) -> FloatArray:
            return american_value(S[at], K[at], T[at], r[at], q[at], vol, sign=omega[at])
    else:
        share, cash = S * np.exp(-q * T), K * np.exp(-r * T)
        side = np.where(share >= cash, -1.0, 1.0)
        time_value = target - np.maximum(omega * (share - cash), 0.0)

        def model(vol: FloatArray, at: npt.NDArray[np.intp]) -> FloatArray:
            return european_value(S[at], K[at], T[at], r[at], q[at], vol, sign=side[at])

    def miss(log_vol: FloatArray, at: npt.NDArray[np.intp]) -> FloatArray:
        value = np.maximum(model(np.exp(log_vol), at), np.finfo(np.float64).tiny)
        return np.log(value) - np.log(time_value[at])

    log_vol, inside = _bracketed(miss, target.size, np.log(LOWEST), np.log(HIGHEST))
    if not np.all(inside):
        raise InputError(
            Problem(
                message=f"option {'call' if omega[i] > 0 else 'put'} {K[i]:g}: price {target[i]:g} needs a "
                f"volatility outside {LOWEST:.2%} to {HIGHEST:.0%}.",
                hint="State its volatility, or check price and multiplier.",
            )
            for i in np.flatnonzero(~inside)
        )
    return np.exp(log_vol).reshape(shape)


def _refuse_outside(
    price: FloatArray,
    bounds: PriceBounds,
    S: FloatArray,
    K: FloatArray,
    T: FloatArray,
    omega: FloatArray,
    *,
    american: bool,
) -> None:
    """Raise for all prices no volatility can give."""
    problems = []
    for i in np.flatnonzero(
        ~((price > bounds.lower) & (price < bounds.upper) & (T > 0.0) & (S > 0.0))
    ):
        what = (
            f"option {'call' if omega[i] > 0 else 'put'} {K[i]:g} with spot {S[i]:g} and {T[i]:.4g} years: "
            f"price {price[i]:g}"
        )
        if T[i] <= 0.0:
            reason = "has no time left, so no volatility."
        elif price[i] <= bounds.lower[i]:
            floor = (
                "intrinsic or discounted forward value" if american else "discounted forward value"
            )
            reason = f"is not above its {floor} {bounds.lower[i]:g}."
        elif price[i] >= bounds.upper[i]:
            reason = f"is not below {bounds.upper[i]:g}, the most it can be worth."
        else:
            reason = "or spot is not a number above zero."
        problems.append(
            Problem(
                message=f"{what} {reason}", hint="State its volatility, or correct price or spot."
            )
        )
    if problems:
        raise InputError(problems)


def _bracketed(
    miss: Callable[[FloatArray, npt.NDArray[np.intp]], FloatArray],
    count: int,
    low: float,
    high: float,
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return roots of an increasing function of each element, and whether the bracket held one."""
    everywhere = np.arange(count)
    a, b = np.full(count, high), np.full(count, low)
    fa, fb = miss(a, everywhere), miss(b, everywhere)
    inside = (fb <= 0.0) & (fa >= 0.0)
    c, fc = a.copy(), fa.copy()
    t = np.full(count, 0.5)
    best = np.where(np.abs(fa) < np.abs(fb), a, b)
    live = everywhere[inside & (fa != 0.0) & (fb != 0.0)]
    for _ in range(_ROUNDS):
        if not live.size:
            break
        x = a[live] + t[live] * (b[live] - a[live])
        fx = miss(x, live)
        same = np.sign(fx) == np.sign(fa[live])
        c[live] = np.where(same, a[live], b[live])
        fc[live] = np.where(same, fa[live], fb[live])
        b[live] = np.where(same, b[live], a[live])
        fb[live] = np.where(same, fb[live], fa[live])
        a[live], fa[live] = x, fx
        nearer = np.abs(fa[live]) < np.abs(fb[live])
        best[live] = np.where(nearer, a[live], b[live])
        # In log volatility: 1e-14 is a relative 1e-14 of the volatility.
        width = np.abs(b[live] - a[live])
        done = (width <= 1e-14 * np.maximum(1.0, np.abs(best[live]))) | (fx == 0.0)
        live = live[~done]
        xi = (a[live] - b[live]) / (c[live] - b[live])
        phi = (fa[live] - fb[live]) / (fc[live] - fb[live])
        safe = (np.square(phi) < xi) & (np.square(1.0 - phi) < 1.0 - xi)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = fa[live] / (fb[live] - fa[live]) * fc[live] / (fb[live] - fc[live]) + (
                c[live] - a[live]
            ) / (b[live] - a[live]) * fa[live] / (fc[live] - fa[live]) * fb[live] / (
                fc[live] - fb[live]
            )
        step = np.where(safe & np.isfinite(step), step, 0.5)
        margin = 0.5e-14 / np.maximum(np.abs(b[live] - a[live]), 1e-14)
        t[live] = np.clip(step, np.minimum(margin, 0.5), 1.0 - np.minimum(margin, 0.5))
    return best, inside
