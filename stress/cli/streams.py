"""Streams that the caller closed: a result that cannot be written is an error, a message is not."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import NoReturn

__all__ = ["mute_standard_error", "stand_in_for_closed_streams"]


class _Closed(io.TextIOBase):
    """Standard output that is not there: whatever is written fails, as on a full disk."""

    def write(self, _: str, /) -> NoReturn:
        raise OSError(errno.EIO, "standard output is closed")


def stand_in_for_closed_streams() -> None:
    """Put something where Python has None, and hold the descriptors: no file that is opened later takes their place."""
    if sys.stdout is not None and sys.stderr is not None:
        return
    while (held := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(held)
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        mute_standard_error()


def mute_standard_error() -> None:
    """Put nothing where messages went: what nobody can read does not fail."""
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open as long as the process is
