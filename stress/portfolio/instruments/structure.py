"""Structures of legs: spreads, collars, covered calls. Worth the sum of what they are made of."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.portfolio.instruments.instrument import (
    Driver,
    Instrument,
    Levels,
    ValueRange,
    dated,
    distinct,
    over_sessions,
)
from stress.portfolio.instruments.option import Option

__all__ = ["Leg", "Structure", "collar", "vertical_spread"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """`ratio` units of an instrument in one unit of the structure; negative when short."""

    instrument: Instrument
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """Legs held together as one line.

    Parameters
    ----------
    name : str
        For example ``"NVDA 120/100 put spread"``.
    legs : tuple of Leg
        At least one; all follow one underlying, all in one currency.

    Raises
    ------
    InputError
        If there is no leg, a ratio is zero or not finite, or legs follow different names.
    """

    name: str
    legs: tuple[Leg, ...]
    kind: ClassVar[str] = "structure"
    linear: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not self.legs:
            raise InputError(f"structure {self.name!r} has no legs.")
        followed = sorted({leg.instrument.underlying for leg in self.legs})
        if len(followed) > 1:
            raise InputError(
                f"structure {self.name!r}: legs follow {', '.join(followed)}. Write one structure a name."
            )
        currencies = sorted(
            {leg.instrument.currency for leg in self.legs if isinstance(leg.instrument, Option)}
        )
        if len(currencies) > 1:
            raise InputError(f"structure {self.name!r}: legs are in {', '.join(currencies)}.")
        for leg in self.legs:
            if leg.ratio == 0.0 or not math.isfinite(leg.ratio):
                raise InputError(
                    f"structure {self.name!r}: ratio {leg.ratio} of a leg holds nothing."
                )

    @property
    def underlying(self) -> str:
        """The ticker all legs follow."""
        return self.legs[0].instrument.underlying

    def drivers(self) -> tuple[Driver, ...]:
        """Read what the legs read."""
        return distinct(driver for leg in self.legs for driver in leg.instrument.drivers())

    def dated(self, as_of: str) -> Structure:
        """Return the structure with each leg counted from `as_of`."""
        legs = tuple(replace(leg, instrument=dated(leg.instrument, as_of)) for leg in self.legs)
        return replace(self, legs=legs)

    def over_sessions(self, sessions: int) -> Structure:
        """Return the structure with each leg held over so many sessions."""
        legs = tuple(
            replace(leg, instrument=over_sessions(leg.instrument, sessions)) for leg in self.legs
        )
        return replace(self, legs=legs)

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the sum of the legs, each times its ratio."""
        first, *others = self.legs
        total = first.ratio * first.instrument.value(levels, elapsed_days=elapsed_days)
        for leg in others:
            total = total + leg.ratio * leg.instrument.value(levels, elapsed_days=elapsed_days)
        return np.asarray(total, dtype=np.float64)

    @property
    def multiplier(self) -> float:
        """Of its first leg: the legs of a structure quoted as one have one."""
        return self.legs[0].instrument.multiplier

    def value_range(self) -> ValueRange:
        """Return the legs' ranges added up: that one leg covers another is not seen."""
        ends = [
            sorted(leg.ratio * end for end in leg.instrument.value_range()) for leg in self.legs
        ]
        return ValueRange(math.fsum(low for low, _ in ends), math.fsum(high for _, high in ends))

    def notional_at(self, levels: Levels) -> float:
        """Return the exposure of its largest leg."""
        return max(abs(leg.ratio) * leg.instrument.notional_at(levels) for leg in self.legs)


def vertical_spread(*, bought: Option, sold: Option) -> Structure:
    """Return one option bought and one sold: same right, underlying and expiry, other strike.

    Raises
    ------
    InputError
        If the two differ in more than the strike.
    """
    if replace(sold, strike=bought.strike) != bought or sold.strike == bought.strike:
        raise InputError(
            f"a vertical spread differs in strike only: {bought.contract}, {sold.contract}."
        )
    name = f"{bought.underlying} {bought.expiry} {bought.strike:.10g}/{sold.strike:.10g} {bought.right} spread"
    return Structure(
        name=name, legs=(Leg(instrument=bought, ratio=1.0), Leg(instrument=sold, ratio=-1.0))
    )


def collar(*, put: Option, call: Option) -> Structure:
    """Return the options of a collar: a put bought and a call sold; the shares are a position of their own.

    Raises
    ------
    InputError
        If the rights are not put and call, or the put's strike is above the call's.
    """
    if (put.right, call.right) != ("put", "call") or put.strike > call.strike:
        raise InputError(
            f"a collar buys a put at or below the call it sells: {put.contract}, {call.contract}."
        )
    name = f"{put.underlying} {put.expiry} {put.strike:.10g}/{call.strike:.10g} collar"
    return Structure(
        name=name, legs=(Leg(instrument=put, ratio=1.0), Leg(instrument=call, ratio=-1.0))
    )
