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
import os
import threading
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from stress.arrays import FloatArray
from stress.compiled import exercise_into, library
from stress.portfolio.pricing.black_scholes import european_by_numpy, european_value
from stress.portfolio.pricing.chebyshev import Axis, transformed
from stress.portfolio.pricing.exercise_boundary import (
    ACCURATE,
    FAST,
    Scheme,
    early_exercise_premium,
    exercise_boundary,
)
from stress.portfolio.pricing.normal import MOST, exponential_into

__all__ = ["FARTHEST", "TOLERANCE", "ExerciseSurface", "put_surface"]

FARTHEST = 8.0

#: Largest error of a panel at its check points, in units of max(value, 1e-3 of the strike).
TOLERANCE = 1e-4

_SPOT_NODES = 18
_VOL_NODES = 9
_RATE_NODES = 5

#: Draws of one block; half as many where polynomials of a rate come on top.
_BLOCK = 4096


#: Distances from the boundary.
_DISTANCE = Axis(low=0.0, high=FARTHEST, count=_SPOT_NODES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseSurface:
    """Log value above the boundary, and the log boundary, as Chebyshev series.

    Parameters
    ----------
    years : float
        To expiry.
    log_vol, rate, dividend : Axis
        Where it holds; at most one of rate and dividend is more than a value.
    log_value : ndarray of shape (spot nodes, vol nodes * rate nodes)
        Coefficients of log(value / strike).
    log_boundary : ndarray of shape (1, vol nodes * rate nodes)
        Coefficients of log(boundary / strike).
    error : float
        Largest difference from the accurate solution at the check points, in units of `TOLERANCE`'s.
    """

    years: float
    log_vol: Axis
    rate: Axis
    dividend: Axis
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
        across = self.log_vol.basis(np.log(vol))
        if rate.ndim or dividend.ndim:
            along = self.rate.basis(rate) if rate.ndim else self.dividend.basis(dividend)
            across = (along[:, None, :] * across[None, :, :]).reshape(-1, len(vol))
        edge, weights = (self.log_boundary @ across)[0], self.log_value @ across
        share = np.exp(-dividend * self.years)
        kernel = library()
        if kernel is None:
            self._by_numpy(out, log_spot, edge, vol, rate, dividend, share, weights)
            return
        draws = [
            x if x.shape == vol.shape and x.flags.c_contiguous else np.full(vol.shape, x)
            for x in (log_spot, edge, vol, rate, dividend, share)
        ]
        exercise_into(
            *(kernel, out, draws, weights),
            years=self.years,
            farthest=FARTHEST,
            rate_moves=bool(rate.ndim),
        )

    def _by_numpy(
        self,
        out: FloatArray,
        log_spot: FloatArray,
        edge: FloatArray,
        vol: FloatArray,
        rate: FloatArray,
        dividend: FloatArray,
        share: FloatArray,
        weights: FloatArray,
    ) -> None:
        """Put values into `out` by the operations of `foreshock_exercise` in `kernel.c`, one after another."""
        shape, root = out.shape, np.asarray(self.years**0.5)
        distance = (log_spot - edge) / (vol * root)
        twice = (np.clip(distance, 0.0, FARTHEST) - 0.5 * FARTHEST) / (0.5 * FARTHEST) * 2.0
        last, before = np.zeros(shape), np.zeros(shape)
        for weight in weights[:0:-1]:
            last, before = last * twice + weight - before, last
        log_value = np.maximum(last * (twice * 0.5) + weights[0] - before, -MOST)
        spot, held = np.empty(shape), np.empty(shape)
        exponential_into(log_value, out=out)
        log_of_spot = np.maximum(log_spot, -MOST)
        exponential_into(log_of_spot.copy(), out=spot)
        nothing, one = np.zeros(()), np.ones(())
        european_by_numpy(
            *(held, log_of_spot, spot, rate, vol, nothing, one),
            *(np.asarray(self.years), root, dividend, share, -one),
        )
        np.copyto(out, held, where=distance >= FARTHEST)
        np.maximum(out, held, out=out)
        now = 1.0 - spot
        np.copyto(out, now, where=distance <= 0.0)
        np.maximum(out, now, out=out)


#: Threads that ask for one panel at a time build it once.
_BUILDING = threading.Lock()


def _unlocked() -> None:
    """Open the lock of a forked process: whoever held it is not there."""
    global _BUILDING
    _BUILDING = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlocked)


def put_surface(
    years: float,
    log_vol: tuple[float, float],
    rate: tuple[float, float],
    dividend: tuple[float, float],
) -> ExerciseSurface:
    """Return the surface of one panel, built when first asked for.

    Parameters
    ----------
    years : float
        To expiry, above 0.
    log_vol : (float, float)
        Ends of the range of the logarithm of the volatility.
    rate, dividend : (float, float)
        Of the put in units of its strike: rate above 0. At most one has two ends that differ, and then `rate = dividend`
        is not inside: the boundary at expiry has a kink there.
    """
    with _BUILDING:
        return _built(years, log_vol, rate, dividend)


@lru_cache(maxsize=16_384)
def _built(
    years: float,
    log_vol: tuple[float, float],
    rate: tuple[float, float],
    dividend: tuple[float, float],
) -> ExerciseSurface:
    across = Axis(low=log_vol[0], high=log_vol[1], count=_VOL_NODES)
    r_axis, q_axis = (
        Axis(low=low, high=high, count=1 if low == high else _RATE_NODES)
        for low, high in (rate, dividend)
    )
    vols, rates, dividends, spots = (axis.nodes() for axis in (across, r_axis, q_axis, _DISTANCE))
    r, q, v = _flat(rates, dividends, vols)
    log_value, boundary = _solve(years, r, q, v, spots, FAST)
    along = (rates if len(rates) > 1 else dividends).size
    moved = q_axis if q_axis.count > 1 else r_axis
    edge = boundary.reshape(along, vols.size, 1)
    value = log_value.reshape(along, vols.size, spots.size)
    for place, axis in enumerate((moved, across)):
        value, edge = (transformed(axis, each, place) for each in (value, edge))
    value = transformed(_DISTANCE, value, 2)
    surface = ExerciseSurface(
        years=years,
        log_vol=across,
        rate=r_axis,
        dividend=q_axis,
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


def _checked(surface: ExerciseSurface) -> ExerciseSurface:
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
    return ExerciseSurface(
        years=surface.years,
        log_vol=surface.log_vol,
        rate=surface.rate,
        dividend=surface.dividend,
        log_value=surface.log_value,
        log_boundary=surface.log_boundary,
        error=error,
    )
