"""Weighted second moments of names against factors: all that exposures need of the data.

Every name sees the factors with its own basket recomputed without it, and only the sessions on which it
moved. Names with the same sessions share one product, so 231 names cost little more than one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray

__all__ = ["Moments", "weighted_moments"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """Weighted covariances about weighted means, in units of each factor's own standard deviation.

    Parameters
    ----------
    scale : ndarray of shape (K,)
        Weighted standard deviation of each factor: one unit of the others.
    factors : ndarray of shape (N, K, K)
        Covariance of the factors as each name sees them.
    cross : ndarray of shape (N, K)
        Covariance of the name with the factors.
    variance : ndarray of shape (N,)
        Variance of the name.
    effective : ndarray of shape (N,)
        Effective number of its observations; zero without any.
    observations : ndarray of int, shape (N,)
        Sessions on which it moved and what it is measured against did.
    """

    scale: FloatArray
    factors: FloatArray
    cross: FloatArray
    variance: FloatArray
    effective: FloatArray
    observations: npt.NDArray[np.intp]


def weighted_moments(
    factor_moves: FloatArray,
    name_moves: FloatArray,
    weights: FloatArray,
    *,
    own_basket: npt.NDArray[np.intp] | None = None,
    own_moves: FloatArray | None = None,
) -> Moments:
    """Gather the weighted moments of every name.

    Parameters
    ----------
    factor_moves : ndarray of shape (T, K)
        Finite.
    name_moves : ndarray of shape (T, N)
        nan where a name did not move.
    weights : ndarray of shape (T,)
        Not negative.
    own_basket : ndarray of int, shape (N,), optional
        Factor that each name sees replaced, -1 for none.
    own_moves : ndarray of shape (T, N), optional
        What it sees instead. A column without any finite entry (a sole member) is seen as never
        moving; a session with a nan is not used for that name.

    Returns
    -------
    Moments
    """
    count = name_moves.shape[1]
    k = factor_moves.shape[1]
    own = np.full(count, -1, dtype=np.intp) if own_basket is None else own_basket
    scale = _weighted_deviation(factor_moves, weights)
    used = np.isfinite(name_moves)
    seen = np.zeros((len(weights), count))
    if own_moves is not None:
        member = np.flatnonzero(own >= 0)
        known = np.isfinite(own_moves[:, member])
        alone = ~known.any(axis=0)
        seen[:, member] = np.where(known, own_moves[:, member], 0.0) / scale[own[member]]
        used[:, member] &= known | alone
    names = np.where(used, name_moves, 0.0)
    standard = factor_moves / scale

    factors = np.zeros((count, k, k))
    cross = np.zeros((count, k))
    variance = np.zeros(count)
    effective = np.zeros(count)
    patterns, group = np.unique(np.packbits(used, axis=0), axis=1, return_inverse=True)
    for g in range(patterns.shape[1]):
        here = np.flatnonzero(group.ravel() == g)
        rows = used[:, here[0]]
        total = weights[rows].sum()
        if total <= 0.0:
            continue
        share = weights[rows] / total
        root = np.sqrt(share)[:, None]
        effective[here] = 1.0 / np.square(share).sum()
        f = standard[rows] - share @ standard[rows]
        f = f * root
        r = names[np.ix_(rows, here)]
        r = (r - share @ r) * root
        factors[here] = f.T @ f
        cross[here] = r.T @ f
        variance[here] = np.einsum("tn,tn->n", r, r)
        if own_moves is None:
            continue
        member = np.flatnonzero(own[here] >= 0)
        who, column = here[member], own[here[member]]
        s = seen[np.ix_(rows, who)]
        s = (s - share @ s) * root
        against = s.T @ f
        factors[who, column, :] = against
        factors[who, :, column] = against
        factors[who, column, column] = np.einsum("tn,tn->n", s, s)
        cross[who, column] = np.einsum("tn,tn->n", s, r[:, member])
    return Moments(
        scale=scale,
        factors=factors,
        cross=cross,
        variance=variance,
        effective=effective,
        observations=used.sum(axis=0).astype(np.intp),
    )


def _weighted_deviation(moves: FloatArray, weights: FloatArray) -> FloatArray:
    share = weights / weights.sum()
    centred = moves - share @ moves
    return np.asarray(np.sqrt(share @ np.square(centred)))
