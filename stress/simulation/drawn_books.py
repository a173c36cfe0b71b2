"""The draws a book keeps at hand: the latest asked for, and as many before them as fit."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from stress.simulation.streams import CHUNK, chunk_sizes

if TYPE_CHECKING:
    from stress.simulation.what_if import DrawnBook

__all__ = ["MOST_DRAWS", "DrawnBooks"]

#: Draws at hand in all, in whole chunks as they are held, unless the latest alone are more: with 27 factors, 230 MiB.
MOST_DRAWS = 1_000_000


class DrawnBooks:
    """Drawn books by what was asked for, the least recently used forgotten first; any thread may ask."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int], DrawnBook] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: tuple[str, int, int], make: Callable[[], DrawnBook]) -> DrawnBook:
        """Return what is at hand under a key, made now where nothing is.

        Parameters
        ----------
        key : (str, int, int)
            Content hash of the scenario, draws, seed.
        make : callable
            Draws the book. Threads that ask for the same at once may each draw it: it is the same to the last bit.
        """
        with self._lock:
            found = self._kept.get(key)
        drawn = make() if found is None else found
        with self._lock:
            self._kept[key] = drawn
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and sum(map(_held, self._kept)) > MOST_DRAWS:
                self._kept.popitem(last=False)
        return drawn


def _held(key: tuple[str, int, int]) -> int:
    _, draws, _ = key
    return CHUNK * len(chunk_sizes(draws))
