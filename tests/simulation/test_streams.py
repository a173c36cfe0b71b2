"""Random streams: which numbers they are depends on seed, name and chunk alone."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stress
from stress.errors import InputError
from stress.results.options import RunSettings
from stress.simulation.streams import CHUNK, chi_square, chunk_sizes, generator, normals


@given(
    st.one_of(st.integers(0, 2**130), st.sampled_from([0, 1, 2**32 - 1, 2**32, 2**128])),
    st.text(min_size=1, max_size=12),
    st.integers(0, 2**20),
)
def test_a_stream_is_numpys_seed_sequence_of_seed_name_and_chunk(seed, stream, chunk):
    digest = hashlib.sha256(stream.encode()).digest()
    words = [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]
    sequence = np.random.SeedSequence(entropy=seed, spawn_key=(*words, chunk))
    true = np.random.Generator(np.random.Philox(sequence)).standard_normal(5)

    assert np.array_equal(generator(stream, seed=seed, chunk=chunk).standard_normal(5), true)


def test_chunks_are_whole_and_differ():
    first, again, other = (normals("name:A", seed=3, chunk=c) for c in (0, 0, 1))

    assert first.shape == (CHUNK,)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert normals("factors", seed=3, chunk=0, columns=4).shape == (CHUNK, 4)


def test_chi_square_has_its_mean():
    draws = np.concatenate(
        [chi_square("mixing", seed=0, chunk=c, degrees_of_freedom=5.0) for c in range(20)]
    )

    assert draws.mean() == pytest.approx(5.0, abs=4 * np.sqrt(10.0 / len(draws)))
    assert draws.min() > 0.0


@pytest.mark.parametrize("draws", [1, CHUNK - 1, CHUNK, CHUNK + 1, 100_000])
def test_sizes_add_up(draws):
    sizes = chunk_sizes(draws)

    assert sum(sizes) == draws
    assert all(size == CHUNK for size in sizes[:-1])
    assert 0 < sizes[-1] <= CHUNK


def test_a_seed_below_zero_is_refused_where_streams_begin_and_where_runs_do():
    for ask in (
        lambda: generator("factors", seed=-1, chunk=0),
        lambda: RunSettings(seed=-1),
        lambda: stress.run("ai_growth", "deepseek-2025-01-27", seed=-1, surfaces=True),
        lambda: stress.tails("ai_growth", ["deepseek-2025-01-27"], seed=-1),
    ):
        with pytest.raises(InputError, match="seed must be at least 0"):
            ask()
    with pytest.raises(InputError, match="draws must be at least 1"):
        RunSettings(draws=0)
