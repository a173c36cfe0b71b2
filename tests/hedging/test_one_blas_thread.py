"""The solver keeps BLAS to one thread while it works, and only then."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from stress.hedging.objectives import MinimumExpectedShortfall
from stress.hedging.problem import Costs, HedgeProblem, Outcomes
from stress.hedging.solver.solve import solve


def threads_of_numpy():
    return max(
        pool["num_threads"] for pool in threadpool_info() if "numpy" in pool["filepath"].lower()
    )


@dataclass(frozen=True, kw_only=True)
class Watching(MinimumExpectedShortfall):
    """An objective that notes how many threads BLAS may use when it is asked."""

    seen: list[int] = field(default_factory=list)

    def add_to(self, draft):
        self.seen.append(threads_of_numpy())
        super().add_to(draft)


def test_a_solver_at_work_uses_one_thread(monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    draws = np.random.default_rng(0).standard_normal((200, 3))
    law = Outcomes(name="law", pnl=draws[:, 0], unit_pnl=draws[:, 1:])
    watching = Watching(outcomes=law, level=0.9)
    problem = HedgeProblem(
        lines=("A", "B"), lower=-np.ones(2), upper=np.ones(2), costs=Costs.free(2), objective=watching
    )  # fmt: skip
    with threadpool_limits(2):
        before = threads_of_numpy()
        solve(problem)
        after = threads_of_numpy()
    assert set(watching.seen) == {1}
    assert before == after == 2
