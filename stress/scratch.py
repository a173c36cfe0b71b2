"""Buffers that a thread uses again and again: fresh memory costs more than what is written to it."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from stress.arrays import FloatArray

__all__ = ["borrowed", "scratch"]

_LOCAL = threading.local()
#: Buffers that are kept for the next who borrows, at most. [bytes]
_KEPT = 16 * 2**20


def scratch(name: str, shape: tuple[int, ...]) -> FloatArray:
    """Return this thread's buffer of a name, as large as asked for; good until it is asked for again."""
    held: dict[str, FloatArray] | None = getattr(_LOCAL, "held", None)
    if held is None:
        held = _LOCAL.held = {}
    size = math.prod(shape)
    if name not in held or held[name].size < size:
        held[name] = np.empty(size)
    return held[name][:size].reshape(shape)


@contextmanager
def borrowed(shape: tuple[int, ...]) -> Iterator[FloatArray]:
    """Lend a buffer that nobody else has until it is given back; one that was given back before, where one is large enough."""
    free: list[FloatArray] | None = getattr(_LOCAL, "free", None)
    if free is None:
        free = _LOCAL.free = []
    size = math.prod(shape)
    place = next((i for i, held in enumerate(free) if held.size >= size), None)
    held = np.empty(size) if place is None else free.pop(place)
    try:
        yield held[:size].reshape(shape)
    finally:
        free.append(held)
        free.sort(key=len)
        while sum(other.nbytes for other in free) > _KEPT:
            del free[0]
