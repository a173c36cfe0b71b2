"""Variations of completed scenarios: P&L of every plan under every draw.

A chunk is a pure function of (plans, seed, chunk index); all plans of a run share its draws, so they
are compared on common random numbers, and any worker may do any chunk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from stress.arguments import whole_number
from stress.arrays import FloatArray
from stress.errors import InputError
from stress.simulation.chunk import (
    Group,
    KeptDraws,
    chunk_totals,
    executor_for,
    grouped,
    has_own_draws,
    keep_lowest,
)
from stress.simulation.executors import ExecutorChoice, run_chunks
from stress.simulation.plan import Plan
from stress.simulation.pnl import PnL
from stress.simulation.streams import CHUNK, chunk_sizes
from stress.steps import Progress

__all__ = ["ChunkStore", "simulate"]

#: From this many draws on, the inside of the worst draws is kept as it is drawn, not drawn again.
_KEEP_FROM = 16 * CHUNK
#: What may be kept in all. [bytes]
_KEPT_BYTES = 64 * 2**20
_KEPT_SHARE = 0.04
#: P&L that is held at once, one number a draw and plan: 32 GiB.
_MOST_HELD = 2**32


@runtime_checkable
class ChunkStore(Protocol):
    """Where finished chunks outlive the process."""

    def begin(self, columns: Sequence[str], key: Mapping[str, str]) -> None:
        """Say whose P&L comes, plan by plan, and from what; refuse where another run's is."""
        ...

    def asked(self, draws: int) -> None:
        """Say how many draws are asked for, before any: the last chunk may hold more."""
        ...

    def finished(self) -> Iterator[tuple[int, FloatArray]]:
        """Yield chunks that are there, each with totals (n_plans, CHUNK)."""
        ...

    def save(self, chunk: int, totals: FloatArray) -> None:
        """Take a finished chunk; it may be written later, with others."""
        ...

    def flush(self) -> None:
        """Write everything taken."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Work:
    """What a worker is sent: all it needs for any chunk."""

    groups: tuple[Group, ...]
    seed: int
    keep: tuple[bool, ...]

    def __call__(self, chunk: int) -> tuple[FloatArray, tuple[KeptDraws | None, ...]]:
        if not any(self.keep):
            return chunk_totals(self.groups, seed=self.seed, chunk=chunk), ()
        return keep_lowest(self.groups, self.keep, seed=self.seed, chunk=chunk, share=_KEPT_SHARE)


def simulate(
    plans: Sequence[Plan],
    *,
    draws: int,
    seed: int,
    executor: ExecutorChoice = None,
    store: ChunkStore | None = None,
    on_progress: Progress | None = None,
    on_interrupt: Literal["raise", "partial"] = "raise",
) -> list[PnL]:
    """Draw variations and revalue every plan under them.

    Parameters
    ----------
    plans : sequence of Plan
        On models with the same factors.
    draws : int
        At least 1.
    seed : int
        At least 0.
    executor : optional
        Who works on the chunks (`executors.run_chunks`); the numbers are the same to the last bit.
    store : ChunkStore, optional
        Begun; finished chunks are taken from it and given to it.
    on_progress : callable, optional
        Called with draws done and draws in all after each chunk.
    on_interrupt : {'raise', 'partial'}
        What Ctrl-C does: end, or return the draws done so far, marked (`PnL.partial`).

    Returns
    -------
    list of PnL
        One a plan, in order.

    Raises
    ------
    InputError
        Without draws, with more than can be held, or with a negative seed.
    """
    draws = whole_number(draws, what="draws", least=1)
    seed = whole_number(seed, what="seed", least=0)
    most = _MOST_HELD // max(len(plans), 1)
    if draws > most:
        raise InputError(
            f"draws: {draws:,} of {len(plans)} book(s) and scenario(s), baselines included, are more numbers "
            f"than are held at once; at most {most:,} are drawn of so many."
        )
    sizes = chunk_sizes(draws)
    try:
        # One array a plan: who keeps one result does not keep the others' draws.
        totals = [np.empty(draws) for _ in plans]
    except MemoryError:
        raise InputError(
            f"draws: {draws:,} of {len(plans)} book(s) and scenario(s) do not fit into memory. Ask for fewer."
        ) from None
    kept: list[dict[int, KeptDraws]] = [{} for _ in plans]
    work = _Work(groups=grouped(plans), seed=seed, keep=_keep(plans, draws))
    done = 0
    finished = np.zeros(len(sizes), dtype=bool)

    def put(chunk: int, part: FloatArray) -> None:
        nonlocal done
        size = sizes[chunk]
        for own, row in zip(totals, part, strict=True):
            own[chunk * CHUNK : chunk * CHUNK + size] = row[:size]
        finished[chunk] = True
        done += size
        if on_progress is not None:
            on_progress(done, draws)

    asked: int | None = None
    if store is not None:
        store.asked(draws)
    try:
        for chunk, part in () if store is None else store.finished():
            if chunk < len(sizes) and not finished[chunk]:
                put(chunk, part)
        missing = [int(chunk) for chunk in np.flatnonzero(~finished)]
        for chunk, (part, inside) in run_chunks(
            work, missing, executor=executor_for(plans, executor)
        ):
            if store is not None:
                store.save(chunk, part)
            put(chunk, part)
            for row, draws_kept in enumerate(inside):
                if draws_kept is not None:
                    kept[row][chunk] = draws_kept
    except KeyboardInterrupt:
        # Draws are a sequence: what counts is what is done without a gap.
        whole = int(np.argmin(finished)) if not finished.all() else len(sizes)
        if on_interrupt == "raise" or whole == 0:
            raise
        asked, totals = draws, [own[: sum(sizes[:whole])].copy() for own in totals]
    finally:
        if store is not None:
            store.flush()
    return [
        PnL(totals=row, plan=plan, seed=seed, asked=asked, kept=inside)
        for row, plan, inside in zip(totals, plans, kept, strict=True)
    ]


def _keep(plans: Sequence[Plan], draws: int) -> tuple[bool, ...]:
    """Say of which plans the worst draws are kept: those where it is small and saves drawing again."""
    factors = max((len(plan.loading) for plan in plans), default=0)
    size = _KEPT_SHARE * draws * (factors + 3) * 8 * len(plans)
    if draws < _KEEP_FROM or size > _KEPT_BYTES:
        return (False,) * len(plans)
    return tuple(not has_own_draws(plan) for plan in plans)
