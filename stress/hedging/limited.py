"""What limits with one right-hand side share: its unit, its size, and how it is made wider."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self, cast

import numpy as np

__all__ = ["Limited"]


class Limited:
    """A limit in the currency of the problem; a subclass is a dataclass with a field `limit`."""

    __slots__ = ()

    limit: float

    @property
    def unit(self) -> str:
        """The currency of the problem."""
        return "currency"

    @property
    def size(self) -> float:
        """The limit, where there is one."""
        return abs(self.limit) if np.isfinite(self.limit) else 0.0

    def relaxed(self, by: float) -> Self:
        """Raise the limit by an amount."""
        return cast(Self, replace(cast(Any, self), limit=self.limit + by))
