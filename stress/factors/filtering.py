"""Volatility of each factor filtered from its own past, and what it says of a session's weight."""

from __future__ import annotations

import numpy as np

from stress.errors import ModelError
from stress.factors.model import FloatArray
from stress.factors.settings import CalibrationSettings
from stress.factors.weights import decay, exponential_weights

__all__ = ["filtered_volatility", "session_weights"]

#: Sessions whose mean square starts the filter.
START = 60


def filtered_volatility(moves: FloatArray, half_life: float) -> FloatArray:
    """Exponentially weighted volatility before each move, and after the last.

    ``v[t+1] = lambda v[t] + (1 - lambda) x[t]^2`` from the mean square of the first 60 moves; entry t has
    seen moves before t only (those 60 apart), so ``moves / volatility[:-1]`` are standardised without
    looking ahead and ``volatility[-1]`` is the current one.

    Parameters
    ----------
    moves : ndarray of shape (T, K)
    half_life : float
        Sessions.

    Returns
    -------
    ndarray of shape (T + 1, K)

    Raises
    ------
    ModelError
        A factor that does not move at the start: its volatility would be zero.
    """
    keep = decay(half_life)
    square = np.square(moves)
    variance = np.empty((len(moves) + 1, moves.shape[1]))
    variance[0] = square[:START].mean(axis=0)
    if (variance[0] <= 0.0).any():
        raise ModelError(
            f"factor {int(np.argmin(variance[0]))} does not move in the first {START} sessions: "
            "its volatility cannot be filtered."
        )
    for t in range(len(moves)):
        variance[t + 1] = keep * variance[t] + (1.0 - keep) * square[t]
    return np.sqrt(variance)


def session_weights(
    moves: FloatArray, half_life: float, settings: CalibrationSettings
) -> FloatArray:
    """Weights of sessions for exposures and correlations: the old and the stormy count less.

    Moves of a stormy day are large in everything they do not explain, too; weighing it down by the
    factors' common filtered volatility (geometric mean over factors, known before the day) makes the
    estimates more precise.

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
    storm = np.log(filtered_volatility(moves, settings.filter_half_life)[:-1]).mean(axis=1)
    weights = weights * np.exp(-settings.calm * (storm - storm.mean()))
    return np.asarray(weights / weights.sum())
