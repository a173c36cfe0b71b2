"""Keep the book as it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.hedging.prepared import Setting

__all__ = ["DoNothing"]


@dataclass(frozen=True, slots=True)
class DoNothing:
    """No trade."""

    title: str = "do nothing"

    def trades(self, setting: Setting) -> FloatArray:
        """Return zeros."""
        return np.zeros(len(setting.candidates.lines))
