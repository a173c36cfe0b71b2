"""Amounts of lines that a constraint is made with."""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError

__all__ = ["line_amounts"]


def line_amounts(values: FloatArray, *, what: str, constraint: str) -> FloatArray:
    """Return one amount a line, or say that some are none.

    Parameters
    ----------
    values : ndarray, shape (M,)
        Finite and not negative.
    what : str
        What they are, in the plural.
    constraint : str
        Whose, by its name.

    Raises
    ------
    InputError
        Where one is negative, infinite or no number.
    """
    values = np.asarray(values, dtype=np.float64)
    if not (np.isfinite(values).all() and (values >= 0.0).all()):
        raise InputError(f"constraint '{constraint}': {what} must be finite and not negative.")
    return values
