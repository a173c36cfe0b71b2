"""Standard output kept from a solver that writes lines of its own to it.

HiGHS, as scipy brings it (1.12 with scipy 1.17), has an unconditional ``printf`` where an integer solution is repaired
after presolve; no option silences it. It goes past `sys.stdout`, to file descriptor 1, and so into the JSON of whoever
writes that to a pipe. A process of its own for the solver would cost a start a question, and there are dozens.
"""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

__all__ = ["highs_prints_nothing"]

_STDOUT = 1
#: What the lines of HiGHS begin with: the names of its classes.
_OF_HIGHS = b"Highs"


class _Turn:
    """One block at a time: descriptors are the process's, and what one block puts back another would have moved."""

    lock = threading.Lock()


def _after_fork() -> None:
    """Begin anew in a child: a lock that a thread of its parent held would stay shut."""
    _Turn.lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


@contextmanager
def highs_prints_nothing() -> Iterator[None]:
    """Keep lines of HiGHS from standard output inside the block.

    What other threads write there meanwhile is not lost: it follows when the block ends. Descriptor 1 is duplicated, so
    a pipe, a file, a notebook's or a test's capture is what it was afterwards; without one, as in a program without a
    console on Windows, nothing is done.
    """
    with _Turn.lock:
        _flush()
        try:
            own = os.dup(_STDOUT)
        except OSError:
            own = None
        if own is None:
            yield
            return
        with tempfile.TemporaryFile() as written:
            try:
                os.dup2(written.fileno(), _STDOUT)
                yield
            finally:
                # C holds what it printed in a buffer of its own, and would write it after the block.
                _flush()
                os.dup2(own, _STDOUT)
                os.close(own)
                _pass_on(written)


def _flush() -> None:
    """Write out what Python and C still hold for standard output."""
    with suppress(AttributeError, OSError, ValueError):  # none, a closed pipe, a closed stream
        sys.stdout.flush()
    with suppress(AttributeError, OSError):
        ctypes.CDLL("ucrtbase" if os.name == "nt" else None).fflush(None)


def _pass_on(written: IO[bytes]) -> None:
    """Write to standard output what is not of HiGHS."""
    written.seek(0)
    for line in written:
        if not line.startswith(_OF_HIGHS):
            os.write(_STDOUT, line)
