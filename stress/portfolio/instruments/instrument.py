"""The contract of an instrument: which drivers it reads, and what it is worth given their levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, NamedTuple, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

__all__ = ["Driver", "Instrument", "Levels"]


class Driver(NamedTuple):
    """One market level an instrument reads.

    Parameters
    ----------
    kind : {'spot', 'vol', 'rate', 'dividend', 'fx', 'spread'}
        What it is.
    name : str
        Of which: a ticker, a currency, a curve point.
    """

    kind: Literal["spot", "vol", "rate", "dividend", "fx", "spread"]
    name: str


#: Levels by driver: a float, or an array over draws. All arrays of one call have one shape.
Levels = Mapping[Driver, npt.NDArray[np.float64]]


@runtime_checkable
class Instrument(Protocol):
    """What a position holds.

    `value` is per unit of quantity, in the instrument's currency, vectorised over draws; it reads
    exactly the drivers it names. An instrument that is `linear` is worth a multiple of one spot.
    """

    kind: ClassVar[str]
    linear: ClassVar[bool]

    @property
    def underlying(self) -> str:
        """The ticker or currency it follows."""
        ...

    def drivers(self) -> tuple[Driver, ...]:
        """Return the levels that `value` reads."""
        ...

    def value(self, levels: Levels, *, elapsed_days: float = 0.0) -> npt.NDArray[np.float64]:
        """Return the value of one unit at the given levels, `elapsed_days` calendar days from now."""
        ...
