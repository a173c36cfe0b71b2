"""`HedgeUniverse`: what may be traded, at which price, at which cost and within which limits."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from stress.arguments import held_to
from stress.errors import InputError, Problem
from stress.frozen import hold_still, still_when_copied
from stress.portfolio.instruments import Instrument
from stress.portfolio.instruments.codes import currency_faults, name_faults
from stress.portfolio.instruments.instrument import missing_members
from stress.portfolio.instruments.terms import date_faults, number_faults
from stress.twice import given_twice

__all__ = [
    "LINE_TYPES",
    "SELL_DOWN_HALF_SPREAD",
    "HedgeLine",
    "HedgeUniverse",
    "LineType",
]

LineType = Literal[
    "stock", "etf", "future", "put", "call", "put_spread", "collar", "cash", "sell_down"
]

LINE_TYPES: tuple[LineType, ...] = get_args(LineType)

#: Half-spread at which held positions are sold where no line and no row says it: a judgement. [fraction]
SELL_DOWN_HALF_SPREAD = 0.0010


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


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True)
class HedgeUniverse:
    """What may be traded.

    Parameters
    ----------
    label : str
        Its file name, without folders.
    lines : tuple of HedgeLine
        Without the sell-downs: those follow from the book.
    rates : mapping of str to float
        Yearly interest of cash by currency, from the cash rows. [fraction]
    spots, dividends, vols, vol_betas, skews : mapping of str to float
        Levels that options read: by underlying, `vols` by contract.
    sell_down_half_spread : float
        Half-spread at which held positions without a line of their own are sold. [fraction]
    sell_down_stated : bool
        Whether the file states it.
    as_of : str or None
        ISO date of the quotes.
    in_dollars : tuple of int
        Rows of the file that state no currency and are read in dollars.
    content_hash : str
        SHA-256 of the file.
    source : str
        Id or path that it was asked for by; empty of one made in memory.
    """

    label: str
    lines: tuple[HedgeLine, ...]
    rates: Mapping[str, float] = field(default_factory=dict)
    spots: Mapping[str, float] = field(default_factory=dict)
    dividends: Mapping[str, float] = field(default_factory=dict)
    vols: Mapping[str, float] = field(default_factory=dict)
    vol_betas: Mapping[str, float] = field(default_factory=dict)
    skews: Mapping[str, float] = field(default_factory=dict)
    sell_down_half_spread: float = SELL_DOWN_HALF_SPREAD
    sell_down_stated: bool = False
    as_of: str | None = None
    in_dollars: tuple[int, ...] = ()
    content_hash: str = ""
    source: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        lines = held_to(self.lines, Sequence[HedgeLine], what="hedge universe: lines")
        object.__setattr__(self, "lines", tuple(lines))
        hold_still(self)
        ids = [line.id for line in self.lines]
        twice = given_twice(ids)
        problems = [Problem(message=f"hedge line '{i}' stands twice.") for i in twice]
        if not self.lines:
            problems.append(
                Problem(
                    message=f"the hedge universe {self.label} is empty: there is no line to trade.",
                    hint="Give at least one stock, etf, future or option.",
                )
            )
        if problems:
            raise InputError(problems)

    def __repr__(self) -> str:
        kinds = Counter(line.type for line in self.lines)
        said = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        return f"<HedgeUniverse {self.label!r} · quotes of {self.as_of or 'no stated date'} · {len(self.lines)} lines: {said}>"

    @property
    def bundled(self) -> bool:
        """Whether it came with the package: it was asked for by an id, not by a file."""
        return bool(self.source) and self.label == f"{self.source}.csv"

    def currency_of(self, name: str) -> str | None:
        """Return the currency that a name's price is quoted in; None where no line follows it."""
        quoted = (line.currency for line in self.lines if line.instrument.underlying == name)
        return next(quoted, None)

    def of_type(self, *types: LineType) -> tuple[HedgeLine, ...]:
        """Return the lines of some types, in order."""
        return tuple(line for line in self.lines if line.type in types)
