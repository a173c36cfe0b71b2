"""What a simpler model says: a beta to the market, and a beta to the sector's fund.

Same window and same weights as the exposures, same day's move given.
"""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.errors import ModelError
from stress.factors.moves import FactorMoves
from stress.factors.settings import CalibrationSettings
from stress.factors.weights import exponential_weights
from stress.validation.scoreboard_sectors import sector_fund

__all__ = ["market_series", "predict_by_market", "predict_by_sector", "weighted_betas"]


def weighted_betas(
    move: FloatArray, moves: FloatArray, weights: FloatArray, *, least: int = 20
) -> FloatArray:
    """Slopes of names on one series, with an intercept, each over the sessions both moved.

    Parameters
    ----------
    move : ndarray of shape (T,)
        Of the series; nan where it has none.
    moves : ndarray of shape (T, N)
        Of the names; nan where they have none.
    weights : ndarray of shape (T,)
    least : int
        Shared sessions below which there is no beta.

    Returns
    -------
    ndarray of shape (N,)
        nan where fewer sessions than `least` are shared or the series did not move on them.
    """
    both = np.isfinite(moves) & np.isfinite(move)[:, None]
    share = np.where(both, weights[:, None], 0.0)
    total = share.sum(axis=0)
    share = np.divide(share, total, out=np.zeros_like(share), where=total > 0.0)
    x = np.where(both, move[:, None], 0.0)
    y = np.where(both, moves, 0.0)
    mean = (share * x).sum(axis=0)
    covariance = (share * x * y).sum(axis=0) - mean * (share * y).sum(axis=0)
    variance = (share * x * x).sum(axis=0) - mean**2
    usable = (both.sum(axis=0) >= least) & (variance > 0.0)
    unknown = np.full(moves.shape[1], np.nan)
    return np.asarray(np.divide(covariance, variance, out=unknown, where=usable))


def market_series(moves: FactorMoves) -> str:
    """Return the series that the default home is measured on.

    Raises
    ------
    ModelError
        When it is a basket: a market beta needs one series.
    """
    k = moves.definitions.names.index(moves.definitions.default_home)
    if len(moves.members[k]) != 1:
        raise ModelError(
            f"factor '{moves.definitions.names[k]}' is a basket of {len(moves.members[k])} series: "
            "a market beta needs one. Define the market on an index fund."
        )
    return moves.members[k][0]


def predict_by_market(
    moves: FactorMoves, date: str, names: tuple[str, ...], settings: CalibrationSettings
) -> FloatArray:
    """Beta to the market times the market's move of the day.

    Parameters
    ----------
    moves : FactorMoves
    date : str
        ISO date of a session.
    names : tuple of str, length N
    settings : CalibrationSettings
        Window and half-life.

    Returns
    -------
    ndarray of shape (N,)
        nan where there is no beta.
    """
    market = market_series(moves)
    return _predict(moves, date, names, [market] * len(names), settings)


def predict_by_sector(
    moves: FactorMoves, date: str, names: tuple[str, ...], settings: CalibrationSettings
) -> FloatArray:
    """Beta to the sector's fund times the fund's move of the day; the market where the fund has no price.

    Parameters and return as `predict_by_market`.
    """
    market = market_series(moves)
    t = moves.date_index[date]
    place = moves.name_index
    funds = []
    for name in names:
        fund = sector_fund(name, market=market)
        priced = fund in place and np.isfinite(moves.name_moves[t, place[fund]])
        funds.append(fund if priced else market)
    return _predict(moves, date, names, funds, settings)


def _predict(
    moves: FactorMoves,
    date: str,
    names: tuple[str, ...],
    funds: list[str],
    settings: CalibrationSettings,
) -> FloatArray:
    t = moves.date_index[date]
    rows = slice(max(0, t - settings.window), t)
    place = moves.name_index
    columns = np.array([place[name] for name in names], dtype=np.intp)
    weights = exponential_weights(rows.stop - rows.start, settings.half_life)
    predicted = np.full(len(names), np.nan)
    for fund in sorted(set(funds)):
        here = np.array([n for n, own in enumerate(funds) if own == fund], dtype=np.intp)
        series = moves.name_moves[:, place[fund]]
        betas = weighted_betas(
            series[rows], moves.name_moves[rows][:, columns[here]], weights, least=settings.least
        )
        predicted[here] = betas * series[t]
    return predicted
