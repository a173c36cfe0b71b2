"""Trades of a book as positions beside it: more or less of what it holds, or a name of the model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from stress.arguments import held_to
from stress.errors import InputError, Problem, ticker_meant
from stress.factors.listed import keys_as_listed
from stress.portfolio.instruments import Equity
from stress.portfolio.position import LARGEST, Portfolio, Position
from stress.simulation.book import Book
from stress.tables import listing

__all__ = ["Tradable", "Trades"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trades:
    """What is bought and sold.

    Parameters
    ----------
    amounts : mapping of str to float
        Value bought (positive) or sold, as asked. [book currency]
    portfolio : Portfolio
        The trades as positions, at the book's currency and date.
    names : mapping of str to float
        Value traded of what is worth a multiple of a name's price. [book currency]
    scaled : mapping of str to float
        By id of a position that is revalued in full: the part of it that is bought, negative where sold.
    """

    amounts: Mapping[str, float]
    portfolio: Portfolio
    names: Mapping[str, float]
    scaled: Mapping[str, float]


class Tradable:
    """What of a book can be traded, by name.

    Parameters
    ----------
    book : Book
        Compiled.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        #: What stands in for a name, by the id of its position.
        self._stand_ins = {
            row.position: row.model_name for row in book.coverage.rows if row.status == "proxy"
        }
        #: What is revalued in full, by the ids of its positions and by the tickers of shares and funds: a leveraged
        #: fund has its own ticker, not that of what it follows.
        self._revalued: dict[str, list[Position]] = {}
        for held in () if book.valuation is None else book.valuation.holdings:
            position = held.position
            for name in {position.id, getattr(position.instrument, "ticker", position.id)}:
                self._revalued.setdefault(name, []).append(position)
        #: What stands in for names that are held by their value alone.
        self._linear_stand_ins = {
            position.ticker: self._stand_ins[position.id]
            for position in book.positions
            if position.id in self._stand_ins
        }

    def trades(self, amounts: Mapping[str, float]) -> Trades:
        """Read amounts by name as positions.

        Parameters
        ----------
        amounts : mapping of str to float
            Value bought (positive) or sold (negative), by what is held or by a name of the model. [book currency]

        Raises
        ------
        InputError
            Unknown names, amounts that are not numbers, and amounts of what is worth nothing, all at once.
        """
        checked = self._checked(amounts)
        positions: list[Position] = []
        names: dict[str, float] = {}
        scaled: dict[str, float] = {}
        problems = []
        for name, amount in checked.items():
            held, linear = self._revalued.get(name, ()), self._linear_value(name)
            worth = math.fsum([linear, *(position.market_value for position in held)])
            if held and worth == 0.0:
                problems.append(_worthless(name))
                continue
            share = amount / worth if held else 0.0
            if not held or linear != 0.0:
                names[name] = share * linear if held else amount
                positions.append(self._of_name(name, names[name]))
            for position in held:
                scaled[position.id] = scaled.get(position.id, 0.0) + share
                positions.append(self._part(name, position, share))
        if problems:
            raise InputError(problems)
        return Trades(
            amounts=checked, portfolio=self._beside(positions), names=names, scaled=scaled
        )

    def _checked(self, amounts: Mapping[str, float]) -> dict[str, float]:
        """Return the amounts as numbers, or all that is wrong with names and amounts at once."""
        book = self.book
        known = (book.name_index, book.model.name_index, self._revalued)
        written: dict[str, Any] = held_to(amounts, Mapping[str, Any], what="what if")
        given = keys_as_listed(written, *known, what="what if")
        problems: list[Problem] = []
        checked = {}
        for name, amount in given.items():
            if not any(name in names for names in known):
                near = ticker_meant(name, [*book.names, *self._revalued, *book.model.names])
                if name.upper() in (book.portfolio.currency, "CASH"):
                    near = self._of_money()
                why = (
                    "held, but left out of the figures: not"
                    if name in {row.ticker for row in book.coverage.excluded}
                    else "neither held nor"
                )
                problems.append(
                    Problem(
                        message=f"what if: '{name}' is {why} a name of model {book.model.id}.",
                        hint=near or None,
                    )
                )
            try:
                checked[name] = held_to(amount, float, what=f"what if: amount of {name}")
            except InputError as error:
                problems.extend(error.problems)
                continue
            if abs(checked[name]) > LARGEST:
                problems.append(
                    Problem(
                        message=f"what if: amount of {name}: {checked[name]:g} is beyond {LARGEST:.0e}, the "
                        "largest that is taken."
                    )
                )
        if problems or not checked:
            raise InputError(problems or "what if: no trades are given.")
        return checked

    def _of_money(self) -> str:
        """Say what money in the book's currency is called, or that it changes nothing."""
        currency = self.book.portfolio.currency
        held = [
            name
            for name, positions in self._revalued.items()
            for position in positions
            if position.instrument.kind == "cash" and position.currency == currency
        ]
        if held:
            return (
                f"Money in {currency} earns its rate here, and is called {listing(held, most=3)}."
            )
        return f"Money in {currency} changes nothing that is simulated: leave it out."

    def _linear_value(self, name: str) -> float:
        place = self.book.name_index.get(name)
        return 0.0 if place is None else float(self.book.values[place])

    def _of_name(self, name: str, amount: float) -> Position:
        """Return a value of a name, by the exposures it is held by."""
        return Position(
            id=f"what if {name}",
            instrument=Equity(name),
            market_value=amount,
            currency=self.book.model.currency,
            proxy=self._linear_stand_ins.get(name),
        )

    def _part(self, name: str, position: Position, share: float) -> Position:
        """Return a part of a position: more of the same."""
        return replace(
            position,
            id=f"what if {name}: {position.id}",
            quantity=None if position.quantity is None else share * position.quantity,
            market_value=share * position.market_value,
            proxy=self._stand_ins.get(position.id),
            row=None,
        )

    def _beside(self, positions: list[Position]) -> Portfolio:
        own, valuation = self.book.portfolio, self.book.valuation
        return Portfolio(
            name="what if",
            positions=tuple(positions),
            currency=own.currency,
            nav=1.0,
            as_of=own.as_of if valuation is None else valuation.market.as_of,
            typed=own.typed,
        )


def _worthless(name: str) -> Problem:
    return Problem(
        message=f"what if: {name} is worth nothing, so an amount of it says no number of units.",
        hint="Run a copy of the book with the position changed.",
    )
