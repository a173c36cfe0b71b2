"""Files that must be whole: they appear complete, or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from stress.errors import StressError

__all__ = ["StorageError", "is_half_written", "write_atomically"]

#: How the name of a file ends that is being written, or was when its process was killed.
_PART = ".part"


class StorageError(StressError, OSError):
    """A folder that cannot be written to, a full disk, a damaged file."""


def is_half_written(path: Path, *, of: str) -> bool:
    """Whether a file is one that `write_atomically` was writing, of a file whose name begins so."""
    return path.name.startswith(f".{of}") and path.suffix == _PART


def write_atomically(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file so that a reader, and a crash, see the old one or the whole new one.

    Parameters
    ----------
    path : Path
        Of the file; its folder exists.
    content : bytes
        All of it.
    replace : bool
        Whether a file that is there already is replaced; else it stays as it is, also where it has come into being
        at the same moment.

    Raises
    ------
    StorageError
        With what the system said; nothing is left behind.
    """
    part = path.parent / f".{path.name}.{secrets.token_hex(8)}{_PART}"
    try:
        try:
            with open(part, "xb") as file:  # with the permissions that the system gives new files
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _place(part, path, replace=replace)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(part)
            raise
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}.") from None


def _place(part: Path, path: Path, *, replace: bool) -> None:
    """Give a whole file its name."""
    if replace:
        os.replace(part, path)
        return
    try:
        os.link(part, path)  # fails where the file is there; renaming would replace it
    except FileExistsError:
        pass  # it stays as it is
    except OSError:  # a file system without links
        if not path.exists():
            os.replace(part, path)
            return
    os.unlink(part)
