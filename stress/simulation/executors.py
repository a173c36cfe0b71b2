"""Where chunks are worked on: here, in threads, in processes, on a Dask cluster, or on anybody's executor.

Work is a pure function of a chunk's index, so it does not matter who does it, in which order, or how often:
results come back in the order of the chunks, and what was lost with a worker is done again.
"""

from __future__ import annotations

import contextlib
import operator
import os
import pickle
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from stress.errors import InputError, MissingExtraError, StressError
from stress.simulation.blas_threads import one_blas_thread, set_one_blas_thread

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

__all__ = ["ExecutorChoice", "Work", "cores", "packed", "run_chunks"]

Result_co = TypeVar("Result_co", covariant=True)
Result = TypeVar("Result")

#: None (threads where they pay), a number of threads, "thread", "process", "dask://host:port", a Dask
#: client, or any `concurrent.futures.Executor`.
ExecutorChoice = Any

#: From this many chunks on, threads are used where nothing else is said.
_THREADS_PAY = 8
#: A task sent to another process should hold this much work. [s]
_TASK_SECONDS = 0.25
_CONNECT_SECONDS = 10
#: How often a worker looks whether its parent is there, beside being told. [s]
_WATCH_SECONDS = 1.0
#: Tasks under way for each worker: enough to keep it busy, few enough to hold their results.
_AHEAD = 3
#: How often a lost task is done again before the run gives up.
_TRIES = 5


class Work(Protocol[Result_co]):
    """A pure, picklable function of a chunk's index."""

    def __call__(self, chunk: int) -> Result_co:
        """Return the result of one chunk."""
        ...


class WorkersLostError(StressError):
    """Workers died again and again under one task, or with the pool that was given."""


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_chunks(
    work: Work[Result], chunks: Sequence[int], *, executor: ExecutorChoice = None
) -> Iterator[tuple[int, Result]]:
    """Yield each chunk with its result, in the order given.

    Parameters
    ----------
    work : Work
        Pure; picklable where it leaves this process. It is sent to each worker once.
    chunks : sequence of int
        Which ones.
    executor : optional
        None for threads where they pay, 1 for none, a number of threads, ``"thread"``, ``"process"``,
        ``"dask://host:port"``, a Dask client, or a `concurrent.futures.Executor`, which is left open.

    Raises
    ------
    InputError
        If `executor` is none of these.
    MissingExtraError
        If Dask is asked for and not installed.
    WorkersLostError
        If workers die again and again under one task, or one of an `Executor` that was given.
    """
    if not chunks:
        return
    if executor is None and len(chunks) < _THREADS_PAY:
        # The screen's default run: nothing is loaded that it does not need.
        executor = 1
    with one_blas_thread(), contextlib.closing(_chosen(work, chunks, executor)) as results:
        yield from results


def _chosen(
    work: Work[Result], chunks: Sequence[int], executor: ExecutorChoice
) -> Generator[tuple[int, Result], None, None]:
    if hasattr(executor, "__index__") and not isinstance(executor, bool):
        executor = operator.index(executor)  # numpy.int64
    match executor:
        case None:
            return _in_threads(work, chunks, cores())
        case bool():
            pass
        case int() if executor >= 1:
            return _in_threads(work, chunks, executor)
        case "thread":
            return _in_threads(work, chunks, cores())
        case "process":
            _require_children()
            return _in_processes(work, chunks)
        case str() if executor.startswith("dask://"):
            return _at_address(work, chunks, f"tcp://{executor.removeprefix('dask://')}")
    from concurrent.futures import Executor, ThreadPoolExecutor

    if isinstance(executor, ThreadPoolExecutor):
        return _in_pool(work, chunks, executor, workers=executor._max_workers)
    if isinstance(executor, Executor):
        return _on_foreign(work, chunks, executor)  # Dask's `client.get_executor()` too
    if type(executor).__module__.partition(".")[0] == "distributed":
        return _on_dask(work, chunks, executor)
    raise InputError(
        f"executor {executor!r} is unknown. Give a number of threads (at least 1), 'thread', 'process', "
        f"'dask://host:port', a Dask client or a concurrent.futures.Executor."
    )


