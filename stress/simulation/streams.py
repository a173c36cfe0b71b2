"""Random streams keyed by name and chunk.

Draw j of stream "factors" depends on the seed, the stream's name and j alone: not on the number of
draws, workers, scenarios, books or on the order of rows. The unit is the chunk of 4,096 draws.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np

from stress.arrays import FloatArray

__all__ = ["CHUNK", "chi_square", "chunk_sizes", "generator", "normals"]

#: Draws in a chunk: the unit of random streams and of arithmetic.
CHUNK = 4096


def chunk_sizes(draws: int) -> list[int]:
    """Return how many draws of each chunk a run keeps.

    Examples
    --------
    >>> chunk_sizes(10_000)
    [4096, 4096, 1808]
    """
    full, rest = divmod(draws, CHUNK)
    return [CHUNK] * full + ([rest] if rest else [])


@lru_cache(maxsize=65_536)
def _key(stream: str) -> tuple[int, ...]:
    digest = hashlib.sha256(stream.encode()).digest()
    return tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))


def generator(stream: str, *, seed: int, chunk: int) -> np.random.Generator:
    """Return the generator of one chunk of one stream.

    Parameters
    ----------
    stream : str
        Its name, for example ``"factors"`` or ``"name:NVDA"``.
    seed : int
        Of the run, at least 0.
    chunk : int
        Its index.
    """
    sequence = np.random.SeedSequence(entropy=seed, spawn_key=(*_key(stream), chunk))
    return np.random.Generator(np.random.Philox(sequence))


def normals(stream: str, *, seed: int, chunk: int, columns: int | None = None) -> FloatArray:
    """Return a full chunk of standard normals.

    Parameters
    ----------
    stream, seed, chunk
        As in `generator`.
    columns : int, optional
        Second axis; a vector when omitted.

    Returns
    -------
    ndarray of shape (CHUNK,) or (CHUNK, columns)
    """
    shape = (CHUNK,) if columns is None else (CHUNK, columns)
    return generator(stream, seed=seed, chunk=chunk).standard_normal(shape)


def chi_square(stream: str, *, seed: int, chunk: int, degrees_of_freedom: float) -> FloatArray:
    """Return a full chunk of chi-square draws, shape (CHUNK,)."""
    random = generator(stream, seed=seed, chunk=chunk)
    return 2.0 * random.standard_gamma(degrees_of_freedom / 2.0, CHUNK)
