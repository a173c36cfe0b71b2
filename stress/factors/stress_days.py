"""Exposures on the theme's bad days, beside those of all days.

Betas on days chosen by the *factor* are unbiased under linearity, correlations are not (Boyer, Gibson
and Loretan 1999): so exposures are re-estimated, correlations never.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.factors.exposures import ridge_exposures
from stress.factors.moments import weighted_moments

__all__ = ["stress_day_exposures"]


def stress_day_exposures(
    factor_moves: FloatArray,
    name_moves: FloatArray,
    weights: FloatArray,
    *,
    homes: npt.NDArray[np.intp],
    prior: FloatArray,
    strength: float,
    share: float,
    own_basket: npt.NDArray[np.intp],
    own_moves: FloatArray,
    importance: FloatArray | None = None,
) -> tuple[FloatArray, dict[int, int]]:
    """Re-estimate exposures on the days when a name's home basket fell most.

    Parameters
    ----------
    factor_moves : ndarray of shape (T, K)
    name_moves : ndarray of shape (T, N)
    weights : ndarray of shape (T,)
    homes : ndarray of int, shape (N,)
        Home basket of each name.
    prior : ndarray of shape (N, K)
        The all-days exposures: where bad days say nothing, nothing changes.
    strength : float
        Observations the prior is worth.
    share : float
        Which share of days is bad: home basket at or below that quantile.
    own_basket, own_moves, importance : ndarray
        As in `weighted_moments`.

    Returns
    -------
    exposures : ndarray of shape (N, K)
    days : dict of int to int
        Bad days of each home.
    """
    exposures = prior.copy()
    days: dict[int, int] = {}
    for home in np.unique(homes):
        here = np.flatnonzero(homes == home)
        move = factor_moves[:, home]
        bad = move <= np.quantile(move, share)
        days[int(home)] = int(bad.sum())
        moments = weighted_moments(
            factor_moves[bad],
            name_moves[np.ix_(bad, here)],
            weights[bad],
            importance=None if importance is None else importance[np.ix_(bad, here)],
            own_basket=own_basket[here],
            own_moves=own_moves[np.ix_(bad, here)],
        )
        exposures[here] = ridge_exposures(moments, prior[here], strength).exposures
    return exposures, days
