"""The contract of an instrument: which drivers it reads, and what it is worth given their levels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import ClassVar, Literal, NamedTuple, Protocol, Self, get_args, runtime_checkable

from stress.arrays import FloatArray
from stress.errors import InputError, plainly

__all__ = [
    "NO_DEBT",
    "Credit",
    "CreditSensitive",
    "Driver",
    "DriverKind",
    "Instrument",
    "Levels",
    "OwnedOutright",
    "ValueRange",
    "dated",
    "distinct",
    "missing_members",
    "needs_date",
    "over_sessions",
]

Credit = Literal["high-yield", "investment-grade"]
DriverKind = Literal["spot", "vol", "rate", "dividend", "fx", "spread", "growth"]


_KINDS: frozenset[str] = frozenset(get_args(DriverKind))


class _KindAndName(NamedTuple):
    kind: DriverKind
    name: str


class Driver(_KindAndName):
    """One market level an instrument reads.

    Parameters
    ----------
    kind : {'spot', 'vol', 'rate', 'dividend', 'fx', 'spread', 'growth'}
        What it is. ``growth`` is the value of one unit held in a name since the base date: 1 before
        the shock, 1 + r after it; it needs no price, so it is never missing.
    name : str
        Of which: a ticker, a contract, a currency, a currency pair, a curve point.

    Raises
    ------
    InputError
        If the kind is none of these, or the name is no text.
    """

    __slots__ = ()

    def __new__(cls, kind: DriverKind, name: str) -> Self:
        """Check both; it is a tuple and has no other place for it."""
        if not isinstance(kind, str) or kind not in _KINDS:
            raise InputError(f"driver: kind {kind!r} is none of {', '.join(get_args(DriverKind))}.")
        if not isinstance(name, str):
            raise InputError(f"driver: name {plainly(name)} is no text.")
        return super().__new__(cls, kind, name)

    def __str__(self) -> str:
        return f"{self.kind} of {self.name}"


#: Levels by driver: a float, or an array over draws. All arrays of one call have one shape.
Levels = Mapping[Driver, FloatArray]


class ValueRange(NamedTuple):
    """Between what one unit is worth in its own currency whatever happens; discount factors count as one."""

    lowest: float
    highest: float


#: What is owned outright and may be worth any amount: a share, a call, a bond.
NO_DEBT = ValueRange(0.0, math.inf)


@runtime_checkable
class Instrument(Protocol):
    """What a position holds.

    `value` is per unit of quantity, in the instrument's currency, vectorised over draws; it reads
    exactly the drivers it names. An instrument that is `linear` is worth a multiple of one spot.
    `multiplier` is what a quoted price is times: shares or units of a contract, 1 of anything else.
    """

    kind: ClassVar[str]
    linear: ClassVar[bool]

    @property
    def multiplier(self) -> float:
        """What the quoted price is multiplied by for the value of one unit."""
        ...

    @property
    def underlying(self) -> str:
        """The ticker or currency it follows."""
        ...

    def drivers(self) -> tuple[Driver, ...]:
        """Return the levels that `value` reads."""
        ...

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the value of one unit at the given levels, `elapsed_days` calendar days from now."""
        ...

    def value_range(self) -> ValueRange:
        """Return the least and the most one unit can be worth: with it a loss is known to have a mean, or not."""
        ...

    def notional_at(self, levels: Levels) -> float:
        """Return the exposure of one unit, at or above 0: what the value would be of holding the thing itself."""
        ...


class OwnedOutright:
    """An instrument that is held for its price: its price times one, as large an exposure as it is worth, never a debt."""

    __slots__ = ()
    multiplier: ClassVar[float] = 1.0

    def value_range(self) -> ValueRange:
        """Return 0 to any amount."""
        return NO_DEBT

    def notional_at(self: Instrument, levels: Levels) -> float:
        """Return what it is worth."""
        return abs(float(self.value(levels)))


#: What an object has to have to be an instrument.
_MEMBERS = (
    "kind",
    "linear",
    "underlying",
    "multiplier",
    "drivers",
    "value",
    "value_range",
    "notional_at",
)


def missing_members(instrument: object) -> tuple[str, ...]:
    """Return what an object lacks to be an instrument."""
    kind: type = type(instrument)
    if not _lacking(kind):
        return ()
    return tuple(name for name in _MEMBERS if not hasattr(instrument, name))


@lru_cache(maxsize=256)
def _lacking(kind: type) -> tuple[str, ...]:
    """Return what a class itself lacks: its objects may have it."""
    return tuple(name for name in _MEMBERS if not hasattr(kind, name))


@runtime_checkable
class CreditSensitive(Protocol):
    """An instrument that reads a spread of its own, and says which market spread moves it."""

    @property
    def credit(self) -> Credit | None:
        """The market spread; None where none moves it."""
        ...


@runtime_checkable
class _Dated(Protocol):
    """An instrument whose value depends on the date."""

    def dated(self, as_of: str) -> Instrument: ...


def dated(instrument: Instrument, as_of: str) -> Instrument:
    """Return the instrument with its valuation date set, where it needs one.

    Parameters
    ----------
    instrument : Instrument
        An option, bond, structure or wrapper is dated; one that never ages comes back as it is.
    as_of : str
        ISO date from which `elapsed_days` is counted.

    Raises
    ------
    InputError
        If `as_of` is no date, or the instrument ended before it.
    """
    return instrument.dated(as_of) if isinstance(instrument, _Dated) else instrument


def needs_date(instrument: Instrument) -> bool:
    """Whether the value of an instrument depends on the date."""
    return isinstance(instrument, _Dated)


@runtime_checkable
class _Compounding(Protocol):
    """An instrument whose value depends on the number of sessions."""

    def over_sessions(self, sessions: int) -> Instrument: ...


def over_sessions(instrument: Instrument, sessions: int) -> Instrument:
    """Return the instrument with the sessions of the horizon set, where it needs them."""
    return (
        instrument.over_sessions(sessions) if isinstance(instrument, _Compounding) else instrument
    )


def distinct(drivers: Iterable[Driver]) -> tuple[Driver, ...]:
    """Return drivers in order, each once."""
    return tuple(dict.fromkeys(drivers))
