"""`Prices`: checked levels of series on dates; the one thing calibration reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError

__all__ = ["Prices"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Prices:
    """Levels of N series on T dates.

    Parameters
    ----------
    dates : tuple of str, length T
        ISO dates, strictly rising.
    names : tuple of str, length N
        Series, unique.
    levels : ndarray of shape (T, N)
        Prices, yields in percent, index points; nan where the source is blank. Never filled.
    content_hash : str
        SHA-256 over the files read, in order.
    sources : tuple of (str, str)
        File name and SHA-256 of each file.
    warnings : tuple of str
        Every problem that was waived, with its place.
    """

    dates: tuple[str, ...]
    names: tuple[str, ...]
    levels: FloatArray
    content_hash: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        levels = np.array(self.levels, dtype=np.float64, copy=True)
        if levels.shape != (len(self.dates), len(self.names)):
            raise InputError(
                f"prices: {len(self.dates)} dates and {len(self.names)} names do not fit an array of shape {levels.shape}."
            )
        if np.isinf(levels).any():
            t, n = (int(i) for i in np.argwhere(np.isinf(levels))[0])
            raise InputError(f"prices: {self.names[n]} on {self.dates[t]} is infinite.")
        if any(a >= b for a, b in zip(self.dates, self.dates[1:], strict=False)):
            raise InputError("prices: dates must rise strictly.")
        if len(set(self.names)) != len(self.names):
            raise InputError("prices: two series have the same name.")
        levels.setflags(write=False)
        object.__setattr__(self, "levels", levels)

    @cached_property
    def index(self) -> dict[str, int]:
        """Column of each series by name."""
        return {name: n for n, name in enumerate(self.names)}

    def until(self, date: str) -> Prices:
        """Return the rows up to and including an ISO date; nothing after it is seen.

        Raises
        ------
        InputError
            When the first price is later.
        """
        count = sum(day <= date for day in self.dates)
        if count == 0:
            raise InputError(f"no price on or before {date}: the first date is {self.dates[0]}.")
        return Prices(
            dates=self.dates[:count],
            names=self.names,
            levels=self.levels[:count],
            content_hash=self.content_hash,
            sources=self.sources,
            warnings=self.warnings,
        )
