"""`HedgeLine`: one instrument that may be traded, at which price, at which cost and within which limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from stress.errors import InputError, Problem
from stress.portfolio.instruments import Instrument
from stress.portfolio.instruments.codes import currency_faults, name_faults
from stress.portfolio.instruments.instrument import missing_members
from stress.portfolio.instruments.terms import date_faults, number_faults

__all__ = ["LINE_TYPES", "SHARES", "HedgeLine", "LineType"]

LineType = Literal[
    "stock", "etf", "future", "put", "call", "put_spread", "collar", "cash", "sell_down"
]

LINE_TYPES: tuple[LineType, ...] = get_args(LineType)
#: Those that are shares.
SHARES: tuple[LineType, ...] = ("stock", "etf")

_NUMBERS = ("half_spread", "commission", "borrow", "adv", "lot", "lower", "upper")


@dataclass(frozen=True, slots=True, kw_only=True)
class HedgeLine:
    """One instrument that may be traded; a unit is a share or a contract.

    Parameters
    ----------
    id : str
        Unique in the universe.
    type : LineType
        What it is. `sell_down` reduces a held position.
    instrument : Instrument
        What one unit is worth.
    currency : str
        ISO code of price and commission.
    price : float or None
        Quoted price of a share, a futures point or a share's option; None where a volatility is quoted.
    half_spread : float
        Half of bid to ask over the price; over the premium of options, leg by leg. [fraction, >= 0, < 1]
    commission : float
        A share or contract, in the currency of its quote. [`currency`, >= 0]
    borrow : float
        Yearly fee on what is sold short. [fraction, >= 0]
    financing : float or None
        Yearly rate on what is bought; the cash row's when None. [fraction]
    margin : float or None
        Share of notional blocked; None where none is stated.
    adv : float
        Average daily volume, infinite where none is stated. [units a day]
    lot : float
        Trades are whole multiples of it. [units, > 0]
    lower, upper : float
        Least and largest trade. [units]
    quoted : str or None
        ISO date of the quote.
    row : int or None
        Line of the file.

    Raises
    ------
    InputError
        All that is wrong with the figures, at once.
    """

    id: str
    type: LineType
    instrument: Instrument
    currency: str
    half_spread: float
    commission: float
    price: float | None = None
    borrow: float = 0.0
    financing: float | None = None
    margin: float | None = None
    adv: float = math.inf
    lot: float = 1.0
    lower: float = -math.inf
    upper: float = math.inf
    quoted: str | None = None
    row: int | None = None

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise InputError(
                Problem(message=f"hedge line '{self.id}': {text}", line=self.row) for text in faults
            )

    def _faults(self) -> list[str]:
        faults = self._not_of_their_kind()
        if faults:
            return faults
        for what, value in (
            ("half_spread", self.half_spread),
            ("commission", self.commission),
            ("borrow", self.borrow),
            ("margin", 0.0 if self.margin is None else self.margin),
        ):
            if not (math.isfinite(value) and value >= 0.0):
                faults.append(f"{what} is {value:g}: a cost is finite and not negative.")
        if math.isfinite(self.half_spread) and self.half_spread >= 1.0:
            faults.append(
                f"half_spread is {100.0 * self.half_spread:g}%, the whole price: its bid would be nothing or less."
            )
        if self.price is not None and not (math.isfinite(self.price) and self.price > 0.0):
            faults.append(f"price {self.price:g} is not a number above zero.")
        if math.isnan(self.adv) or self.adv <= 0.0:
            faults.append(f"average daily volume {self.adv:g} is not above zero.")
        if not (math.isfinite(self.lot) and self.lot > 0.0):
            faults.append(f"lot {self.lot:g} is not a number above zero.")
        elif not self.lower <= 0.0 <= self.upper:
            faults.append(
                f"limits {self.lower:g} to {self.upper:g} do not include no trade at all."
            )
        elif max(-self.lower, self.upper) < self.lot and self.type != "sell_down":
            faults.append(
                f"one lot is {self.lot:g} units, more than its limit of {max(-self.lower, self.upper):g}: "
                "it can never be traded."
            )
        return faults

    def _not_of_their_kind(self) -> list[str]:
        """Put numbers and dates as they are inside, and say which fields are of another kind than they should be."""
        faults = [*name_faults(id=self.id), *currency_faults(currency=self.currency)]
        if self.type not in LINE_TYPES:
            faults.append(f"type {self.type!r} is none of {', '.join(LINE_TYPES)}.")
        if lacking := missing_members(self.instrument):
            faults.append(
                f"instrument {self.instrument!r} has no {', '.join(lacking)} (see stress.Instrument)."
            )
        faults += number_faults(self, *_NUMBERS, may_be_none=("price", "financing", "margin"))
        return faults + date_faults(self, may_be_none=("quoted",))
