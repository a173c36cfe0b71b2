"""Two names of one file: what is written must not be what is read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from stress.errors import InputError

__all__ = ["refuse_to_overwrite", "same_file"]


def same_file(one: str | os.PathLike[str], other: str | os.PathLike[str]) -> bool:
    """Whether two names are of one file, be it there or not; links are followed.

    Parameters
    ----------
    one, other : path-like
        Names.
    """
    with contextlib.suppress(OSError, ValueError):  # none there; a name that no file can have
        if os.path.realpath(one) == os.path.realpath(other):
            return True
        return Path(one).samefile(other)  # on a file system that knows no capitals
    return False


def refuse_to_overwrite(output: str | os.PathLike[str], *, read: Iterable[object]) -> None:
    """Refuse an output that is one of the files read.

    Parameters
    ----------
    output : path-like
        About to be written.
    read : iterable
        What is read; what stands in memory is no file.

    Raises
    ------
    InputError
        With the name.
    """
    for one in read:
        if isinstance(one, str | os.PathLike) and same_file(output, one):
            raise InputError(
                f"output {os.fspath(output)!r}: this file is read. Name another to write."
            )
