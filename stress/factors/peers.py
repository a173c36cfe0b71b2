"""What a name is presumed to do before its own history speaks: what its peers do."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stress.factors.model import FloatArray
from stress.factors.moments import Moments

__all__ = ["market_prior", "peer_mean", "peer_volatility"]

#: Of the peers' specific volatilities, for a name without history.
PERCENTILE = 75.0


def market_prior(moments: Moments, market: int) -> FloatArray:
    """Each name's own regression on the market alone, nothing else.

    Parameters
    ----------
    moments : Moments
    market : int
        Index of the market factor.

    Returns
    -------
    ndarray of shape (N, K)
        Inside units; zero for a name without observations.
    """
    prior = np.zeros_like(moments.cross)
    variance = moments.factors[:, market, market]
    prior[:, market] = np.divide(
        moments.cross[:, market], variance, out=np.zeros_like(variance), where=variance > 0.0
    )
    return prior / moments.scale


def peer_mean(
    exposures: FloatArray, precision: FloatArray, groups: npt.NDArray[np.intp]
) -> FloatArray:
    """Precision-weighted mean exposures of the *other* names of each name's group.

    Parameters
    ----------
    exposures : ndarray of shape (N, K)
    precision : ndarray of shape (N,)
        Weight of each name as a peer of others; zero for one that is nobody's peer.
    groups : ndarray of int, shape (N,)

    Returns
    -------
    ndarray of shape (N, K)
        nan for a name without peers.
    """
    mean = np.full(exposures.shape, np.nan)
    for group in np.unique(groups):
        here = np.flatnonzero(groups == group)
        weighted = precision[here, None] * exposures[here]
        weight = precision[here].sum() - precision[here]
        others = weighted.sum(axis=0) - weighted
        # a sum less its only term is rounding, not zero
        has = (precision[here] > 0.0).sum() - (precision[here] > 0.0) > 0
        mean[here[has]] = others[has] / weight[has, None]
    return mean


def peer_volatility(
    volatility: FloatArray, peers: npt.NDArray[np.bool_], groups: npt.NDArray[np.intp]
) -> FloatArray:
    """75th percentile of the specific volatilities of each name's group.

    Parameters
    ----------
    volatility : ndarray of shape (N,)
    peers : ndarray of bool, shape (N,)
        Who counts.
    groups : ndarray of int, shape (N,)

    Returns
    -------
    ndarray of shape (N,)
        nan for a group without peers.
    """
    found = np.full(volatility.shape, np.nan)
    for group in np.unique(groups):
        here = groups == group
        if (here & peers).any():
            found[here] = np.percentile(volatility[here & peers], PERCENTILE)
    return found
