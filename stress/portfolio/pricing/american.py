"""American options on a share with a dividend yield, one contract or many draws of it.

A call is the put with share and cash exchanged: C(S, K, r, q) = P(K, S, q, r). Puts in units of their
strike fall into few cases: exercise never pays (the European value), nothing is uncertain (the best moment
of a certain pay-off), one boundary (`exercise_boundary`, through `exercise_surface` for many draws), and, with
both yields negative, two boundaries (a tree).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.portfolio.pricing.black_scholes import european_value
from stress.portfolio.pricing.exercise_boundary import (
    ACCURATE,
    FAST,
    Scheme,
    early_exercise_premium,
    exercise_boundary,
)
from stress.portfolio.pricing.exercise_surface import TOLERANCE, ExerciseSurface, put_surface
from stress.portfolio.pricing.tree import tree_value

__all__ = ["american_value"]

#: From this many draws of one contract on, surfaces pay.
_MANY = 64
#: Puts solved at once.
_BLOCK = 128
#: Below this much spread (vol * sqrt(years)) the outcome counts as certain.
_CERTAIN = 1e-6
#: What exercising early can earn over the whole life, in units of the strike, below which it is not sought.
_NO_INTEREST = 1e-9
#: Width of a panel of rates, and how often one that misses its tolerance is halved: to 3 basis points.
_RATE_STEP = 0.01
_HALVINGS = 5
_TREE_STEPS = 501
#: Largest log moneyness: its exponential is still a number.
_FARTHEST = 690.0
_LOG_2 = float(np.log(2.0))


def american_value(
    spot: npt.ArrayLike,
    strike: npt.ArrayLike,
    years: npt.ArrayLike,
    rate: npt.ArrayLike,
    dividend: npt.ArrayLike,
    vol: npt.ArrayLike,
    *,
    sign: npt.ArrayLike,
) -> FloatArray:
    """Return the value of an American option on one share.

    Parameters
    ----------
    spot : array_like
        At least 0. [currency]
    strike : array_like
        Above 0. [currency]
    years : array_like
        To expiry; at or below 0 the value is the intrinsic value.
    rate, dividend : array_like
        Continuously compounded, any sign. [a year]
    vol : array_like
        At or below 0 the path is certain. [per square root of a year]
    sign : array_like
        +1 for a call, -1 for a put.

    Returns
    -------
    ndarray
        Of the broadcast shape; at least the European and the intrinsic value.

    Notes
    -----
    A single value agrees with QuantLib's high-precision engine to 1e-6 of the strike, and to 2e-6 of the value
    over volatilities of 2 to 300 %, rates and yields to 20 % and ten years. Draws of one contract come
    from surfaces: 3e-6 of the value in the middle of that range, 4e-4 at its far corners; a panel that
    misses 1e-4 at its check points is halved in its rates, five times at most, and where that does not help each
    of its draws is solved on its own, to 1e-5 of the strike.
    """
    S, K, T, r, q, v, omega = (
        np.asarray(a, dtype=np.float64) for a in (spot, strike, years, rate, dividend, vol, sign)
    )
    shape = np.broadcast_shapes(*(a.shape for a in (S, K, T, r, q, v, omega)))
    if math.prod(shape) == 1:
        # What a contract is worth now is asked again and again: by every scenario, and by every line of a hedge.
        one = _single(*(a.item() for a in (S, K, T, r, q, v, omega)))
        return np.full(shape, one)
    terms = (K, T, q, omega)
    draws = shape[0] if shape else 1
    if draws >= _MANY and all(a.size == 1 for a in terms):
        levels = tuple(np.broadcast_to(a, shape).ravel() for a in (S, r, v))
        return _contract(levels, tuple(float(a.reshape(-1)[0]) for a in terms)).reshape(shape)
    if draws >= _MANY and len(shape) == 2 and all(a.ndim < 2 or len(a) == 1 for a in terms):
        return _columns(shape, (S, r, v), terms)
    flat = (np.broadcast_to(a, shape).ravel() for a in (S, K, T, r, q, v, omega))
    return _one_by_one(*flat).reshape(shape)


def _one_by_one(
    S: FloatArray,
    K: FloatArray,
    T: FloatArray,
    r: FloatArray,
    q: FloatArray,
    v: FloatArray,
    omega: FloatArray,
) -> FloatArray:
    """Price contracts (n,), each solved on its own, many at once."""
    log_moneyness, scale, r, q = _as_put(S, K, r, q, omega)
    return _scaled(_puts(log_moneyness, T, r, q, v), S, K, scale, omega)


@lru_cache(maxsize=65_536)
def _single(*levels: float) -> float:
    """Price one contract."""
    return float(_one_by_one(*(np.array([x]) for x in levels))[0])


def _columns(
    shape: tuple[int, ...], levels: tuple[FloatArray, ...], terms: tuple[FloatArray, ...]
) -> FloatArray:
    """Price a (draws, options) matrix one contract at a time."""
    out = np.empty(shape)
    rows = [np.broadcast_to(a, shape) for a in levels]
    rest = [np.broadcast_to(a, shape)[0] for a in terms]
    for j in range(shape[1]):
        out[:, j] = _contract(tuple(a[:, j] for a in rows), tuple(float(a[j]) for a in rest))
    return out


def _contract(levels: tuple[FloatArray, ...], terms: tuple[float, ...]) -> FloatArray:
    """Price draws (S, r, v) of one contract (K, T, q, sign): by surfaces where there is one boundary."""
    (S, r, v), (K, T, q, omega) = levels, terms
    sign = np.asarray(omega)
    log_moneyness, scale, rate, dividend = _as_put(S, np.asarray(K), r, np.asarray(q), sign)
    rate, dividend = np.broadcast_to(rate, S.shape), np.broadcast_to(dividend, S.shape)
    out = np.empty_like(S)
    one_boundary = _one_boundary(T, rate, dividend, v)
    rest = ~one_boundary
    volatility = np.log2(np.where(one_boundary, v, 1.0))
    band = np.floor(volatility).astype(np.int64)
    moving = dividend if omega > 0.0 else rate
    fixed = q
    edges = _rate_edges(moving, fixed)
    step = np.zeros(S.shape, np.int64)
    if edges.size:
        # The highest rate may be the last edge itself.
        step = np.clip(np.searchsorted(edges, moving, side="right"), 1, edges.size - 1)

    def built(log_vol: tuple[float, float], ends: tuple[float, float]) -> ExerciseSurface:
        still = fixed, fixed
        return put_surface(T, log_vol, *((still, ends) if omega > 0.0 else (ends, still)))

    for b in np.unique(band[one_boundary]):
        log_vol = float(b) * _LOG_2, float(b + 1) * _LOG_2
        for k in np.unique(step[one_boundary & (band == b)]):
            here = one_boundary & (band == b) & (step == k)
            panel = (
                (float(edges[k - 1]), float(edges[k]))
                if edges.size
                else (float(moving[0]), float(moving[0]))
            )
            of_rates = partial(built, log_vol)
            for places, surface in _panels(of_rates, panel, moving, here, _HALVINGS):
                if surface is None:
                    rest |= places
                    continue
                at = slice(None) if bool(np.all(places)) else places
                out[at] = surface.value(log_moneyness[at], v[at], rate[at], dividend[at])
    if np.any(rest):
        # Solved as finely as a panel's nodes are.
        out[rest] = _puts(
            log_moneyness[rest],
            np.full(int(rest.sum()), T),
            rate[rest],
            dividend[rest],
            v[rest],
            scheme=FAST,
        )
    return _scaled(out, S, np.asarray(K), scale, sign)


def _panels(
    built: Callable[[tuple[float, float]], ExerciseSurface],
    panel: tuple[float, float],
    moving: FloatArray,
    here: npt.NDArray[np.bool_],
    halvings: int,
) -> Iterator[tuple[npt.NDArray[np.bool_], ExerciseSurface | None]]:
    """Yield draws and the surface that holds for them: of the panel, or of halves of it; None if none does."""
    surface = built(panel)
    low, high = panel
    if surface.error <= TOLERANCE:
        yield here, surface
    elif not halvings or low == high:
        yield here, None
    else:
        middle = 0.5 * (low + high)
        lower = here & (moving < middle)
        for ends, places in (((low, middle), lower), ((middle, high), here & ~lower)):
            if np.any(places):
                yield from _panels(built, ends, moving, places, halvings - 1)


def _rate_edges(moving: FloatArray, fixed: float) -> FloatArray:
    """Panel edges around the rates of the draws; a kink of the boundary is an edge. Empty: one rate."""
    low, high = float(np.min(moving)), float(np.max(moving))
    if low == high:
        return np.empty(0)
    # Round rates are the usual ones: they lie in the middle of a panel.
    first, last = np.floor(low / _RATE_STEP - 0.5), np.floor(high / _RATE_STEP - 0.5) + 1.0
    steps = (np.arange(first, last + 1.0) + 0.5) * _RATE_STEP
    kinks = [kink for kink in (0.0, fixed) if steps[0] < kink < steps[-1]]
    return np.union1d(steps, kinks)


def _as_put(
    S: FloatArray, K: FloatArray, r: FloatArray, q: FloatArray, omega: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return log moneyness, strike, rate and dividend of the put that the option is."""
    call = omega > 0.0
    with np.errstate(divide="ignore"):
        log_moneyness = np.minimum(-omega * np.log(S / K), _FARTHEST)
    return log_moneyness, np.where(call, S, K), np.where(call, q, r), np.where(call, r, q)


