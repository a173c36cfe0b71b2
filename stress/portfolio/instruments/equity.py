"""A share or a fund held by its own exposure: worth its price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stress.arrays import FloatArray
from stress.portfolio.instruments.instrument import Driver, Levels

__all__ = ["Equity"]


@dataclass(frozen=True, slots=True)
class Equity:
    """One share of `ticker`."""

    ticker: str
    kind: ClassVar[str] = "equity"
    linear: ClassVar[bool] = True

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
