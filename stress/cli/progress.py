"""Progress of a long run: one line on a terminal's standard error, nothing anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

__all__ = ["progress"]

_QUIET_SECONDS = 1.0
_EVERY_SECONDS = 0.1


def progress(words: str, *, of: str = "draws") -> Callable[[int, int], None] | None:
    """Return a callable that shows draws done and in all, or None where nobody watches.

    Parameters
    ----------
    words : str
        What is going on.
    of : str
        What is counted.

    Returns
    -------
    callable or None
        Called with ``(done, total)``; writes after a second, at most ten times a second, and wipes
        its line at the end.
    """
    stream = sys.stderr
    if not stream.isatty():
        return None
    started = time.monotonic()
    last = started
    shown = False

    def show(done: int, total: int) -> None:
        nonlocal last, shown
        now = time.monotonic()
        if done >= total:
            if shown:
                stream.write("\r" + " " * 60 + "\r")
                stream.flush()
            shown = False
            return
        if now - started < _QUIET_SECONDS or now - last < _EVERY_SECONDS:
            return
        last, shown = now, True
        stream.write(f"\r{words}: {done / total:4.0%} of {total:,} {of}")
        stream.flush()

    return show
