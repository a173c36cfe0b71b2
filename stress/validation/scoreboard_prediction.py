"""What the model of the session before says about one day, given the day's moves of some factors.

Every name is predicted with its own basket recomputed without it, by exposures estimated the same way.
Names that are a factor by definition are predicted by that factor; books hold them, no name is scored
on them.

    explained     all K factors given: r = b'f, and only specific moves remain
    given four    the market and three themes given, the other factors at their conditional mean

The band is the law's own: with n moves given, the error of any sum of names is
``sqrt(E[V] (nu + n - 2) / (nu + n))`` times its conditional standard deviation times a t with nu + n
degrees of freedom. Errors of the exposures are not in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError, did_you_mean
from stress.factors.model import FactorModel
from stress.factors.moves import FactorMoves
from stress.factors.roles import MARKET
from stress.scenarios.propagation import Completed, complete
from stress.scenarios.scenario import Scenario, StatedMove, Variation
from stress.simulation.student import t_quantile
from stress.units import Move

__all__ = [
    "CORE_THEMES",
    "DayPrediction",
    "Prediction",
    "by_definition",
    "core_factors",
    "predict_day",
]

#: The themes given in "given four moves", beside the market; by name, since a theme has no role.
CORE_THEMES = ("semis_ai_compute", "utilities_regulated", "power_ipp")

#: Probability inside the band.
BAND = 0.95


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prediction:
    """Predicted moves of N names given n factor moves, and the law of what is left.

    Parameters
    ----------
    predicted : ndarray of shape (N,)
        Conditional means.
    loadings : ndarray of shape (N, r)
        On the directions of the factors that remain free, each of unit variance.
    specific : ndarray of shape (N,)
        Specific volatility.
    distance : float
        D of what is given.
    mixing_mean, mixing_mean_raw : float
        E[V] with the floor, and by the pure law.
    degrees_of_freedom : float
        nu + n.
    """

    predicted: FloatArray
    loadings: FloatArray
    specific: FloatArray
    distance: float
    mixing_mean: float
    mixing_mean_raw: float
    degrees_of_freedom: float

    def half_width(self, weights: FloatArray | None = None, *, floor: bool) -> FloatArray:
        """Half the width of the band about the prediction, of names or of books.

        Parameters
        ----------
        weights : ndarray of shape (B, N), optional
            Of books; every name by itself when omitted.
        floor : bool
            Whether E[V] is kept from falling below 1.

        Returns
        -------
        ndarray of shape (N,) or (B,)
        """
        if weights is None:
            variance = np.square(self.loadings).sum(axis=1) + np.square(self.specific)
        else:
            variance = np.square(weights @ self.loadings).sum(axis=1)
            variance = variance + np.square(weights) @ np.square(self.specific)
        dof = self.degrees_of_freedom
        mixing = self.mixing_mean if floor else self.mixing_mean_raw
        quantile = t_quantile(0.5 * (1.0 - BAND), dof)
        return np.asarray(quantile * math.sqrt(mixing * (dof - 2.0) / dof) * np.sqrt(variance))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayPrediction:
    """Realised and predicted moves of N names on one day.

    Parameters
    ----------
    date : str
        ISO date of the day's close.
    model_as_of : str
        ISO date of the last session the model has seen.
    names : tuple of str, length N
        Priced on the day and known to the model.
    realised : ndarray of shape (N,)
    scored : ndarray of bool, shape (N,)
        False for names that are a factor by definition.
    established : ndarray of bool, shape (N,)
        Scored, and with history enough for exposures of their own (source ``estimated``, not ``prior``).
    explained, given_core : Prediction
    """

    date: str
    model_as_of: str
    names: tuple[str, ...]
    realised: FloatArray
    scored: npt.NDArray[np.bool_]
    established: npt.NDArray[np.bool_]
    explained: Prediction
    given_core: Prediction


def core_factors(roles: Mapping[str, str], *, whose: str) -> tuple[str, ...]:
    """Return the four factors of "given four moves": the market by its role, and three themes by name.

    Parameters
    ----------
    roles : mapping of str to str
        Factor to its role.
    whose : str
        What the factors belong to, for messages.

    Raises
    ------
    InputError
        Those that are missing, and how they are given.

    Examples
    --------
    >>> themes = dict.fromkeys(CORE_THEMES, "none")
    >>> core_factors({"shares": "market", **themes}, whose="mine.toml")
    ('shares', 'semis_ai_compute', 'utilities_regulated', 'power_ipp')
    """
    market = [name for name, role in roles.items() if role == MARKET]
    missing = [] if market else ['the market (a factor of any name with role = "market")']
    missing += [f"a factor named {theme}" for theme in CORE_THEMES if theme not in roles]
    if missing:
        raise InputError(
            f"{whose}: the scoreboard gives the moves of the market and of {', '.join(CORE_THEMES)}. "
            f"Missing: {', '.join(missing)}."
        )
    return (*market[:1], *CORE_THEMES)


def by_definition(moves: FactorMoves) -> dict[str, tuple[int, float]]:
    """Return the names that are a factor: its position, and the sign with which they follow it."""
    return {
        held[0]: (k, 1.0 if factor.measure == "return" else -1.0)
        for k, (factor, held) in enumerate(
            zip(moves.definitions.factors, moves.members, strict=True)
        )
        if factor.measure != "difference" and len(held) == 1
    }


def predict_day(moves: FactorMoves, model: FactorModel, date: str) -> DayPrediction:
    """Predict one day.

    Parameters
    ----------
    moves : FactorMoves
        Which hold the day.
    model : FactorModel
        Calibrated with `leave_out` on sessions before the day.
    date : str
        ISO date of a session.

    Returns
    -------
    DayPrediction

    Raises
    ------
    InputError
        A day the prices lack, a model that has seen it, or a model without the core factors.
    """
    if date not in moves.date_index:
        raise InputError(
            f"{date} is no complete session of the prices. {did_you_mean(date, moves.dates)}".rstrip()
        )
    if model.as_of >= date:
        raise InputError(f"model {model.id} has seen {model.as_of}: it cannot predict {date}.")
    t = moves.date_index[date]
    given = moves.factor_moves[t]
    seen = moves.moves_seen(date)
    core = core_factors({factor.name: factor.role for factor in model.factors}, whose=model.id)
    named = by_definition(moves)
    for n, name in enumerate(moves.names):
        if name in named:
            seen[n] = given
    known = np.isfinite(moves.name_moves[t]) & np.isfinite(seen).all(axis=1)
    kept = [n for n, name in enumerate(moves.names) if known[n] and name in model.name_index]
    names = tuple(moves.names[n] for n in kept)
    place = [model.name_index[name] for name in names]
    exposures = model.exposures[place].copy()
    specific = model.specific_volatility[place].copy()
    for n, name in enumerate(names):
        if name in named:
            factor, sign = named[name]
            exposures[n] = 0.0
            exposures[n, factor] = sign
            specific[n] = 0.0
    every = [factor.name for factor in model.factors]
    scored = np.array([name not in named for name in names], dtype=bool)
    own = np.array([model.sources[n] == "estimated" for n in place], dtype=bool)
    return DayPrediction(
        date=date,
        model_as_of=model.as_of,
        names=names,
        realised=moves.name_moves[t, kept],
        scored=scored,
        established=scored & own,
        explained=_given(every, model, given, exposures, specific, seen[kept]),
        given_core=_given(core, model, given, exposures, specific, seen[kept]),
    )


def _given(
    stated: Sequence[str],
    model: FactorModel,
    day: FloatArray,
    exposures: FloatArray,
    specific: FloatArray,
    seen: FloatArray,
) -> Prediction:
    """Condition on some factors; a name sees its own basket's move without it, the law the whole one."""
    completed = _completed(stated, model, day)
    place = [model.factor_index[name] for name in stated]
    return Prediction(
        predicted=np.einsum("nc,nc->n", exposures @ completed.gain, seen[:, place]),
        loadings=exposures @ completed.root,
        specific=specific,
        distance=completed.distance,
        mixing_mean=completed.mixing_mean,
        mixing_mean_raw=completed.mixing_mean_raw,
        degrees_of_freedom=completed.degrees_of_freedom,
    )


def _completed(stated: Sequence[str], model: FactorModel, day: FloatArray) -> Completed:
    moves = tuple(
        StatedMove(
            target=name,
            move=Move(value=float(day[model.factor_index[name]]), unit=model.factor(name).unit),
        )
        for name in stated
    )
    scenario = Scenario(
        id="day",
        title="A day's moves",
        horizon_days=1,
        kind="measured",
        moves=moves,
        variation=Variation(kind="names"),
    )
    return complete(scenario, model)
