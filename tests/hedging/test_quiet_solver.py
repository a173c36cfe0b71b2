"""Standard output holds the answer and nothing of a solver's own; what others write meanwhile is kept."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading

import pytest

from stress.hedging.solver.quiet import highs_prints_nothing

ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="the C library has another name there")


def c_prints(text):
    """Print by C, which holds it in a buffer of its own where standard output is a file."""
    ctypes.CDLL(None).puts(text)


def test_a_refused_hedge_writes_nothing_to_standard_output():
    """This budget takes HiGHS through its repair of integer solutions, where it prints."""
    command = ["-m", "stress", "hedge", "ai_growth", "--budget", "0.05%", "--draws", "500"]
    done = subprocess.run(
        [sys.executable, *command, "--format", "json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "USD is feasible" in done.stderr or "The nearest feasible budget" in done.stderr
    assert done.stdout == ""


@ON_POSIX
def test_lines_of_highs_are_dropped_and_those_of_others_kept(capfd):
    c_prints(b"before, by C")
    sys.stdout.write("before, by Python\n")
    with highs_prints_nothing():
        c_prints(b"HighsMipSolverData::transformNewIntegerFeasibleSolution tmpSolver.run();")
        other = threading.Thread(target=os.write, args=(1, b"by another thread\n"))
        other.start()
        other.join()
    c_prints(b"after")
    ctypes.CDLL(None).fflush(None)
    said = capfd.readouterr().out.splitlines()
    assert sorted(said) == ["after", "before, by C", "before, by Python", "by another thread"]
    assert said[-2:] == ["by another thread", "after"]


@ON_POSIX
def test_standard_output_is_put_back_after_an_error(capfd):
    with pytest.raises(KeyboardInterrupt), highs_prints_nothing():
        raise KeyboardInterrupt
    os.write(1, b"after\n")
    assert capfd.readouterr().out == "after\n"


def test_blocks_of_several_threads_take_turns(capfd):
    def work():
        for _ in range(20):
            with highs_prints_nothing():
                os.write(1, b"Highs\n")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.write(1, b"after\n")
    assert capfd.readouterr().out == "after\n"


def test_a_program_without_standard_output_is_left_as_it_is():
    """Its descriptor 1 is closed, as in a program without a console."""
    program = (
        "import os, sys\n"
        "from stress.hedging.solver.quiet import highs_prints_nothing\n"
        "os.close(1)\n"
        "with highs_prints_nothing():\n"
        "    worked = True\n"
        "try:\n"
        "    os.fstat(1)\n"
        "except OSError:\n"
        "    sys.stderr.write(f'worked: {worked}')\n"
        "os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stderr == "worked: True"
