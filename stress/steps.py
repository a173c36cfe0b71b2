"""Progress of work whose steps are counted beforehand."""

from __future__ import annotations

import itertools
from collections.abc import Callable

__all__ = ["Progress", "part_of", "stepping"]

#: Called with what is done, and what there is in all; what it returns is not looked at.
Progress = Callable[[int, int], object]


def stepping(on_progress: Progress | None, total: int) -> Callable[[], None]:
    """Return what is to be called after each step.

    Parameters
    ----------
    on_progress : callable or None
        Told of every step; None tells nobody.
    total : int
        Steps in all.

    Examples
    --------
    >>> step = stepping(lambda done, total: print(f"{done} of {total}"), 2)
    >>> step(); step()
    1 of 2
    2 of 2
    """
    done = itertools.count(1)

    def step() -> None:
        if on_progress is not None:
            on_progress(next(done), total)

    return step


def part_of(on_progress: Progress | None, part: int, parts: int) -> Progress | None:
    """Return the progress of one of several parts of the same size, told as progress of the whole.

    Parameters
    ----------
    on_progress : callable or None
        Told of the whole; None tells nobody.
    part, parts : int
        Which part, from 0, of how many.

    Examples
    --------
    >>> second = part_of(lambda done, total: print(f"{done} of {total}"), 1, 3)
    >>> second(10, 100)
    110 of 300
    """
    if on_progress is None:
        return None
    return lambda done, total: on_progress(part * total + done, parts * total)
