"""Entropic worst case: the largest expected loss over all laws near the simulated one.

``sup { E_Q[L] : KL(Q | P) <= k }`` is attained by ``q_j ~ p_j exp(t L_j)`` with the t at which the divergence
is k: one root on existing draws, whatever the pricing behind them.

References
----------
.. [1] Breuer and Csiszar, "Systematic stress tests with entropic plausibility constraints", J. Banking &
   Finance 37 (2013), pp. 1552-1559.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.risk.tail import checked_pnl
from stress.simulation.pooling.entropy_pooling import divergence as divergence_of

__all__ = ["EntropicWorstCase", "entropic_worst_case", "require_divergence"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EntropicWorstCase:
    """The worst law within a divergence.

    Parameters
    ----------
    loss : float
        Expected loss under it, positive when money is lost. [currency]
    weights : ndarray of shape (S,)
        Its probabilities of the draws: ``weights @ factor_moves`` is the scenario behind it.
    effective_draws : float
        One over the sum of squared weights: the entropy is what was asked for, so it says nothing of the draws.
    """

    loss: float
    weights: FloatArray
    effective_draws: float


def entropic_worst_case(pnl: FloatArray, *, divergence: float) -> EntropicWorstCase:
    """Return the largest expected loss over laws within a Kullback-Leibler divergence.

    Parameters
    ----------
    pnl : ndarray of shape (S,)
        Profit and loss, gain positive. [currency]
    divergence : float
        k >= 0, in nats. For a normal P&L the loss is ``sqrt(2 k)`` standard deviations beyond the mean.

    Returns
    -------
    EntropicWorstCase

    Notes
    -----
    Where k is at least ``-log P(worst draws)`` the answer is the worst draws alone. `effective_draws`
    says how much of an anecdote the answer is.
    """
    from scipy.optimize import brentq

    pnl = checked_pnl(pnl)
    require_divergence(divergence)
    p = np.full(pnl.size, 1.0 / pnl.size)
    worst = pnl == pnl.min()
    spread = float(pnl.std())
    if divergence <= 1e-14 or spread == 0.0:  # below the rounding of a divergence
        return _law(pnl, p)
    alone = np.where(worst, 1.0 / worst.sum(), 0.0)
    # Measured as all other laws are: the search below must be able to pass what is asked for.
    if divergence >= divergence_of(alone):
        return _law(pnl, alone)
    scaled = (pnl.min() - pnl) / spread

    def tilted(t: float) -> FloatArray:
        raw = np.exp(t * scaled)
        return np.asarray(raw / raw.sum())

    def short(t: float) -> float:
        return divergence - divergence_of(tilted(t))

    high = float(np.sqrt(2.0 * divergence))
    while short(high) > 0.0:
        high *= 2.0
    t = float(brentq(short, 0.0, high, xtol=1e-15 * high, rtol=1e-14))
    return _law(pnl, tilted(t))


def require_divergence(divergence: float) -> None:
    """Refuse a divergence that is not a finite number of at least 0."""
    if not (np.isfinite(divergence) and divergence >= 0.0):
        raise InputError(f"divergence must be finite and at least 0, got {divergence}.")


def _law(pnl: FloatArray, q: FloatArray) -> EntropicWorstCase:
    return EntropicWorstCase(
        loss=-float(np.sum(q * pnl)),
        weights=q,
        effective_draws=1.0 / float(q @ q),
    )
