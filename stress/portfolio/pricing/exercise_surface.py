"""American put values under many draws: a Chebyshev surface of the log value above the boundary.

Solving for the boundary is worth hundreds of evaluations, and draws of one contract differ in spot,
volatility and perhaps one rate only. So per panel of volatility (and of the rate that varies) the boundary
is solved at Chebyshev nodes, and log(value / strike) is interpolated in

    s = log(spot / boundary) / (vol * sqrt(years)),   0 <= s <= 8,

in which it is smooth. At s <= 0 the put is exercised; beyond 8 exercise is worth less than 1e-13 of the
strike and the European value stands. Panels are fixed, not fitted to the draws: the value of a draw does
not depend on which other draws it came with. Each panel is checked against the accurate solution when it
is built; one that misses `TOLERANCE` is not used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from stress.arrays import FloatArray
from stress.portfolio.pricing.black_scholes import european_value
from stress.portfolio.pricing.exercise_boundary import (
    ACCURATE,
    FAST,
    Scheme,
    early_exercise_premium,
    exercise_boundary,
)

__all__ = ["FARTHEST", "TOLERANCE", "Range", "Surface", "put_surface"]

FARTHEST = 8.0

#: Largest error of a panel at its check points, in units of max(value, 1e-3 of the strike).
TOLERANCE = 1e-4

_SPOT_NODES = 18
_VOL_NODES = 9
_RATE_NODES = 5

#: Draws of one block: its polynomials stay in the cache of one core.
_BLOCK = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """An interval of one parameter; a single value when both ends are equal."""

    low: float
    high: float

    def nodes(self, count: int) -> FloatArray:
        """Return Chebyshev nodes of the first kind in the interval; one node for a single value."""
        if self.low == self.high:
            return np.array([self.low])
        z = np.cos(np.pi * (np.arange(count) + 0.5) / count)
        return 0.5 * (self.low + self.high) + 0.5 * (self.high - self.low) * z

    def polynomials(self, x: FloatArray, count: int) -> FloatArray:
        """Return T_0 .. T_{count-1} at x, shape (count, len(x)); T_0 alone for a single value."""
        if self.low == self.high:
            return np.ones((1, len(x)))
        out = np.empty((count, len(x)))
        out[0] = 1.0
        np.multiply(x, 2.0 / (self.high - self.low), out=out[1])
        out[1] -= (self.high + self.low) / (self.high - self.low)
        twice = 2.0 * out[1]
        for k in range(2, count):
            np.multiply(twice, out[k - 1], out=out[k])
            out[k] -= out[k - 2]
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Log value above the boundary, and the log boundary, as Chebyshev series.

    Parameters
    ----------
    log_vol, rate, dividend : Range
        Where it holds; at most one of rate and dividend is more than a value.
    log_value : ndarray of shape (spot nodes, vol nodes * rate nodes)
        Coefficients of log(value / strike).
    log_boundary : ndarray of shape (1, vol nodes * rate nodes)
        Coefficients of log(boundary / strike).
    error : float
        Largest difference from the accurate solution at the check points, in units of `TOLERANCE`'s.
    """

    years: float
    log_vol: Range
    rate: Range
    dividend: Range
    log_value: FloatArray
    log_boundary: FloatArray
    error: float

    def value(
        self, log_spot: FloatArray, vol: FloatArray, rate: FloatArray, dividend: FloatArray
    ) -> FloatArray:
        """Return put values in units of the strike, each argument of shape (S,)."""
        out = np.empty_like(log_spot)
        flat = self.rate.low == self.rate.high and self.dividend.low == self.dividend.high
        block = _BLOCK if flat else _BLOCK // 2
        for start in range(0, len(out), block):
            rows = slice(start, start + block)
            self._value_into(
                out[rows],
                log_spot[rows],
                vol[rows],
                rate[rows] if self.rate.low < self.rate.high else np.asarray(self.rate.low),
                dividend[rows]
                if self.dividend.low < self.dividend.high
                else np.asarray(self.dividend.low),
            )
        return out

    def _value_into(
        self,
        out: FloatArray,
        log_spot: FloatArray,
        vol: FloatArray,
        rate: FloatArray,
        dividend: FloatArray,
    ) -> None:
        across = self.log_vol.polynomials(np.log(vol), _VOL_NODES)
        if rate.ndim or dividend.ndim:
            along = (
                self.rate.polynomials(rate, _RATE_NODES)
                if rate.ndim
                else self.dividend.polynomials(dividend, _RATE_NODES)
            )
            across = (along[:, None, :] * across[None, :, :]).reshape(-1, len(vol))
        s = log_spot - (self.log_boundary @ across)[0]
        s /= vol * math.sqrt(self.years)
        exercised, far = s <= 0.0, s >= FARTHEST
        np.clip(s, 0.0, FARTHEST, out=s)
        basis = Range(low=0.0, high=FARTHEST).polynomials(s, _SPOT_NODES)
        basis *= self.log_value @ across
        np.sum(basis, axis=0, out=out)
        np.exp(out, out=out)
        spot = np.exp(log_spot)
        european = european_value(spot, 1.0, self.years, rate, dividend, vol, sign=-1.0)
        np.copyto(out, european, where=far)
        np.maximum(out, european, out=out)
        np.subtract(1.0, spot, out=spot)
        np.copyto(out, spot, where=exercised)
        np.maximum(out, spot, out=out)


