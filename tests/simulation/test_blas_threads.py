"""One BLAS thread while anybody works, as many as before when nobody does."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import stress
from stress.simulation.blas_threads import one_blas_thread


def threads_of_numpy():
    found = [p["num_threads"] for p in threadpool_info() if "numpy" in p["filepath"].lower()]
    if not found:
        pytest.skip("numpy does not bring its own BLAS here")
    return max(found)


@pytest.fixture(autouse=True)
def two_threads():
    with threadpool_limits(2):
        if threads_of_numpy() != 2:
            pytest.skip("this BLAS cannot use two threads")
        yield


def test_blocks_that_overlap_all_have_one_thread():
    """The first to end must not give threads back while the other still works."""
    inside, leave = threading.Event(), threading.Event()
    seen = []

    def longer():
        with one_blas_thread():
            inside.set()
            leave.wait(10)
            seen.append(threads_of_numpy())

    worker = threading.Thread(target=longer)
    with one_blas_thread():
        worker.start()
        assert inside.wait(10)
    assert threads_of_numpy() == 1
    leave.set()
    worker.join()
    assert seen == [1]
    assert threads_of_numpy() == 2


def test_what_the_environment_says_is_not_believed(monkeypatch):
    """A Dask nanny writes it long after numpy was loaded."""
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    with one_blas_thread():
        assert threads_of_numpy() == 1
    assert threads_of_numpy() == 2


def test_scipys_own_library_is_held_too():
    from scipy.linalg import lapack  # noqa: F401 - loads it

    def both():
        return {
            pool["num_threads"]
            for pool in threadpool_info()
            if Path(pool["filepath"]).parent.name in ("numpy.libs", "scipy.libs")
        }

    with threadpool_limits(2):
        if both() != {2}:
            pytest.skip("numpy and scipy do not bring libraries of their own here")
        with one_blas_thread():
            assert both() == {1}
        assert both() == {2}


def test_an_error_gives_the_threads_back():
    with pytest.raises(ZeroDivisionError), one_blas_thread():
        raise ZeroDivisionError
    assert threads_of_numpy() == 2


def test_runs_side_by_side_have_the_digest_of_one_alone():
    book = stress.open_book("ai_growth")

    def digests(_):
        return [stress.run(book, "inference-boom", draws=8192).digest for _ in range(4)]

    (alone, *_) = digests(0)
    with ThreadPoolExecutor(4) as pool:
        found = {digest for several in pool.map(digests, range(4)) for digest in several}
    assert found == {alone}
