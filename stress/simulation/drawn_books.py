"""The draws a book keeps at hand: the latest asked for, and as many before them as fit."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stress.simulation.what_if import DrawnBook

__all__ = ["MOST_DRAWS", "DrawnBooks"]

#: Draws at hand in all, unless the latest alone are more: with 27 factors, 200 MiB.
MOST_DRAWS = 1_000_000


class DrawnBooks:
    """Drawn books by what was asked for, the least recently used forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int], DrawnBook] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: tuple[str, int, int], make: Callable[[], DrawnBook]) -> DrawnBook:
        """Return what is at hand under a key, made now where nothing is.

        Parameters
        ----------
        key : (str, int, int)
            Content hash of the scenario, draws, seed.
        make : callable
            Draws the book.
        """
        found = self._kept.pop(key, None)
        self._kept[key] = make() if found is None else found
        while len(self._kept) > 1 and sum(drawn for _, drawn, _ in self._kept) > MOST_DRAWS:
            self._kept.popitem(last=False)
        return self._kept[key]
