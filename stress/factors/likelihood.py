"""Student-t likelihood of names' own moves: a session on which a name went its own way says less of its exposures.

Least squares is the likelihood of normal residuals, while the law's specific moves are Student-t: there one
announcement counts as much as a hundred quiet sessions. The t likelihood is reached by reweighting (EM for the t;
Lange, Little and Taylor 1989): a session whose residual is u scales large is worth

    (nu + 1) / (nu + u^2)

sessions, and exposures are estimated again, their posterior covariance by Fisher's information of the t. Scales
follow the level of volatility that all share; how much a session counts beside that is its weight (`filtering`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from stress.arrays import FloatArray
from stress.factors.exposures import Estimates
from stress.factors.moments import Moments

__all__ = ["TURNS", "likeliest", "session_importance"]

#: How often sessions are reweighted and exposures estimated again, from least squares on. What further turns would change
#: is 0.07 standard errors (root mean square over the bundled model); of funds on the VIX up to two.
TURNS = 2

#: Fixed-point steps to the likeliest scale; with 5 degrees of freedom each leaves a quarter of the error.
_STEPS = 8


def likeliest(
    plain: Moments,
    gather: Callable[[FloatArray], Moments],
    estimate: Callable[[Moments], Estimates],
    left: Callable[[FloatArray], FloatArray],
    *,
    level: FloatArray,
    weights: FloatArray,
    degrees_of_freedom: float,
) -> tuple[Moments, Estimates, FloatArray | None]:
    """Estimate exposures by the Student-t likelihood.

    Parameters
    ----------
    plain : Moments
        Of all N names, every session as important as its weight.
    gather : callable
        Moments for an importance of shape (T, N).
    estimate : callable
        Estimates from moments.
    left : callable
        Residuals of shape (T, N), nan where a name has none, for exposures of shape (N, K).
    level : ndarray of shape (T,)
        The volatility level before each session.
    weights : ndarray of shape (T,)
        Of sessions.
    degrees_of_freedom : float
        Above 2; infinite for least squares.

    Returns
    -------
    moments : Moments
        The last ones.
    estimates : Estimates
    importance : ndarray of shape (T, N) or None
        What `moments` were gathered by; None for least squares.
    """
    nu = degrees_of_freedom
    moments, importance = plain, None
    estimates = estimate(moments)
    for _ in range(TURNS if math.isfinite(nu) else 0):
        residuals = left(estimates.exposures)
        residuals = residuals - _mean(residuals, weights, importance)
        importance = session_importance(residuals / level[:, None], weights, nu)
        moments = replace(gather(importance), information=(nu + 1.0) / (nu + 3.0))
        estimates = estimate(moments)
    return moments, estimates, importance


def session_importance(
    residuals: FloatArray, weights: FloatArray, degrees_of_freedom: float
) -> FloatArray:
    """Return what each session is worth for each name, at the likeliest scale of its residuals.

    The scale is found by the parameter-expanded EM of Liu, Rubin and Wu (1998): the weighted mean square over
    the mean weight.

    Parameters
    ----------
    residuals : ndarray of shape (T, N)
        About zero; nan where a name has none.
    weights : ndarray of shape (T,)
        Of sessions.
    degrees_of_freedom : float
        Finite.

    Returns
    -------
    ndarray of shape (T, N)
        Between 0 and ``(nu + 1) / nu``, with a weighted mean of 1; 1 where a name has no residual, or none but zeros.
    """
    nu = degrees_of_freedom
    used = np.isfinite(residuals)
    square = np.where(used, np.square(residuals), 0.0)
    weighed = np.where(used, weights[:, None], 0.0)
    total = weighed.sum(axis=0)
    moving = np.einsum("tn,tn->n", weighed, square) > 0.0
    share = weighed[:, moving] / total[moving]
    square = square[:, moving]
    worth = np.ones(square.shape)
    for _ in range(_STEPS):
        pull = share * worth
        scale = np.einsum("tn,tn->n", pull, square) / pull.sum(axis=0)
        worth = (nu + 1.0) / (nu + square / scale)
    everyone = np.ones(residuals.shape)
    everyone[:, moving] = np.where(used[:, moving], worth, 1.0)
    return everyone


def _mean(residuals: FloatArray, weights: FloatArray, importance: FloatArray | None) -> FloatArray:
    """Return the weighted mean of every name's residuals; 0 where it has none."""
    used = np.isfinite(residuals)
    weighed = np.where(used, weights[:, None], 0.0)
    if importance is not None:
        weighed *= importance
    total = weighed.sum(axis=0)
    summed = np.einsum("tn,tn->n", weighed, np.where(used, residuals, 0.0))
    return np.asarray(np.divide(summed, total, out=np.zeros_like(total), where=total > 0.0))
