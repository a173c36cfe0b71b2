"""Who works on the chunks does not matter: the same bits, a killed worker costs only its chunks."""

import contextlib
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from stress.errors import InputError
from stress.scenarios.propagation import complete, complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation import executors
from stress.simulation.executors import WorkersLostError, run_chunks
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate

DRAWS = 50_000


@pytest.fixture(scope="module")
def plans(toy):
    books = [toy.book({"AAA": 400.0, "CCC": -150.0}), toy.book({"BBB": 10.0, "DDD": 5.0})]
    deep = {"market": "-30%", "chips": "-50%", "power": "-40%", "rates_10y": "-75bp"}
    severe = Variation(kind="severity", severity_sd=0.25)
    names = Variation(kind="names")
    compound = toy.scenario(deep, returns="compound", horizon_days=60)
    model = books[0].model
    return [
        plan(book, completed, variation=variation)
        for book in books
        for completed, variation in (
            (complete_baseline(model), names),
            (complete(toy.scenario({"chips": "-12%"}), model), severe),
            (complete(compound, model), names),
        )
    ]


@pytest.fixture(scope="module")
def serial(plans):
    return [pnl.digest for pnl in simulate(plans, draws=DRAWS, seed=1, executor=1)]


@pytest.mark.parametrize("executor", [None, 2, 7, "thread", "process"])
def test_digests_do_not_depend_on_who_works(plans, serial, executor):
    found = simulate(plans, draws=DRAWS, seed=1, executor=executor)

    assert [pnl.digest for pnl in found] == serial


@pytest.mark.parametrize("executor", [None, 1, 2, "thread", "process"])
def test_nothing_left_to_draw_is_no_work_for_anybody(executor):
    assert list(run_chunks(int, [], executor=executor)) == []


def test_any_executor_will_do_and_is_left_open(plans, serial):
    spawn = multiprocessing.get_context("spawn")
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(2, mp_context=spawn) as processes:
        for pool in (threads, processes, processes):
            found = simulate(plans, draws=DRAWS, seed=1, executor=pool)
            assert [pnl.digest for pnl in found] == serial
        assert processes.submit(len, "open").result() == 4


class DiesOnce:
    """Squares of the chunk's index; the process that first meets chunk 5 is killed."""

    def __init__(self, mark):
        self.mark = str(mark)

    def __call__(self, chunk):
        if chunk == 5 and not os.path.exists(self.mark):
            with open(self.mark, "w"):
                pass
            os.kill(os.getpid(), signal.SIGKILL)
        return chunk * chunk


class DiesAlways:
    def __call__(self, chunk):
        if chunk == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return chunk


def test_a_killed_process_costs_only_its_chunks(tmp_path):
    work = DiesOnce(tmp_path / "dead")
    found = list(run_chunks(work, range(40), executor="process"))

    assert found == [(chunk, chunk * chunk) for chunk in range(40)]
    assert (tmp_path / "dead").exists()


def test_workers_that_always_die_end_the_run_with_a_reason():
    with pytest.raises(WorkersLostError, match="chunks 3"):
        list(run_chunks(DiesAlways(), range(4), executor="process"))


def test_a_pool_that_was_given_and_breaks_or_is_closed_is_said():
    with (
        ProcessPoolExecutor(2) as pool,
        pytest.raises(WorkersLostError, match="a worker of the executor that was given died"),
    ):
        list(run_chunks(DiesAlways(), range(4), executor=pool))
    for closed in (ProcessPoolExecutor(1), ThreadPoolExecutor(1)):
        closed.shutdown()
        with pytest.raises(
            InputError, match=r"executor: cannot schedule new futures after shutdown\."
        ):
            list(run_chunks(DiesAlways(), range(4), executor=closed))


