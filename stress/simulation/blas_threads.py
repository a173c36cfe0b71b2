"""One BLAS thread while chunks are worked on: our own workers are the threads.

A product of one chunk is too small for BLAS threads to pay; waking them costs more than the product, and two
workers that each wake two threads stand in each other's way.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["one_blas_thread", "set_one_blas_thread"]

_VARIABLE = "OPENBLAS_NUM_THREADS"
_PREFIXES = ("scipy_openblas", "openblas")
_SUFFIXES = ("64_", "")


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let numpy's BLAS use one thread inside the block, and as many as before after it.

    Notes
    -----
    Where numpy does not bring its own OpenBLAS (other vendors' libraries) nothing is changed.
    """
    before = set_one_blas_thread()
    try:
        yield
    finally:
        if before > 1:
            calls = _calls()
            assert calls is not None
            calls[1](before)


def set_one_blas_thread() -> int:
    """Let numpy's BLAS use one thread from here on; return how many it used, 1 if that is not known."""
    if os.environ.get(_VARIABLE) == "1":
        return 1
    calls = _calls()
    if calls is None:
        return 1
    before = int(calls[0]())
    if before > 1:
        calls[1](1)
    return before


@cache
def _calls() -> tuple[Callable[[], int], Callable[[int], Any]] | None:
    """Return how to read and set the number of threads of the OpenBLAS that numpy has loaded."""
    import ctypes

    here = Path(np.__file__).parent
    places = (here.parent / "numpy.libs", here / ".dylibs", here / ".libs")
    for library in (file for place in places for file in sorted(place.glob("*openblas*"))):
        try:
            loaded = ctypes.CDLL(str(library))
        except OSError:
            continue
        for prefix in _PREFIXES:
            for suffix in _SUFFIXES:
                get = getattr(loaded, f"{prefix}_get_num_threads{suffix}", None)
                put = getattr(loaded, f"{prefix}_set_num_threads{suffix}", None)
                if get is not None and put is not None:
                    return get, put
    return None
