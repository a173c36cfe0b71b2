"""`Market`: the levels a book is valued at, each with its source; what is missing is named, all of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.frozen import FrozenMapping
from stress.portfolio.instruments import Driver, Instrument
from stress.portfolio.instruments.codes import currency_faults
from stress.portfolio.instruments.dates import iso_date
from stress.portfolio.instruments.instrument import DriverKind
from stress.portfolio.instruments.terms import number_faults

__all__ = [
    "SAME_PRICE",
    "STATED_APART",
    "Level",
    "LevelSource",
    "Market",
    "implied_doubts",
    "level_fault",
    "market_of",
]

#: Two prices of one thing within this share of each other are quotes of different minutes of one day; further apart,
#: one of them is of another day or another thing, and a book stands at two values: refused. [fraction]
SAME_PRICE = 0.02
#: A level that is stated over what the rows say is meant to differ: from this share on it is said, as no close and
#: no rounding of a rate explains it. [fraction]
STATED_APART = 0.01

#: Where a level comes from: the portfolio file, a market file, an option of the command line, solved from
#: a quoted price, stated for the contract, the scenario's volatility level, or true by definition.
LevelSource = Literal[
    "portfolio-file",
    "market-file",
    "flag",
    "quoted-price",
    "given",
    "scenario-level",
    "definition",
]

#: Levels that follow from a quote or a definition are not typed by hand: only their sign is checked.
_DERIVED: tuple[LevelSource, ...] = ("quoted-price", "definition")

#: What is plausible, and what it means when it is not.
_LIMITS: dict[DriverKind, tuple[float, float, str]] = {
    "spot": (0.0, 1e9, "a price above zero"),
    "vol": (0.01, 5.0, "a fraction a year: 45 % is 0.45"),
    "rate": (-0.25, 1.0, "a fraction a year: 4.3 % is 0.043"),
    "dividend": (-0.25, 1.0, "a fraction a year: 1.2 % is 0.012"),
    "fx": (0.0, 1e6, "a price above zero"),
    "spread": (-0.25, 2.0, "a fraction a year: 150 bp is 0.015"),
    "growth": (1.0, 1.0, "1 by definition"),
}

#: What a quoted price may imply.
_WORDS: dict[DriverKind, str] = {"vol": "volatility", "spread": "spread"}

_HINTS: dict[DriverKind, str] = {
    "spot": "Give its price in the portfolio or a market file.",
    "vol": "Give the option's price, its volatility, or let the scenario's level stand in.",
    "rate": "Give the interest rate of the currency or curve.",
    "dividend": "Give its dividend yield; state 0 if it pays none.",
    "fx": "Give the exchange rate, or fix it.",
    "spread": "Give the bond's price or its spread.",
    "growth": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A number and where it comes from.

    Parameters
    ----------
    value : float
        Spot and fx in currency; vol, rate, dividend and spread as fractions a year.
    source : LevelSource
        Its origin.

    Raises
    ------
    InputError
        If the value is no number, or the source unknown.
    """

    value: float
    source: LevelSource

    def __post_init__(self) -> None:
        faults = number_faults(self, "value")
        if self.source not in get_args(LevelSource):
            faults.append(
                f"{self.source!r} is no source of a level; there are: {', '.join(get_args(LevelSource))}."
            )
        if faults:
            raise InputError(Problem(message=f"level: {text}") for text in faults)


def level_fault(driver: Driver, level: Level) -> Problem | None:
    """Say that a level is not plausible, and how one is written; None where it is. What is solved for has a sign alone."""
    low, high, meaning = _LIMITS[driver.kind]
    if level.source in _DERIVED:
        low, high = (0.0 if low >= 0.0 else -math.inf), math.inf
    above = level.value >= low if driver.kind in _MAY_TOUCH else level.value > low
    if math.isfinite(level.value) and above and level.value <= high:
        return None
    return Problem(message=f"{driver}: {level.value!r} is not plausible.", hint=f"Write {meaning}.")


