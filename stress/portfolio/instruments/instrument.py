"""The contract of an instrument: which drivers it reads, and what it is worth given their levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal, NamedTuple, Protocol, runtime_checkable

from stress.arrays import FloatArray

__all__ = [
    "Driver",
    "DriverKind",
    "Instrument",
    "Levels",
    "dated",
    "distinct",
    "over_sessions",
]


DriverKind = Literal["spot", "vol", "rate", "dividend", "fx", "spread", "growth"]


class Driver(NamedTuple):
    """One market level an instrument reads.

    Parameters
    ----------
    kind : {'spot', 'vol', 'rate', 'dividend', 'fx', 'spread', 'growth'}
        What it is. ``growth`` is the value of one unit held in a name since the base date: 1 before
        the shock, 1 + r after it; it needs no price, so it is never missing.
    name : str
        Of which: a ticker, a contract, a currency, a currency pair, a curve point.
    """

    kind: DriverKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} of {self.name}"


#: Levels by driver: a float, or an array over draws. All arrays of one call have one shape.
Levels = Mapping[Driver, FloatArray]


@runtime_checkable
class Instrument(Protocol):
    """What a position holds.

    `value` is per unit of quantity, in the instrument's currency, vectorised over draws; it reads
    exactly the drivers it names. An instrument that is `linear` is worth a multiple of one spot.
    """

    kind: ClassVar[str]
    linear: ClassVar[bool]

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
