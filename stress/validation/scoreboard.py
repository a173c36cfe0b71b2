"""The scoreboard: what the model of the session before says about shock days and ordinary days.

For every day, exposures, covariance and specific volatilities come from data that end the session
before, by the project's own calibration at its default settings. Nothing here is chosen by its result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stress.arrays import FloatArray
from stress.factors.calibration import calibrate_moves
from stress.factors.definition import FactorDefinitions
from stress.factors.moves import FactorMoves, measure_moves
from stress.factors.prices import Prices
from stress.factors.settings import CalibrationSettings
from stress.steps import Progress, stepping
from stress.validation.days import ScoreboardDay, ordinary_days, shock_days
from stress.validation.scoreboard_benchmarks import predict_by_market, predict_by_sector
from stress.validation.scoreboard_books import (
    BookMisses,
    ScoreboardBook,
    book_misses,
    random_books,
    sample_book,
    theme_books,
)
from stress.validation.scoreboard_prediction import (
    DayPrediction,
    Prediction,
    by_definition,
    predict_day,
)
from stress.validation.scoreboard_score import Score, score
from stress.validation.scoreboard_sectors import is_company
from stress.validation.scoreboard_year import BookYear, rolling_year

__all__ = ["DayScore", "Scoreboard", "predict_days", "score_day", "scoreboard"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayScore:
    """One day.

    Parameters
    ----------
    day : ScoreboardDay
        Its date and why it is here.
    model_as_of : str
        The last session the model has seen.
    distance, core_distance : float
        D of all factor moves, and of the four core moves.
    explained, given_core : Score
        All factor moves given; four given.
    explained_companies, given_core_companies : Score or None
        The same, companies only; None where none is scored.
    explained_established, given_core_established : Score or None
        The same, names with history enough for exposures of their own; None where no name has it.
    market, sector : Score
        A beta to the market, a beta to the sector's fund: on the names that have one.
    """

    day: ScoreboardDay
    model_as_of: str
    distance: float
    core_distance: float
    explained: Score
    given_core: Score
    explained_companies: Score | None
    given_core_companies: Score | None
    explained_established: Score | None
    given_core_established: Score | None
    market: Score
    sector: Score


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scoreboard:
    """All of it.

    Parameters
    ----------
    settings : CalibrationSettings
        Of every calibration.
    shocks, ordinary : tuple of DayScore
        By date.
    books : tuple of ScoreboardBook, length B
    shock_books, ordinary_books : mapping of str to BookMisses
        Under ``explained`` and ``given_core``; rows as the days, columns as `books`.
    years : tuple of BookYear
        Back-tests of the baseline.
    """

    settings: CalibrationSettings
    shocks: tuple[DayScore, ...]
    ordinary: tuple[DayScore, ...]
    books: tuple[ScoreboardBook, ...]
    shock_books: Mapping[str, BookMisses]
    ordinary_books: Mapping[str, BookMisses]
    years: tuple[BookYear, ...] = ()


def scoreboard(
    prices: Prices,
    definitions: FactorDefinitions,
    *,
    portfolios: Mapping[str, Mapping[str, float]] | None = None,
    years: Sequence[int] = (),
    settings: CalibrationSettings | None = None,
    seed: int = 0,
    on_progress: Progress | None = None,
) -> Scoreboard:
    """Judge the model on shock days and on ordinary days, by name and by book.

    Parameters
    ----------
    prices : Prices
        All of history; each day uses what ends the session before.
    definitions : FactorDefinitions
        What the factors are.
    portfolios : mapping of str to mapping of str to float, optional
        Sample books: market value by ticker.
    years : sequence of int, optional
        Calendar years over which the baseline's VaR and ES are back-tested.
    settings : CalibrationSettings, optional
        The defaults of calibration when omitted.
    seed : int
        Of the ordinary days and the random books.
    on_progress : callable, optional
        Called with calibrations done and in all.

    Returns
    -------
    Scoreboard

    Raises
    ------
    InputError, ModelError
        As `measure_moves`, `calibrate_moves` and `ordinary_days`.
    """
    choice = settings or CalibrationSettings()
    moves = measure_moves(prices, definitions)
    shocks = shock_days(moves)
    ordinary = ordinary_days(moves, shocks, seed=seed)
    named = by_definition(moves)
    samples = tuple(sample_book(name, values, named) for name, values in (portfolios or {}).items())
    books = (*samples, *theme_books(moves), *random_books(moves, seed=seed))
    sessions = {year: sum(d.startswith(f"{year}-") for d in moves.dates) for year in years}
    total = len(shocks) + len(ordinary) + sum(sessions.values())
    step = stepping(on_progress, total)
    on_shocks = predict_days(moves, shocks, choice, step)
    on_ordinary = predict_days(moves, ordinary, choice, step)
    tested = [
        outcome
        for year in years
        for outcome in rolling_year(
            moves, books, year, settings=choice, on_progress=lambda *_: step()
        )
    ]
    return Scoreboard(
        settings=choice,
        shocks=_scores(moves, shocks, on_shocks, choice),
        ordinary=_scores(moves, ordinary, on_ordinary, choice),
        books=books,
        shock_books=_misses(books, on_shocks),
        ordinary_books=_misses(books, on_ordinary),
        years=tuple(tested),
    )


def predict_days(
    moves: FactorMoves,
    days: Sequence[ScoreboardDay],
    settings: CalibrationSettings,
    step: Callable[[], None] | None = None,
) -> tuple[DayPrediction, ...]:
    """Calibrate on the sessions before each day and predict it.

    Parameters
    ----------
    moves : FactorMoves
    days : sequence of ScoreboardDay
    settings : CalibrationSettings
        `leave_out` is set.
    step : callable, optional
        Called after each day.

    Returns
    -------
    tuple of DayPrediction
    """
    judging = replace(settings, leave_out=True)
    found = []
    for day in days:
        before = moves.dates[moves.date_index[day.date] - 1]
        model = calibrate_moves(moves, id=f"before-{day.date}", as_of=before, settings=judging)
        found.append(predict_day(moves, model, day.date))
        if step is not None:
            step()
    return tuple(found)


def score_day(
    moves: FactorMoves, day: ScoreboardDay, predicted: DayPrediction, settings: CalibrationSettings
) -> DayScore:
    """Score one day's predictions, beside a market beta's and a sector fund's.

    Parameters
    ----------
    moves : FactorMoves
    day : ScoreboardDay
    predicted : DayPrediction
    settings : CalibrationSettings
        Window and half-life of the betas.

    Returns
    -------
    DayScore
    """
    scored = predicted.scored
    companies = scored & np.array([is_company(name) for name in predicted.names])
    established = predicted.established
    names = tuple(name for name, on in zip(predicted.names, scored, strict=True) if on)
    realised = predicted.realised[scored]
    return DayScore(
        day=day,
        model_as_of=predicted.model_as_of,
        distance=predicted.explained.distance,
        core_distance=predicted.given_core.distance,
        explained=_score(predicted.realised, predicted.explained, scored),
        given_core=_score(predicted.realised, predicted.given_core, scored),
        explained_companies=_score_some(predicted.realised, predicted.explained, companies),
        given_core_companies=_score_some(predicted.realised, predicted.given_core, companies),
        explained_established=_score_some(predicted.realised, predicted.explained, established),
        given_core_established=_score_some(predicted.realised, predicted.given_core, established),
        market=_score_known(realised, predict_by_market(moves, day.date, names, settings)),
        sector=_score_known(realised, predict_by_sector(moves, day.date, names, settings)),
    )


def _score(realised: FloatArray, prediction: Prediction, which: np.ndarray) -> Score:
    return score(
        realised[which],
        prediction.predicted[which],
        half_width=prediction.half_width(floor=False)[which],
        half_width_floored=prediction.half_width(floor=True)[which],
    )


def _score_some(realised: FloatArray, prediction: Prediction, which: np.ndarray) -> Score | None:
    """Score a part of the names, of which there may be none."""
    return _score(realised, prediction, which) if which.any() else None


def _score_known(realised: FloatArray, predicted: FloatArray) -> Score:
    known = np.isfinite(predicted)
    return score(realised[known], predicted[known])


def _scores(
    moves: FactorMoves,
    days: Sequence[ScoreboardDay],
    predicted: Sequence[DayPrediction],
    settings: CalibrationSettings,
) -> tuple[DayScore, ...]:
    return tuple(
        score_day(moves, day, one, settings) for day, one in zip(days, predicted, strict=True)
    )


def _misses(
    books: Sequence[ScoreboardBook], days: Sequence[DayPrediction]
) -> dict[str, BookMisses]:
    return {
        "explained": book_misses(books, days, "explained"),
        "given_core": book_misses(books, days, "given_core"),
    }
