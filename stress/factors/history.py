"""What a model remembers of its window: the factor moves it carries, and how many sessions it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from stress.arrays import FloatArray
from stress.errors import ModelError
from stress.factors.horizon import SHORT_HORIZON
from stress.factors.model import FactorModel, frozen_array
from stress.factors.settings import CalibrationSettings
from stress.factors.weights import effective_number, exponential_weights
from stress.frozen import still_when_copied

__all__ = ["History", "carried_moves", "effective_sessions", "windows"]


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """The factor moves of the last sessions of a model's window, over their own filtered volatility.

    Parameters
    ----------
    dates : tuple of str, length T
        ISO date on which each move ends.
    standardised : ndarray of shape (T, K)
        Moves over `volatility`.
    volatility : ndarray of shape (T, K)
        What was known of each factor's volatility before the session. [inside units]
    current_volatility : ndarray of shape (K,)
        After the last session. [inside units]
    """

    dates: tuple[str, ...]
    standardised: FloatArray
    volatility: FloatArray
    current_volatility: FloatArray

    def __post_init__(self) -> None:
        put = object.__setattr__
        current = frozen_array(self.current_volatility, shape=(None,), what="current_volatility")
        shape = (len(self.dates), len(current))
        put(self, "current_volatility", current)
        put(self, "dates", tuple(self.dates))
        for what in ("standardised", "volatility"):
            put(self, what, frozen_array(getattr(self, what), shape=shape, what=what))


def carried_moves(
    model: FactorModel, *, filtered: bool = False, compound: bool = False
) -> FloatArray:
    """Return the factor moves of the sessions that a model carries, in inside units.

    Parameters
    ----------
    model : FactorModel
        With a history.
    filtered : bool
        Whether each session's moves are divided by their own volatility and multiplied by today's.
    compound : bool
        Whether relative factors are logs of 1 + move.

    Returns
    -------
    ndarray of shape (T, K)

    Raises
    ------
    ModelError
        If the model carries none, or a session of all or more of a factor's value has no logarithm.
    """
    history = model.required_history()
    moves = history.standardised * (history.current_volatility if filtered else history.volatility)
    if compound:
        relative = np.array([factor.kind == "relative" for factor in model.factors])
        if (gone := np.argwhere(relative & (moves <= -1.0))).size:
            t, k = (int(i) for i in gone[0])
            raise ModelError(
                f"model {model.id}: {model.factors[k].name} of {history.dates[t]} at today's volatility is "
                f"{moves[t, k]:.0%}, which has no logarithm: a compounding scenario cannot be drawn from filtered "
                "history. Use the bootstrap, or the t law."
            )
        moves[:, relative] = np.log1p(moves[:, relative])
    return moves


def windows(moves: FloatArray, sessions: int) -> FloatArray:
    """Sum moves over every run of consecutive sessions; runs overlap.

    Parameters
    ----------
    moves : ndarray of shape (T, K)
    sessions : int
        Length of a run, at least 1.

    Returns
    -------
    ndarray of shape (max(T - sessions + 1, 0), K)
    """
    if len(moves) < sessions:
        return np.empty((0, moves.shape[1]))
    total = moves[sessions - 1 :].copy()
    for back in range(1, sessions):
        total += moves[sessions - 1 - back : len(moves) - back]
    return total


def effective_sessions(
    model: FactorModel,
    horizon_days: int = 1,
    *,
    of: Literal["correlations", "volatilities"] = "correlations",
) -> float | None:
    """Return how many equally weighted sessions the model's factor covariance rests on (Kish).

    Parameters
    ----------
    model : FactorModel
        Its ``details["made"]`` says the window and the half-lives.
    horizon_days : int
        Beyond 10 sessions (`SHORT_HORIZON`) the long-window covariance speaks, of which both are one.
    of : {'correlations', 'volatilities'}
        Which part of it.

    Returns
    -------
    float or None
        None where the model does not say how it was made. The down-weighting of stormy sessions is
        left out: in the bundled models it takes less than 1 % off.
    """
    made = model.details.get("made", {})
    long = horizon_days > SHORT_HORIZON
    count = made.get("sessions_at_hand" if long else "sessions")
    if count is None or "settings" not in made:
        return None
    settings = CalibrationSettings.of(model)
    short = {
        "correlations": settings.correlation_half_life,
        "volatilities": settings.volatility_half_life,
    }
    half_life = settings.long_half_life if long else short[of]
    return effective_number(exponential_weights(int(count), half_life))
