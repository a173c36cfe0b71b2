"""Panels of exercise boundaries that several threads ask for at once are built once."""

import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from stress.portfolio.pricing import exercise_surface

PANEL = ((np.log(0.25), np.log(0.5)), (0.035, 0.045), (0.01, 0.01))


def test_a_panel_that_two_threads_ask_for_is_built_once(monkeypatch):
    solved = exercise_surface._solve
    schemes = []

    def counted(*arguments):
        schemes.append(arguments[-1])
        return solved(*arguments)

    monkeypatch.setattr(exercise_surface, "_solve", counted)
    together = threading.Barrier(4)

    def ask(_):
        together.wait()
        return exercise_surface.put_surface(0.6123, *PANEL)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))
    assert all(one is found[0] for one in found)
    # The panel, and what it is checked against.
    assert schemes == [exercise_surface.FAST, exercise_surface.ACCURATE]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_process_forked_while_a_panel_is_built_builds_its_own():
    context = multiprocessing.get_context("fork")
    with exercise_surface._BUILDING:
        child = context.Process(target=exercise_surface.put_surface, args=(0.6234, *PANEL))
        child.start()
    child.join(60)
    assert child.exitcode == 0
