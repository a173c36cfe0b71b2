"""What `foreshock hedge` proposes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stress.hedging.propose import solved
from stress.hedging.setting import Setting

__all__ = ["Proposal"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The default problem with its loss limits: few lines, sell-downs within their cap, whole lots."""

    title: str = "the proposal of `hedge`"

    def trades(self, setting: Setting) -> Array:
        """Return the trades."""
        return solved(setting).trades
