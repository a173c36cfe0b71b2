"""Volatility filtered from its own past: each factor's, the level all share, and a session's weight."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stress.arrays import FloatArray
from stress.errors import ModelError
from stress.factors.settings import CalibrationSettings
from stress.factors.weights import decay, exponential_weights

__all__ = ["STILL", "filtered_volatility", "recent_variance", "session_weights", "volatility_level"]

#: Sessions whose mean square starts the filter.
START = 60
#: After so many sessions without a move nothing is learnt from another: a feed that stopped, a rate that is set.
STILL = 20
#: A factor that moves on a smaller share of sessions says nothing of how volatile they are.
_MOVING = 0.5


def filtered_volatility(
    moves: FloatArray, half_life: float, *, labels: Sequence[str] = ()
) -> FloatArray:
    """Exponentially weighted volatility before each move, and after the last.

    ``v[t+1] = lambda v[t] + (1 - lambda) x[t]^2`` from the mean square of the first 60 moves; entry t has
    seen moves before t only (those 60 apart), so ``moves / volatility[:-1]`` are standardised without
    looking ahead and ``volatility[-1]`` is the current one. A column that has stood still for `STILL` sessions keeps
    its volatility until it moves again: it would fall without end, and its next move would be a storm.

    Parameters
    ----------
    moves : ndarray of shape (T, K)
    half_life : float
        Sessions.
    labels : sequence of str, length K, optional
        What each column is, for the message.

    Returns
    -------
    ndarray of shape (T + 1, K)

    Raises
    ------
    ModelError
        A column that does not move at the start: its volatility would be zero.
    """
    keep = decay(half_life)
    square = np.square(moves)
    variance = np.empty((len(moves) + 1, moves.shape[1]))
    variance[0] = square[:START].mean(axis=0)
    if (variance[0] <= 0.0).any():
        still = int(np.argmin(variance[0]))
        raise ModelError(
            f"{labels[still] if labels else f'column {still}'} does not move in the first {START} sessions: "
            "its volatility cannot be filtered."
        )
    fresh = (1.0 - keep) * square
    session = np.arange(len(moves))[:, None]
    last_move = np.maximum.accumulate(np.where(square == 0.0, -1, session), axis=0)
    unmoved = session - last_move > STILL
    stands = np.any(unmoved, axis=1).tolist()
    for t in range(len(moves)):
        np.multiply(variance[t], keep, out=variance[t + 1])
        variance[t + 1] += fresh[t]
        if stands[t]:
            np.copyto(variance[t + 1], variance[t], where=unmoved[t])
    return np.sqrt(variance)


def volatility_level(
    moves: FloatArray, half_life: float, *, labels: Sequence[str] = ()
) -> FloatArray:
    """How volatile everything is, before each session and after the last: one number for all.

    The law has one mixing variable for factors and names, so storms raise all volatilities at once. What
    they have in common is therefore filtered from all factors together (the geometric mean of their
    filtered volatilities), quickly because an average over factors has little noise; volatilities over
    this level are filtered slowly. The volatility regime adjustment of Menchero, Orr and Wang (2011)
    is the same idea with an arithmetic mean of squares. Factors that move on fewer than half of the sessions (a policy
    rate) have no part in it, unless all are such.

    Parameters
    ----------
    moves : ndarray of shape (T, K)
        Factor moves, all history: the filter needs a start.
    half_life : float
        Sessions; infinite for a level that stands still.
    labels : sequence of str, length K, optional
        What each column is, for the message.

    Returns
    -------
    ndarray of shape (T + 1,)
        Entry t is known before session t. Only ratios mean anything: the factors' units differ.
    """
    volatility = filtered_volatility(moves, half_life, labels=labels)
    moving = np.count_nonzero(moves, axis=0) >= _MOVING * len(moves)
    if moving.any() and not moving.all():
        volatility = volatility[:, moving]
    return np.asarray(np.exp(np.log(volatility).mean(axis=1)))


def recent_variance(residuals: FloatArray, level: FloatArray, half_life: float) -> FloatArray:
    """Variance of residuals at today's volatility level.

    Parameters
    ----------
    residuals : ndarray of shape (T, N)
        nan where a name has none.
    level : ndarray of shape (T + 1,)
        The volatility level before each session and after the last.
    half_life : float
        Of the mean of ``(residual / level)^2``. [sessions]

    Returns
    -------
    ndarray of shape (N,)
        nan for a name without any residual.
    """
    weights = exponential_weights(len(residuals), half_life)
    used = np.isfinite(residuals)
    share = weights @ used
    square = (weights * np.square(level[-1] / level[:-1])) @ np.where(
        used, np.square(residuals), 0.0
    )
    return np.asarray(np.divide(square, share, out=np.full(share.shape, np.nan), where=share > 0.0))


def session_weights(
    moves: FloatArray, half_life: float, settings: CalibrationSettings
) -> FloatArray:
    """Weights of sessions for exposures and correlations: the old and the stormy count less.

    Moves of a stormy day are large in everything they do not explain, too; weighing it down by the
    volatility level known before the day makes the estimates more precise.

    Parameters
    ----------
    moves : ndarray of shape (T, K)
        Factor moves, all history: the filter needs a start.
    half_life : float
        Of the exponential part. [sessions]
    settings : CalibrationSettings
        Its `calm` and `filter_half_life`.

    Returns
    -------
    ndarray of shape (T,)
        They sum to 1.
    """
    weights = exponential_weights(len(moves), half_life)
    if settings.calm == 0.0:
        return weights
    level = volatility_level(moves, settings.filter_half_life)
    storm = np.log(level[:-1])
    weights = weights * np.exp(-settings.calm * (storm - storm.mean()))
    return np.asarray(weights / weights.sum())
