"""Progress is for a terminal's eyes only."""

from __future__ import annotations

import contextlib
import importlib
import io
import sys

import click
import pytest

import stress.cli.progress as module


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_is_written_where_nobody_watches(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert module.progress("simulating") is None


def test_a_quick_run_shows_nothing_and_a_long_one_wipes_its_line(monkeypatch) -> None:
    terminal = Terminal()
    clock = iter([0.0, 0.5, 2.0, 2.01, 9.0, 10.0])
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    show = module.progress("simulating")
    assert show is not None
    show(1, 100)
    assert terminal.getvalue() == ""
    show(20, 100)
    # 20 in two seconds: 10 a second, 80 to go.
    assert terminal.getvalue().rstrip() == "\rsimulating:  20% of 100 draws, 10/s, 8 s left"
    show(21, 100)
    show(60, 100)
    show(100, 100)
    assert terminal.getvalue().endswith("\r" + " " * 76 + "\r")
    assert "21%" not in terminal.getvalue()


def test_work_that_begins_later_is_timed_from_there(monkeypatch) -> None:
    terminal = Terminal()
    clock = iter([0.0, 100.0, 100.5, 102.0])
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    show = module.progress("measuring", of="results")
    assert show is not None
    show(0, 8)
    show(1, 8)
    assert terminal.getvalue() == ""
    show(4, 8)
    # Four in two seconds, whatever went before.
    assert terminal.getvalue().rstrip() == "\rmeasuring:  50% of 8 results, 2/s, 2 s left"


def test_a_narrow_terminal_is_never_filled(monkeypatch) -> None:
    terminal = Terminal()
    clock = iter([0.0, 2.0, 3.0])
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "44")
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    show = module.progress("simulating")
    assert show is not None
    show(2_000_000, 10_000_000)
    show(10_000_000, 10_000_000)
    assert max(len(part) for part in terminal.getvalue().split("\r")) == 43


@pytest.mark.parametrize("ending", [RuntimeError("refused"), KeyboardInterrupt()])
def test_a_command_that_ends_early_leaves_no_line_behind(monkeypatch, ending) -> None:
    terminal = Terminal()
    clock = iter([0.0, 5.0])
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))

    @click.command()
    def refused() -> None:
        show = module.progress("proposing", of="steps")
        assert show is not None
        show(2, 5)
        # Two in five seconds: a rate below one says nothing.
        assert terminal.getvalue().rstrip() == "\rproposing:  40% of 5 steps, 8 s left"
        raise ending

    with contextlib.suppress(RuntimeError, KeyboardInterrupt, click.Abort):
        refused.main([], standalone_mode=False)
    assert terminal.getvalue().rstrip("\n").endswith("\r" + " " * 76 + "\r")


def test_a_proposal_tells_of_every_step(monkeypatch, run) -> None:
    told = []

    def watched(words, *, of):
        told.append((words, of))
        return lambda *step: told.append(step)

    monkeypatch.setattr(importlib.import_module("stress.cli.hedge"), "progress", watched)
    done = run("hedge", "utilities_income", "--draws", "2000", "--max-lines", "3")
    assert done.exit_code == 0, done.output
    assert told == [("proposing", "steps"), *((step, 5) for step in range(1, 6))]
