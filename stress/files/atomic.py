"""Files that must be whole: they appear complete, or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
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
        Of the file; its folder exists. What a link points to is written, the link stays.
    content : bytes
        All of it.
    replace : bool
        Whether a file that is there already is replaced, by one with its permissions and owner; else it stays as it is,
        also where it has come into being at the same moment.

    Raises
    ------
    StorageError
        With what the system said, or where what is there is no file: a device, a pipe, a folder. Nothing is left
        behind.
    """
    target = Path(os.path.realpath(path)) if replace else path
    part = target.parent / f".{target.name}.{secrets.token_hex(8)}{_PART}"
    try:
        before = _before(path) if replace else None
        try:
            with open(part, "xb") as file:  # with the permissions that the system gives new files
                if before is not None:
                    _make_like(part, before)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _place(part, target, replace=replace)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(part)
            raise
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}.") from None


def _before(path: Path) -> os.stat_result | None:
    """Return what the system says of a file that will be replaced; None where there is none."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise OSError("it is no regular file, and is left as it is")
    return found


def _make_like(part: Path, before: os.stat_result) -> None:
    """Give a new file the permissions of another, and its owner and group as far as the system lets us."""
    for owner in (before.st_uid, -1):
        with contextlib.suppress(OSError, AttributeError):  # Windows knows no owner
            os.chown(part, owner, before.st_gid)
            break
    os.chmod(part, stat.S_IMODE(before.st_mode))


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
