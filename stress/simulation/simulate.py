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
from stress.simulation.draws import draw_chunk, explicit_returns
from stress.simulation.plan import Plan
from stress.simulation.pnl import PnL
from stress.simulation.streams import CHUNK, chunk_sizes, normals

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
    factors = plans[0].loading.shape[0] if plans else 0
    free = normals("factors", seed=seed, chunk=chunk, columns=factors)
    specific = normals("specific", seed=seed, chunk=chunk)
    loadings = np.zeros((factors, max(2, len(plans))))
    for column, plan in enumerate(plans):
        loadings[:, column] = plan.loading
    systematic = free @ loadings
    totals = np.empty((len(plans), CHUNK))
    mixing: dict[float, FloatArray] = {}
    for row, plan in enumerate(plans):
        draw = draw_chunk(plan, seed=seed, chunk=chunk, free=free, specific=specific, mixing=mixing)
        total = totals[row]
        np.multiply(specific, plan.collapsed_specific, out=total)
        total += systematic[:, row]
        total *= draw.root_mixing
        total += _stated_pnl(draw.stated, plan.gain)
        total += plan.constant
        for i, returns in zip(
            plan.explicit, explicit_returns(plan, draw, seed=seed, chunk=chunk), strict=True
        ):
            total += plan.book.values[i] * returns
    return totals


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
