"""A future: the price difference since the last settlement, times the multiplier."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.portfolio.instruments.codes import name_faults
from stress.portfolio.instruments.instrument import Driver, Levels, ValueRange
from stress.portfolio.instruments.terms import date_faults, is_above_zero, put_numbers

__all__ = ["Future"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Future:
    """One contract.

    Worth nothing at the price it settled at: gains and losses are paid every day, so a position's value
    is 0 and its exposure is `notional`. The futures price moves by the return of `follows`; the basis
    moves along.

    Parameters
    ----------
    contract : str
        The future's own symbol, for example ``"ESH6"``.
    follows : str
        The name or factor whose return moves its price.
    price : float
        The futures price now. [currency per unit]
    multiplier : float
        Units a contract, above zero; there is no default (E-mini S&P 50, E-mini Nasdaq 20, VIX 1000).
    expiry : str or None
        ISO date of its last settlement, where it is known; a horizon beyond it takes the contract as rolled.

    Raises
    ------
    InputError
        All that is wrong with the terms, at once.
    """

    contract: str
    follows: str
    price: float
    multiplier: float
    expiry: str | None = None
    kind: ClassVar[str] = "future"
    linear: ClassVar[bool] = False

    def __post_init__(self) -> None:
        put_numbers(self, "price", "multiplier")
        faults = name_faults(contract=self.contract, follows=self.follows)
        faults += [
            f"{what} {number!r} is not a number above zero."
            for what, number in (("price", self.price), ("multiplier", self.multiplier))
            if not is_above_zero(number)
        ]
        faults += date_faults(self, may_be_none=("expiry",))
        if faults:
            raise InputError(Problem(message=f"future {self.contract}: {text}") for text in faults)

    @property
    def underlying(self) -> str:
        """What it follows."""
        return self.follows

    @property
    def notional(self) -> float:
        """Price times multiplier: the exposure of one contract. [currency]."""
        return self.price * self.multiplier

    def drivers(self) -> tuple[Driver, ...]:
        """Read the growth of what it follows."""
        return (Driver("growth", self.follows),)

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the variation paid since now: 0 before any move."""
        return np.asarray(self.notional * (levels[Driver("growth", self.follows)] - 1.0))

    def value_range(self) -> ValueRange:
        """Return all of the notional lost, to any gain."""
        return ValueRange(-self.notional, math.inf)

    def notional_at(self, levels: Levels) -> float:
        """Return the notional: the value is 0 before any move."""
        return self.notional
