"""The solver keeps BLAS to one thread while it works, and only then."""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from stress.hedging.objectives import MinimumExpectedShortfall
from stress.hedging.problem import Costs, HedgeProblem, Outcomes
from stress.hedging.solver import search
from stress.hedging.solver.solve import solve


def threads_of_numpy():
    return max(
        pool["num_threads"] for pool in threadpool_info() if "numpy" in pool["filepath"].lower()
    )


def test_a_solver_at_work_uses_one_thread(monkeypatch):
    """Seen where the products are, in the interior point: writing the problem down needs none."""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    seen = []

    def spied(*arguments, **words):
        seen.append(threads_of_numpy())
        found = inner(*arguments, **words)
        seen.append(threads_of_numpy())
        return found

    inner = search.interior_point
    monkeypatch.setattr(search, "interior_point", spied)
    draws = np.random.default_rng(0).standard_normal((200, 3))
    law = Outcomes(name="law", pnl=draws[:, 0], unit_pnl=draws[:, 1:])
    problem = HedgeProblem(
        lines=("A", "B"),
        lower=-np.ones(2),
        upper=np.ones(2),
        costs=Costs.free(2),
        objective=MinimumExpectedShortfall(outcomes=law, level=0.9),
    )
    with threadpool_limits(2):
        before = threads_of_numpy()
        solve(problem)
        after = threads_of_numpy()
    assert set(seen) == {1}
    assert before == after == 2
