"""Standard output holds the answer and nothing of a solver's own, and is the process's throughout."""

from __future__ import annotations

import os
import subprocess
import sys

import highspy
import numpy as np
import pytest

from stress.errors import SolverError
from stress.hedging.solver.integer_program import least_whole


def test_a_refused_hedge_writes_nothing_to_standard_output():
    """This budget takes HiGHS through its repair of integer solutions, where the one that scipy brings prints."""
    command = ["-m", "stress", "hedge", "ai_growth", "--budget", "0.05%", "--draws", "500"]
    done = subprocess.run(
        [sys.executable, *command, "--format", "json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "USD is feasible" in done.stderr or "The nearest feasible budget" in done.stderr
    assert done.stdout == ""


def knapsack(seed=3, *, high=None, **limits):
    """Forty things of which the dearest that fit are packed, whole."""
    rng = np.random.default_rng(seed)
    weights, worth = rng.uniform(1.0, 2.0, (5, 40)), rng.uniform(1.0, 2.0, 40)
    most = np.full(5, 20.3) if high is None else high
    limits = {"gap": 0.0, "nodes": 10_000, "seconds": 60.0} | limits
    return least_whole(
        -worth,
        np.zeros(40),
        np.ones(40),
        rows=weights,
        low=np.full(5, -np.inf),
        high=most,
        whole=np.ones(40, dtype=bool),
        **limits,
    )


@pytest.mark.skipif(os.name == "nt", reason="descriptors are not files there")
def test_standard_output_stays_what_it_was_while_highs_is_asked(capfd, monkeypatch):
    """A child that is started meanwhile inherits it."""
    seen = []
    run = highspy.Highs.run

    def looked_at(highs):
        seen.append(os.fstat(1).st_ino)
        return run(highs)

    monkeypatch.setattr(highspy.Highs, "run", looked_at)
    assert knapsack().point is not None
    assert seen == [os.fstat(1).st_ino]
    assert capfd.readouterr().out == ""


def test_an_integer_programme_keeps_its_rows_and_is_as_good_as_scipys():
    from scipy.optimize import Bounds, LinearConstraint, milp

    rng = np.random.default_rng(3)
    weights, worth = rng.uniform(1.0, 2.0, (5, 40)), rng.uniform(1.0, 2.0, 40)
    other = milp(
        -worth,
        integrality=np.ones(40),
        bounds=Bounds(0.0, 1.0),
        constraints=LinearConstraint(weights, -np.inf, 20.3),
        options={"mip_rel_gap": 0.0},
    )
    answer = knapsack()
    np.testing.assert_allclose(answer.point, np.round(answer.point), atol=1e-6)
    assert (weights @ answer.point <= 20.3 + 1e-6).all()
    assert -worth @ answer.point == pytest.approx(other.fun, abs=1e-6)


def test_no_point_and_none_found_are_told_apart():
    none = knapsack(high=np.full(5, -1.0))
    assert none.point is None
    assert not none.stopped
    late = knapsack(seconds=0.0)
    assert late.point is None
    assert late.stopped


def test_a_programme_without_a_least_point_is_an_error():
    with pytest.raises(SolverError, match="HiGHS gave no answer: "):
        least_whole(
            np.array([-1.0]),
            np.zeros(1),
            np.array([np.inf]),
            rows=np.ones((1, 1)),
            low=np.zeros(1),
            high=np.array([np.inf]),
            whole=np.ones(1, dtype=bool),
            gap=0.0,
            nodes=10,
            seconds=10.0,
        )