@lru_cache(maxsize=2048)
def put_surface(years: float, log_vol: Range, rate: Range, dividend: Range) -> Surface:
    """Build the surface of one panel.

    Parameters
    ----------
    years : float
        To expiry, above 0.
    log_vol : Range
        Of the logarithm of the volatility.
    rate, dividend : Range
        Of the put in units of its strike: rate above 0. At most one has two ends, and then `rate = dividend`
        is not inside: the boundary at expiry has a kink there.
    """
    vols = log_vol.nodes(_VOL_NODES)
    rates, dividends = rate.nodes(_RATE_NODES), dividend.nodes(_RATE_NODES)
    spots = Range(low=0.0, high=FARTHEST).nodes(_SPOT_NODES)
    r, q, v = _flat(rates, dividends, vols)
    log_value, boundary = _solve(years, r, q, v, spots, FAST)
    along = (rates if len(rates) > 1 else dividends).size
    value = _coefficients(log_value.reshape(along, vols.size, spots.size))
    edge = _coefficients(boundary.reshape(along, vols.size, 1))
    surface = Surface(
        years=years,
        log_vol=log_vol,
        rate=rate,
        dividend=dividend,
        log_value=np.ascontiguousarray(value.reshape(-1, spots.size).T),
        log_boundary=np.ascontiguousarray(edge.reshape(-1, 1).T),
        error=0.0,
    )
    return _checked(surface)


def _solve(
    years: float, r: FloatArray, q: FloatArray, v: FloatArray, s: FloatArray, scheme: Scheme
) -> tuple[FloatArray, FloatArray]:
    """Return log values (P, I) at distances s from the boundaries, and log boundaries (P,)."""
    T = np.full(len(v), years)
    solved = exercise_boundary(T, r, q, v, scheme=scheme)
    edge = np.log(solved.now)
    log_spot = edge[:, None] + s[None, :] * (v * math.sqrt(years))[:, None]
    european = european_value(
        np.exp(log_spot), 1.0, years, r[:, None], q[:, None], v[:, None], sign=-1.0
    )
    return np.log(european + early_exercise_premium(solved, log_spot)), edge


def _flat(
    rates: FloatArray, dividends: FloatArray, log_vols: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    count = max(rates.size, dividends.size)
    r = np.broadcast_to(rates, count)
    q = np.broadcast_to(dividends, count)
    return (
        np.repeat(r, log_vols.size),
        np.repeat(q, log_vols.size),
        np.exp(np.tile(log_vols, count)),
    )


def _coefficients(values: FloatArray) -> FloatArray:
    """Turn values at first-kind nodes into Chebyshev coefficients along every axis."""
    for axis, n in enumerate(values.shape):
        k = np.arange(n)
        transform = (2.0 / n) * np.cos(np.pi * k[:, None] * (k[None, :] + 0.5) / n)
        transform[0] *= 0.5
        values = np.moveaxis(np.tensordot(transform, values, axes=(1, axis)), 0, axis)
    return values


def _checked(surface: Surface) -> Surface:
    """Compare with the accurate solution between nodes."""
    between = np.array([0.03, 0.37, 0.96])
    log_vols = surface.log_vol.low + between * (surface.log_vol.high - surface.log_vol.low)
    r = surface.rate.low + between[::-1] * (surface.rate.high - surface.rate.low)
    q = surface.dividend.low + between[::-1] * (surface.dividend.high - surface.dividend.low)
    v = np.exp(log_vols)
    s = np.array([0.05, 0.5, 1.1, 2.3, 4.0])
    accurate, edge = _solve(surface.years, r, q, v, s, ACCURATE)
    log_spot = edge[:, None] + s * (v * math.sqrt(surface.years))[:, None]
    here = surface.value(
        log_spot.ravel(), np.repeat(v, s.size), np.repeat(r, s.size), np.repeat(q, s.size)
    )
    exact = np.exp(accurate).ravel()
    error = float(np.max(np.abs(here - exact) / np.maximum(exact, 1e-3)))
    return Surface(
        years=surface.years,
        log_vol=surface.log_vol,
        rate=surface.rate,
        dividend=surface.dividend,
        log_value=surface.log_value,
        log_boundary=surface.log_boundary,
        error=error,
    )
