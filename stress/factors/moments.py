"""Weighted second moments of names against factors: all that exposures need of the data.

Every name sees the factors with its own basket recomputed without it, and only the sessions on which it
moved: all from one product of the names' weights with the products of factors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

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
    information : float
        What an observation tells of exposures, over what it would were residuals normal with the weighted variance
        of these: below 1 where sessions are weighed by a likelihood of fat tails.
    """

    scale: FloatArray
    factors: FloatArray
    cross: FloatArray
    variance: FloatArray
    effective: FloatArray
    observations: npt.NDArray[np.intp]
    information: float = 1.0

    def pick(self, rows: npt.NDArray[np.intp]) -> Moments:
        """Return the moments of some names."""
        return replace(
            self,
            factors=self.factors[rows],
            cross=self.cross[rows],
            variance=self.variance[rows],
            effective=self.effective[rows],
            observations=self.observations[rows],
        )


def weighted_moments(
    factor_moves: FloatArray,
    name_moves: FloatArray,
    weights: FloatArray,
    *,
    importance: FloatArray | None = None,
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
    importance : ndarray of shape (T, N), optional
        What each name's weights are multiplied by, above zero; 1 when omitted. It counts for moments, not
        for how many observations there are.
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
    member = np.flatnonzero(own >= 0) if own_moves is not None else np.empty(0, dtype=np.intp)
    scale = _weighted_deviation(factor_moves, weights)
    # A factor that does not move in these sessions says nothing: its exposures stay at their prior.
    scale[scale == 0.0] = 1.0
    used = np.isfinite(name_moves)
    seen = np.zeros((len(weights), len(member)))
    if own_moves is not None:
        known = np.isfinite(own_moves[:, member])
        seen = np.where(known, own_moves[:, member], 0.0) / scale[own[member]]
        used[:, member] &= known | ~known.any(axis=0)
    weighed = np.where(used, weights[:, None], 0.0)
    effective = _over(np.square(weighed.sum(axis=0)), np.square(weighed).sum(axis=0))
    if importance is not None:
        weighed *= np.where(used, importance, 0.0)
    share = _over(weighed, weighed.sum(axis=0))

    standard = (factor_moves - weights @ factor_moves / weights.sum()) / scale
    mean = share.T @ standard
    row, column = np.triu_indices(k)
    second = share.T @ (standard[:, row] * standard[:, column])
    factors = np.empty((count, k, k))
    factors[:, row, column] = second - mean[:, row] * mean[:, column]
    factors[:, column, row] = factors[:, row, column]
    moved = _centred(np.where(used, name_moves, 0.0), share)
    pulled = share * moved
    cross = pulled.T @ standard
    variance = np.einsum("tn,tn->n", pulled, moved)
    if len(member):
        seen = _centred(seen, share[:, member])
        pull = share[:, member] * seen
        against = pull.T @ standard
        factors[member, own[member], :] = against
        factors[member, :, own[member]] = against
        factors[member, own[member], own[member]] = np.einsum("tn,tn->n", pull, seen)
        cross[member, own[member]] = np.einsum("tn,tn->n", pull, moved[:, member])
    return Moments(
        scale=scale,
        factors=factors,
        cross=cross,
        variance=variance,
        effective=effective,
        observations=used.sum(axis=0).astype(np.intp),
    )


def _centred(values: FloatArray, share: FloatArray) -> FloatArray:
    """Return values less their weighted mean, column by column."""
    return np.asarray(values - np.einsum("tn,tn->n", share, values))


def _over(values: FloatArray, total: FloatArray) -> FloatArray:
    """Return the quotient, 0 where the total is."""
    return np.divide(values, total, out=np.zeros_like(values), where=total > 0.0)


def _weighted_deviation(moves: FloatArray, weights: FloatArray) -> FloatArray:
    share = weights / weights.sum()
    centred = moves - share @ moves
    return np.asarray(np.sqrt(share @ np.square(centred)))