def implied_doubts(levels: Mapping[Driver, Level]) -> list[str]:
    """Say which levels that quoted prices imply could not be stated: a price of that size is one of something else, or of another day.

    Parameters
    ----------
    levels : mapping of Driver to Level
        Of a book that is valued.

    Returns
    -------
    list of str
        One sentence each. The prices stand: an option that expires tomorrow may imply what none may state.
    """
    doubts = []
    for driver, level in levels.items():
        low, high, _ = _LIMITS[driver.kind]
        if level.source == "quoted-price" and not low <= level.value <= high:
            doubts.append(
                f"{driver.name}: its price implies a {_WORDS[driver.kind]} of {level.value:,.1%}, outside the {low:.0%} to {high:.0%} "
                "that one may be stated at. Check its price (of one unit), terms and date."
            )
    return doubts


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Levels by driver, as of one date.

    Parameters
    ----------
    as_of : str
        ISO date of the levels: options and bonds are counted from it.
    currency : str
        The book currency (ISO): exchange rates are prices in it, and a book in another is refused.
    levels : mapping of Driver to Level
        Each within its plausible range; a percentage written as a number is refused.

    Raises
    ------
    InputError
        All implausible levels at once.
    """

    as_of: str
    currency: str
    levels: Mapping[Driver, Level] = field(default_factory=dict)

    def __post_init__(self) -> None:
        as_of = iso_date(self.as_of, what="market as_of").isoformat()
        object.__setattr__(self, "as_of", as_of)
        problems = [
            Problem(message=f"market: {text}") for text in currency_faults(currency=self.currency)
        ]
        if not isinstance(self.levels, Mapping):
            raise InputError(
                f"market: levels: {self.levels!r} is not a mapping (dict) of Driver to Level."
            )
        for driver, level in self.levels.items():
            if not (isinstance(driver, Driver) and isinstance(level, Level)):
                what = f"market: levels: {driver!r}: {level!r} is not a Driver and its Level."
                problems.append(Problem(message=what))
                continue
            fault = level_fault(driver, level)
            if fault is not None:
                problems.append(fault)
        if problems:
            raise InputError(problems)
        object.__setattr__(self, "levels", FrozenMapping(self.levels))

    def with_levels(self, levels: Mapping[Driver, Level]) -> Market:
        """Return the market with levels added; an equal driver is replaced."""
        return replace(self, levels={**self.levels, **levels})

    def missing(self, drivers: Iterable[Driver]) -> tuple[Driver, ...]:
        """Return the drivers without a level, in order, each once; growth is never missing."""
        return tuple(
            dict.fromkeys(d for d in drivers if d.kind != "growth" and d not in self.levels)
        )

    def source(self, driver: Driver) -> LevelSource:
        """Return where a level comes from.

        Raises
        ------
        InputError
            If there is none.
        """
        if driver.kind == "growth":
            return "definition"
        self._require((driver,))
        return self.levels[driver].source

    def base_levels(self, instruments: Iterable[Instrument]) -> dict[Driver, FloatArray]:
        """Return the level of every driver the instruments read, as scalars.

        Parameters
        ----------
        instruments : iterable of Instrument
            The whole book, hedges included, so that all that is missing is named at once.

        Raises
        ------
        InputError
            Naming every driver without a level, and for whom.
        """
        wanted: dict[Driver, str] = {}
        for instrument in instruments:
            for driver in instrument.drivers():
                wanted.setdefault(driver, f"{instrument.kind} on {instrument.underlying}")
        self._require(wanted, readers=wanted)
        return {
            driver: np.asarray(1.0 if driver.kind == "growth" else self.levels[driver].value)
            for driver in wanted
        }

    def _require(
        self, drivers: Iterable[Driver], readers: Mapping[Driver, str] | None = None
    ) -> None:
        absent = self.missing(drivers)
        if absent:
            raise InputError(
                Problem(
                    message=f"no {driver}" + (f" (read by {readers[driver]})." if readers else "."),
                    hint=_HINTS[driver.kind],
                )
                for driver in absent
            )


_MAY_TOUCH: tuple[DriverKind, ...] = ("vol", "rate", "dividend", "spread", "growth")


def market_of(
    values: Mapping[Driver, float], *, as_of: str, currency: str, source: LevelSource
) -> Market:
    """Return a market whose levels all have one source."""
    return Market(
        as_of=as_of,
        currency=currency,
        levels={driver: Level(value=value, source=source) for driver, value in values.items()},
    )
