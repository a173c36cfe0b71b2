"""A leveraged or inverse fund: a multiple of its index's return each day, compounded.

Over h sessions only the index's total growth G is known. Were all of them alike, each would grow by G^(1/h), so the
fund by (1 + L (G^(1/h) - 1))^h: exact for one session. Over more the ups and downs between the ends cost it what
their variance says (`variance_drag`), which under a joint Student-t law is the larger the further the index went.
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
from stress.scenarios.student_law import mean_mixing

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
        Of what it follows on an ordinary session; 0 for sessions that are all alike. [fraction squared]
    degrees_of_freedom : float
        Of the law's moves.
    """

    ticker: str
    follows: str
    leverage: float
    price: float
    sessions: int | None = None
    daily_variance: float = 0.0
    degrees_of_freedom: float = math.inf
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
            degrees_of_freedom=self.degrees_of_freedom,
        )
        return np.asarray(alike * (1.0 + drag))


def variance_drag(
    leverage: float,
    *,
    daily_variance: float,
    sessions: int,
    growth: npt.ArrayLike = 1.0,
    degrees_of_freedom: float = math.inf,
) -> FloatArray:
    """Return the share of its value at the end that a leveraged fund loses to a path that is not constant.

    With i.i.d. sessions of variance s^2 and a given total, the squared deviations from the constant
    path sum to (h - 1) s^2. With g the constant path's growth of a session, to second order the fund's is multiplied by
    ``exp(-L (L - 1) (h - 1) s^2 g / (2 (1 + L (g - 1))^2))``, at or below 1 for every L outside 0 to 1. Under a
    Student-t law one mixing variable V holds for the horizon, and s^2 is that of an ordinary session times its mean given
    the total (`student_law.mean_mixing` of one move, log G over the root of h ordinary sessions).

    Parameters
    ----------
    leverage : float
        L.
    daily_variance : float
        Of an ordinary session of what the fund follows, above 0. [fraction squared]
    sessions : int
        h, at least 1.
    growth : array_like
        What the horizon multiplies the level of what it follows by: G = g^h, at least 0.
    degrees_of_freedom : float
        Of the law; infinite for the normal one.

    Returns
    -------
    ndarray
        Fractions, negative or 0 (positive for L between 0 and 1); exactly 0 for one session, for L = 1, and where the
        constant path loses everything.

    Examples
    --------
    >>> round(float(variance_drag(3.0, daily_variance=0.02**2, sessions=10)), 5)
    -0.01074
    """
    total = np.asarray(growth, dtype=np.float64)
    session = np.power(total, 1.0 / sessions)
    pace = 1.0 + leverage * (session - 1.0)
    costs = (pace > 0.0) & (session > 0.0)
    curvature = leverage * (leverage - 1.0) * session / np.square(np.where(costs, pace, 1.0))
    variance = np.full(total.shape, daily_variance)
    if not math.isinf(degrees_of_freedom):
        went = np.log(np.where(session > 0.0, total, 1.0))
        square = np.square(went) / (sessions * daily_variance)
        variance *= np.maximum(1.0, mean_mixing(degrees_of_freedom, 1, square))
    return np.asarray(np.where(costs, np.expm1(-0.5 * curvature * (sessions - 1) * variance), 0.0))
