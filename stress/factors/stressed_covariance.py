"""Stressed correlation: blend the model's correlations towards a named target, and scale volatilities.

A convex combination of two correlation matrices is one, so the result is positive semi-definite by
construction; towards a target that is none, the blend stops at the largest feasible share and says so.
More correlation is not always more risk: a long-short book gains from it, so try both directions
(`worse_target`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, did_you_mean
from stress.factors.model import FactorModel

__all__ = [
    "StressedCovariance",
    "block_target",
    "correlation_target",
    "independent_target",
    "kullback_leibler",
    "largest_feasible_share",
    "one_target",
    "stressed_covariance",
    "stressed_model",
    "worse_target",
]

TargetName = Literal["together", "themes", "apart"]

#: An eigenvalue of a correlation matrix down to here is zero up to rounding.
ROUNDING = 1e-12


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


def one_target(k: int) -> FloatArray:
    """Return the target where everything moves together: all correlations one."""
    return np.ones((k, k))


def independent_target(k: int) -> FloatArray:
    """Return the target where nothing moves together: the identity."""
    return np.eye(k)


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
    between = between / np.outer(scale, scale)
    np.fill_diagonal(between, 1.0)
    return np.asarray(member.T @ between @ member)


def correlation_target(
    name: str, correlation: FloatArray, *, themes: Sequence[str] = ()
) -> FloatArray:
    """Return a correlation target by its name.

    Parameters
    ----------
    name : {'together', 'themes', 'apart'}
        All correlations one; one within each theme; none.
    correlation : ndarray of shape (K, K)
        Base correlations.
    themes : sequence of str, length K
        Theme of each factor, for ``'themes'``.

    Returns
    -------
    ndarray of shape (K, K)

    Raises
    ------
    InputError
        On another name.
    """
    match name:
        case "together":
            return one_target(correlation.shape[0])
        case "themes":
            return block_target(correlation, themes)
        case "apart":
            return independent_target(correlation.shape[0])
    known = get_args(TargetName)
    raise InputError(
        f"'{name}' is not a correlation target: {', '.join(known)}. {did_you_mean(name, known)}".rstrip()
    )


def largest_feasible_share(correlation: FloatArray, target: FloatArray) -> float:
    """Return the largest share k in [0, 1] for which ``(1 - k) C + k T`` is positive semi-definite.

    Parameters
    ----------
    correlation, target : ndarray of shape (K, K)
        C positive semi-definite, T symmetric with unit diagonal.

    Returns
    -------
    float

    Notes
    -----
    The lowest eigenvalue is concave in k, so the feasible shares are an interval and bisection finds
    its end.
    """

    def feasible(share: float) -> bool:
        blend = (1.0 - share) * correlation + share * target
        return float(np.linalg.eigvalsh(blend)[0]) >= -ROUNDING

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
    correlation = covariance / np.outer(scale, scale)
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

    ``(tr(B^-1 S) - K - ln det(B^-1 S)) / 2``; infinite where `stressed` is singular.
    """
    scale = np.sqrt(np.diag(base))
    root = np.linalg.cholesky(base / np.outer(scale, scale))
    half = np.linalg.solve(root, stressed / np.outer(scale, scale))
    relative = np.linalg.solve(root, half.T)
    values = np.linalg.eigvalsh(0.5 * (relative + relative.T))
    if values[0] <= ROUNDING * values[-1]:
        return float("inf")
    return float(0.5 * np.sum(values - 1.0 - np.log(values)))


def worse_target(
    exposure: FloatArray, covariance: FloatArray, targets: Mapping[str, FloatArray], *, share: float
) -> tuple[str, float]:
    """Return the target that makes a linear book riskiest, and its standard deviation.

    Parameters
    ----------
    exposure : ndarray of shape (K,)
        Money made per unit move of each factor. [currency]
    covariance : ndarray of shape (K, K)
        The base.
    targets : mapping of str to ndarray of shape (K, K)
        At least one; all together *and* all apart is the usual pair.
    share : float in [0, 1]
        Weight of each.

    Returns
    -------
    tuple of str and float
        Its name and ``sqrt(b' C* b)``. [currency]
    """
    if not targets:
        raise InputError("at least one correlation target is needed.")
    risk = {
        name: float(
            np.sqrt(
                exposure
                @ stressed_covariance(covariance, target=target, share=share).covariance
                @ exposure
            )
        )
        for name, target in targets.items()
    }
    name = max(risk, key=lambda one: risk[one])
    return name, risk[name]


def stressed_model(
    model: FactorModel,
    *,
    target: FloatArray | None = None,
    share: float = 0.0,
    volatility_multiplier: float | FloatArray = 1.0,
) -> FactorModel:
    """Return the model with both of its covariances stressed; specific volatilities stay.

    Parameters
    ----------
    model : FactorModel
        The base.
    target, share, volatility_multiplier
        As for `stressed_covariance`.

    Returns
    -------
    FactorModel
        With a content hash of its own and what was done among its warnings.
    """
    daily, long = (
        stressed_covariance(
            covariance, target=target, share=share, volatility_multiplier=volatility_multiplier
        )
        for covariance in (model.covariance, model.covariance_long)
    )
    note = (
        f"stressed: correlations {100 * daily.share:g} % of the way to a target, "
        f"volatilities times {np.mean(volatility_multiplier):g}"
    )
    return replace(
        model,
        covariance=daily.covariance,
        covariance_long=long.covariance,
        warnings=(*model.warnings, note, *daily.warnings, *long.warnings),
    )
