"""Tail measures of many books at once, without their draws: what a screen over thousands of books asks.

Of each chunk only the lowest draws of each book survive: those not above an edge that the first chunk puts well
inside the body of the law. They hold the tail of the whole run, unless the first chunk was far off: then that book
is drawn again, whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stress.arguments import confidence_level, whole_number
from stress.arrays import FloatArray
from stress.compiled import library, lowest_into
from stress.errors import InputError
from stress.risk.measures import TAIL_LEVEL, as_loss
from stress.simulation.blas_threads import one_blas_thread
from stress.simulation.chunk import Group, blocks_of_totals, chunk_totals, executor_for, grouped
from stress.simulation.draws import SharedDraws
from stress.simulation.executors import ExecutorChoice, run_chunks
from stress.simulation.plan import Plan
from stress.simulation.streams import CHUNK, chunk_sizes
from stress.steps import Progress

__all__ = ["BookTails", "tails_of"]

#: Standard deviations of a chunk's share of the tail that are kept beyond the mean.
_SPARE = 6.0
#: Rows that are measured together, so that they stay in the cache.
_TOGETHER = 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BookTails:
    """Tail measures of many plans under the same draws; losses, positive when money is lost.

    Parameters
    ----------
    levels : tuple of float, length L
        Confidence levels.
    value_at_risk, expected_shortfall : ndarray of shape (n_plans, L)
        By plan and level. [currency]
    standard_error : ndarray of shape (n_plans, L)
        Simulation error of `expected_shortfall`, from its influence function. [currency]
    draws : int
        In all.
    """

    levels: tuple[float, ...]
    value_at_risk: FloatArray
    expected_shortfall: FloatArray
    standard_error: FloatArray
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Lowest:
    """The draws of every plan in one chunk that are not above its edge; infinite where there are fewer."""

    groups: tuple[Group, ...]
    seed: int
    sizes: tuple[int, ...]
    edges: FloatArray
    room: int

    def __call__(self, chunk: int) -> FloatArray:
        size = self.sizes[chunk]
        lowest = np.empty((len(self.edges), min(size, self.room)))
        shared = SharedDraws(seed=self.seed, chunk=chunk)
        for rows, block, _ in blocks_of_totals(self.groups, shared):
            places = list(rows)
            lowest[places] = _not_above(block[:, :size], self.edges[places], lowest.shape[1])
        return lowest


def _not_above(totals: FloatArray, edges: FloatArray, room: int) -> FloatArray:
    """Return of each row what is not above its edge, as much as there is room for; infinite where there is less."""
    lowest = np.full((len(totals), room), math.inf)
    kernel = library()
    if kernel is not None and totals.strides[1] == totals.itemsize:
        lowest_into(kernel, lowest, totals, edges)
        return lowest
    for row, edge, kept in zip(totals, edges, lowest, strict=True):
        below = row[row <= edge][:room]
        kept[: len(below)] = below
    return lowest


def _first(
    groups: tuple[Group, ...], seed: int, sizes: Sequence[int], count: int, plans: int
) -> FloatArray:
    """Return the lowest draws of every plan in the first chunk, shape (n_plans, count); the highest last."""
    lowest = np.empty((plans, count))
    for rows, block, _ in blocks_of_totals(groups, SharedDraws(seed=seed, chunk=0)):
        part = block[:, : sizes[0]]
        part.partition(count - 1, axis=1)
        lowest[list(rows)] = part[:, :count]
    return lowest


def tails_of(
    plans: Sequence[Plan],
    *,
    draws: int,
    seed: int,
    levels: Sequence[float] = (TAIL_LEVEL,),
    executor: ExecutorChoice = None,
    on_progress: Progress | None = None,
) -> BookTails:
    """Draw variations, and keep of each plan only its tail.

    Parameters
    ----------
    plans : sequence of Plan
        On models with the same factors: for instance a thousand books under one scenario.
    draws, seed : int
        As for `simulate`, whose draws these are.
    levels : sequence of float
        Confidence levels.
    executor : optional
        Who works on the chunks.
    on_progress : callable, optional
        Called with draws done and in all.

    Returns
    -------
    BookTails

    Raises
    ------
    InputError
        Without plans or draws, or with a level outside (0, 1).
    """
    draws = whole_number(draws, what="draws", least=1)
    seed = whole_number(seed, what="seed", least=0)
    if not plans:
        raise InputError("tails of 0 books were asked for: give at least one.")
    if not levels:
        raise InputError("levels: none is given.")
    levels = [confidence_level(level, what="levels") for level in levels]
    sizes = tuple(chunk_sizes(draws))
    places = [math.floor((1.0 - level) * draws + 1e-6) for level in levels]
    widest = 1.0 - min(levels)
    groups = grouped(plans)
    with one_blas_thread():
        first = _first(groups, seed, sizes, min(sizes[0], _count(widest, 1)), len(plans))
    edges = np.full(len(plans), math.inf) if first.shape[1] == draws else first[:, -1]
    work = _Lowest(groups=groups, seed=seed, sizes=sizes, edges=edges, room=_count(widest, 2))
    # Not above this, nothing of a book is missing.
    known = edges.copy()
    done, filled = sizes[0], first.shape[1]
    if on_progress is not None:
        on_progress(done, draws)
    kept = np.empty((len(plans), filled + sum(min(size, work.room) for size in sizes[1:])))
    kept[:, :filled] = first
    workers = executor_for(plans, executor)
    for chunk, lowest in run_chunks(work, range(1, len(sizes)), executor=workers):
        kept[:, filled : filled + lowest.shape[1]] = lowest
        filled += lowest.shape[1]
        if lowest.shape[1] < sizes[chunk]:
            known[np.isfinite(lowest[:, -1])] = -math.inf
        done += sizes[chunk]
        if on_progress is not None:
            on_progress(done, draws)
    order = sorted(set(places))
    kept.partition(order, axis=1)
    for row in np.flatnonzero(kept[:, order[-1]] > known):
        totals = _all_totals(plans[int(row)], sizes, seed)
        totals.partition(order)
        kept[row] = totals[: kept.shape[1]]
    return _measured(kept, levels, places, draws)


def _measured(
    lowest: FloatArray, levels: Sequence[float], places: Sequence[int], draws: int
) -> BookTails:
    """Read VaR, ES and its error off rows whose lowest draws stand first; the draw at the edge counts in part."""
    at_edge = lowest[:, list(places)]
    mass = (1.0 - np.array(levels)) * draws
    shortfall, error = np.empty_like(at_edge), np.empty_like(at_edge)
    for start in range(0, len(lowest), _TOGETHER):
        some = slice(start, start + _TOGETHER)
        for column, (place, of) in enumerate(zip(places, mass, strict=True)):
            edge = at_edge[some, column]
            beyond = edge[:, None] - lowest[some, :place]
            average = beyond.sum(axis=1) / draws
            beyond -= average[:, None]
            inside = np.square(beyond, out=beyond).sum(axis=1)
            error[some, column] = np.sqrt(inside + (draws - place) * np.square(average)) / of
            shortfall[some, column] = average * draws / of - edge
    return BookTails(
        levels=tuple(levels),
        value_at_risk=as_loss(at_edge),
        expected_shortfall=shortfall,
        standard_error=error,
        draws=draws,
    )


def _count(share: float, samples: int) -> int:
    """How many draws of a chunk lie below an edge that spares a few, by as many independent samples of it."""
    spare = _SPARE * samples * math.sqrt(CHUNK * share * (1.0 - share))
    return math.ceil(CHUNK * share + spare)


@one_blas_thread()
def _all_totals(plan: Plan, sizes: Sequence[int], seed: int) -> FloatArray:
    """Return all draws of one plan."""
    groups = grouped([plan])
    return np.concatenate(
        [chunk_totals(groups, seed=seed, chunk=chunk)[0, :size] for chunk, size in enumerate(sizes)]
    )
