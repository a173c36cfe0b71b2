"""A share or a fund held by its own exposure: worth its price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.portfolio.instruments.codes import name_faults
from stress.portfolio.instruments.instrument import Driver, Levels, OwnedOutright

__all__ = ["Equity"]


@dataclass(frozen=True, slots=True)
class Equity(OwnedOutright):
    """One share of `ticker`."""

    ticker: str
    kind: ClassVar[str] = "equity"
    linear: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if faults := name_faults(ticker=self.ticker):
            raise InputError(Problem(message=f"equity: {text}") for text in faults)

    @property
    def underlying(self) -> str:
        """The ticker."""
        return self.ticker

    def drivers(self) -> tuple[Driver, ...]:
        """Read the spot."""
        return (Driver("spot", self.ticker),)

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the spot."""
        return levels[Driver("spot", self.ticker)]
