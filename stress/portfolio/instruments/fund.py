"""A fund looked through: its price moves as the constituents of its holdings file do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.frozen import FrozenMapping
from stress.portfolio.instruments.codes import name_faults
from stress.portfolio.instruments.dates import iso_date
from stress.portfolio.instruments.instrument import Driver, Levels, OwnedOutright

__all__ = ["FundLookThrough"]

#: Weights and residual may miss 1 by this much: holdings files round to two decimals of a percent.
SUM_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class FundLookThrough(OwnedOutright):
    """One share of a fund, as weights on constituents and a residual.

    Parameters
    ----------
    ticker : str
        Of the fund.
    price : float
        Of one share, at the date the moves start from. [currency]
    weights : mapping of str to float
        Share of the fund's value in each constituent, as the holdings file says; negative when short.
    residual : float
        Share of the value in nothing listed. With the weights it sums to 1 within 0.1 %.
    residual_follows : str or None
        The name whose return the residual earns (the fund's own ticker, say); None: it is cash.
    holdings_as_of : str
        ISO date of the holdings file.

    Raises
    ------
    InputError
        All that is wrong with the terms, at once.
    """

    ticker: str
    price: float
    weights: Mapping[str, float]
    residual: float
    residual_follows: str | None
    holdings_as_of: str
    kind: ClassVar[str] = "fund"
    linear: ClassVar[bool] = False

    def __post_init__(self) -> None:
        faults = name_faults(ticker=self.ticker)
        if not (math.isfinite(self.price) and self.price > 0.0):
            faults.append(f"price {self.price!r} is not a number above zero.")
        if not self.weights:
            faults.append("the holdings list no constituent.")
        faults += [
            f"weight {weight!r} of {name} is not a number."
            for name, weight in self.weights.items()
            if not math.isfinite(weight)
        ]
        total = math.fsum(self.weights.values()) + self.residual
        if not abs(total - 1.0) <= SUM_TOLERANCE:
            faults.append(
                f"weights and residual sum to {total:.4%}, not to 100 %. "
                "State what is not listed as the residual."
            )
        try:
            iso_date(self.holdings_as_of, what="holdings_as_of")
        except InputError as error:
            faults.append(str(error))
        if faults:
            raise InputError(Problem(message=f"fund {self.ticker}: {text}") for text in faults)
        object.__setattr__(self, "weights", FrozenMapping(self.weights))

    @property
    def underlying(self) -> str:
        """The fund's ticker."""
        return self.ticker

    def drivers(self) -> tuple[Driver, ...]:
        """Read the growth of each constituent, and of what the residual follows."""
        follows = () if self.residual_follows is None else (self.residual_follows,)
        return tuple(Driver("growth", name) for name in dict.fromkeys((*self.weights, *follows)))

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> FloatArray:
        """Return the price times one plus the weighted returns; never below zero."""
        change: FloatArray = np.zeros(())
        for name, weight in self.weights.items():
            change = change + weight * (levels[Driver("growth", name)] - 1.0)
        if self.residual_follows is not None:
            change = change + self.residual * (
                levels[Driver("growth", self.residual_follows)] - 1.0
            )
        return np.asarray(self.price * np.maximum(1.0 + change, 0.0))
