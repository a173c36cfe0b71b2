"""`Prices`: checked levels of series on dates; the one thing calibration reads."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stress.arrays import FloatArray
from stress.dates import calendar_date
from stress.errors import InputError, plainly
from stress.frozen import FrozenMapping, still_when_copied

__all__ = ["Prices", "levels_hash"]


@still_when_copied
@dataclass(frozen=True, kw_only=True, eq=False)
class Prices:
    """Levels of N series on T dates.

    Parameters
    ----------
    dates : tuple of str, length T
        ISO dates, strictly rising; a `date` or `Timestamp` is written as one.
    names : tuple of str, length N
        Series, unique.
    levels : ndarray of shape (T, N)
        Prices, yields in percent, index points; nan where the source is blank. Never filled.
    content_hash : str
        SHA-256 over the files read, in order; of dates, names and levels where none is given.
    sources : tuple of (str, str)
        File name and SHA-256 of each file.
    warnings : tuple of str
        Every problem that was waived (``"waived jump: ..."``), and waivers that met nothing.
    """

    dates: tuple[str, ...]
    names: tuple[str, ...]
    levels: FloatArray
    content_hash: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("dates", "names"):
            try:
                iter(getattr(self, name))
            except TypeError:
                raise InputError(
                    f"prices: {name} are no sequence, but {getattr(self, name)!r}."
                ) from None
        object.__setattr__(self, "dates", tuple(_iso(day) for day in self.dates))
        object.__setattr__(self, "names", _texts(self.names))
        levels = _numbers(self.levels)
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
        if not self.content_hash:
            made = levels_hash(self.dates, self.names, levels)
            object.__setattr__(self, "content_hash", made)

    @property
    def waived(self) -> int:
        """How many of the warnings are problems that were accepted."""
        return len(self.warnings) - len(self.needless)

    @property
    def needless(self) -> tuple[str, ...]:
        """The warnings that name a waiver which met nothing."""
        return tuple(line for line in self.warnings if not line.startswith("waived "))

    @cached_property
    def index(self) -> FrozenMapping[str, int]:
        """Column of each series by name."""
        return FrozenMapping({name: n for n, name in enumerate(self.names)})

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


def levels_hash(dates: Sequence[str], names: Sequence[str], levels: FloatArray) -> str:
    """Return the SHA-256 of dates, names and levels."""
    digest = hashlib.sha256("\0".join((*dates, "", *names, "")).encode())
    digest.update(np.ascontiguousarray(levels, dtype="<f8").tobytes())
    return digest.hexdigest()


def _iso(day: object) -> str:
    if (known := calendar_date(day)) is not None:
        return known.isoformat()
    raise InputError(
        f"prices: the date {plainly(day)} is none. Write year-month-day, e.g. '2025-12-31'."
    )


def _texts(names: Sequence[object]) -> tuple[str, ...]:
    for name in names:
        if not isinstance(name, str) or not name.strip():
            raise InputError(f"prices: {name!r} is no name of a series. Give its ticker as text.")
    return tuple(str(name) for name in names)


def _numbers(levels: object) -> FloatArray:
    try:
        return np.array(levels, dtype=np.float64, copy=True)
    except (TypeError, ValueError) as error:
        raise InputError(f"prices: levels are no table of numbers: {error}.") from None
