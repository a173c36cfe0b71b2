"""A leveraged or inverse fund: a multiple of its index's return each day, compounded.

Over h sessions only the index's total growth G is known. Were all of them alike, each would grow by G^(1/h), so the
fund by (1 + L (G^(1/h) - 1))^h: exact for one session. Over more the ups and downs between the ends cost it what
their variance says (`variance_drag`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.portfolio.instruments.codes import name_faults
from stress.portfolio.instruments.instrument import Driver, Levels, OwnedOutright

__all__ = ["LeveragedFund", "variance_drag"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeveragedFund(OwnedOutright):
    """One share of a fund that returns `leverage` times the daily return of what it follows.

    Parameters
    ----------
    ticker : str
        Of the fund.
    follows : str
        The name or factor whose daily return it multiplies.
    leverage : float
        For example 2, 3 or -1; not 0.
    price : float
        Of one share, at the date the moves start from. [currency]
    sessions : int or None
        Sessions of the horizon; `over_sessions` sets it.
    daily_variance : float
        Of what it follows, between the ends of the horizon; 0 for sessions that are all alike. [fraction squared]
    """

    ticker: str
    follows: str
    leverage: float
    price: float
    sessions: int | None = None
    daily_variance: float = 0.0
    kind: ClassVar[str] = "leveraged fund"
    linear: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if faults := name_faults(ticker=self.ticker, follows=self.follows):
            raise InputError(Problem(message=f"leveraged fund: {text}") for text in faults)
        if not math.isfinite(self.leverage) or self.leverage == 0.0:
            raise InputError(
                f"leveraged fund {self.ticker}: leverage {self.leverage!r} moves nothing."
            )
        if not (math.isfinite(self.price) and self.price > 0.0):
            raise InputError(
                f"leveraged fund {self.ticker}: price {self.price!r} is not a number above zero."
            )
        if self.sessions is not None and self.sessions < 1:
            raise InputError(
                f"leveraged fund {self.ticker}: {self.sessions} sessions are no horizon."
            )

    @property
    def underlying(self) -> str:
        """What it follows."""
        return self.follows

    def over_sessions(self, sessions: int) -> LeveragedFund:
        """Return the fund held over a horizon of so many sessions."""
        return replace(self, sessions=sessions)

    def drivers(self) -> tuple[Driver, ...]:
        """Read the growth of what it follows."""
        return (Driver("growth", self.follows),)

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the price after the horizon's compounding; zero once a day loses everything.

        Raises
        ------
        InputError
            If `sessions` is not set.
        """
        if self.sessions is None:
            raise InputError(
                f"leveraged fund {self.ticker}: the sessions of the horizon are not set (over_sessions)."
            )
        growth = levels[Driver("growth", self.follows)]
        session = np.power(growth, 1.0 / self.sessions)
        pace = np.maximum(1.0 + self.leverage * (session - 1.0), 0.0)
        alike = self.price * np.power(pace, self.sessions)
        if self.daily_variance == 0.0 or elapsed_days == 0.0:
            return np.asarray(alike)
        drag = variance_drag(
            self.leverage,
            daily_variance=self.daily_variance,
            sessions=self.sessions,
            growth=growth,
        )
        return np.asarray(alike * (1.0 + drag))


def variance_drag(
    leverage: float, *, daily_variance: float, sessions: int, growth: npt.ArrayLike = 1.0
) -> FloatArray:
    """Return the share of its value at the end that a leveraged fund loses to a path that is not constant.

    With i.i.d. sessions of variance s^2 and a given total, the squared deviations from the constant
    path sum to (h - 1) s^2. With g the constant path's growth of a session, to second order the fund's is multiplied by
    ``exp(-L (L - 1) (h - 1) s^2 g / (2 (1 + L (g - 1))^2))``, at or below 1 for every L outside 0 to 1.

    Parameters
    ----------
    leverage : float
        L.
    daily_variance : float
        s^2, of what the fund follows. [fraction squared per session]
    sessions : int
        h, at least 1.
    growth : array_like
        What the horizon multiplies the level of what it follows by: g^h.

    Returns
    -------
    ndarray
        Fractions, negative or 0; exactly 0 for one session, and where the constant path loses everything.

    Examples
    --------
    >>> round(float(variance_drag(3.0, daily_variance=0.02**2, sessions=10)), 5)
    -0.01074
    """
    session = np.power(growth, 1.0 / sessions)
    pace = 1.0 + leverage * (session - 1.0)
    held = np.where(pace > 0.0, pace, np.inf)
    curvature = leverage * (leverage - 1.0) * session / np.square(held)
    return np.asarray(np.expm1(-0.5 * curvature * (sessions - 1) * daily_variance))
