"""Buffers that a thread uses again and again: fresh memory costs more than what is written to it."""

from __future__ import annotations

import math
import threading

import numpy as np

from stress.arrays import FloatArray

__all__ = ["scratch"]

_LOCAL = threading.local()


def scratch(name: str, shape: tuple[int, ...]) -> FloatArray:
    """Return this thread's buffer of a name, as large as asked for; good until it is asked for again."""
    held: dict[str, FloatArray] | None = getattr(_LOCAL, "held", None)
    if held is None:
        held = _LOCAL.held = {}
    size = math.prod(shape)
    if name not in held or held[name].size < size:
        held[name] = np.empty(size)
    return held[name][:size].reshape(shape)
