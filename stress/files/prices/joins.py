"""One series that stands in several files: its dates are joined where the files agree, compared where one is enough."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.files.prices.findings import Finding
from stress.files.prices.levels import possible_prices

__all__ = ["JoinedSeries"]

#: Two files may give a series moves this far apart before they disagree.
DISAGREE = 0.01
#: Digits beyond which a number is as computed, not as printed; and what single precision or six significant digits lose.
_PRINTED = 8
_ROUNDED = 1e-5


class JoinedSeries:
    """A series as the files read so far have it.

    Parameters
    ----------
    name : str
    days : ndarray of str, shape (T,)
        Rising.
    levels : ndarray of shape (T,)
        Of the first file; nan where blank.
    file : str
        The first file.
    absolute : bool
        Whether it is compared by differences (yields, spreads, index levels), not by returns.
    """

    def __init__(
        self,
        name: str,
        days: npt.NDArray[np.str_],
        levels: FloatArray,
        file: str,
        *,
        absolute: bool,
    ) -> None:
        self.name = name
        self.levels = levels
        self._days = days
        self._parts = [(file, levels)]
        self._absolute = absolute

    @property
    def file(self) -> str:
        """The files that it came from."""
        return ", ".join(dict.fromkeys(file for file, _ in self._parts))

    def take(self, levels: FloatArray, file: str) -> list[Finding]:
        """Take another file in: one that has dates of its own is joined, one that has none is a second source.

        Levels have to agree where dates are joined: the seam would be a move that no market made. A second source
        may adjust for dividends from another day, and is compared by moves.

        Parameters
        ----------
        levels : ndarray of shape (T,)
            nan where blank.
        file : str

        Returns
        -------
        list of Finding
            At most one `disagree`; the files before stand then as they are.
        """
        added = np.isfinite(levels) & ~np.isfinite(self.levels)
        if not added.any():
            return self._moves_apart(levels, file)
        for other, known in self._parts:
            found = self._levels_apart(known, other, levels, file, int(added.sum()))
            if found:
                return found
        self.levels = np.where(added, levels, self.levels)
        self._parts.append((file, levels))
        return []

    def _levels_apart(
        self, first: FloatArray, first_file: str, second: FloatArray, file: str, added: int
    ) -> list[Finding]:
        both = np.flatnonzero(np.isfinite(first) & np.isfinite(second))
        if not len(both):
            return []
        a, b = first[both], second[both]
        size = np.maximum(np.abs(a), np.abs(b))
        allowed = 0.5 * (_last_digit(first) + _last_digit(second)) + _ROUNDED * size
        wide = np.flatnonzero(np.abs(a - b) > allowed)
        if not len(wide):
            return []
        worst = int(wide[np.argmax((np.abs(a - b) / np.maximum(size, 1e-300))[wide])])
        day, known = self._days[both[worst]], Path(first_file).name
        return [
            Finding(
                code="disagree",
                subject=self.name,
                message=f"'{self.name}' on {day} is {b[worst]:.10g} here and {a[worst]:.10g} in {known} "
                f"(apart on {len(wide)} of {len(both)} shared dates): the {added} dates that stand here alone cannot "
                "be joined to it, and without them the file before stands.",
                remedy="Take both from one download (adjusted closes change with every dividend), or rebase one",
                file=file,
            )
        ]

    def _moves_apart(self, second: FloatArray, file: str) -> list[Finding]:
        """Compare moves, not levels: sources adjust for dividends from different days."""
        both = np.flatnonzero(np.isfinite(self.levels) & np.isfinite(second))
        if len(both) < 2:
            return []
        a, b = self.levels[both], second[both]
        if self._absolute:
            apart = np.abs(np.diff(a) - np.diff(b)) / max(float(np.abs(a).mean()), 1e-12)
        else:
            a, b = possible_prices(a), possible_prices(b)
            apart = np.abs(a[1:] / a[:-1] - b[1:] / b[:-1])
        wide = np.flatnonzero(apart > DISAGREE)
        if not len(wide):
            return []
        worst = int(wide[np.argmax(apart[wide])])
        names = ", ".join(Path(part).name for part, _ in self._parts)
        return [
            Finding(
                code="disagree",
                subject=self.name,
                message=f"'{self.name}' moves differently in {names} on {len(wide)} day(s), most on "
                f"{self._days[both[worst + 1]]} (by {apart[worst]:.1%}); the first file stands.",
                file=file,
            )
        ]


def _last_digit(levels: FloatArray) -> float:
    """Return the unit of the last decimal that a series is printed with; 0 where it is not rounded."""
    there = levels[np.isfinite(levels)]
    for digits in range(_PRINTED + 1):
        if np.allclose(np.round(there, digits), there, rtol=1e-12, atol=1e-12):
            return float(10.0**-digits)
    return 0.0
