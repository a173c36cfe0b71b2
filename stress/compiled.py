"""The compiled kernel, where one was built: the loops a run spends its time in, with the bits that numpy gives.

`kernel.c` is compiled while the package is installed, if there is a C compiler. Every function here has its twin in
numpy where it is called, does the same operations in the same order, and is asked only if `library` has it.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from stress.arrays import FloatArray

__all__ = [
    "contracts_into",
    "european_into",
    "exercise_into",
    "library",
    "lowest_into",
    "tabulated_into",
]

#: Beside its source; no suffix by which Python would take it for a module.
_NAME = "kernel.shared"
_POINTER, _SIZE, _DOUBLE = ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_double


@lru_cache(maxsize=1)
def library() -> ctypes.CDLL | None:
    """Return the compiled kernel, or None: none was built, not for this machine, or from another source."""
    here = Path(__file__)
    try:
        source = hashlib.sha256(here.with_name("kernel.c").read_bytes()).hexdigest()
        loaded = ctypes.CDLL(str(here.with_name(_NAME)))
        loaded.foreshock_source.restype = ctypes.c_char_p
        if loaded.foreshock_source() != source.encode():
            return None
    except (OSError, AttributeError):
        return None
    reads = {
        "european": (_POINTER, _SIZE, _SIZE, _POINTER, _POINTER, _POINTER),
        "contracts": (_POINTER, _POINTER, _SIZE, _SIZE, _POINTER, ctypes.c_int),
        "exercise": (
            *(_POINTER, _SIZE, _POINTER, _POINTER, _SIZE),
            *(_DOUBLE, _DOUBLE, _DOUBLE, ctypes.c_int),
        ),
        "tabulated": (
            *(_POINTER, _POINTER, _SIZE, _DOUBLE, _DOUBLE),
            *(_POINTER, _SIZE, _SIZE, _POINTER),
        ),
        "lowest": (*(_POINTER, _SIZE) * 2, _SIZE, _SIZE, _POINTER),
    }
    for name, kinds in reads.items():
        function = getattr(loaded, f"foreshock_{name}")
        function.argtypes, function.restype = kinds, None
    return loaded


def european_into(kernel: ctypes.CDLL, out: FloatArray, inputs: Sequence[FloatArray]) -> None:
    """Value European options.

    Parameters
    ----------
    kernel : CDLL
        From `library`.
    out : ndarray of shape (S,) or (M, S)
        Where the values are put; contiguous.
    inputs : sequence of 11 ndarray
        Log spot, spot, rate, volatility, log strike, strike, years, their root, dividend, share and sign, each of a
        shape that broadcasts.
    """
    *rows, columns = out.shape
    places = _addresses(inputs)
    row_steps, steps = np.array([_steps(x) for x in inputs], dtype=np.intp).T.copy()
    kernel.foreshock_european(
        *(out.ctypes.data, *(rows or (1,)), columns),
        *(places.ctypes.data, row_steps.ctypes.data, steps.ctypes.data),
    )


def _steps(x: FloatArray) -> tuple[int, int]:
    """Return how many elements lie between the rows and the columns of an array; 0 where it is repeated."""
    steps = [
        0 if n == 1 else stride // x.itemsize for n, stride in zip(x.shape, x.strides, strict=True)
    ]
    row, column = [0] * (2 - len(steps)) + steps
    return row, column


def _addresses(arrays: Sequence[FloatArray | None]) -> np.ndarray:
    """Return where arrays begin, 0 for none; as good as the arrays are alive."""
    return np.array([0 if x is None else x.ctypes.data for x in arrays], dtype=np.uintp)


def contracts_into(
    kernel: ctypes.CDLL,
    out: FloatArray,
    terms: FloatArray,
    draws: Sequence[FloatArray | None],
    *,
    rate_moves: bool,
) -> None:
    """Value European contracts on one underlying, each times its weight.

    Parameters
    ----------
    kernel : CDLL
        From `library`.
    out : ndarray of shape (M, S)
        Where the values are put.
    terms : ndarray of shape (M, 12)
        Log strike, years, their root, dividend, share, sign, strike, volatility, what it moves by for a point of the
        index, the least and the most it comes to, and the weight.
    draws : sequence of 5 ndarray of shape (S,)
        Log spot, spot, rate, points of the index, and what the smile adds to a volatility; None where that is nothing.
    rate_moves : bool
        Whether the rate is not the same in all draws.
    """
    places = _addresses(draws)
    kernel.foreshock_contracts(
        *(out.ctypes.data, terms.ctypes.data, *out.shape), places.ctypes.data, rate_moves
    )


def exercise_into(
    kernel: ctypes.CDLL,
    out: FloatArray,
    draws: Sequence[FloatArray],
    weights: FloatArray,
    *,
    years: float,
    farthest: float,
    rate_moves: bool,
) -> None:
    """Value American puts in units of their strike.

    Parameters
    ----------
    kernel : CDLL
        From `library`.
    out : ndarray of shape (S,)
        Where the values are put; contiguous.
    draws : sequence of 6 ndarray of shape (S,)
        Log spot, log boundary, volatility, rate, dividend, and what the dividend leaves of a share.
    weights : ndarray of shape (K, S)
        Of Chebyshev polynomials of the distance from the boundary, in the log of the value.
    years : float
        To expiry.
    farthest : float
        End of the distances.
    rate_moves : bool
        Whether the rate is not the same in all draws.
    """
    places = _addresses(draws)
    kernel.foreshock_exercise(
        *(out.ctypes.data, len(out), places.ctypes.data, weights.ctypes.data, len(weights)),
        *(years, years**0.5, farthest, rate_moves),
    )


def tabulated_into(
    kernel: ctypes.CDLL,
    out: FloatArray,
    first: FloatArray,
    *,
    low: float,
    scale: float,
    table: FloatArray,
    others: FloatArray,
) -> None:
    """Add up products of a function from a table and one that is given.

    Parameters
    ----------
    kernel : CDLL
        From `library`.
    out : ndarray of shape (S,)
        Where the sums are put.
    first : ndarray of shape (S,)
        Where the functions of the table are read; ``(first - low) * scale`` is a place in it.
    low, scale : float
        Of the places.
    table : ndarray of shape (N, 2 R)
        By place the functions, then what each gains to the next place.
    others : ndarray of shape (R, S)
        What each is multiplied by.
    """
    kernel.foreshock_tabulated(
        *(out.ctypes.data, first.ctypes.data, len(first), low, scale),
        *(table.ctypes.data, len(others), len(table), others.ctypes.data),
    )


def lowest_into(kernel: ctypes.CDLL, out: FloatArray, rows: FloatArray, edges: FloatArray) -> None:
    """Put of each row what is not above its edge into a row of `out`, in order, as much as it holds.

    Parameters
    ----------
    kernel : CDLL
        From `library`.
    out : ndarray of shape (B, T)
        What is not filled stays.
    rows : ndarray of shape (B, S)
        Contiguous along rows.
    edges : ndarray of shape (B,)
        By row.
    """
    kernel.foreshock_lowest(
        *(out.ctypes.data, out.shape[1], rows.ctypes.data, rows.strides[0] // rows.itemsize),
        *(*rows.shape, edges.ctypes.data),
    )
