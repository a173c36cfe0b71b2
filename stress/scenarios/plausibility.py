"""Plausibility: how far the stated moves lie, in standard deviations, and how rare history finds the loss.

The distance is that of what was *stated*. Completing a scenario by its conditional mean leaves it
unchanged, so factors a scenario does not mention never inflate it. Chi-squared probabilities are not
offered: at the distances of real shocks they are wrong by orders of magnitude.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, ModelError
from stress.factors.correlation import correlation_of

__all__ = [
    "WorseDays",
    "days_worse",
    "mahalanobis",
    "tail_probability",
    "whitener",
]

#: Moves whose correlation matrix has a lower eigenvalue than this say one thing twice.
SMALLEST_EIGENVALUE = 1e-9


def mahalanobis(moves: FloatArray, covariance: FloatArray, *, names: Sequence[str] = ()) -> float:
    """Return the distance ``sqrt(m' C^-1 m)``.

    Parameters
    ----------
    moves : ndarray of shape (n,)
        Moves over the horizon, inside units.
    covariance : ndarray of shape (n, n)
        Of those moves over the same horizon.
    names : sequence of str, length n, optional
        For the message.

    Returns
    -------
    float
        In standard deviations, at least 0; 0 for no move.

    Raises
    ------
    InputError
        On shapes that do not match or numbers that are not finite.
    ModelError
        If the moves are nearly the same quantity (correlation eigenvalue below 1e-9): a distance
        would be an accident of rounding.

    References
    ----------
    .. [1] Breuer, Jandacka, Rheinberger and Summer, "How to find plausible, severe, and useful stress
       scenarios", Int. J. Central Banking 5 (2009), pp. 205-224.
    """
    moves = np.asarray(moves, dtype=np.float64)
    covariance = np.asarray(covariance, dtype=np.float64)
    n = moves.size
    if moves.ndim != 1 or covariance.shape != (n, n):
        raise InputError(f"{n} moves need a covariance of ({n}, {n}), got {covariance.shape}.")
    if not (np.isfinite(moves).all() and np.isfinite(covariance).all()):
        raise InputError("moves and covariance must be finite to have a distance.")
    return float(np.linalg.norm(whitener(covariance, names=names) @ moves))


def whitener(
    covariance: FloatArray,
    *,
    names: Sequence[str] = (),
    where: str = "",
    remedy: str = "State one of them.",
) -> FloatArray:
    """Return W for which ``|W m|`` is the distance of moves m; refuse moves that say one thing twice.

    Parameters
    ----------
    covariance : ndarray of shape (n, n)
        Of the moves over the horizon.
    names : sequence of str, length n, optional
        For the message.
    where : str
        Opens the message, for example ``"scenario x: "``.
    remedy : str
        Ends it.

    Returns
    -------
    ndarray of shape (n, n)
        Inverse of the lower Cholesky root of the covariance.

    Raises
    ------
    ModelError
        A move without variance, or two that are nearly the same quantity.
    """
    n = len(covariance)
    if n == 0:
        return np.zeros((0, 0))
    scale = np.sqrt(np.diag(covariance))
    if not (scale > 0.0).all():
        still = _name(names, int(np.argmin(scale)))
        raise ModelError(f"{where}{still} has no variance: no distance.")
    correlation = correlation_of(covariance)
    values, vectors = np.linalg.eigh(correlation)
    if values[0] < SMALLEST_EIGENVALUE:
        share = np.argsort(-np.abs(vectors[:, 0]))[:2]
        twins = " and ".join(_name(names, int(i)) for i in sorted(share))
        raise ModelError(
            f"{where}{twins} say nearly the same thing (correlation eigenvalue {values[0]:.2g}). {remedy}"
        )
    return np.linalg.solve(np.linalg.cholesky(correlation), np.diag(1.0 / scale))


def _name(names: Sequence[str], place: int) -> str:
    return names[place] if names else f"move {place}"


def tail_probability(distance: float, n: int, *, degrees_of_freedom: float) -> float:
    """Return the probability, under the joint Student-t law, of moves at least this far out.

    ``D^2 / n * nu / (nu - 2) ~ F(n, nu)`` with D in units of the covariance.

    Parameters
    ----------
    distance : float
        Mahalanobis distance D, at least 0.
    n : int
        Number of stated moves.
    degrees_of_freedom : float
        nu, above 2.

    Returns
    -------
    float in (0, 1]
        A statement about the model. It belongs beside nu, and not on a screen.
    """
    from scipy.special import fdtrc

    if n < 1:
        raise InputError(f"at least one move must be stated, got {n}.")
    if not 2.0 < degrees_of_freedom < np.inf:
        raise InputError(
            f"degrees_of_freedom must be finite and above 2, got {degrees_of_freedom}."
        )
    if not distance >= 0.0:
        raise InputError(f"distance must be at least 0, got {distance}.")
    nu = degrees_of_freedom
    return float(fdtrc(float(n), nu, distance * distance / n * nu / (nu - 2.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorseDays:
    """On how many days of history today's book would have lost more.

    Parameters
    ----------
    worse, days : int
        k of N.
    since, until : str or None
        ISO dates of the first and the last day counted.
    worst_day : str or None
        The day of the largest loss.
    worst_pnl : float
        Its P&L, gain positive. [currency]
    """

    worse: int
    days: int
    since: str | None
    until: str | None
    worst_day: str | None
    worst_pnl: float

    def __str__(self) -> str:
        since = f" since {self.since}" if self.since else ""
        return f"today's book would have lost more on {self.worse} of {self.days:,} days{since}"


def days_worse(history: FloatArray, pnl: float, *, dates: Sequence[str] | None = None) -> WorseDays:
    """Count the days on which today's book would have lost strictly more than a scenario makes it lose.

    Parameters
    ----------
    history : ndarray of shape (N,)
        P&L of *today's* holdings on each past day, gain positive. Over several sessions: of each
        window of as many sessions.
    pnl : float
        The scenario's P&L, gain positive.
    dates : sequence of str, length N, optional
        ISO dates, ascending.

    Returns
    -------
    WorseDays
    """
    history = np.asarray(history, dtype=np.float64)
    if history.ndim != 1 or history.size == 0:
        raise InputError(f"history must hold one P&L a day, got an array of shape {history.shape}.")
    if not (np.isfinite(history).all() and np.isfinite(pnl)):
        raise InputError("P&L of history and scenario must be finite: drop days without a price.")
    if dates is not None and len(dates) != history.size:
        raise InputError(f"{history.size} days of P&L but {len(dates)} dates.")
    worst = int(np.argmin(history))
    return WorseDays(
        worse=int(np.count_nonzero(history < pnl)),
        days=history.size,
        since=None if dates is None else dates[0],
        until=None if dates is None else dates[-1],
        worst_day=None if dates is None else dates[worst],
        worst_pnl=float(history[worst]),
    )
