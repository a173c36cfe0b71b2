"""One BLAS thread while chunks are worked on: our own workers are the threads.

A product of one chunk is too small for BLAS threads to pay; waking them costs more than the product, and workers that
each wake two threads wait for one another. And a product that is split over threads can differ in its last bit, so
whatever draws chunks and is called from outside a run opens such a block itself.

Why not threadpoolctl: blocks overlap across threads here and the last to end restores the number, whichever thread it
runs in; threadpoolctl (3.8) lets only the thread that set it first set it again, and ignores the others silently.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["one_blas_thread", "set_one_blas_thread"]

_PREFIXES = ("scipy_openblas", "openblas")
_SUFFIXES = ("64_", "")


#: How to read and to set a library's number of threads.
_Calls = tuple[Callable[[], int], Callable[[int], Any]]


@dataclass(slots=True)
class _Holders:
    """How many blocks are open: the first sets the process's numbers of threads, the last restores them."""

    count: int = 0
    before: list[tuple[_Calls, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


_HOLDERS = _Holders()


def _after_fork() -> None:
    """Begin anew in a child: it has none of its parent's threads, and a lock one held would stay shut."""
    _HOLDERS.count, _HOLDERS.before, _HOLDERS.lock = 0, [], threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let the BLAS of numpy and scipy use one thread inside the block, and as many as before after it.

    Blocks may overlap in time, in any threads: a product split over two threads can differ in its last bit
    from the same one in one thread, so none of them may end while another is open.

    Notes
    -----
    Where numpy does not bring its own OpenBLAS (other vendors' libraries) nothing is changed; scipy's is looked at if
    its linear algebra is loaded when the first block opens. The environment is not asked: what it says now
    need not be what a library was loaded with.
    """
    with _HOLDERS.lock:
        if _HOLDERS.count == 0:
            _HOLDERS.before = [(calls, int(calls[0]())) for calls in _libraries()]
            for (_, put), threads in _HOLDERS.before:
                if threads > 1:
                    put(1)
        _HOLDERS.count += 1
    try:
        yield
    finally:
        with _HOLDERS.lock:
            _HOLDERS.count -= 1
            if _HOLDERS.count == 0:
                for (_, put), threads in _HOLDERS.before:
                    if threads > 1:
                        put(threads)


def set_one_blas_thread() -> None:
    """Let BLAS use one thread from here on: for a process that does nothing else."""
    for _, put in _libraries():
        put(1)


def _libraries() -> list[_Calls]:
    loaded = ["numpy", *(["scipy"] if "scipy.linalg" in sys.modules else [])]
    return [calls for package in loaded if (calls := _calls(package)) is not None]


@cache
def _calls(package: str) -> _Calls | None:
    """Return how to read and set the number of threads of the OpenBLAS that a package has loaded."""
    import ctypes

    here = Path(str(import_module(package).__file__)).parent
    places = (here.parent / f"{package}.libs", here / ".dylibs", here / ".libs")
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
