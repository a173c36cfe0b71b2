"""What moves by returns in the model's currency, held or quoted in another: shares, funds and futures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stress.arrays import FloatArray
from stress.portfolio.instruments import (
    Driver,
    FundLookThrough,
    Future,
    Levels,
    LeveragedFund,
    ValueRange,
)
from stress.portfolio.instruments.instrument import NO_DEBT, OwnedOutright, distinct

__all__ = ["QuotedFuture", "TranslatedFund", "TranslatedName"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedFund(OwnedOutright):
    """One share of a fund that is looked through or leveraged, in a book of another currency than the model's.

    Parameters
    ----------
    fund : FundLookThrough or LeveragedFund
        What it follows returns in the model's currency; its price is in the book's, wherever it is quoted.
    pair : str
        ``"USD/EUR"``: the model's currency in the book's.
    """

    fund: FundLookThrough | LeveragedFund
    pair: str
    kind: ClassVar[str] = "foreign fund"
    linear: ClassVar[bool] = False

    @property
    def underlying(self) -> str:
        """What the fund follows."""
        return self.fund.underlying

    @property
    def fx(self) -> Driver:
        """The growth of the exchange rate."""
        return Driver("growth", self.pair)

    def over_sessions(self, sessions: int) -> TranslatedFund:
        """Return it with the fund held over a horizon of so many sessions."""
        if isinstance(self.fund, FundLookThrough):
            return self
        return TranslatedFund(fund=self.fund.over_sessions(sessions), pair=self.pair)

    def drivers(self) -> tuple[Driver, ...]:
        """Read what the fund reads, and the growth of the exchange rate."""
        return distinct((*self.fund.drivers(), self.fx))

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the fund's value after its own moves, times the growth of the exchange rate."""
        return np.asarray(self.fund.value(levels, elapsed_days=elapsed_days) * levels[self.fx])


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedFuture(Future):
    """A future whose price is in another currency than the model's: that of a name's shares there, as the spot of an option is.

    Parameters
    ----------
    currency : str
        ISO code of its price.
    """

    currency: str

    @classmethod
    def of(cls, future: Future, currency: str) -> QuotedFuture:
        """Return a future with the currency of its price."""
        return cls(
            contract=future.contract,
            follows=future.follows,
            price=future.price,
            multiplier=future.multiplier,
            expiry=future.expiry,
            currency=currency,
        )

    @property
    def growth(self) -> Driver:
        """The growth of what it follows, in the currency of its price."""
        return Driver("growth", f"{self.follows} in {self.currency}")

    def drivers(self) -> tuple[Driver, ...]:
        """Read the growth of what it follows, in the currency of its price."""
        return (self.growth,)

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the variation paid since now: 0 before any move."""
        return np.asarray(self.notional * (levels[self.growth] - 1.0))
