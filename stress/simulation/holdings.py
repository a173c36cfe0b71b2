"""What a book holds beyond linear names: positions dated, translated, and taken apart into legs.

A position that is not worth a multiple of one name's price is made of legs (an option, a bond, a future, cash in
another currency), each revalued in full.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.frozen import FrozenMapping
from stress.portfolio.instruments import (
    Cash,
    Driver,
    ForeignHolding,
    FXForward,
    Instrument,
    Levels,
    Option,
    Structure,
    ValueRange,
    dated,
)
from stress.portfolio.instruments.instrument import NO_DEBT, OwnedOutright
from stress.portfolio.position import Position

__all__ = ["Holding", "Leg", "holding", "options_of"]

_NO_INTEREST: Mapping[str, float] = FrozenMapping({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """`ratio` units of an elementary instrument, in a currency.

    Parameters
    ----------
    instrument : Instrument
        Dated. No structure and no foreign wrapper.
    ratio : float
        Units in one unit of the position.
    fx : Driver or None
        The exchange rate it is translated at; None in the book's currency.
    """

    instrument: Instrument
    ratio: float
    fx: Driver | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A position revalued in full.

    Parameters
    ----------
    position : Position
        As read.
    instrument : Instrument
        Dated, and translated into the book's currency.
    legs : tuple of Leg
        What it is made of.
    quantity : float
        Signed units.
    """

    position: Position
    instrument: Instrument
    legs: tuple[Leg, ...]
    quantity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedName(OwnedOutright):
    """A name's shares in a book of another currency than the model's.

    Parameters
    ----------
    ticker : str
        The name; its return is in the model's currency.
    market_value : float
        Of the position now. [book currency]
    pair : str
        ``"USD/EUR"``: the model's currency in the book's.
    """

    ticker: str
    market_value: float
    pair: str
    kind: ClassVar[str] = "foreign name"
    linear: ClassVar[bool] = False

    @property
    def underlying(self) -> str:
        """The name."""
        return self.ticker

    def drivers(self) -> tuple[Driver, ...]:
        """Read the growth of the name and of the exchange rate."""
        return (Driver("growth", self.ticker), Driver("growth", self.pair))

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the market value after both moves: ``(1 + r)(1 + x)`` of it."""
        name, rate = self.drivers()
        return self.market_value * levels[name] * levels[rate]

    def value_range(self) -> ValueRange:
        """Return 0 to any amount, gained or owed."""
        return NO_DEBT if self.market_value >= 0.0 else ValueRange(-math.inf, 0.0)


def holding(
    position: Position,
    *,
    as_of: str,
    book_currency: str,
    model_currency: str,
    proxied: bool,
    interest: Mapping[str, float] = _NO_INTEREST,
) -> Holding:
    """Make a position ready for revaluation: dated, translated, taken apart.

    Parameters
    ----------
    position : Position
        As read.
    as_of : str
        ISO date from which it is counted.
    book_currency, model_currency : str
        ISO codes.
    proxied : bool
        Whether another name stands in for it: it then moves like that name in its own quote currency.
    interest : mapping of str to float
        What cash earns, by currency, where it is stated. [a year]

    Raises
    ------
    InputError
        If it has no quantity, or has ended.
    """
    instrument = position.instrument
    if instrument.linear and instrument.kind != "cash" and not proxied:
        translated = TranslatedName(
            ticker=instrument.underlying,
            market_value=position.market_value,
            pair=f"{model_currency}/{book_currency}",
        )
        legs = (Leg(instrument=translated, ratio=1.0, fx=None),)
        return Holding(position=position, instrument=translated, legs=legs, quantity=1.0)
    quantity = position.quantity
    if isinstance(instrument, Cash):
        instrument = replace(instrument, rate=interest.get(instrument.currency, 0.0))
        if instrument.currency == book_currency:
            quantity = position.market_value
    if quantity is None:
        raise InputError(
            Problem(
                message=f"{position.id}: a {position.instrument.kind} needs a quantity to be revalued.",
                line=position.row,
            )
        )
    instrument = dated(instrument, as_of)
    # A forward is worth money of its domestic currency, whatever the row says.
    paid_in = instrument.domestic if isinstance(instrument, FXForward) else position.currency
    if paid_in != book_currency:
        instrument = ForeignHolding(
            instrument=instrument, currency=paid_in, book_currency=book_currency
        )
    return Holding(
        position=position,
        instrument=instrument,
        legs=tuple(legs_of(instrument)),
        quantity=quantity,
    )


def options_of(holdings: Iterable[Holding]) -> Iterator[tuple[Holding, Option]]:
    """Yield every option of some holdings, structures taken apart, with the holding it is in."""
    for held in holdings:
        for leg in held.legs:
            if isinstance(leg.instrument, Option):
                yield held, leg.instrument


def legs_of(instrument: Instrument, *, ratio: float = 1.0, fx: Driver | None = None) -> list[Leg]:
    """Take an instrument apart into elementary legs."""
    if isinstance(instrument, ForeignHolding):
        return legs_of(instrument.instrument, ratio=ratio, fx=instrument.fx)
    if isinstance(instrument, Structure):
        return [
            part
            for leg in instrument.legs
            for part in legs_of(leg.instrument, ratio=ratio * leg.ratio, fx=fx)
        ]
    return [Leg(instrument=instrument, ratio=ratio, fx=fx)]
