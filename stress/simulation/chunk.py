"""One chunk of draws: the P&L of every plan under it, and what is kept of its worst draws.

Plans that see the same draws (many books under one scenario) go through the arithmetic together, a block
that fits the cache at a time, by the same operations in the same order as one alone: a book's P&L has the
same bits whatever stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.compiled import library
from stress.scratch import scratch
from stress.simulation.draws import (
    ChunkDraws,
    SharedDraws,
    draw_chunk,
    drawn_moves,
    draws_key,
    explicit_returns,
)
from stress.simulation.executors import ExecutorChoice
from stress.simulation.holdings import options_of
from stress.simulation.plan import Plan
from stress.simulation.revaluation import Revaluation
from stress.simulation.streams import CHUNK

__all__ = [
    "Group",
    "KeptDraws",
    "blocks_of_totals",
    "chunk_totals",
    "executor_for",
    "grouped",
    "in_short_steps",
    "keep_lowest",
    "plan_totals",
]

#: Books whose P&L is worked on together: 32 x 4,096 doubles are 1 MiB, half of a core's second cache.
_TOGETHER = 32
#: Rows of a product are padded to a multiple of this: the matrix kernel gives a row other bits at its ragged
#: edge, and where the edge is depends on what stands beside it.
_ROWS = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptDraws:
    """The inside of some draws of a chunk.

    Parameters
    ----------
    rows : ndarray of int, shape (T,)
        Which draws, ascending.
    moves : ndarray of shape (T, K + 2 + n)
        What loadings multiply: free draws times their scale, the specific stream times the root of the
        mixing variable, one, and stated moves where they vary.
    """

    rows: np.ndarray
    moves: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """Plans that see the same draws, ready to be multiplied.

    Parameters
    ----------
    plans : tuple of Plan
        In order.
    rows : tuple of int
        Their places among all plans.
    loadings : tuple of ndarray of shape (B, K + 2 + n)
        Of up to 32 plans each, padded with rows of zeros.
    with_own_draws : tuple of tuple of int
        Of each block, the places within it of the plans that hold more than what collapses.
    """

    plans: tuple[Plan, ...]
    rows: tuple[int, ...]
    loadings: tuple[FloatArray, ...]
    with_own_draws: tuple[tuple[int, ...], ...]


def grouped(plans: Sequence[Plan]) -> tuple[Group, ...]:
    """Group plans by the draws they see; done once a run."""
    alike: dict[tuple[object, ...], list[int]] = {}
    for row, plan in enumerate(plans):
        alike.setdefault(_sees(plan), []).append(row)
    groups = []
    for rows in alike.values():
        members = tuple(plans[row] for row in rows)
        blocks = [members[i : i + _TOGETHER] for i in range(0, len(members), _TOGETHER)]
        groups.append(
            Group(
                plans=members,
                rows=tuple(rows),
                loadings=tuple(_loadings(block) for block in blocks),
                with_own_draws=tuple(
                    tuple(i for i, plan in enumerate(block) if has_own_draws(plan))
                    for block in blocks
                ),
            )
        )
    return tuple(groups)


def chunk_totals(groups: Sequence[Group], *, seed: int, chunk: int) -> FloatArray:
    """Return the P&L of every plan under one full chunk, shape (n_plans, CHUNK)."""
    totals = np.empty((sum(len(group.rows) for group in groups), CHUNK))
    for rows, block, _ in blocks_of_totals(groups, SharedDraws(seed=seed, chunk=chunk)):
        totals[list(rows)] = block
    return totals


def blocks_of_totals(
    groups: Sequence[Group], shared: SharedDraws
) -> Iterator[tuple[tuple[int, ...], FloatArray, FloatArray]]:
    """Yield places of plans that see the same draws, their P&L (B, CHUNK), and what loadings multiply.

    Parameters
    ----------
    groups : sequence of Group
        From `grouped`, on models with the same factors.
    shared : SharedDraws
        Of the chunk.

    Notes
    -----
    Both arrays are good until the next block.
    """
    for group in groups:
        draw = draw_chunk(group.plans[0], shared)
        moves = multiplied(draw)
        for block, (loadings, own) in enumerate(
            zip(group.loadings, group.with_own_draws, strict=True)
        ):
            start = block * _TOGETHER
            rows = group.rows[start : start + _TOGETHER]
            product = scratch("totals", (len(loadings), len(moves)))
            totals = np.matmul(loadings, moves.T, out=product)[: len(rows)]
            for i in own:
                _add_own(group.plans[start + i], draw, shared, totals[i])
            yield rows, totals, moves


def multiplied(draw: ChunkDraws) -> FloatArray:
    """Return what loadings multiply, shape (CHUNK, K + 2 + n): see `KeptDraws`. Good until the next."""
    factors = draw.free.shape[1]
    varied = 0 if len(draw.stated) == 1 else draw.stated.shape[1]
    moves = scratch("moves", (len(draw.free), factors + 2 + varied))
    np.multiply(draw.free, draw.factor_scale[:, None], out=moves[:, :factors])
    np.multiply(draw.specific, draw.root_mixing, out=moves[:, factors])
    moves[:, factors + 1] = 1.0
    if varied:
        moves[:, factors + 2 :] = draw.stated
    return moves


def has_own_draws(plan: Plan) -> bool:
    """Whether a plan holds more than what collapses."""
    return plan.revaluation is not None or not bool(plan.collapsed.all())


def executor_for(plans: Sequence[Plan], asked: ExecutorChoice) -> ExecutorChoice:
    """Return who works on the chunks of plans, where nothing is asked for: one thread where steps are of microseconds.

    Two are no faster there, as each step hands on the interpreter's lock: through surfaces, and where `in_short_steps`.
    """
    short = any(
        plan.surfaces is not None
        or (plan.revaluation is not None and in_short_steps(plan.revaluation))
        for plan in plans
    )
    return 1 if asked is None and short else asked


def in_short_steps(revaluation: Revaluation) -> bool:
    """Whether exact revaluation is of steps of microseconds: American options, and all without the compiled kernel."""
    return library() is None or any(
        option.style == "american" for _, option in options_of(revaluation.valuation.holdings)
    )


def plan_totals(
    plan: Plan,
    draw: ChunkDraws,
    shared: SharedDraws,
    *,
    scores: Mapping[str, FloatArray] | None = None,
) -> FloatArray:
    """Return the P&L of one plan under given draws, shape (CHUNK,).

    Parameters
    ----------
    plan : Plan
        The plan.
    draw : ChunkDraws
        Not necessarily those of its own streams.
    shared : SharedDraws
        Whose seed and chunk any other stream has.
    scores : mapping of str to ndarray of shape (CHUNK,), optional
        Unit specific moves that stand in for a name's own stream.
    """
    totals: FloatArray = (_loadings([plan]) @ multiplied(draw).T)[0]
    if has_own_draws(plan):
        _add_own(plan, draw, shared, totals, scores=scores)
    return totals


def keep_lowest(
    groups: Sequence[Group], keep: Sequence[bool], *, seed: int, chunk: int, share: float
) -> tuple[FloatArray, tuple[KeptDraws | None, ...]]:
    """Return totals as `chunk_totals`, and of some plans the inside of their lowest draws."""
    totals = np.empty((len(keep), CHUNK))
    kept: list[KeptDraws | None] = [None] * len(keep)
    count = int(share * CHUNK)
    for rows, block, moves in blocks_of_totals(groups, SharedDraws(seed=seed, chunk=chunk)):
        totals[list(rows)] = block
        for row, total in zip(rows, block, strict=True):
            if keep[row]:
                lowest = np.sort(np.argpartition(total, count)[:count])
                kept[row] = KeptDraws(rows=lowest, moves=moves[lowest])
    return totals, tuple(kept)


def _sees(plan: Plan) -> tuple[object, ...]:
    """Return what plans have in common that see the same draws."""
    completed = plan.completed
    if _stated_vary(plan):
        # Stated moves vary: alike where one completed scenario varies in one way.
        return (draws_key(plan), id(completed), plan.variation, plan.generator.mixes)
    return (
        draws_key(plan),
        completed.mixing_mean,
        completed.degrees_of_freedom,
        completed.stated_values.tobytes(),
        plan.generator.mixes,
    )


def _loadings(plans: Sequence[Plan]) -> FloatArray:
    """Return what multiplies the moves of plans that see the same draws."""
    count = len(plans)
    padded = 2 if count <= 2 else -(-count // _ROWS) * _ROWS
    factors = len(plans[0].loading)
    varied = plans[0].completed.n_stated if _stated_vary(plans[0]) else 0
    loadings = np.zeros((padded, factors + 2 + varied))
    for row, plan in zip(loadings, plans, strict=False):
        row[:factors] = plan.loading
        row[factors] = plan.collapsed_specific
        row[factors + 1] = plan.constant
        if varied:
            row[factors + 2 :] = plan.gain
        else:
            row[factors + 1] += math.fsum(plan.completed.stated_values * plan.gain)
    return loadings


def _stated_vary(plan: Plan) -> bool:
    return plan.variation.kind != "names" and plan.completed.n_stated > 0


def _add_own(
    plan: Plan,
    draw: ChunkDraws,
    shared: SharedDraws,
    total: FloatArray,
    *,
    scores: Mapping[str, FloatArray] | None = None,
) -> None:
    """Add the P&L of explicit names and of what is revalued in full."""
    returns = explicit_returns(
        plan, draw, seed=shared.seed, chunk=shared.chunk, scores=scores, shared=shared
    )
    for row, i in zip(returns, plan.explicit, strict=True):
        total += plan.book.values[i] * row
    if plan.revaluation is None:
        return
    moves = drawn_moves(plan, draw, returns, seed=shared.seed, chunk=shared.chunk)
    if plan.surfaces is not None:
        total += plan.surfaces.pnl(moves, plan.revaluation)
        return
    for pnl in plan.revaluation.each(moves):
        total += pnl
