"""Calibration: from moves to a factor model. Pure; no file is read here."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from stress.arrays import FloatArray
from stress.factors.answers import estimate_answers
from stress.factors.covariance import CleanCorrelation, clean_correlation, weighted_covariance
from stress.factors.definition import FactorDefinitions
from stress.factors.filtering import filtered_volatility, session_weights, volatility_level
from stress.factors.higham import repair_covariance
from stress.factors.history import History
from stress.factors.model import Factor, FactorModel
from stress.factors.moves import FactorMoves, measure_moves
from stress.factors.prices import Prices
from stress.factors.remarks import remarks
from stress.factors.settings import CalibrationSettings
from stress.factors.sufficiency import require_sessions, require_worth
from stress.factors.tails import tail_profile
from stress.factors.weights import exponential_weights

__all__ = ["CalibrationSettings", "calibrate", "calibrate_moves", "factor_covariances"]


def calibrate(
    prices: Prices,
    definitions: FactorDefinitions,
    *,
    id: str = "calibrated",
    as_of: str | None = None,
    settings: CalibrationSettings | None = None,
) -> FactorModel:
    """Calibrate a factor model from prices.

    Parameters
    ----------
    prices : Prices
        Levels of the factors' series and of names.
    definitions : FactorDefinitions
        What the factors are.
    id : str
        The model's id.
    as_of : str, optional
        ISO date after which nothing is read; the last complete day when omitted.
    settings : CalibrationSettings, optional
        Every choice; the defaults when omitted.

    Returns
    -------
    FactorModel

    Raises
    ------
    InputError, ModelError
        As `measure_moves` and `calibrate_moves`.
    """
    moves = measure_moves(prices, definitions, as_of=as_of)
    inputs = {
        "prices": [list(source) for source in prices.sources],
        "factors": [os.path.basename(definitions.source), definitions.content_hash],
        "waived": list(prices.warnings),
    }
    said: tuple[str, ...] = ()
    if prices.waived:
        said = (
            f"{prices.waived} doubtful thing(s) in the price files were accepted by name; "
            "the model file lists them.",
        )
    return calibrate_moves(moves, id=id, settings=settings, inputs=inputs, warnings=said)


def calibrate_moves(
    moves: FactorMoves,
    *,
    id: str = "calibrated",
    as_of: str | None = None,
    settings: CalibrationSettings | None = None,
    inputs: Mapping[str, Any] | None = None,
    warnings: tuple[str, ...] = (),
) -> FactorModel:
    """Calibrate a factor model from moves already measured; fast enough for one a day of a back-test.

    Parameters
    ----------
    moves : FactorMoves
        Of all factors and names.
    id : str
        The model's id.
    as_of : str, optional
        ISO date after which no move is used.
    settings : CalibrationSettings, optional
        Every choice; the defaults when omitted.
    inputs : mapping, optional
        Names and hashes of what was read, for the record.
    warnings : tuple of str
        What the readers waived.

    Returns
    -------
    FactorModel
        Its `details` hold ``made`` (settings, inputs, dropped sessions); by name ``observations``,
        ``effective_observations``, ``r_squared``, ``standard_errors`` (N, K) and ``stress_exposures``
        (N, K); ``stress_days`` by home; ``basket_response`` by basket (``shipped``, and as
        ``estimated`` without each member); ``clean_up`` of the correlation; and ``tails`` (``best`` degrees
        of freedom and ``profile`` of the log-likelihood below it).

    Raises
    ------
    ModelError
        A window whose sessions, as they are weighted, are fewer than the factors or than a name needs.
    InputError
        A setting out of range.
    """
    choice = settings or CalibrationSettings()
    end = moves.rows_until(as_of)
    start = max(0, end - choice.window)
    definitions = moves.definitions
    require_sessions(end - start, len(definitions.factors), choice)
    labels = [f"factor {name}" for name in definitions.names]
    level = volatility_level(moves.factor_moves[:end], choice.level_half_life, labels=labels)
    weights = session_weights(moves.factor_moves[:end], choice.half_life, choice)[start:]
    worth = require_worth(weights, len(definitions.factors), choice)
    answers = estimate_answers(moves, start, end, level, weights, choice)
    clean, covariance, covariance_long, repair = factor_covariances(
        moves.factor_moves[:end], level, choice, labels=labels
    )
    history = _history(moves, end, choice)
    name_of = dict(enumerate(definitions.names))
    details: dict[str, Any] = {
        "made": {
            "settings": asdict(choice),
            "inputs": dict(inputs or {}),
            "sessions": end - start,
            "sessions_at_hand": end,
            "dropped_sessions": [
                list(day) for day in moves.dropped if day[0] <= moves.dates[end - 1]
            ],
            "numpy": np.__version__,
        },
        "observations": answers.observations.tolist(),
        "effective_observations": answers.effective,
        "r_squared": answers.r_squared,
        "standard_errors": answers.standard_errors,
        "stress_exposures": answers.stress_exposures,
        "stress_days": {name_of[h]: count for h, count in answers.stress_days.items()},
        "basket_response": {
            name_of[b]: {"shipped": after, "estimated": before}
            for b, (after, before) in answers.response.items()
        },
        "clean_up": {
            "shrinkage": clean.shrinkage,
            "noise_eigenvalues": clean.noise_eigenvalues,
            "edge": clean.edge,
            "repair_distance": repair,
        },
        "tails": _tails(history),
    }
    return FactorModel(
        id=id,
        factors=tuple(
            Factor(
                name=d.name,
                kind=d.kind,
                unit=d.unit,
                title=d.title,
                description=d.description,
                series=held,
                missing=missing,
                role=d.role,
            )
            for d, held, missing in zip(
                definitions.factors, moves.members, moves.missing, strict=True
            )
        ),
        covariance=covariance,
        covariance_long=covariance_long,
        degrees_of_freedom=choice.degrees_of_freedom,
        names=answers.names,
        exposures=answers.exposures,
        specific_volatility=answers.specific_volatility,
        sources=answers.sources,
        homes=tuple(name_of[int(h)] for h in answers.homes),
        as_of=moves.dates[end - 1],
        window=(moves.dates[start], moves.dates[end - 1]),
        warnings=(*warnings, *worth, *remarks(moves, answers, choice, end)),
        history=history,
        details=details,
        volatility_level=float(level[-1] / np.median(level[start:end])),
        currency=definitions.currency,
    )


def factor_covariances(
    factor_moves: FloatArray,
    level: FloatArray,
    settings: CalibrationSettings,
    *,
    labels: Sequence[str] = (),
) -> tuple[CleanCorrelation, FloatArray, FloatArray, float]:
    """Covariance of the window and of the long history: quick volatilities, slow correlations.

    The window's volatilities are those over the level that all share, times its current value; the long
    history's are plain, for horizons over which the level forgets where it stood.

    Parameters
    ----------
    factor_moves : ndarray of shape (T, K)
        All history up to the as-of date.
    level : ndarray of shape (T + 1,)
        Their volatility level.
    settings : CalibrationSettings
    labels : sequence of str, length K, optional
        What each column is, for messages.

    Returns
    -------
    clean : CleanCorrelation
        What the clean-up of the window's correlation did.
    covariance, covariance_long : ndarray of shape (K, K)
    repair : float
        Frobenius distance of the larger repair, 0 when none was needed.
    """
    count = len(factor_moves)
    recent = factor_moves[max(0, count - settings.window) :]
    slow = session_weights(factor_moves, settings.correlation_half_life, settings)
    clean = clean_correlation(recent, slow[-len(recent) :], labels=labels)
    quick = exponential_weights(len(recent), settings.volatility_half_life)
    calmed = recent * (level[-1] / level[count - len(recent) : -1])[:, None]
    long = exponential_weights(count, settings.long_half_life)
    long_clean = clean_correlation(factor_moves, long, labels=labels)
    repaired = []
    distance = 0.0
    for correlation, moves, weights in (
        (clean.correlation, calmed, quick),
        (long_clean.correlation, factor_moves, long),
    ):
        deviation = np.sqrt(np.diag(weighted_covariance(moves, weights)))
        matrix, repair = repair_covariance(correlation * np.outer(deviation, deviation))
        repaired.append(matrix)
        distance = max(distance, repair.distance)
    return clean, repaired[0], repaired[1], distance


def _history(moves: FactorMoves, end: int, settings: CalibrationSettings) -> History:
    """Return the moves to carry, over their own filtered volatility."""
    volatility = filtered_volatility(moves.factor_moves[:end], settings.filter_half_life)
    carried = slice(max(0, end - settings.history), end)
    return History(
        dates=moves.dates[carried],
        standardised=moves.factor_moves[carried] / volatility[carried],
        volatility=volatility[carried],
        current_volatility=volatility[end],
    )


def _tails(history: History) -> dict[str, Any]:
    """Return how heavy the tails of the carried moves are."""
    standard = history.standardised
    tails = tail_profile(standard, weighted_covariance(standard, np.ones(len(standard))))
    return {
        "best": tails.best,
        "profile": [list(point) for point in zip(tails.grid, tails.drop, strict=True)],
    }
