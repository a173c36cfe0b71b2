"""Bonds: cash flows discounted at a curve's yield plus a spread of the bond's own."""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal, NamedTuple, get_args

import numpy as np

from stress.arguments import whole_number
from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.portfolio.instruments.codes import name_faults
from stress.portfolio.instruments.dates import DAYS_A_YEAR, days_between, iso_date
from stress.portfolio.instruments.instrument import Credit, Driver, Levels, OwnedOutright
from stress.portfolio.instruments.terms import (
    date_faults,
    is_above_zero,
    is_finite,
    put_numbers,
)
from stress.portfolio.pricing.bonds import (
    duration_value,
    present_value,
    yield_of_price,
)
from stress.portfolio.pricing.curve import CurvePoint, curve_point

__all__ = ["FACE", "Bond", "CashFlows", "DurationBond"]

#: One unit of a bond, as its price is quoted. [currency]
FACE = 100.0

#: Longer than any bond pays, by its duration. [years]
_LONGEST = 200.0

_CURRENCY = re.compile(r"[A-Z]{3}")


class CashFlows(NamedTuple):
    """What is left to pay: years (in coupon periods of the street convention) and amounts."""

    years: FloatArray
    amounts: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond(OwnedOutright):
    """A fixed-coupon bond of face 100.

    Its yield is the level of `curve` plus the level of its own spread; the spread of a bond with a
    quoted price is what `spread_of_price` solves, so the base value is the quote.

    Parameters
    ----------
    name : str
        Identifies the bond and its spread, for example ``"T 4.25 2034-11-15"``.
    coupon : float
        A year, as a fraction of face: 0.0425. 0 for a bill or strip.
    frequency : {1, 2, 4, 12}
        Coupons a year; also the compounding of its yield, unless `continuous`.
    maturity : str
        ISO date.
    curve : str
        The yield curve it is discounted at: a currency (``"USD"``), whose curve is read at the bond's own
        years to maturity, or one point of it (``"USD 10y"``), which then stands for the bond's tenor.
    credit : {'high-yield', 'investment-grade'} or None
        Which market spread moves its own; None: none does.
    continuous : bool
        Whether yields compound continuously.
    as_of : str or None
        ISO date from which days are counted; `dated` sets it.

    Notes
    -----
    Fractions of a coupon period are actual days over actual days. A coupon that falls inside the
    horizon is counted as cash at face.
    """

    name: str
    coupon: float
    frequency: Literal[1, 2, 4, 12]
    maturity: str
    curve: str
    credit: Credit | None
    continuous: bool = False
    as_of: str | None = None
    kind: ClassVar[str] = "bond"
    linear: ClassVar[bool] = False

    def __post_init__(self) -> None:
        put_numbers(self, "coupon")
        faults = name_faults(name=self.name)
        if not (is_finite(self.coupon) and 0.0 <= self.coupon < 1.0):
            faults.append(
                f"coupon {self.coupon!r} is not a fraction of face from 0 to 1; 4.25 % is 0.0425."
            )
        try:
            frequency = whole_number(self.frequency, what="frequency")
            object.__setattr__(self, "frequency", frequency)
        except InputError:
            frequency = 0
        if frequency not in (1, 2, 4, 12):
            faults.append(f"frequency {self.frequency!r} is not 1, 2, 4 or 12 coupons a year.")
        faults += date_faults(self, "maturity", may_be_none=("as_of",))
        if self.credit is not None and self.credit not in get_args(Credit):
            faults.append(f"credit {self.credit!r} is none of {', '.join(get_args(Credit))}.")
        if not isinstance(self.curve, str):
            faults += name_faults(curve=self.curve)
        elif not _CURRENCY.fullmatch(self.curve):
            try:
                curve_point(self.curve)
            except InputError as error:
                faults.append(f"curve {error}")
        if faults:
            raise InputError(Problem(message=f"bond {self.name}: {text}") for text in faults)

    @property
    def underlying(self) -> str:
        """The bond's name."""
        return self.name

    @property
    def spread(self) -> Driver:
        """The bond's own spread over its curve."""
        return Driver("spread", self.name)

    def dated(self, as_of: str) -> Bond:
        """Return the bond counted from `as_of`; one that has matured is refused."""
        if days_between(as_of, self.maturity) <= 0:
            raise InputError(f"bond {self.name}: matured {self.maturity}, not after {as_of}.")
        return replace(self, as_of=as_of)

    def drivers(self) -> tuple[Driver, ...]:
        """Read the curve's yield and the bond's spread."""
        return (self.rate, self.spread)

    @property
    def rate(self) -> Driver:
        """The yield of the curve: at the stated point, or at the bond's own maturity."""
        own = f"{self.curve} {self.maturity}" if self._own_tenor else self.curve
        return Driver("rate", own)

    @property
    def point(self) -> CurvePoint:
        """Where on the curve that is; a bond of its own tenor has to be dated."""
        return self.point_after(0.0)

    def point_after(self, elapsed_days: float) -> CurvePoint:
        """Return where on the curve it is read later: its own tenor shortens, a stated point stays."""
        if not self._own_tenor:
            return curve_point(self.curve)
        end = iso_date(self.maturity, what="maturity").toordinal()
        left = max(end - self._settled(elapsed_days), 0.0)
        return CurvePoint(self.curve, left / DAYS_A_YEAR)

    @property
    def _own_tenor(self) -> bool:
        return _CURRENCY.fullmatch(self.curve) is not None

    def cash_flows(self, elapsed_days: float = 0.0) -> CashFlows:
        """Return what is left to pay `elapsed_days` after `as_of`, per 100 of face."""
        before, dates = self._schedule()
        settled = self._settled(elapsed_days)
        ordinals = np.array([before.toordinal(), *(d.toordinal() for d in dates)], dtype=np.float64)
        # Position of the settlement on the schedule, in whole and fractional coupon periods.
        place = np.interp(settled, ordinals, np.arange(len(ordinals), dtype=np.float64))
        years = (np.arange(1, len(ordinals)) - place) / self.frequency
        amounts = np.full(len(dates), FACE * self.coupon / self.frequency)
        amounts[-1] += FACE
        left = ordinals[1:] > settled
        return CashFlows(years=years[left], amounts=amounts[left])

    def accrued(self, elapsed_days: float = 0.0) -> float:
        """Return interest accrued since the last coupon, per 100 of face."""
        before, dates = self._schedule()
        settled = self._settled(elapsed_days)
        ordinals = [before.toordinal(), *(d.toordinal() for d in dates)]
        if settled >= ordinals[-1]:
            return 0.0
        last = max(i for i, day in enumerate(ordinals) if day <= settled)
        share = (settled - ordinals[last]) / (ordinals[last + 1] - ordinals[last])
        return FACE * self.coupon / self.frequency * share

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the full price (accrued interest included) per 100 of face, and coupons paid since."""
        now, then = self.cash_flows(), self.cash_flows(elapsed_days)
        paid = float(np.sum(now.amounts) - np.sum(then.amounts))
        yields = levels[self.rate] + levels[self.spread]
        return np.asarray(
            paid + present_value(then.years, then.amounts, yields, frequency=self._compounding)
        )

    def spread_of_price(self, clean_price: float, curve_yield: float) -> float:
        """Return the spread at which the bond is worth its quoted clean price."""
        flows = self.cash_flows()
        full = clean_price + self.accrued()
        found = yield_of_price(flows.years, flows.amounts, full, frequency=self._compounding)
        return found - curve_yield

    @property
    def _compounding(self) -> int | None:
        return None if self.continuous else self.frequency

    def _settled(self, elapsed_days: float) -> float:
        if self.as_of is None:
            raise InputError(f"bond {self.name}: no valuation date (as_of).")
        return iso_date(self.as_of, what="as_of").toordinal() + elapsed_days

    def _schedule(self) -> tuple[date, list[date]]:
        """Return the coupon date at or before `as_of` and all after it, back from maturity."""
        end = iso_date(self.maturity, what="maturity")
        start = self._settled(0.0)
        dates = [end]
        step = 12 // self.frequency
        while dates[-1].toordinal() > start:
            dates.append(_months_before(end, step * len(dates)))
        return dates[-1], dates[-2::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationBond(OwnedOutright):
    """A bond or bond fund of unknown terms: duration and convexity only. An approximation, and said so.

    Parameters
    ----------
    name : str
        Identifies it and its spread.
    price : float
        At the present levels. [currency]
    yield_now, spread_now : float
        The levels of curve and spread at which that price holds. [a year]
    duration : float
        Modified. [years]
    convexity : float
        [years squared]; 0 leaves the second order out.
    curve : str
        The point of a yield curve whose moves it answers, for example ``"USD 5.5y"``.
    credit : {'high-yield', 'investment-grade'} or None
        Which market spread moves its own; None: none does.
    """

    name: str
    price: float
    yield_now: float
    spread_now: float
    duration: float
    convexity: float
    curve: str
    credit: Credit | None = None
    kind: ClassVar[str] = "duration bond"
    linear: ClassVar[bool] = False
    approximation: ClassVar[str] = "duration and convexity only: the bond's terms are unknown"

    def __post_init__(self) -> None:
        put_numbers(self, "price", "yield_now", "spread_now", "duration", "convexity")
        if not is_above_zero(self.price):
            raise InputError(f"bond {self.name}: price {self.price!r} is not a number above zero.")
        if not (is_finite(self.duration) and is_finite(self.convexity)):
            raise InputError(f"bond {self.name}: duration or convexity is not a number.")
        if abs(self.duration) > _LONGEST:
            raise InputError(
                f"bond {self.name}: a duration of {self.duration:g} years is longer than any bond's; is its decimal mark "
                "misread?"
            )
        curve_point(self.curve)

    @property
    def underlying(self) -> str:
        """The bond's name."""
        return self.name

    @property
    def rate(self) -> Driver:
        """The yield of the curve at its point."""
        return Driver("rate", self.curve)

    @property
    def point(self) -> CurvePoint:
        """Where on the curve that is."""
        return curve_point(self.curve)

    def drivers(self) -> tuple[Driver, ...]:
        """Read the curve's yield and the bond's spread."""
        return (self.rate, Driver("spread", self.name))

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the price after the yield's move and `elapsed_days` of yield earned; at least 0."""
        rate, spread = (levels[driver] for driver in self.drivers())
        move = (rate - self.yield_now) + (spread - self.spread_now)
        carried = self.price * math.exp(
            (self.yield_now + self.spread_now) * elapsed_days / DAYS_A_YEAR
        )
        moved = duration_value(carried, move, duration=self.duration, convexity=self.convexity)
        return np.maximum(moved, 0.0)


def _months_before(end: date, months: int) -> date:
    """Return the same day of an earlier month, or its last day where there is none."""
    year, month = divmod(end.year * 12 + end.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    end_of_month = end.day == calendar.monthrange(end.year, end.month)[1]
    return date(year, month + 1, last if end_of_month else min(end.day, last))
