"""The one writer of the house for files that must be whole: they appear complete, or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from stress.errors import StressError

__all__ = ["StorageError", "write_atomically"]


class StorageError(StressError):
    """A folder that cannot be written to, a full disk, a damaged file."""


def write_atomically(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write a file so that a reader, and a crash, see the old one or the whole new one.

    Parameters
    ----------
    path : Path
        Of the file; its folder exists.
    write : callable
        Puts the content into an open binary file.

    Raises
    ------
    StorageError
        With what the system said; nothing is left behind.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}.") from None
