"""Progress of a long run: one line on a terminal's standard error, nothing anywhere else."""

from __future__ import annotations

import contextlib
import sys
import time

import click

from stress.cli.standard_error import terminal_width
from stress.steps import Progress

__all__ = ["progress"]

_QUIET_SECONDS = 1.0
_EVERY_SECONDS = 0.1
_WIDTH = 76


def progress(words: str, *, of: str = "draws") -> Progress | None:
    """Return a callable that shows what is done, the rate and the time left, or None where nobody watches.

    Parameters
    ----------
    words : str
        What is going on.
    of : str
        What is counted.

    Returns
    -------
    callable or None
        Called with ``(done, total)``, with nothing done where the work begins later than now; writes after a
        second, at most ten times a second, and wipes its line at the end of the work, or of a command that is
        refused or interrupted.
    """
    stream = sys.stderr
    columns = terminal_width()
    if columns is None:
        return None
    # A line that fills the terminal would leave what it began with behind.
    wide = min(_WIDTH, columns - 1)
    started = time.monotonic()
    last = started
    shown = False

    def write(text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # a terminal that has been closed meanwhile
            stream.write(text)
            stream.flush()

    def wipe() -> None:
        nonlocal shown
        if shown:
            write("\r" + " " * wide + "\r")
        shown = False

    def show(done: int, total: int) -> None:
        nonlocal started, last, shown
        now = time.monotonic()
        if done == 0:
            started = last = now
        if done >= total:
            wipe()
            return
        if now - started < _QUIET_SECONDS or now - last < _EVERY_SECONDS:
            return
        last, shown = now, True
        rate = done / max(now - started, 1e-9)
        left = (total - done) / rate if rate > 0.0 else 0.0
        speed = f"{rate:,.0f}/s, " if rate >= 1.0 else ""
        text = f"{words}: {done / total:4.0%} of {total:,} {of}, {speed}{_clock(left)} left"
        # The line before may have been longer.
        write(f"\r{text:{wide}}"[: wide + 1])

    context = click.get_current_context(silent=True)
    if context is not None:
        context.call_on_close(wipe)
    return show


def _clock(seconds: float) -> str:
    """Write a span of time in its two largest units."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
