"""The solver keeps BLAS to one thread while it works, and only then."""

from __future__ import annotations

from threadpoolctl import threadpool_info, threadpool_limits

from stress.hedging.solver import search
from stress.hedging.solver.solve import solve


def threads_of_numpy():
    return max(
        pool["num_threads"] for pool in threadpool_info() if "numpy" in pool["filepath"].lower()
    )


def test_products_of_an_interior_point_step_use_one_thread(random_problem, monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    seen = []

    def spied(*arguments, **words):
        seen.append(threads_of_numpy())
        return inner(*arguments, **words)

    inner = search.interior_point
    monkeypatch.setattr(search, "interior_point", spied)
    with threadpool_limits(2):
        before = threads_of_numpy()
        solve(random_problem(5), explain=False)
        after = threads_of_numpy()
    assert set(seen) == {1}
    assert before == after
