"""What a market level moves with: a name's return, a factor, an exchange rate between, a stated fraction, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from stress.frozen import hold_still, still_when_copied
from stress.portfolio.instruments import Option
from stress.portfolio.volatility import SkewSlope, VolatilityBeta

__all__ = [
    "FactorGrowth",
    "FactorShift",
    "Fixed",
    "Mover",
    "NameGrowth",
    "QuotedGrowth",
    "RateMover",
    "VolatilityMove",
    "so_many_times",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameGrowth:
    """The level grows with a name's return, or falls with it."""

    name: str
    inverse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorGrowth:
    """The level grows with a relative factor's move, or falls with it."""

    factor: str
    inverse: bool = False


@still_when_copied
@dataclass(frozen=True, slots=True, kw_only=True)
class FactorShift:
    """The level shifts by weighted moves of absolute factors."""

    weights: Mapping[str, float]

    def __post_init__(self) -> None:
        hold_still(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """The level moves by a fixed fraction: 0 where nothing moves it."""

    move: float
    reason: str


#: What an exchange rate moves with.
RateMover = NameGrowth | FactorGrowth | Fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedGrowth:
    """The level is a name's price in another currency than the model's: ``(1 + r) (1 + g) / (1 + q)``.

    Both rates are against the book's currency, so that a share and the options on it move alike.

    Parameters
    ----------
    name : str
        Its return r is in the model's currency.
    gained : NameGrowth, FactorGrowth, Fixed or None
        What the model's currency does against the book's: g; None where they are one.
    given_up : NameGrowth, FactorGrowth, Fixed or None
        What the quote currency does against the book's: q; None where they are one.
    """

    name: str
    gained: RateMover | None
    given_up: RateMover | None

    @property
    def rates(self) -> tuple[RateMover, ...]:
        """The exchange rates it reads."""
        return tuple(rate for rate in (self.gained, self.given_up) if rate is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class VolatilityMove:
    """A contract's volatility moves with the index and with the spot by the scenario's rule."""

    option: Option
    beta: VolatilityBeta
    skew: SkewSlope


Mover = NameGrowth | QuotedGrowth | FactorGrowth | FactorShift | Fixed | VolatilityMove


def so_many_times(mover: Mover, times: int) -> Mover:
    """Return what moves by a stated fraction moving so many times over, anything else as it is.

    Parameters
    ----------
    mover : NameGrowth, QuotedGrowth, FactorGrowth, FactorShift, Fixed or VolatilityMove
        What a level moves with.
    times : int
        0 holds it still.
    """
    match mover:
        case Fixed():
            return _compounded(mover, times)
        case QuotedGrowth(gained=gained, given_up=given_up):
            return replace(
                mover,
                gained=_compounded(gained, times) if isinstance(gained, Fixed) else gained,
                given_up=_compounded(given_up, times) if isinstance(given_up, Fixed) else given_up,
            )
        case _:
            return mover


def _compounded(stated: Fixed, times: int) -> Fixed:
    return replace(stated, move=(1.0 + stated.move) ** times - 1.0)
