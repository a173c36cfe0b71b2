"""Random streams keyed by name and chunk.

Draw j of stream "factors" depends on the seed, the stream's name and j alone: not on the number of
draws, workers, scenarios, books or on the order of rows. The unit is the chunk of 4,096 draws.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError

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


#: Words that a seed fills before the words of a stream begin.
_SEED_WORDS = 4


@lru_cache(maxsize=65_536)
def _words(stream: str, seed: int) -> np.ndarray:
    """Return the words that a stream's chunks begin with, as `SeedSequence` puts seed and spawn key together."""
    if seed < 0:
        raise InputError(f"seed must be at least 0, got {seed}.")
    words = []
    while seed:
        seed, word = divmod(seed, 2**32)
        words.append(word)
    words += [0] * (_SEED_WORDS - len(words))
    digest = hashlib.sha256(stream.encode()).digest()
    words += [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]
    return np.array([*words, 0], dtype=np.uint32)


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
    # The same as SeedSequence(entropy=seed, spawn_key=(*stream, chunk)), in half the time.
    words = _words(stream, seed).copy()
    words[-1] = chunk
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(words)))


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
