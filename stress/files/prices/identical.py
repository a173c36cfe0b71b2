"""Series that are one series under two names: in a basket such a name would count twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from stress.arrays import FloatArray
from stress.files.prices.levels import possible_prices

__all__ = ["identical_series"]

#: Fewer shared levels prove nothing; so many last ones name the candidates, all shared ones are then compared.
_LEAST_SHARED = 20
_SAME = 1e-9


def identical_series(
    levels: FloatArray, is_price: npt.NDArray[np.bool_]
) -> Iterator[tuple[int, int, int]]:
    """Find series with the same moves on every session they share, up to a constant factor for prices.

    Parameters
    ----------
    levels : ndarray of shape (T, N)
        nan where blank.
    is_price : ndarray of shape (N,)
        Prices are compared by returns, others (yields, index levels) by differences.

    Yields
    ------
    first, again, shared : int
        Columns of the first such series and of a later one, and how many levels they share. A series
        that never moves is like no other.
    """
    groups: dict[tuple[bool, bytes], list[int]] = {}
    for n in range(levels.shape[1]):
        rows = np.flatnonzero(np.isfinite(levels[:, n]))
        if len(rows) < _LEAST_SHARED:
            continue
        moved = _moves(levels[rows, n], bool(is_price[n]))
        if not moved.any():
            continue
        tail = np.round(moved[1 - _LEAST_SHARED :], 7) + 0.0
        key = (bool(is_price[n]), rows[-_LEAST_SHARED:].tobytes() + tail.tobytes())
        groups.setdefault(key, []).append(n)
    for members in groups.values():
        first = members[0]
        for again in members[1:]:
            both = np.flatnonzero(np.isfinite(levels[:, first]) & np.isfinite(levels[:, again]))
            a = _moves(levels[both, first], bool(is_price[first]))
            b = _moves(levels[both, again], bool(is_price[again]))
            if len(both) >= _LEAST_SHARED and np.allclose(a, b, rtol=0.0, atol=_SAME):
                yield first, again, len(both)


def _moves(level: FloatArray, is_price: bool) -> FloatArray:
    if not is_price:
        return np.diff(level)
    price = possible_prices(level)
    return np.nan_to_num(price[1:] / price[:-1] - 1.0, nan=-1.0)
