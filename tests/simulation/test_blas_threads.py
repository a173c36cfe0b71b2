"""One BLAS thread while anybody works, as many as before when nobody does."""

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import stress
from stress.risk.measures import expected_shortfall
from stress.risk.standard_errors import quantile_error, tail_mean_error
from stress.risk.tail import lower_tail
from stress.scenarios.scenario import Variation
from stress.simulation.blas_threads import one_blas_thread
from stress.simulation.candidates import candidate_pnl
from stress.simulation.path import plan_path, simulate_path
from stress.simulation.plan import plan_scenario
from stress.simulation.simulate import simulate


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


SEVERITY = Variation(kind="severity", severity_sd=0.25)


def path_of_a_book(book):
    return simulate_path(
        plan_path(book, stress.load_scenario("ai-winter-path")), draws=4096, seed=0
    )


def candidates_of_a_book(book):
    scenario = stress.load_scenario("deepseek-2025-01-27")
    own = dataclasses.replace(book, needs_draws=np.ones(len(book.names), dtype=bool))
    pnl = simulate([plan_scenario(book, scenario, variation=SEVERITY)], draws=4096, seed=0)[0]
    return candidate_pnl(pnl, plan_scenario(own, scenario, variation=SEVERITY))


def groups_of_a_book(book):
    scenario = stress.load_scenario("deepseek-2025-01-27")
    pnl = simulate([plan_scenario(book, scenario, variation=SEVERITY)], draws=4096, seed=0)[0]
    return pnl.group_totals([position.ticker for position in book.positions])[1]


def a_wide_book_at_hand(book):
    count = 20_000
    rows = np.arange(count) % len(book.names)
    random = np.random.default_rng(0)
    wide = dataclasses.replace(
        book,
        names=tuple(f"N{i:05d}" for i in range(count)),
        values=random.normal(scale=1e4, size=count),
        exposures=book.exposures[rows] + random.normal(scale=0.1, size=(count, 1)),
        specific_volatility=book.specific_volatility[rows],
        homes=("market",) * count,
        sources=("estimated",) * count,
        needs_draws=np.zeros(count, dtype=bool),
    )
    return wide.drawn(draws=4096).pnl.totals


def attribution_by_many_names(_book):
    held = [
        stress.Position(
            id=name, instrument=stress.Equity(name), market_value=1000.0 + 7.0 * i, currency="USD"
        )
        for i, name in enumerate(stress.load_model().names[:220])
    ]
    nav = float(sum(position.market_value for position in held))
    book = stress.Portfolio(name="wide", positions=tuple(held), currency="USD", nav=nav)
    result = stress.run(book, "deepseek-2025-01-27", draws=20_000, variation="severity")
    return np.array([(line.tail, line.tail_error, line.alone_tail) for line in result.by("name")])


def a_long_tail(_book):
    pnl = np.random.default_rng(0).standard_t(5, 400_000)
    weights = np.full(pnl.size, 1.0 / pnl.size)
    tail = lower_tail(pnl, weights, mass=0.06)
    return np.array(
        [
            expected_shortfall(pnl, level=0.95),
            expected_shortfall(pnl, weights, level=0.95),
            tail_mean_error(tail, 0.05),
            quantile_error(tail, 0.05),
        ]
    )


@pytest.mark.parametrize(
    "numbers",
    [
        path_of_a_book,
        candidates_of_a_book,
        groups_of_a_book,
        a_wide_book_at_hand,
        attribution_by_many_names,
        a_long_tail,
    ],
)
def test_the_last_bit_does_not_depend_on_how_many_threads_blas_may_use(numbers):
    """Called as an embedder calls them, outside of a run; a split product differs in its last bit."""
    book = stress.open_book("ai_growth")
    with_two = numbers(book)
    with threadpool_limits(1):
        with_one = numbers(book)
    assert (with_two == with_one).all()