def _scaled(
    values: FloatArray, S: FloatArray, K: FloatArray, scale: FloatArray, omega: FloatArray
) -> FloatArray:
    """Return to currency, at least intrinsic to the last bit; a call on a worthless share is worthless."""
    worthless = (omega > 0.0) & (S <= 0.0)
    alive = scale * np.where(worthless, 0.0, values)
    return np.where(worthless, 0.0, np.maximum(alive, omega * (S - K)))


def _one_boundary(
    T: FloatArray | float, r: FloatArray, q: FloatArray, v: FloatArray
) -> npt.NDArray[np.bool_]:
    uncertain: npt.NDArray[np.bool_] = np.maximum(v, 0.0) * np.sqrt(np.maximum(T, 0.0)) >= _CERTAIN
    pays: npt.NDArray[np.bool_] = (r >= 0.0) & ((r * T >= _NO_INTEREST) | (-q * T >= _NO_INTEREST))
    return uncertain & pays


def _puts(
    log_spot: FloatArray,
    T: FloatArray,
    r: FloatArray,
    q: FloatArray,
    v: FloatArray,
    *,
    scheme: Scheme = ACCURATE,
) -> FloatArray:
    """Value puts in units of their strikes one by one, each in its own case."""
    T, v = np.maximum(T, 0.0), np.maximum(v, 0.0)
    spot = np.exp(log_spot)
    european = european_value(spot, 1.0, T, r, q, v, sign=-1.0)
    out = european.copy()
    certain = v * np.sqrt(T) < _CERTAIN
    two = ~certain & (r < 0.0) & (q < r) & (-q * T >= _NO_INTEREST)
    one = _one_boundary(T, r, q, v)
    if np.any(certain):
        out[certain] = np.maximum(
            european[certain], _certain(spot[certain], T[certain], r[certain], q[certain])
        )
    if np.any(two):
        tree = tree_value(
            np.maximum(spot[two], 1e-12), 1.0, T[two], r[two], q[two], v[two],
            sign=-1.0, steps=_TREE_STEPS, american=True,
        )  # fmt: skip
        out[two] = np.maximum(european[two], tree)
    places = np.flatnonzero(one)
    for start in range(0, places.size, _BLOCK):
        at = places[start : start + _BLOCK]
        if at.size == 1:
            at = np.repeat(at, 2)  # one row has other bits than two
        boundary = exercise_boundary(T[at], r[at], q[at], v[at], scheme=scheme)
        edge = np.log(boundary.now)
        held = log_spot[at] > edge
        premium = early_exercise_premium(boundary, np.maximum(log_spot[at], edge)[:, None])[:, 0]
        out[at] = np.where(held, np.maximum(european[at] + premium, 1.0 - spot[at]), 1.0 - spot[at])
    return out


def _certain(spot: FloatArray, T: FloatArray, r: FloatArray, q: FloatArray) -> FloatArray:
    """Value at the best moment of exp(-r t) - spot exp(-q t), nothing being uncertain."""
    with np.errstate(divide="ignore", invalid="ignore"):
        turning = np.log(q * spot / r) / (q - r)
    turning = np.where(np.isfinite(turning), np.clip(turning, 0.0, T), 0.0)
    moments = np.stack([np.zeros_like(T), turning, T])
    pay_off = np.exp(-r * moments) - spot * np.exp(-q * moments)
    return np.asarray(np.maximum(np.max(pay_off, axis=0), 0.0))
