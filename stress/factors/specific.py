"""How much a name moves beside the factors."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.factors.exposures import Estimates
from stress.factors.filtering import recent_variance
from stress.factors.moments import Moments

__all__ = ["specific_volatility"]


def specific_volatility(
    residuals: FloatArray,
    level: FloatArray,
    half_life: float,
    estimates: Estimates,
    moments: Moments,
) -> FloatArray:
    """Recent residual volatility, corrected for the degrees of freedom the exposures used.

    Residuals are smaller than what they estimate, because the exposures were fitted to the same
    sessions. The fit's own ratio of the corrected residual variance to the plain one makes up for that; a half-life
    shorter than the fit's leaves the volatility about 1 % too small.

    Parameters
    ----------
    residuals : ndarray of shape (T, N)
        What the exposures leave of the names' moves; nan where a name has none.
    level : ndarray of shape (T + 1,)
        The volatility level before each session and after the last.
    half_life : float
        Of the mean of ``(residual / level)^2``. [sessions]
    estimates : Estimates
        The fit that left them.
    moments : Moments
        What was fitted.

    Returns
    -------
    ndarray of shape (N,)
        nan for a name without any residual.
    """
    recent = recent_variance(residuals, level, half_life)
    fitted = moments.variance * (1.0 - estimates.r_squared)
    correction = np.divide(
        estimates.residual_variance, fitted, out=np.ones_like(fitted), where=fitted > 0.0
    )
    return np.asarray(np.sqrt(recent * correction))
