"""Foreign currency: an instrument held in it, and a forward on it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.portfolio.instruments.codes import currency_faults
from stress.portfolio.instruments.dates import DAYS_A_YEAR, days_between
from stress.portfolio.instruments.instrument import (
    Driver,
    Instrument,
    Levels,
    ValueRange,
    dated,
    distinct,
    over_sessions,
)
from stress.portfolio.instruments.terms import date_faults, is_above_zero, put_numbers

__all__ = ["FXForward", "ForeignHolding", "pair"]


def pair(foreign: str, domestic: str) -> str:
    """Return the name of a rate: ``"EUR/USD"`` is the price of one EUR in USD."""
    return f"{foreign}/{domestic}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignHolding:
    """One unit of an instrument in another currency than the book's, valued in the book's.

    Parameters
    ----------
    instrument : Instrument
        Valued in `currency`.
    currency, book_currency : str
        ISO codes, different.
    """

    instrument: Instrument
    currency: str
    book_currency: str
    kind: ClassVar[str] = "foreign holding"
    linear: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.currency == self.book_currency:
            raise InputError(
                f"{self.instrument.underlying}: {self.currency} is the book's own currency."
            )

    @property
    def underlying(self) -> str:
        """What the instrument follows."""
        return self.instrument.underlying

    @property
    def fx(self) -> Driver:
        """The rate it is translated at."""
        return Driver("fx", pair(self.currency, self.book_currency))

    def dated(self, as_of: str) -> ForeignHolding:
        """Return the holding with its instrument counted from `as_of`."""
        return replace(self, instrument=dated(self.instrument, as_of))

    def over_sessions(self, sessions: int) -> ForeignHolding:
        """Return the holding with its instrument held over so many sessions."""
        return replace(self, instrument=over_sessions(self.instrument, sessions))

    def drivers(self) -> tuple[Driver, ...]:
        """Read what the instrument reads, and the exchange rate."""
        return distinct((*self.instrument.drivers(), self.fx))

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return local value times exchange rate."""
        local = self.instrument.value(levels, elapsed_days=elapsed_days)
        return np.asarray(local * levels[self.fx])

    @property
    def multiplier(self) -> float:
        """Of the instrument."""
        return self.instrument.multiplier

    def value_range(self) -> ValueRange:
        """Return the local range, translated at a rate from 0 to any: a debt can grow without bound, as a claim can."""
        lowest, highest = self.instrument.value_range()
        return ValueRange(-math.inf if lowest < 0.0 else 0.0, math.inf if highest > 0.0 else 0.0)

    def notional_at(self, levels: Levels) -> float:
        """Return the local exposure times exchange rate."""
        return float(levels[self.fx]) * self.instrument.notional_at(levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class FXForward:
    """The purchase of one unit of foreign currency at an agreed rate on a date.

    Worth ``X exp(-r_f T) - K exp(-r_d T)`` in the domestic currency; negative quantities sell.

    Parameters
    ----------
    foreign, domestic : str
        ISO codes.
    agreed_rate : float
        K, domestic per foreign unit, above zero.
    delivery : str
        ISO date.
    as_of : str or None
        ISO date from which days are counted; `dated` sets it.
    """

    foreign: str
    domestic: str
    agreed_rate: float
    delivery: str
    as_of: str | None = None
    kind: ClassVar[str] = "fx forward"
    linear: ClassVar[bool] = False
    multiplier: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        if faults := currency_faults(foreign=self.foreign, domestic=self.domestic):
            raise InputError(Problem(message=f"forward: {text}") for text in faults)
        name = pair(self.foreign, self.domestic)
        put_numbers(self, "agreed_rate")
        if faults := date_faults(self, "delivery", may_be_none=("as_of",)):
            raise InputError(Problem(message=f"forward {name}: {text}") for text in faults)
        if self.foreign == self.domestic:
            raise InputError(f"forward {name}: both currencies are the same.")
        if not is_above_zero(self.agreed_rate):
            raise InputError(
                f"forward {name}: agreed rate {self.agreed_rate!r} is not a number above zero."
            )

    @property
    def underlying(self) -> str:
        """The foreign currency."""
        return self.foreign

    def dated(self, as_of: str) -> FXForward:
        """Return the forward counted from `as_of`; one delivered before is refused."""
        if days_between(as_of, self.delivery) < 0:
            raise InputError(
                f"forward {pair(self.foreign, self.domestic)}: delivered {self.delivery}, before {as_of}."
            )
        return replace(self, as_of=as_of)

    def drivers(self) -> tuple[Driver, ...]:
        """Read the exchange rate and both interest rates."""
        return (
            Driver("fx", pair(self.foreign, self.domestic)),
            Driver("rate", self.foreign),
            Driver("rate", self.domestic),
        )

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the value of one foreign unit forward; after delivery the unit itself less its price."""
        if self.as_of is None:
            raise InputError(
                f"forward {pair(self.foreign, self.domestic)}: no valuation date (as_of)."
            )
        spot, foreign_rate, domestic_rate = (levels[driver] for driver in self.drivers())
        years = max(days_between(self.as_of, self.delivery) - elapsed_days, 0.0) / DAYS_A_YEAR
        return np.asarray(
            spot * np.exp(-foreign_rate * years) - self.agreed_rate * np.exp(-domestic_rate * years)
        )

    def value_range(self) -> ValueRange:
        """Return the agreed rate paid for nothing, to any gain."""
        return ValueRange(-self.agreed_rate, math.inf)

    def notional_at(self, levels: Levels) -> float:
        """Return the foreign unit at its rate: struck at the market, the forward itself is worth about nothing."""
        return float(levels[Driver("fx", pair(self.foreign, self.domestic))])
