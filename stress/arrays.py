"""The kind of array that all rooms pass on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["FloatArray"]

#: Double precision throughout.
FloatArray = npt.NDArray[np.float64]
