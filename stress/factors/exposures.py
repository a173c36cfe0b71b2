"""Exposures by exponentially weighted ridge regression towards a prior.

With standardised factors, weighted moments ``G`` and ``c`` of a name, its effective number of
observations n and a prior ``b0`` worth kappa_k observations on factor k,

    b = (n G + diag(kappa))^-1 (n c + kappa b0),

the posterior mean of a normal linear model with residual variance s2 and prior variances
``s2 / kappa_k``. A short history has a small n and so stays near its prior (for one
factor this is Vasicek 1973).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.factors.moments import Moments

__all__ = ["Estimates", "explained_share", "firm", "posterior_about_own_line", "ridge_exposures"]

#: A prior worth less than this share of the observations does not make a singular problem regular.
_FIRM = 1e-8


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimates:
    """Exposures of N names to K factors and how sure they are.

    Parameters
    ----------
    exposures : ndarray of shape (N, K)
        Move of the name for a unit move of the factor, inside units.
    posterior : ndarray of shape (N, K, K)
        Their posterior covariance.
    residual_variance : ndarray of shape (N,)
        Variance of what the factors leave, corrected for the degrees of freedom used.
    r_squared : ndarray of shape (N,)
        Weighted share of the name's variance that the factors explain, in the window; at least 0,
        0 for a name without variance.
    """

    exposures: FloatArray
    posterior: FloatArray
    residual_variance: FloatArray
    r_squared: FloatArray

    @property
    def standard_errors(self) -> FloatArray:
        """Posterior standard deviation of each exposure, shape (N, K)."""
        # Of a name that is its factor nothing is left: rounding may leave less.
        variance = np.maximum(np.einsum("nkk->nk", self.posterior), 0.0)
        return np.asarray(np.sqrt(variance))


def ridge_exposures(moments: Moments, prior: FloatArray, strength: float | FloatArray) -> Estimates:
    """Estimate every name's exposures.

    Parameters
    ----------
    moments : Moments
        Of all names.
    prior : ndarray of shape (N, K)
        Exposures each name is drawn to.
    strength : float or ndarray of shape (N, K)
        How many effective observations the prior is worth; 0 is weighted least squares (of smallest
        norm where the factors are collinear).

    Returns
    -------
    Estimates

    Raises
    ------
    InputError
        A negative strength.
    """
    worth = np.broadcast_to(np.asarray(strength, dtype=np.float64), moments.cross.shape)
    if not (worth >= 0.0).all():
        raise InputError(f"the strength of a prior must not be negative, got {worth.min()}.")
    scale = moments.scale
    n = moments.effective[:, None, None]
    target = prior * scale
    precision = n * moments.factors + worth[:, :, None] * np.eye(len(scale))
    strong = firm(worth, moments)
    inverse = _inverse(precision, strong)
    wanted = moments.effective[:, None] * moments.cross + worth * target
    standard = np.einsum("nij,nj->ni", inverse, wanted)

    explained = _explained(moments, standard)
    left = np.maximum(moments.variance - explained, 0.0)
    used = np.einsum("nij,nji->n", inverse, n * moments.factors)
    free = np.maximum(moments.effective - used - 1.0, 1.0)
    residual = left * moments.effective / free
    if moments.information != 1.0:
        # observations tell less, the prior does not
        precision -= (1.0 - moments.information) * n * moments.factors
        inverse = _inverse(precision, strong)
    posterior = inverse * residual[:, None, None] / np.outer(scale, scale)
    return Estimates(
        exposures=standard / scale,
        posterior=posterior,
        residual_variance=residual,
        r_squared=_share(explained, moments.variance),
    )


def posterior_about_own_line(
    moments: Moments, strength: FloatArray, residual_variance: FloatArray, market: int
) -> FloatArray:
    """Return the covariance of exposures that are drawn to their own regression on one factor.

    That line is estimated from the same observations, so it is no further knowledge of the exposure to this factor: the
    estimate is linear in the observations, and its error is theirs, plus what drawing the other exposures
    to zero leaves of their own spread, ``s2 / kappa`` each.

    Parameters
    ----------
    moments : Moments
        Of all names.
    strength : ndarray of shape (N, K)
        How many effective observations the prior is worth; `firm`.
    residual_variance : ndarray of shape (N,)
        Of the estimates.
    market : int
        Index of the factor, which has moved.

    Returns
    -------
    ndarray of shape (N, K, K)
        Inside units. With no other factor it is that of least squares.
    """
    scale = moments.scale
    count = len(scale)
    data = moments.effective[:, None, None] * moments.factors
    own = data[:, market, :] / data[:, market, market, None]
    inverse = np.linalg.inv(data + strength[:, :, None] * np.eye(count))
    # what the estimate makes of the observations, and of each exposure's distance from zero
    drawn = strength[:, market]
    taken = np.eye(count) + np.zeros_like(data)
    taken[:, market, market] += drawn / data[:, market, market]
    taken = inverse @ taken
    missed = -strength[:, :, None] * np.eye(count)
    missed[:, market, :] += drawn[:, None] * own
    missed = inverse @ missed
    missed[:, :, market] = 0.0
    spread = taken @ (data / moments.information) @ taken.transpose(0, 2, 1)
    spread += (missed / strength[:, None, :]) @ missed.transpose(0, 2, 1)
    return np.asarray(spread * residual_variance[:, None, None] / np.outer(scale, scale))


def firm(strength: FloatArray, moments: Moments) -> npt.NDArray[np.bool_]:
    """Say of which names (N,) the prior is strong enough in every factor for observations and prior to be inverted."""
    return np.asarray((strength > _FIRM * (1.0 + moments.effective[:, None])).all(axis=1))


def _inverse(precision: FloatArray, firm: npt.NDArray[np.bool_]) -> FloatArray:
    """Invert matrices of shape (N, K, K); of those that may be singular, the pseudo-inverse."""
    inverse = np.empty_like(precision)
    inverse[firm] = np.linalg.inv(precision[firm])
    inverse[~firm] = np.linalg.pinv(precision[~firm], rcond=1e-12, hermitian=True)
    return inverse


def explained_share(moments: Moments, exposures: FloatArray) -> FloatArray:
    """Return the share of every name's variance that exposures explain, between 0 and 1; 0 without variance.

    Parameters
    ----------
    moments : Moments
    exposures : ndarray of shape (N, K)

    Returns
    -------
    ndarray of shape (N,)
    """
    return _share(_explained(moments, exposures * moments.scale), moments.variance)


def _share(explained: FloatArray, variance: FloatArray) -> FloatArray:
    """Return what is explained over the variance, between 0 and 1; 0 without variance."""
    share = np.divide(explained, variance, out=np.zeros_like(variance), where=variance > 0.0)
    return np.asarray(np.clip(share, 0.0, 1.0))


def _explained(moments: Moments, standard: FloatArray) -> FloatArray:
    """Return the variance that exposures to standardised factors explain."""
    return np.asarray(
        2.0 * np.einsum("nk,nk->n", standard, moments.cross)
        - np.einsum("ni,nij,nj->n", standard, moments.factors, standard)
    )
