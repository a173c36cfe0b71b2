"""What a name is presumed to do before its own history speaks: what its peers do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.factors.exposures import Estimates, firm, posterior_about_own_line, ridge_exposures
from stress.factors.moments import Moments

__all__ = [
    "about_own_line",
    "learned_strength",
    "market_prior",
    "peer_mean",
    "peer_precision",
    "peer_volatility",
    "shrink_to_peers",
]

#: Of the peers' specific volatilities, for a name without history.
PERCENTILE = 75.0

#: A sum of the others below this share of the own term is not told from a difference of large sums.
_CANCELS = 1e-8

#: Peers below which their spread is not learned from.
FEW = 3


def shrink_to_peers(
    moments: Moments,
    groups: npt.NDArray[np.intp],
    peers: npt.NDArray[np.bool_],
    *,
    market: int,
    ridge: float,
    turns: int,
    prior_weight: float = 1.0,
) -> Estimates:
    """Estimate every name's exposures, learning from its theme where it lies and how far names differ.

    Empirical Bayes for the hierarchy "names of a theme have exposures about a common mean": each turn
    takes as prior mean the precision-weighted mean of the *other* names of the group, and as prior
    variance of each factor the group's mean squared deviation plus posterior variance (the EM step of
    Dempster, Laird and Rubin 1977). A factor to which a theme's names answer alike is shrunk hard, one
    to which they answer in their own ways hardly at all. The group of the market, names of no theme,
    has nothing in common but the market: each is drawn to its own market line.

    Parameters
    ----------
    moments : Moments
    groups : ndarray of int, shape (N,)
        Home basket of each name.
    peers : ndarray of bool, shape (N,)
        Names others may learn from.
    market : int
        The market factor, whose group has no common mean.
    ridge : float
        Observations the prior is worth at first, and for groups of fewer than three peers; 0 is
        weighted least squares.
    turns : int
        How often to learn.
    prior_weight : float
        Multiplies the learned strength.

    Returns
    -------
    Estimates
    """
    line = market_prior(moments, market)
    # a sole member sees its own basket never moving: nothing may be presumed of it
    own_still = np.einsum("nkk->nk", moments.factors) <= 0.0
    estimates = ridge_exposures(moments, np.where(own_still, 0.0, line), ridge)
    if ridge == 0.0:
        return estimates
    precision = peer_precision(moments, peers)
    themed, strength = (
        np.zeros(len(groups), dtype=bool),
        np.full(line.shape, ridge),
    )
    for _ in range(turns):
        mean = peer_mean(estimates.exposures, precision, groups)
        themed = (groups != market) & np.isfinite(mean).all(axis=1)
        prior = np.where(own_still, 0.0, np.where(themed[:, None], mean, line))
        spread = np.square(estimates.exposures - prior) + np.square(estimates.standard_errors)
        strength = np.full(prior.shape, ridge)
        for group in np.unique(groups):
            here = groups == group
            if (here & peers).sum() < FEW:
                continue
            strength[here] = learned_strength(
                estimates.residual_variance[here],
                np.square(moments.scale) * spread[here & peers].mean(axis=0),
                prior_weight=prior_weight,
                ridge=ridge,
            )
        estimates = ridge_exposures(moments, prior, strength)
    # Names of no theme, and those without peers in theirs, are drawn to a line that they themselves drew.
    return about_own_line(estimates, moments, ~themed, strength, market)


def about_own_line(
    estimates: Estimates,
    moments: Moments,
    own: npt.NDArray[np.bool_],
    strength: FloatArray,
    market: int,
) -> Estimates:
    """Return estimates with the errors of names that are drawn to their own market line.

    Parameters
    ----------
    estimates : Estimates
        As if the prior were known.
    moments : Moments
        What they were made from.
    own : ndarray of bool, shape (N,)
        Which names.
    strength : ndarray of shape (N, K)
        Of their prior.
    market : int
        The market factor.
    """
    moving = moments.factors[:, market, market] > 0.0
    # Where the prior is worth next to nothing the line is as good as not drawn to.
    rows = np.flatnonzero(own & moving & firm(strength, moments))
    posterior = estimates.posterior.copy()
    posterior[rows] = posterior_about_own_line(
        moments.pick(rows), strength[rows], estimates.residual_variance[rows], market
    )
    return replace(estimates, posterior=posterior)


def learned_strength(
    residual_variance: FloatArray, variance: FloatArray, *, prior_weight: float, ridge: float
) -> FloatArray:
    """Return how many observations a prior is worth of which the peers' spread is known.

    Parameters
    ----------
    residual_variance : ndarray of shape (N,)
        Of the names that are drawn to it.
    variance : ndarray of shape (K,)
        Of the peers' exposures to each standardised factor.
    prior_weight : float
        Multiplies the strength.
    ridge : float
        The strength where peers do not differ at all.

    Returns
    -------
    ndarray of shape (N, K)
    """
    strength = np.full((len(residual_variance), len(variance)), ridge)
    differ = variance > 0.0
    strength[:, differ] = prior_weight * (residual_variance[:, None] / variance[differ])
    return strength


def peer_precision(moments: Moments, peers: npt.NDArray[np.bool_]) -> FloatArray:
    """Weight of each name as a peer: its effective observations over its variance; 0 for no peer.

    Parameters
    ----------
    moments : Moments
    peers : ndarray of bool, shape (N,)

    Returns
    -------
    ndarray of shape (N,)
    """
    return np.where(peers, moments.effective / np.where(peers, moments.variance, 1.0), 0.0)


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
        for heavy in np.flatnonzero(weight < _CANCELS * precision[here]):
            # Less its largest term a sum is rounding: the others are added up without it.
            weight[heavy] = np.delete(precision[here], heavy).sum()
            others[heavy] = np.delete(weighted, heavy, axis=0).sum(axis=0)
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
