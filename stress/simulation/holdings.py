"""What a book holds beyond linear names: positions dated, translated, and taken apart into legs.

A position that is not worth a multiple of one name's price is made of legs (an option, a bond, a future, cash in
another currency), each revalued in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from stress.errors import InputError, Problem
from stress.frozen import FrozenMapping
from stress.portfolio.instruments import (
    Cash,
    Driver,
    ForeignHolding,
    FundLookThrough,
    Future,
    FXForward,
    Instrument,
    LeveragedFund,
    Option,
    Structure,
    dated,
)
from stress.portfolio.position import Position
from stress.simulation.translated import QuotedFuture, TranslatedFund, TranslatedName

__all__ = ["ElementaryLeg", "Holding", "holding", "options_of"]

_NO_INTEREST: Mapping[str, float] = FrozenMapping({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementaryLeg:
    """`ratio` units of an elementary instrument, in a currency.

    Parameters
    ----------
    instrument : Instrument
        Dated. No structure and no foreign wrapper.
    ratio : float
        Units in one unit of the position.
    fx : Driver or None
        The exchange rate it is translated at, or its growth where it is priced at the rate already; None where neither is read.
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
    legs : tuple of ElementaryLeg
        What it is made of.
    quantity : float
        Signed units.
    """

    position: Position
    instrument: Instrument
    legs: tuple[ElementaryLeg, ...]
    quantity: float


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
        legs = (ElementaryLeg(instrument=translated, ratio=1.0, fx=None),)
        return Holding(position=position, instrument=translated, legs=legs, quantity=1.0)
    # A stand-in for what a fund does not say it holds leaves the rest of it what it is.
    whole = isinstance(instrument, LeveragedFund) and not proxied
    if (whole or isinstance(instrument, FundLookThrough)) and position.quantity:
        assert isinstance(instrument, FundLookThrough | LeveragedFund)
        return _fund(
            position,
            replace(instrument, price=position.market_value / position.quantity)
            if position.currency != book_currency
            else instrument,
            None if book_currency == model_currency else f"{model_currency}/{book_currency}",
        )
    if isinstance(instrument, Future) and not proxied and position.currency != model_currency:
        instrument = QuotedFuture.of(instrument, position.currency)
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


def _fund(position: Position, fund: FundLookThrough | LeveragedFund, pair: str | None) -> Holding:
    """Return a fund that is priced in the book's currency and moves as what it follows does in the model's."""
    translated = fund if pair is None else TranslatedFund(fund=fund, pair=pair)
    fx = translated.fx if isinstance(translated, TranslatedFund) else None
    assert position.quantity is not None
    return Holding(
        position=position,
        instrument=translated,
        legs=(ElementaryLeg(instrument=fund, ratio=1.0, fx=fx),),
        quantity=position.quantity,
    )


def options_of(holdings: Iterable[Holding]) -> Iterator[tuple[Holding, Option]]:
    """Yield every option of some holdings, structures taken apart, with the holding it is in."""
    for held in holdings:
        for leg in held.legs:
            if isinstance(leg.instrument, Option):
                yield held, leg.instrument


def legs_of(
    instrument: Instrument, *, ratio: float = 1.0, fx: Driver | None = None
) -> list[ElementaryLeg]:
    """Take an instrument apart into elementary legs."""
    if isinstance(instrument, ForeignHolding):
        return legs_of(instrument.instrument, ratio=ratio, fx=instrument.fx)
    if isinstance(instrument, Structure):
        return [
            part
            for leg in instrument.legs
            for part in legs_of(leg.instrument, ratio=ratio * leg.ratio, fx=fx)
        ]
    return [ElementaryLeg(instrument=instrument, ratio=ratio, fx=fx)]
