"""Cash in a currency: one unit is worth one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.portfolio.instruments.codes import currency_faults
from stress.portfolio.instruments.instrument import Driver, Levels, OwnedOutright, ValueRange

__all__ = ["Cash"]


@dataclass(frozen=True, slots=True)
class Cash(OwnedOutright):
    """One unit of `currency`; it does not move in its own currency."""

    currency: str
    kind: ClassVar[str] = "cash"
    linear: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if faults := currency_faults(currency=self.currency):
            raise InputError(Problem(message=f"cash: {text}") for text in faults)

    @property
    def underlying(self) -> str:
        """The currency."""
        return self.currency

    def drivers(self) -> tuple[Driver, ...]:
        """Read nothing."""
        return ()

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return one."""
        return np.ones(())

    def value_range(self) -> ValueRange:
        """Return one."""
        return ValueRange(1.0, 1.0)