def _in_threads(
    work: Work[Result], chunks: Sequence[int], threads: int
) -> Generator[tuple[int, Result], None, None]:
    if threads == 1 or len(chunks) < 2:
        for chunk in chunks:
            yield chunk, work(chunk)
        return
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(threads)
    try:
        yield from _in_pool(work, chunks, pool, workers=threads)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_pool(
    work: Work[Result], chunks: Sequence[int], pool: Executor, *, workers: int
) -> Generator[tuple[int, Result], None, None]:
    """Keep a few chunks ahead of the one that is wanted next."""
    waiting: deque[tuple[int, Future[Result]]] = deque()
    rest = iter(chunks)
    try:
        for chunk in rest:
            waiting.append((chunk, _submitted(pool, work, chunk)))
            if len(waiting) >= _AHEAD * workers:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()
    finally:
        for _, future in waiting:
            future.cancel()


def _submitted(pool: Executor, task: Callable[..., Result], *arguments: object) -> Future[Result]:
    """Hand a task to an executor, and refuse one that is closed."""
    from concurrent.futures import BrokenExecutor

    try:
        return pool.submit(task, *arguments)
    except BrokenExecutor:
        raise
    except RuntimeError as error:  # one that was shut down
        raise InputError(f"executor: {error}. Give one that is open.") from error


def _require_children() -> None:
    """Refuse processes where Python allows none: in a worker of a `multiprocessing.Pool`."""
    from multiprocessing import current_process

    if current_process().daemon:
        raise InputError(
            "executor='process': this is a worker of a multiprocessing.Pool (a daemonic process), which may start no "
            "processes of its own. Use executor='thread' here, or concurrent.futures.ProcessPoolExecutor outside."
        )


def _in_processes(
    work: Work[Result], chunks: Sequence[int]
) -> Generator[tuple[int, Result], None, None]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    payload = packed(work)
    workers = min(cores(), len(chunks))

    def fresh() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(workers, initializer=_install, initargs=(payload,))

    pool = [fresh()]

    def submit(batch: Sequence[int]) -> Future[list[Result]]:
        try:
            return pool[0].submit(_installed, batch)
        except BrokenProcessPool:
            pool[0].shutdown(wait=False, cancel_futures=True)
            pool[0] = fresh()
            return pool[0].submit(_installed, batch)

    try:
        yield from _in_batches(work, chunks, submit, workers=workers, lost=(BrokenProcessPool,))
    finally:
        pool[0].shutdown(wait=False, cancel_futures=True)


def _on_foreign(
    work: Work[Result], chunks: Sequence[int], pool: Executor
) -> Generator[tuple[int, Result], None, None]:
    """Nothing is known of these workers: each task carries the work, each worker opens it once."""
    from concurrent.futures import BrokenExecutor

    payload = packed(work)

    def submit(batch: Sequence[int]) -> Future[list[Result]]:
        return _submitted(pool, _carried, payload, batch)

    workers = getattr(pool, "_max_workers", cores())
    try:
        yield from _in_batches(work, chunks, submit, workers=workers, lost=())
    except BrokenExecutor as error:
        raise WorkersLostError(
            "a worker of the executor that was given died, and its pool with it: give a fresh one, or executor='process', "
            "which starts workers again."
        ) from error


def _at_address(
    work: Work[Result], chunks: Sequence[int], address: str
) -> Generator[tuple[int, Result], None, None]:
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise MissingExtraError("dask", "running on a Dask cluster") from None
    try:
        client = Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError) as error:  # no one there; no address
        raise InputError(f"no Dask scheduler answers at {address}: {error}.") from None
    with client:
        yield from _on_dask(work, chunks, client)


def _on_dask(
    work: Work[Result], chunks: Sequence[int], client: Any
) -> Generator[tuple[int, Result], None, None]:
    from distributed import CancelledError, KilledWorker

    if client.status in ("closed", "closing"):
        raise InputError("executor: the Dask client is closed. Give one that is open.")
    if client.asynchronous:
        raise InputError(
            "executor: the Dask client is asynchronous. Give one that waits: Client(address)."
        )
    payload = packed(work)
    scattered = [_scattered(client, payload)]
    workers = max(1, sum(client.nthreads().values()))

    def submit(batch: Sequence[int]) -> Any:
        if scattered[0].status != "finished":
            # Every worker that held the work is gone.
            scattered[0] = _scattered(client, payload)
        return client.submit(_carried, scattered[0], tuple(batch), pure=False, retries=_TRIES)

    lost = (KilledWorker, CancelledError)
    yield from _in_batches(work, chunks, submit, workers=workers, lost=lost)


