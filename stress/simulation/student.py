"""Quantile, tail probability and tail average of Student's t without scipy: the start of a run does not load it."""

from __future__ import annotations

import math
from functools import cache, lru_cache

import numpy as np

from stress.arrays import FloatArray

__all__ = ["t_quantile", "t_quantile_and_shortfall", "t_tail"]

#: From so many degrees of freedom on the law is so near a normal one that its integrals are taken near zero alone.
_NARROW = 1000.0
#: Beyond, angles lose their digits; the law differs from a normal one by less than 1e-7.
_NORMAL = 1e8


@lru_cache(maxsize=256)
def t_quantile(probability: float, degrees_of_freedom: float) -> float:
    """Return the upper quantile: the q with P(T > q) = `probability`.

    Parameters
    ----------
    probability : float in (0, 0.5)
        Upper tail.
    degrees_of_freedom : float
        Above 0.

    Notes
    -----
    With ``x = sqrt(nu) tan(theta)`` the tail is the integral of ``cos(theta)**(nu - 1)`` from theta to
    pi / 2 over twice the integral from 0, by Gauss-Legendre; solved by bisection. Error below 1e-9 for
    nu from 2 to a million and probabilities above 1e-6, 1e-7 for more: a normal law.

    Examples
    --------
    >>> round(t_quantile(0.025, 5.0), 6)
    2.570582
    """
    degrees_of_freedom = min(degrees_of_freedom, _NORMAL)
    if not 0.0 < probability < 0.5:
        raise ValueError(f"probability must be in (0, 0.5), got {probability}.")
    total = 2.0 * float(_integral(np.zeros(()), degrees_of_freedom))
    low, high = 0.0, math.pi / 2.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if float(_integral(np.asarray(middle), degrees_of_freedom)) / total > probability:
            low = middle
        else:
            high = middle
    return math.sqrt(degrees_of_freedom) * math.tan(0.5 * (low + high))


def t_quantile_and_shortfall(level: float, degrees_of_freedom: float) -> tuple[float, float]:
    """Return quantile and expected shortfall at a level.

    Parameters
    ----------
    level : float in (0.5, 1)
        Confidence level.
    degrees_of_freedom : float
        Above 1.

    Notes
    -----
    ``ES = f(q) / (1 - level) (nu + q^2) / (nu - 1)``, f the density: McNeil, Frey and Embrechts (2015),
    Quantitative Risk Management, example 2.15.

    Examples
    --------
    >>> tuple(round(x, 6) for x in t_quantile_and_shortfall(0.975, 5.0))
    (2.570582, 3.521577)
    """
    nu = min(degrees_of_freedom, _NORMAL)
    quantile = t_quantile(1.0 - level, nu)
    log_density = _log_height(nu) - 0.5 * (nu + 1.0) * math.log1p(quantile**2 / nu)
    shortfall = math.exp(log_density) / (1.0 - level) * (nu + quantile**2) / (nu - 1.0)
    return quantile, shortfall


def t_tail(x: FloatArray, degrees_of_freedom: float) -> FloatArray:
    """Return P(T > x), by the integral of `t_quantile`.

    Parameters
    ----------
    x : ndarray
        Any sign; infinities are allowed.
    degrees_of_freedom : float
        Above 0.
    """
    degrees_of_freedom = min(degrees_of_freedom, _NORMAL)
    theta = np.arctan(np.minimum(np.abs(x), 1e300) / math.sqrt(degrees_of_freedom))
    half = float(_integral(np.zeros(()), degrees_of_freedom))
    upper = 0.5 * _integral(theta, degrees_of_freedom) / half
    return np.asarray(np.where(x >= 0.0, upper, 1.0 - upper))


def _integral(low: FloatArray, nu: float) -> FloatArray:
    """Return the integral of ``cos(theta)**(nu - 1)`` from `low` to pi / 2."""
    nodes, weights = _legendre()
    if nu > _NARROW:
        # All of it lies near zero: beyond this end a 1e-20th of the peak is left.
        end = math.acos(math.exp(-46.0 / (nu - 1.0)))
        width = np.maximum(end - low, 0.0)
        theta = low[..., None] + 0.5 * width[..., None] * (nodes + 1.0)
        return np.asarray(0.5 * width * (np.cos(theta) ** (nu - 1.0) @ weights))
    # Substitute theta = pi/2 - u**2: smooth also where the power is not a whole number.
    top = np.sqrt(np.maximum(math.pi / 2.0 - low, 0.0))
    u = 0.5 * top[..., None] * (nodes + 1.0)
    return np.asarray(0.5 * top * ((np.sin(u * u) ** (nu - 1.0) * 2.0 * u) @ weights))


def _log_height(nu: float) -> float:
    """Return the log of the density's peak."""
    if nu > _NARROW:
        # Stirling's series: the difference of the two logs of gamma would lose its digits.
        return -0.5 * math.log(2.0 * math.pi) - 0.25 / nu + 1.0 / (24.0 * nu**3)
    return math.lgamma(0.5 * (nu + 1.0)) - math.lgamma(0.5 * nu) - 0.5 * math.log(nu * math.pi)


@cache
def _legendre() -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = np.polynomial.legendre.leggauss(64)
    return nodes, weights
