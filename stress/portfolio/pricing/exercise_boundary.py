"""The early exercise boundary of an American put, by fixed-point iteration on its integral equation.

Andersen, L., Lake, M., Offengenden, D. (2016), High-performance American option pricing, J. Computational
Finance 20(1). Everything is in units of the strike, for a put with rate r above zero; a call is a put with
share and cash exchanged (McDonald, R., Schroder, M. (1998), J. Computational Finance 1(3)).

With tau the time left, the boundary B starts at X = min(1, r/q) and falls. The function
H(sqrt(tau)) = log(B(tau) / X)^2 is smooth, so few Chebyshev nodes in sqrt(tau) hold it; integrals over the
time left use Gauss-Legendre nodes in the angle of tau - u = tau sin^2(angle), u = tau cos^2(angle), in which
both square roots at the ends are smooth. The iteration is the value-matching one ("FP-B"), plain: B = f(B).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.special import ndtr

from stress.arrays import FloatArray

__all__ = ["ACCURATE", "FAST", "Boundary", "Scheme", "early_exercise_premium", "exercise_boundary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """How finely the boundary is resolved.

    Parameters
    ----------
    nodes : int
        Chebyshev intervals in the square root of the time left.
    quadrature : int
        Gauss-Legendre nodes of the integrals, while iterating and for the premium.
    iterations : int
        Of the fixed point.
    """

    nodes: int
    quadrature: int
    iterations: int


#: Agrees with several times as many nodes to 2e-7 of the strike (volatility to 120 %, three years).
ACCURATE = Scheme(nodes=12, quadrature=24, iterations=14)
#: To 1e-5 of the strike, at a fifth of the work.
FAST = Scheme(nodes=8, quadrature=14, iterations=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """Boundaries of P puts, in units of their strikes.

    Parameters
    ----------
    years, rate, dividend, vol : ndarray of shape (P,)
        Of each put.
    start : ndarray of shape (P,)
        X, the boundary just before expiry.
    scheme : Scheme
        How it was resolved.
    h : ndarray of shape (P, nodes + 1)
        log(B / X)^2 at the Chebyshev nodes of sqrt(time left), from 0 to sqrt(years).
    """

    years: FloatArray
    rate: FloatArray
    dividend: FloatArray
    vol: FloatArray
    start: FloatArray
    scheme: Scheme
    h: FloatArray

    @property
    def now(self) -> FloatArray:
        """The boundary with all the time left, shape (P,): at or below it the put is exercised."""
        return self.start * np.exp(-np.sqrt(self.h[:, -1]))


def exercise_boundary(
    years: FloatArray,
    rate: FloatArray,
    dividend: FloatArray,
    vol: FloatArray,
    *,
    scheme: Scheme = ACCURATE,
) -> Boundary:
    """Solve for the boundaries of P puts.

    Parameters
    ----------
    years, rate, vol : ndarray of shape (P,)
        All above 0.
    dividend : ndarray of shape (P,)
        Any sign.
    scheme : Scheme
        How finely.

    Returns
    -------
    Boundary
        Of the P puts.
    """
    # (P, 1) for what is a put's own, (P, nodes) at nodes of time left, (P, nodes, quadrature) inside.
    T, r, q, sigma = (a[:, None] for a in (years, rate, dividend, vol))
    grid = _grid(scheme.nodes, scheme.quadrature)
    tau = T * np.square(grid.roots[1:])
    X = np.where(q > r, r / np.where(q > r, q, 1.0), 1.0)
    B = _first_guess(tau, r, q, sigma, X)
    left = tau[:, :, None] * grid.left
    gone = tau[:, :, None] - left
    spread = sigma[:, :, None] * np.sqrt(left)
    drift = (r - q)[:, :, None] * left / spread
    step = tau[:, :, None] * grid.step
    cash = r[:, :, None] * np.exp(r[:, :, None] * gone) * step
    share = q[:, :, None] * np.exp(q[:, :, None] * gone) * step
    w = sigma * np.sqrt(tau)
    ahead = (r - q) * tau
    h = np.zeros((len(years), scheme.nodes + 1))
    for _ in range(scheme.iterations):
        root_h = np.log(B / X)
        h[:, 1:] = np.square(root_h)
        inside = np.tensordot(h, grid.interpolation, axes=(1, 2))
        log_ratio = root_h[:, :, None] + np.sqrt(np.maximum(inside, 0.0))
        d = log_ratio / spread + drift
        e = (np.log(B) + ahead) / w
        top = ndtr(e - 0.5 * w) + np.sum(cash * ndtr(d - 0.5 * spread), axis=2)
        bottom = ndtr(e + 0.5 * w) + np.sum(share * ndtr(d + 0.5 * spread), axis=2)
        B = np.clip(np.exp(-ahead) * top / bottom, 0.2 * B, X)
    h[:, 1:] = np.square(np.log(B / X))
    return Boundary(
        years=years, rate=rate, dividend=dividend, vol=vol, start=X[:, 0], scheme=scheme, h=h
    )


def early_exercise_premium(boundary: Boundary, log_spot: FloatArray) -> FloatArray:
    """Return what early exercise adds to the European put, in units of the strike.

    Parameters
    ----------
    boundary : Boundary
        Of P puts.
    log_spot : ndarray of shape (P, M)
        log(spot / strike), at or above the boundary: M spots for each put.

    Returns
    -------
    ndarray of shape (P, M)
        At least 0.
    """
    grid = _grid(boundary.scheme.nodes, boundary.scheme.quadrature)
    T, r, q, sigma = (
        a[:, None] for a in (boundary.years, boundary.rate, boundary.dividend, boundary.vol)
    )
    inside = boundary.h @ grid.interpolation[-1].T
    log_boundary = np.log(boundary.start)[:, None] - np.sqrt(np.maximum(inside, 0.0))
    left = T * grid.left[None, :]
    spread = sigma * np.sqrt(left)
    shift = ((r - q) * left - log_boundary) / spread + 0.5 * spread
    cash = r * np.exp(-r * left) * T * grid.step[None, :]
    share = q * np.exp(-q * left) * T * grid.step[None, :]
    spot = np.exp(log_spot)
    total = np.zeros_like(log_spot)
    for k in range(boundary.scheme.quadrature):
        d_plus = log_spot / spread[:, k, None] + shift[:, k, None]
        total += cash[:, k, None] * ndtr(spread[:, k, None] - d_plus)
        total -= share[:, k, None] * spot * ndtr(-d_plus)
    return np.maximum(total, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """What does not depend on any put: nodes, quadrature and the interpolation between them."""

    roots: FloatArray  # (n + 1,)  sqrt(time left / years) at the Chebyshev nodes
    left: FloatArray  # (p,)      (tau - u) / tau at the quadrature nodes
    step: FloatArray  # (p,)      weight du / tau
    interpolation: (
        FloatArray  # (n, p, n + 1)  from h at nodes to h at the quadrature nodes of each node
    )


@cache
def _grid(n: int, p: int) -> _Grid:
    z = -np.cos(np.pi * np.arange(n + 1) / n)
    roots = 0.5 * (1.0 + z)
    y, weight = leggauss(p)
    angle = 0.25 * np.pi * (1.0 + y)
    at = 2.0 * roots[1:, None] * np.cos(angle) - 1.0
    # Barycentric interpolation on Chebyshev points of the second kind (Berrut and Trefethen 2004).
    bary = np.where(np.arange(n + 1) % 2 == 0, 1.0, -1.0)
    bary[[0, -1]] *= 0.5
    terms = bary / (at[:, :, None] - z)
    return _Grid(
        roots=roots,
        left=np.square(np.sin(angle)),
        step=0.25 * np.pi * weight * np.sin(2.0 * angle),
        interpolation=terms / np.sum(terms, axis=2, keepdims=True),
    )


def _first_guess(
    tau: FloatArray, r: FloatArray, q: FloatArray, sigma: FloatArray, X: FloatArray
) -> FloatArray:
    """Between the boundary at expiry and the perpetual one, as Bjerksund and Stensland (1993) do."""
    b = (q - r) / np.square(sigma)
    beta = 0.5 - b + np.sqrt(np.square(b - 0.5) + 2.0 * np.maximum(q, 0.0) / np.square(sigma))
    beta = np.maximum(beta, 1.0 + 1e-9)
    high, low = beta / (beta - 1.0), 1.0 / X
    gap = np.maximum(high - low, 1e-12)
    grown = np.minimum(-((q - r) * tau + 2.0 * sigma * np.sqrt(tau)) * low / gap, -1e-9)
    return np.asarray(1.0 / (low + gap * -np.expm1(grown)))
