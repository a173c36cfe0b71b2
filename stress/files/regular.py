"""`require_regular`: a named pipe, a socket or a device is refused before a read that may never return."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from stress.errors import InputError, Problem, shortened

__all__ = ["require_regular"]

_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_UNNAMED = {
    errno.ENAMETOOLONG: "no file can have a name as long as this",
    errno.ELOOP: "this link leads back to itself",
}


def require_regular(path: str | os.PathLike[str], *, file: str | None = None) -> None:
    """Refuse what is neither a file nor a folder; a folder and a missing file are the reader's to name.

    Parameters
    ----------
    path : path-like
        What is about to be opened.
    file : str, optional
        How messages name it; the path when omitted.

    Raises
    ------
    InputError
        A pipe, a socket or a device (reading it may wait for ever, and twice is impossible), or a name
        that no file can have: none at all, a NUL character, too long, a link that leads to itself; the text of a
        file where its name is meant.
    """
    named = os.fspath(path) if file is None else file
    if not os.fspath(path):
        raise InputError(Problem(message="'' is no name of a file.", hint="Give its path."))
    if "\n" in named and not os.path.lexists(path):
        raise InputError(
            Problem(
                message=f"{shortened(repr(named))} is what a file holds, not its name.",
                hint="Give the path of the file; from Python what stands in memory as a list of rows or a data frame.",
            )
        )
    try:
        mode = Path(path).stat().st_mode
    except OSError as error:
        if error.errno not in _UNNAMED:
            return
        raise InputError(Problem(message=f"{_UNNAMED[error.errno]}.", file=named)) from None
    except ValueError:  # a NUL character in it
        raise InputError(
            Problem(message="no file can have this name.", file=named.replace("\0", "\\0"))
        ) from None
    for is_kind, what in _KINDS:
        if is_kind(mode):
            raise InputError(
                Problem(
                    message=f"this is {what}, not a file.",
                    file=named,
                    hint="Write it to a file first, and name that.",
                )
            )