_RUN = """
import multiprocessing, os, sys, time
from stress.simulation.executors import run_chunks

class Slow:
    def __call__(self, chunk):
        os.write(1, b"%d\\n" % os.getpid())
        time.sleep(0.05)

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    list(run_chunks(Slow(), range(10_000), executor="process"))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("start", multiprocessing.get_all_start_methods())
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_a_parent_that_is_killed(tmp_path, start, how):
    program = tmp_path / "program.py"
    program.write_text(_RUN)
    working = set()
    with subprocess.Popen([sys.executable, program, start], stdout=subprocess.PIPE) as parent:
        try:
            while len(working) < 1 + executors.cores():
                working.add(int(parent.stdout.readline()))
            parent.send_signal(how)
            # The pipe ends when everybody who holds it has ended.
            parent.communicate(timeout=10)
        finally:
            for process in (*working, parent.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
    assert parent.returncode == -how


@pytest.mark.parametrize("executor", [0, -1, True, "cluster", 1.5])
def test_a_strange_executor_is_refused(plans, executor):
    with pytest.raises(InputError, match="executor"):
        simulate(plans, draws=10, seed=1, executor=executor)


def test_a_number_of_threads_may_be_one_of_numpys(plans, serial):
    found = simulate(plans, draws=DRAWS, seed=1, executor=np.int64(2))
    assert [pnl.digest for pnl in found] == serial


def test_what_a_dask_client_gives_as_its_executor_is_one(plans, serial):
    distributed = pytest.importorskip("distributed")
    with distributed.Client(
        processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None
    ) as client:
        found = simulate(plans, draws=DRAWS, seed=1, executor=client.get_executor())
    assert [pnl.digest for pnl in found] == serial


def test_no_scheduler_at_the_address(plans, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "_CONNECT_SECONDS", 1)
    with pytest.raises(InputError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        simulate(plans, draws=10, seed=1, executor="dask://127.0.0.1:9")
    with pytest.raises(InputError, match=r"no Dask scheduler answers at tcp://: missing port"):
        simulate(plans, draws=10, seed=1, executor="dask://")


class _Client:
    """What foreshock asks of a Dask client, of a cluster whose workers never come."""

    status = "running"

    def __init__(self, *, asynchronous):
        self.asynchronous = asynchronous

    def scatter(self, *_, **__):
        raise TimeoutError("No valid workers found")

    def scheduler_info(self):
        return {"address": "tcp://127.0.0.1:8786"}


@pytest.mark.parametrize(
    ("asynchronous", "error", "said"),
    [
        (False, WorkersLostError, r"the Dask cluster at tcp://127\.0\.0\.1:8786 has no worker"),
        (True, InputError, "the Dask client is asynchronous"),
    ],
)
def test_a_cluster_without_workers_and_a_client_that_does_not_wait_are_said(
    asynchronous, error, said
):
    pytest.importorskip("distributed")
    with pytest.raises(error, match=said):
        list(executors._on_dask(len, [0, 1], _Client(asynchronous=asynchronous)))


@contextlib.contextmanager
def _held(port):
    """Hold a port, as another cluster on the machine does: Dask's page takes 8787 unless told otherwise, and warns."""
    with socket.socket() as other:
        with contextlib.suppress(OSError):  # held already
            other.bind(("", port))
            other.listen()
        yield


@pytest.mark.dask
@pytest.mark.slow
def test_a_real_cluster_and_a_worker_killed_mid_run(plans, serial):
    distributed = pytest.importorskip("distributed")
    with (
        _held(8787),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = simulate(plans, draws=DRAWS, seed=1, executor=client)
        assert [pnl.digest for pnl in found] == serial
        found = simulate(plans, draws=DRAWS, seed=1, executor=client.get_executor())
        assert [pnl.digest for pnl in found] == serial
        address = cluster.scheduler_address.removeprefix("tcp://")
        found = simulate(plans, draws=DRAWS, seed=1, executor=f"dask://{address}")
        assert [pnl.digest for pnl in found] == serial

        victim = next(iter(client.run(os.getpid).values()))
        killed = []

        def kill(done, total):
            if done > total // 4 and not killed:
                killed.append(victim)
                os.kill(victim, signal.SIGKILL)

        alone = simulate(plans, draws=20 * DRAWS, seed=1, executor=2)
        among = simulate(plans, draws=20 * DRAWS, seed=1, executor=client, on_progress=kill)
        assert killed
        assert [p.digest for p in among] == [p.digest for p in alone]
    with pytest.raises(InputError, match="the Dask client is closed"):
        simulate(plans, draws=DRAWS, seed=1, executor=client)


def test_a_worker_of_a_pool_that_may_start_no_processes_is_told_so(monkeypatch):
    monkeypatch.setitem(multiprocessing.current_process()._config, "daemon", True)
    with pytest.raises(
        InputError, match=r"executor='process': this is a worker of a multiproc.*'thread'"
    ):
        list(run_chunks(abs, range(20), executor="process"))
    assert list(run_chunks(abs, range(20), executor="thread")) == [(i, i) for i in range(20)]
