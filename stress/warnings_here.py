"""`warnings_here`: what to do with the warnings of one thread, for a while; those of all others are left as they are."""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Iterator
from typing import Any, Literal, cast

__all__ = ["warnings_here"]


class _ThisThread:
    """Stands where a filter has the pattern of a module: every module fits, in one thread alone."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()

    def match(self, module: str) -> bool:
        """Say whether a warning is one of the thread's."""
        return threading.get_ident() == self.thread


@contextlib.contextmanager
def warnings_here(
    action: Literal["ignore", "error"], category: type[Warning] = Warning
) -> Iterator[None]:
    """Ignore the warnings of this thread or raise them, while the context lasts.

    Parameters
    ----------
    action : {'ignore', 'error'}
        What becomes of them.
    category : type of Warning
        Which ones.

    Notes
    -----
    `warnings.catch_warnings` keeps the filters of the whole process and puts them back: of two threads, the
    one that ends last puts back what the other had set, for good. This adds one filter and takes that one away.
    What Python has shown once from a place it does not raise there: with 'error' the place must be new.
    """
    filters = cast("list[Any]", warnings.filters)
    own = (action, None, category, _ThisThread(), 0)
    filters.insert(0, own)
    try:
        yield
    finally:
        for held in (filters, cast("list[Any]", warnings.filters)):  # another list, if swapped
            with contextlib.suppress(ValueError):
                held.remove(own)
