"""What stands twice where each may stand once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar

__all__ = ["given_twice"]

Value = TypeVar("Value", bound=Any)


def given_twice(values: Iterable[Value]) -> list[Value]:
    """Return what is given more than once, in order of size.

    Examples
    --------
    >>> given_twice(["b", "a", "b", "c", "a"])
    ['a', 'b']
    """
    return sorted(value for value, count in Counter(values).items() if count > 1)
