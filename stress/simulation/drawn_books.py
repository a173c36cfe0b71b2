"""The draws that books keep at hand: as many as fit of all books of the process together, the least recently used go first."""

from __future__ import annotations

import itertools
import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from stress.simulation.streams import CHUNK, chunk_sizes

if TYPE_CHECKING:
    from stress.simulation.what_if import DrawnBook

__all__ = ["MOST_DRAWS", "DrawnBooks"]

#: Draws at hand in all books of a process, in whole chunks as they are held, unless the latest alone are more: with 27
#: factors, 230 MiB.
MOST_DRAWS = 1_000_000

#: What was asked of one book: content hash of the scenario, draws, seed.
Key = tuple[str, int, int]


class _Shared:
    """What all books of this process keep, the least recently used first, and what is being drawn."""

    lock = threading.Lock()
    used: ClassVar[OrderedDict[tuple[int, Key], weakref.ref[DrawnBooks]]] = OrderedDict()
    turns: ClassVar[dict[tuple[int, Key], threading.Lock]] = {}
    numbers = itertools.count()


def _after_fork() -> None:
    """Begin anew in a child: a lock that a thread of its parent held would stay shut."""
    _Shared.lock = threading.Lock()
    _Shared.turns.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class DrawnBooks:
    """Drawn books of one book by what was asked for; any thread may ask. They go with the book."""

    def __init__(self) -> None:
        self._kept: dict[Key, DrawnBook] = {}
        self._number = next(_Shared.numbers)

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key, make: Callable[[], DrawnBook]) -> DrawnBook:
        """Return what is at hand under a key, made now where nothing is.

        Parameters
        ----------
        key : (str, int, int)
            Content hash of the scenario, draws, seed.
        make : callable
            Draws the book. Of threads that ask for the same at once one draws, and the others wait for it.
        """
        place = self._number, key
        with _Shared.lock:
            found = self._found(key)
            if found is not None:
                return found
            turn = _Shared.turns.setdefault(place, threading.Lock())
        with turn:
            with _Shared.lock:
                found = self._found(key)
            if found is not None:
                return found
            try:
                drawn = make()
                with _Shared.lock:
                    self._kept[key] = drawn
                    self._found(key)
                    _make_room()
            finally:
                with _Shared.lock:
                    _Shared.turns.pop(place, None)
        return drawn

    def _found(self, key: Key) -> DrawnBook | None:
        """Return what is at hand under a key, as the most recently used."""
        found = self._kept.get(key)
        if found is not None:
            _Shared.used[self._number, key] = weakref.ref(self)
            _Shared.used.move_to_end((self._number, key))
        return found


def _make_room() -> None:
    """Forget what was used least recently of any book, until what is left fits or is the latest alone."""
    for place in [place for place, owner in _Shared.used.items() if owner() is None]:
        del _Shared.used[place]  # its book is gone, and its draws with it
    while len(_Shared.used) > 1 and sum(map(_held, _Shared.used)) > MOST_DRAWS:
        (_, key), owner = _Shared.used.popitem(last=False)
        if (book := owner()) is not None:
            book._kept.pop(key, None)


def _held(place: tuple[int, Key]) -> int:
    _, (_, draws, _) = place
    return CHUNK * len(chunk_sizes(draws))
