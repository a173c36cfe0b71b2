"""What names did themselves on the sessions that a model carries: read from prices, never filled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stress.arrays import FloatArray
from stress.factors.filtering import START, filtered_volatility
from stress.factors.history import carried_moves
from stress.factors.model import FactorModel
from stress.factors.prices import Prices
from stress.factors.settings import CalibrationSettings
from stress.frozen import FrozenMapping

__all__ = ["SessionReturns", "own_residuals", "session_returns"]

#: Residuals whose root mean square is below this are rounding of prices and exposures. [fraction]
ROUNDING = 1e-9
#: Calendar days between two sessions, at most: the longest holidays of an exchange.
LONGEST_GAP = 11


@dataclass(frozen=True, kw_only=True, eq=False)
class SessionReturns:
    """Simple returns of N names on the T sessions that a model carries.

    Parameters
    ----------
    names : tuple of str, length N
        With a price on every one of the sessions, sorted.
    moves : ndarray of shape (T, N)
        Finite. [fraction]
    """

    names: tuple[str, ...]
    moves: FloatArray

    @cached_property
    def index(self) -> FrozenMapping[str, int]:
        """Column of each name."""
        return FrozenMapping({name: n for n, name in enumerate(self.names)})

    def __repr__(self) -> str:
        digest = hashlib.sha256("\0".join(self.names).encode())
        digest.update(np.ascontiguousarray(self.moves, dtype="<f8").tobytes())
        sessions = len(self.moves)
        return (
            f"SessionReturns({len(self.names)} names x {sessions} sessions, {digest.hexdigest()})"
        )


def session_returns(prices: Prices, model: FactorModel, names: Iterable[str]) -> SessionReturns:
    """Read the returns of names on the sessions that a model carries.

    Parameters
    ----------
    prices : Prices
        Levels. The move of a session runs from the session carried before it; that of the first from the
        last date before it on which the name has a price, at most `LONGEST_GAP` days before.
    model : FactorModel
        With the factor moves of its window.
    names : iterable of str
        Tickers; one that lacks a positive price on any of these dates is left out.

    Returns
    -------
    SessionReturns

    Raises
    ------
    ModelError
        If the model carries no factor moves.
    """
    dates = model.required_history().dates
    wanted = sorted(set(names))
    row_of = {date: t for t, date in enumerate(prices.dates)}
    rows = [row_of[date] for date in dates if date in row_of]
    kept: list[str] = []
    columns: list[FloatArray] = []
    for name in wanted if len(rows) == len(dates) else ():
        if name not in prices.index:
            continue
        levels = prices.levels[:, prices.index[name]]
        before = np.flatnonzero(np.isfinite(levels[: rows[0]]))[-1:]
        if not len(before) or _days_between(prices.dates[before[0]], dates[0]) > LONGEST_GAP:
            continue
        carried = levels[[*before, *rows]]
        if bool((np.isfinite(carried) & (carried > 0.0)).all()):
            kept.append(name)
            columns.append(carried[1:] / carried[:-1] - 1.0)
    moves = np.column_stack(columns) if columns else np.zeros((len(dates), 0))
    moves.setflags(write=False)
    return SessionReturns(names=tuple(kept), moves=moves)


def _days_between(start: str, end: str) -> int:
    return int((np.datetime64(end) - np.datetime64(start)).astype(int))


def own_residuals(
    returns: SessionReturns,
    model: FactorModel,
    exposures: Mapping[str, FloatArray],
    *,
    specific_volatility: Mapping[str, float] | None,
    compound: bool,
) -> dict[str, FloatArray]:
    """Return the specific moves of names on the sessions that a model carries, about zero.

    Parameters
    ----------
    returns : SessionReturns
        Names that it does not have are left out of the answer.
    model : FactorModel
        With the factor moves of its window.
    exposures : mapping of str to ndarray of shape (K,)
        By name.
    specific_volatility : mapping of str to float, or None
        Today's, of one session: residuals are divided by their own filtered volatility and multiplied by
        it. None leaves them as they were.
    compound : bool
        Whether returns and relative factor moves are logs of 1 + move.

    Returns
    -------
    dict of str to ndarray of shape (T,)
        ``e = r - f @ exposures`` less its mean, as the factor moves drawn beside it are about theirs.

    Notes
    -----
    The filter starts on the first 60 sessions carried: a name that does not move on them is left out where
    it is needed. A residual no larger than the rounding of prices is zero: what is exactly its factors has
    no specific moves to rescale.
    """
    names = [name for name in exposures if name in returns.index]
    if model.history is None or not names:
        return {}
    days = carried_moves(model, compound=compound)
    own = returns.moves[:, [returns.index[name] for name in names]]
    if compound:
        own = np.log1p(own)
    residuals: FloatArray = own - days @ np.stack([exposures[name] for name in names]).T
    moving = np.sqrt(np.square(residuals).mean(axis=0)) >= ROUNDING
    residuals[:, ~moving] = 0.0
    if specific_volatility is not None:
        moving_at_once = moving & (np.square(residuals[:START]).mean(axis=0) > 0.0)
        kept = np.flatnonzero(moving_at_once | ~moving)
        names, residuals, moving = [names[n] for n in kept], residuals[:, kept], moving[kept]
        half_life = CalibrationSettings.of(model).filter_half_life
        today = np.array([specific_volatility[name] for name in names])[moving]
        volatility = filtered_volatility(residuals[:, moving], half_life)[:-1]
        residuals[:, moving] *= today / volatility
    residuals -= residuals.mean(axis=0)
    return {name: np.ascontiguousarray(residuals[:, n]) for n, name in enumerate(names)}
