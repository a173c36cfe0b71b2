"""A year of days: the baseline's VaR and ES, stated the session before, against what books did.

One session, no scenario: the book's moves are t with nu degrees of freedom and covariance
``w'(B S B' + diag(s^2))w``, exposures and covariance as shipped (a name's own basket not taken apart).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.factors.calibration import calibrate_moves
from stress.factors.model import FactorModel
from stress.factors.moves import FactorMoves
from stress.factors.settings import CalibrationSettings
from stress.risk.backtests import (
    TestOutcome,
    acerbi_szekely,
    christoffersen_coverage,
    exceedances,
    kupiec,
)
from stress.risk.measures import TAIL_LEVEL
from stress.simulation.student import t_quantile_and_shortfall
from stress.steps import Progress
from stress.validation.scoreboard_books import BOOK_KINDS, BookKind, ScoreboardBook, book_weights

__all__ = [
    "BookYear",
    "YearGroup",
    "baseline_tail",
    "book_sd",
    "group_years",
    "rolling_year",
    "simulated_z2",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookYear:
    """One book over one year.

    Parameters
    ----------
    book : str
    kind : {'sample', 'random', 'theme'}
    year : int
    kupiec, christoffersen, acerbi_szekely : TestOutcome
        On the one-session VaR and ES at 97.5 %.
    """

    book: str
    kind: BookKind
    year: int
    kupiec: TestOutcome
    christoffersen: TestOutcome
    acerbi_szekely: TestOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class YearGroup:
    """Books of one kind over one year.

    Parameters
    ----------
    year : int
    kind : {'sample', 'random', 'theme'}
    books, sessions : int
        How many.
    beyond : float
        Share of sessions that lost more than VaR, over all books.
    rejected : tuple of float
        Share of books whose p-value is below 5 %: Kupiec, Christoffersen, Acerbi-Szekely. A test that has no
        p-value does not reject.
    """

    year: int
    kind: BookKind
    books: int
    sessions: int
    beyond: float
    rejected: tuple[float, float, float]


def group_years(years: Sequence[BookYear]) -> tuple[YearGroup, ...]:
    """Gather books by year and kind.

    Parameters
    ----------
    years : sequence of BookYear

    Returns
    -------
    tuple of YearGroup
        By year, then samples, random books, theme books.
    """
    found = []
    for year in sorted({one.year for one in years}):
        for kind in BOOK_KINDS:
            group = [one for one in years if one.year == year and one.kind == kind]
            if not group:
                continue
            sessions = group[0].kupiec.observations
            exceptions = sum(one.kupiec.exceptions for one in group)
            found.append(
                YearGroup(
                    year=year,
                    kind=kind,
                    books=len(group),
                    sessions=sessions,
                    beyond=exceptions / (sessions * len(group)),
                    rejected=(
                        _rejected([one.kupiec for one in group]),
                        _rejected([one.christoffersen for one in group]),
                        _rejected([one.acerbi_szekely for one in group]),
                    ),
                )
            )
    return tuple(found)


def _rejected(tests: Sequence[TestOutcome]) -> float:
    return sum(one.p_value is not None and one.p_value < 0.05 for one in tests) / len(tests)


def baseline_tail(degrees_of_freedom: float, level: float = TAIL_LEVEL) -> tuple[float, float]:
    """VaR and ES of a t loss of mean zero and standard deviation 1.

    Parameters
    ----------
    degrees_of_freedom : float
        Above 2.
    level : float in (0.5, 1)

    Returns
    -------
    (float, float)
        Losses, positive.

    Examples
    --------
    >>> [round(x, 4) for x in baseline_tail(5.0)]
    [1.9912, 2.7278]
    """
    quantile, shortfall = t_quantile_and_shortfall(level, degrees_of_freedom)
    unit = math.sqrt((degrees_of_freedom - 2.0) / degrees_of_freedom)
    return unit * quantile, unit * shortfall


def book_sd(model: FactorModel, names: Sequence[str], weights: FloatArray) -> FloatArray:
    """Return the standard deviation of books over one session, no scenario.

    Parameters
    ----------
    model : FactorModel
    names : sequence of str, length N
        Known to the model.
    weights : ndarray of shape (B, N)

    Returns
    -------
    ndarray of shape (B,)
    """
    place = [model.name_index[name] for name in names]
    exposure = weights @ model.exposures[place]
    systematic = np.einsum("bk,kl,bl->b", exposure, model.covariance, exposure)
    own = np.square(weights) @ np.square(model.specific_volatility[place])
    return np.asarray(np.sqrt(systematic + own))


def simulated_z2(
    days: int, degrees_of_freedom: float, *, samples: int = 4000, seed: int = 0
) -> FloatArray:
    """Acerbi and Szekely's Z2 of years in which the baseline law is right.

    Parameters
    ----------
    days : int
        A year has.
    degrees_of_freedom : float
        Of the law.
    samples, seed : int
        Years drawn.

    Returns
    -------
    ndarray of shape (samples,)
    """
    at_risk, shortfall = baseline_tail(degrees_of_freedom)
    unit = math.sqrt((degrees_of_freedom - 2.0) / degrees_of_freedom)
    moves = unit * np.random.default_rng(seed).standard_t(degrees_of_freedom, (samples, days))
    beyond = np.where(-moves > at_risk, moves, 0.0).sum(axis=1)
    return np.asarray(1.0 + beyond / (days * (1.0 - TAIL_LEVEL) * shortfall))


def rolling_year(
    moves: FactorMoves,
    books: Sequence[ScoreboardBook],
    year: int,
    *,
    settings: CalibrationSettings | None = None,
    on_progress: Progress | None = None,
) -> tuple[BookYear, ...]:
    """Back-test the baseline over a calendar year, the model calibrated anew every session.

    Parameters
    ----------
    moves : FactorMoves
    books : sequence of ScoreboardBook
    year : int
    settings : CalibrationSettings, optional
        The defaults when omitted.
    on_progress : callable, optional
        Called with sessions done and in all.

    Returns
    -------
    tuple of BookYear
        Books that lack prices on any session of the year are left out.

    Raises
    ------
    InputError
        Fewer than 100 sessions of the year.
    """
    dates = [day for day in moves.dates if day.startswith(f"{year}-")]
    if len(dates) < 100:
        raise InputError(f"{year} has {len(dates)} sessions in the prices: too few to back-test.")
    choice = settings or CalibrationSettings()
    pnl = np.full((len(dates), len(books)), np.nan)
    deviation = np.full(pnl.shape, np.nan)
    for d, date in enumerate(dates):
        t = moves.date_index[date]
        model = calibrate_moves(moves, as_of=moves.dates[t - 1], settings=choice)
        names = [
            name
            for n, name in enumerate(moves.names)
            if name in model.name_index and np.isfinite(moves.name_moves[t, n])
        ]
        weights, _ = book_weights(books, names)
        place = moves.name_index
        pnl[d] = weights @ moves.name_moves[t, [place[name] for name in names]]
        deviation[d] = book_sd(model, names, weights)
        if on_progress is not None:
            on_progress(d + 1, len(dates))
    nu = choice.degrees_of_freedom
    at_risk, shortfall = baseline_tail(nu)
    right = simulated_z2(len(dates), nu)
    found = []
    for b, book in enumerate(books):
        if not (np.isfinite(pnl[:, b]).all() and (deviation[:, b] > 0.0).all()):
            continue
        var, es = at_risk * deviation[:, b], shortfall * deviation[:, b]
        exceeded = exceedances(pnl[:, b], var)
        found.append(
            BookYear(
                book=book.name,
                kind=book.kind,
                year=year,
                kupiec=kupiec(int(exceeded.sum()), len(dates), level=TAIL_LEVEL),
                christoffersen=christoffersen_coverage(exceeded, level=TAIL_LEVEL),
                acerbi_szekely=acerbi_szekely(
                    pnl[:, b], var, es, level=TAIL_LEVEL, simulated=right
                ),
            )
        )
    return tuple(found)
