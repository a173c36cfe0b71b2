"""Cash in a currency: one unit is worth one, and the interest it earns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, Problem, plainly
from stress.portfolio.instruments.codes import currency_faults
from stress.portfolio.instruments.dates import DAYS_A_YEAR
from stress.portfolio.instruments.instrument import Driver, Levels, OwnedOutright, ValueRange
from stress.portfolio.instruments.terms import is_finite, put_numbers

__all__ = ["Cash"]


@dataclass(frozen=True, slots=True)
class Cash(OwnedOutright):
    """One unit of `currency`; in its own currency it only earns interest.

    Parameters
    ----------
    currency : str
        ISO code.
    rate : float
        Interest, continuously compounded, of what is held and of what is owed; 0 where none is stated. [a year]
    """

    currency: str
    rate: float = 0.0
    kind: ClassVar[str] = "cash"
    linear: ClassVar[bool] = True

    def __post_init__(self) -> None:
        faults = currency_faults(currency=self.currency)
        put_numbers(self, "rate")
        if not is_finite(self.rate):
            faults.append(
                f"rate {plainly(self.rate)} is not a number: interest a year, 4.3 % is 0.043."
            )
        if faults:
            raise InputError(Problem(message=f"cash: {text}") for text in faults)

    @property
    def underlying(self) -> str:
        """The currency."""
        return self.currency

    def drivers(self) -> tuple[Driver, ...]:
        """Read nothing."""
        return ()

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return one and its interest."""
        return np.asarray(math.exp(self.rate * elapsed_days / DAYS_A_YEAR))

    def value_range(self) -> ValueRange:
        """Return one, whatever interest adds: it does not hang on any level."""
        return ValueRange(1.0, 1.0)
