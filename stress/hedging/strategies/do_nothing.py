"""Keep the book as it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stress.hedging.setting import Setting

__all__ = ["DoNothing"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DoNothing:
    """No trade."""

    title: str = "do nothing"

    def trades(self, setting: Setting) -> Array:
        """Return zeros."""
        return np.zeros(len(setting.candidates.lines))
