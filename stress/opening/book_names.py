"""What the books of a run are called when they are opened from files and data frames."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from stress.files.portfolio.frame import DataFrame

__all__ = ["book_names"]


def book_names(sources: Sequence[object]) -> list[str | None]:
    """Name the sources that would otherwise be called alike.

    Parameters
    ----------
    sources : sequence
        Files by path, data frames, or anything that has a name of its own.

    Returns
    -------
    list of str or None
        Several frames are ``DataFrame 1``, ``DataFrame 2``. Files of one name are lengthened by their folders, as given,
        until they differ: ``desk_a/positions.csv``. None leaves a source its own name.
    """
    frames = [isinstance(source, DataFrame) for source in sources]
    several = sum(frames) > 1
    paths = [
        Path(os.path.normpath(source)).parts if isinstance(source, (str, Path)) else ()
        for source in sources
    ]
    alike: dict[str, set[tuple[str, ...]]] = {}
    for path in paths:
        if path:
            alike.setdefault(path[-1], set()).add(path)
    return [
        (f"DataFrame {sum(frames[: at + 1])}" if several else None)
        if frames[at]
        else (_apart(path, alike[path[-1]] - {path}) if path else None)
        for at, path in enumerate(paths)
    ]


def _apart(path: tuple[str, ...], others: Collection[tuple[str, ...]]) -> str | None:
    """Return the shortest end of a path that no other has; None where the file's name does, or nothing can."""
    for length in range(1, len(path) + 1):
        if all(other[-length:] != path[-length:] for other in others):
            return None if length == 1 else "/".join(path[-length:])
    return None
