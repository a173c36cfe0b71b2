"""Stressed correlation: blend the model's correlations towards a named target, and scale volatilities.

A convex combination of two correlation matrices is one, so the result is positive semi-definite by
construction; towards a target that is none, the blend stops at the largest feasible share and says so.
More correlation is not always more risk: a long-short book gains from it, so try both directions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.factors.correlation import SEMIDEFINITE, ZERO_EIGENVALUE, correlation_of

__all__ = [
    "StressedCovariance",
    "block_target",
    "kullback_leibler",
    "largest_feasible_share",
    "stressed_covariance",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StressedCovariance:
    """A stressed covariance and what was done to get it.

    Parameters
    ----------
    covariance : ndarray of shape (K, K)
        Positive semi-definite.
    share_asked, share : float in [0, 1]
        Weight of the target asked for and used; less was used where the target is not a correlation
        matrix.
    divergence : float
        Kullback-Leibler divergence of the stressed from the base normal law, in nats: how far the
        stress itself reaches. Infinite where the stressed matrix is singular.
    warnings : tuple of str
        What had to be changed.
    """

    covariance: FloatArray
    share_asked: float
    share: float
    divergence: float
    warnings: tuple[str, ...] = ()


def block_target(correlation: FloatArray, themes: Sequence[str]) -> FloatArray:
    """Return the target where each theme moves as one and themes relate as they did on average.

    Parameters
    ----------
    correlation : ndarray of shape (K, K)
        Base correlations.
    themes : sequence of str, length K
        Theme of each factor.

    Returns
    -------
    ndarray of shape (K, K)
        One within a theme. Between themes, the correlation of the themes' equal-weight sums of
        standardised factors, so the target is positive semi-definite.
    """
    correlation = np.asarray(correlation, dtype=np.float64)
    if len(themes) != correlation.shape[0]:
        raise InputError(f"{correlation.shape[0]} factors but {len(themes)} themes.")
    order = list(dict.fromkeys(themes))
    member = np.array([[theme == one for theme in themes] for one in order], dtype=np.float64)
    between = member @ correlation @ member.T
    scale = np.sqrt(np.diag(between))
    if not (scale > 1e-9).all():
        cancelling = order[int(np.argmin(scale))]
        raise InputError(
            f"the factors of theme '{cancelling}' cancel out: they cannot move as one."
        )
    between = correlation_of(between)
    np.fill_diagonal(between, 1.0)
    return np.asarray(member.T @ between @ member)


def largest_feasible_share(correlation: FloatArray, target: FloatArray) -> float:
    """Return the largest share k in [0, 1] for which ``(1 - k) C + k T`` is positive semi-definite.

    Parameters
    ----------
    correlation, target : ndarray of shape (K, K)
        C positive semi-definite up to the rounding of a model's file, T symmetric with unit diagonal.

    Returns
    -------
    float

    Notes
    -----
    The lowest eigenvalue is concave in k, so the feasible shares are an interval and bisection finds
    its end. A blend may be as little short of positive semi-definite as C is itself.
    """
    least = min(float(np.linalg.eigvalsh(correlation)[0]), 0.0) - ZERO_EIGENVALUE

    def feasible(share: float) -> bool:
        blend = (1.0 - share) * correlation + share * target
        return float(np.linalg.eigvalsh(blend)[0]) >= least

    if feasible(1.0):
        return 1.0
    low, high = 0.0, 1.0
    while high - low > 1e-13:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if feasible(middle) else (low, middle)
    return low


def stressed_covariance(
    covariance: FloatArray,
    *,
    target: FloatArray | None = None,
    share: float = 0.0,
    volatility_multiplier: float | FloatArray = 1.0,
) -> StressedCovariance:
    """Blend correlations towards a target and multiply volatilities.

    ``D* ((1 - k) C + k T) D*`` with ``D* = multiplier * D``.

    Parameters
    ----------
    covariance : ndarray of shape (K, K)
        The base.
    target : ndarray of shape (K, K), optional
        Symmetric, unit diagonal, entries in [-1, 1]. Needed when `share` is above 0.
    share : float in [0, 1]
        Weight k of the target.
    volatility_multiplier : float or ndarray of shape (K,)
        Above 0.

    Returns
    -------
    StressedCovariance

    Raises
    ------
    InputError
        On a target that is no matrix of correlations, or numbers out of range.

    References
    ----------
    .. [1] Kupiec, "Stress testing in a value at risk framework", J. Derivatives 6 (1998), pp. 7-24.
    .. [2] Rebonato and Jackel, "The most general methodology to create a valid correlation matrix",
       J. Risk 2 (1999), pp. 17-27.
    """
    covariance = np.asarray(covariance, dtype=np.float64)
    k = covariance.shape[0]
    if not 0.0 <= share <= 1.0:
        raise InputError(f"share of the target must be in [0, 1], got {share}.")
    multiplier = np.broadcast_to(np.asarray(volatility_multiplier, dtype=np.float64), (k,))
    if not (np.isfinite(multiplier).all() and (multiplier > 0.0).all()):
        raise InputError(f"volatility_multiplier must be above 0, got {volatility_multiplier}.")
    scale = np.sqrt(np.diag(covariance))
    correlation = correlation_of(covariance)
    used = share
    warnings: tuple[str, ...] = ()
    if share > 0.0:
        if target is None:
            raise InputError(f"a share of {share:g} needs a target correlation matrix.")
        target = _checked_target(target, k)
        used = min(share, largest_feasible_share(correlation, target))
        if used < share:
            warnings = (
                f"correlation target is not positive semi-definite: used a share of {used:.4f} "
                f"instead of {share:g}, the most that is possible",
            )
        correlation = (1.0 - used) * correlation + used * target
    stressed = correlation * np.outer(multiplier * scale, multiplier * scale)
    stressed = 0.5 * (stressed + stressed.T)
    return StressedCovariance(
        covariance=stressed,
        share_asked=share,
        share=used,
        divergence=kullback_leibler(stressed, covariance),
        warnings=warnings,
    )


def _checked_target(target: FloatArray, k: int) -> FloatArray:
    target = np.asarray(target, dtype=np.float64)
    if target.shape != (k, k) or not np.isfinite(target).all():
        raise InputError(f"target must be a finite ({k}, {k}) matrix, got shape {target.shape}.")
    if not np.allclose(target, target.T, rtol=0.0, atol=1e-12):
        raise InputError("target is not symmetric.")
    if (
        not np.allclose(np.diag(target), 1.0, rtol=0.0, atol=1e-12)
        or np.abs(target).max() > 1.0 + 1e-12
    ):
        raise InputError("target must have a unit diagonal and entries in [-1, 1].")
    return target


def kullback_leibler(stressed: FloatArray, base: FloatArray) -> float:
    """Return the divergence of two centred normal laws, ``KL(N(0, stressed) | N(0, base))``, in nats.

    ``(tr(B^-1 S) - K - ln det(B^-1 S)) / 2``. Where `base` is singular it is that of the laws on the moves that
    can happen under it, K as many. Infinite where moves can happen under one law and not under the other.
    """
    scale = np.sqrt(np.diag(base))
    variances, axes = np.linalg.eigh(correlation_of(base))
    varies = variances > ZERO_EIGENVALUE * variances[-1]
    turned = axes.T @ (stressed / np.outer(scale, scale)) @ axes
    if (np.diag(turned)[~varies] > SEMIDEFINITE * np.diag(turned).max()).any():
        return float("inf")
    root = np.sqrt(variances[varies])
    relative = turned[np.ix_(varies, varies)] / np.outer(root, root)
    values = np.linalg.eigvalsh(0.5 * (relative + relative.T))
    if values[0] <= ZERO_EIGENVALUE * values[-1]:
        return float("inf")
    return float(0.5 * np.sum(values - 1.0 - np.log(values)))
