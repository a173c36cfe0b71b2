"""Variations of completed scenarios: P&L of every plan under every draw.

A chunk is a pure function of (plans, seed, chunk index); all plans of a run share its draws, so they
are compared on common random numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from stress.errors import InputError
from stress.factors.model import FloatArray
from stress.simulation.draws import (
    ChunkDraws,
    SharedDraws,
    draw_chunk,
    explicit_returns,
    revalued_pnl,
)
from stress.simulation.plan import Plan
from stress.simulation.pnl import PnL
from stress.simulation.streams import CHUNK, chunk_sizes

__all__ = ["chunk_totals", "simulate"]


def simulate(
    plans: Sequence[Plan],
    *,
    draws: int,
    seed: int,
    on_progress: Callable[[int, int], None] | None = None,
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
    on_progress : callable, optional
        Called with draws done and draws in all after each chunk.

    Returns
    -------
    list of PnL
        One a plan, in order.

    Raises
    ------
    InputError
        Without draws, or with a negative seed.
    """
    if draws < 1:
        raise InputError(f"draws must be at least 1, got {draws}.")
    if seed < 0:
        raise InputError(f"seed must be at least 0, got {seed}.")
    totals = np.empty((len(plans), draws))
    done = 0
    for chunk, size in enumerate(chunk_sizes(draws)):
        totals[:, done : done + size] = chunk_totals(plans, seed=seed, chunk=chunk)[:, :size]
        done += size
        if on_progress is not None:
            on_progress(done, draws)
    return [PnL(totals=row, plan=plan, seed=seed) for row, plan in zip(totals, plans, strict=True)]


def chunk_totals(plans: Sequence[Plan], *, seed: int, chunk: int) -> FloatArray:
    """Return the P&L of every plan under one full chunk, shape (n_plans, CHUNK).

    Notes
    -----
    All loadings go through one product with at least two columns: the matrix kernel gives a column
    the same bits whatever stands beside it, which the vector kernel does not.
    """
    shared = SharedDraws(seed=seed, chunk=chunk)
    totals = np.empty((len(plans), CHUNK))
    together: dict[tuple[object, ...], list[int]] = {}
    for row, plan in enumerate(plans):
        together.setdefault(shared.key(plan), []).append(row)
    for rows in together.values():
        free = shared.free(plans[rows[0]])
        loadings = np.zeros((free.shape[1], max(2, len(rows))))
        for column, row in enumerate(rows):
            loadings[:, column] = plans[row].loading
        systematic = free @ loadings
        for column, row in enumerate(rows):
            _total(
                plans[row],
                draw_chunk(plans[row], shared),
                systematic[:, column],
                shared,
                totals[row],
            )
    return totals


def _total(
    plan: Plan, draw: ChunkDraws, systematic: FloatArray, shared: SharedDraws, out: FloatArray
) -> None:
    """Put the P&L of one plan together: collapsed names, stated moves, explicit names."""
    np.multiply(draw.specific, plan.collapsed_specific, out=out)
    out *= draw.root_mixing
    out += systematic * draw.factor_scale
    out += _stated_pnl(draw.stated, plan.gain)
    out += plan.constant
    returns = explicit_returns(plan, draw, seed=shared.seed, chunk=shared.chunk)
    for column, i in enumerate(plan.explicit):
        out += plan.book.values[i] * returns[column]
    if plan.revaluation is not None:
        for row in revalued_pnl(plan, draw, returns, seed=shared.seed, chunk=shared.chunk):
            out += row


def _stated_pnl(stated: FloatArray, gain: FloatArray) -> FloatArray | float:
    """P&L of the stated moves: one number, or one a draw."""
    if len(gain) == 0:
        return 0.0
    if len(stated) == 1:
        return math.fsum(stated[0] * gain)
    padded = np.zeros((len(gain), 2))
    padded[:, 0] = gain
    product: FloatArray = stated @ padded
    return product[:, 0]
