"""Files that must be whole: they appear complete, or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from stress.errors import StressError

__all__ = ["StorageError", "is_half_written", "write_atomically"]

#: How the name of a file ends that is being written, or was when its process was killed.
_PART = ".part"


class StorageError(StressError, OSError):
    """A folder that cannot be written to, a full disk, a damaged file."""


def is_half_written(path: Path, *, of: str) -> bool:
    """Whether a file is one that `write_atomically` was writing, of a file whose name begins so."""
    return path.name.startswith(f".{of}") and path.suffix == _PART


def write_atomically(
    path: Path, write: Callable[[BinaryIO], object], *, replace: bool = True
) -> None:
    """Write a file so that a reader, and a crash, see the old one or the whole new one.

    Parameters
    ----------
    path : Path
        Of the file; its folder exists.
    write : callable
        Puts the content into an open binary file.
    replace : bool
        Whether a file that is there already is replaced; else it stays as it is, also where it has come into being
        at the same moment.

    Raises
    ------
    StorageError
        With what the system said; nothing is left behind.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_PART)
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o666 & ~_umask())
            _place(name, path, replace=replace)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}.") from None


def _place(name: str, path: Path, *, replace: bool) -> None:
    """Give a whole file its name."""
    if replace:
        os.replace(name, path)
        return
    try:
        os.link(name, path)  # fails where the file is there; renaming would replace it
    except FileExistsError:
        pass  # it stays as it is
    except OSError:  # a file system without links
        if not path.exists():
            os.replace(name, path)
            return
    os.unlink(name)


def _umask() -> int:
    """Return which permissions new files of this process do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