def _scattered(client: Any, payload: object) -> Any:
    """Send what every chunk needs to every worker of a Dask cluster, once."""
    try:
        return client.scatter(payload, broadcast=True, hash=False)
    except TimeoutError:
        where = client.scheduler_info().get("address", "the scheduler")
        raise WorkersLostError(
            f"the Dask cluster at {where} has no worker, and none came. Start workers, then run again."
        ) from None


def _in_batches(
    work: Work[Result],
    chunks: Sequence[int],
    submit: Callable[[Sequence[int]], Any],
    *,
    workers: int,
    lost: tuple[type[BaseException], ...],
) -> Generator[tuple[int, Result], None, None]:
    """Send chunks in tasks worth their post, keep a few ahead, and do again what was lost."""
    started = time.perf_counter()
    yield chunks[0], work(chunks[0])
    seconds = max(time.perf_counter() - started, 1e-6)
    rest = chunks[1:]
    fair = -(-len(rest) // (4 * workers))
    size = max(1, min(fair, int(_TASK_SECONDS / seconds)))
    batches = [rest[i : i + size] for i in range(0, len(rest), size)]
    waiting: deque[tuple[Sequence[int], Any]] = deque()
    try:
        for batch in batches:
            waiting.append((batch, submit(batch)))
            if len(waiting) >= _AHEAD * workers:
                yield from _collected(*waiting.popleft(), submit, lost)
        while waiting:
            yield from _collected(*waiting.popleft(), submit, lost)
    finally:
        for _, future in waiting:
            future.cancel()


def _collected(
    batch: Sequence[int],
    future: Any,
    submit: Callable[[Sequence[int]], Any],
    lost: tuple[type[BaseException], ...],
) -> Iterator[tuple[int, Any]]:
    for _ in range(_TRIES):
        try:
            results = future.result()
        except lost:
            future = submit(batch)
        else:
            yield from zip(batch, results, strict=True)
            return
    raise WorkersLostError(
        f"workers died {_TRIES} times under chunks {batch[0]} to {batch[-1]}. Out of memory is the usual "
        f"cause: use fewer workers."
    )


def packed(work: object) -> bytes:
    """Return the bytes a worker is sent."""
    return pickle.dumps(work, protocol=pickle.HIGHEST_PROTOCOL)


#: The work of this process, where it is a worker of our own pool.
_WORK: list[Callable[[int], Any]] = []


def _install(payload: bytes) -> None:
    """Make this process a worker: Ctrl-C is the parent's business, and a worker ends with its parent."""
    _end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    set_one_blas_thread()
    _WORK[:] = [pickle.loads(payload)]


def _end_with_parent() -> None:
    """Watch the parent from a thread: one that was killed tells nobody, and its workers would wait for ever."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait
    from threading import Thread

    parent, above = parent_process(), os.getppid()
    if parent is None:
        return
    sentinel = parent.sentinel

    def watch() -> None:
        # A process that was forked later holds the other end of the sentinel too: who is above tells as well.
        while not wait([sentinel], timeout=_WATCH_SECONDS) and os.getppid() == above:
            pass
        os._exit(1)

    Thread(target=watch, name="foreshock-parent", daemon=True).start()


def _installed(batch: Sequence[int]) -> list[Any]:
    return [_WORK[0](chunk) for chunk in batch]


def _carried(payload: bytes, batch: Sequence[int]) -> list[Any]:
    work = _opened(payload)
    with one_blas_thread():
        return [work(chunk) for chunk in batch]


@lru_cache(maxsize=2)
def _opened(payload: bytes) -> Callable[[int], Any]:
    work: Callable[[int], Any] = pickle.loads(payload)
    return work
