"""P&L of candidate positions on the very draws of a book: a hedge is positions too.

The book's P&L does not change by being hedged: names it holds collapsed are drawn for the candidates *given*
its collapsed stream. With unit specific moves u of the candidates' names J among the collapsed ones, weights
a_j = v_j s_j, aggregate standard deviation s and the book's own draw g of the aggregate,

    u_J = (a_J / s) g + eta_J - (a_J / s) (sum_J (a_j / s) eta_j + sqrt(1 - sum_J (a_j / s)^2) eta_rest)

is exactly the law of u_J given g: a projection of independent normals eta.
"""

from __future__ import annotations

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.simulation.blas_threads import one_blas_thread
from stress.simulation.draws import (
    ChunkDraws,
    SharedDraws,
    draw_chunk,
    explicit_returns,
    revalued_pnl,
)
from stress.simulation.plan import Plan
from stress.simulation.pnl import PnL
from stress.simulation.streams import chunk_sizes, normals

__all__ = ["REST", "candidate_pnl", "central_candidate_pnl", "conditional_scores"]

#: The stream of the collapsed names that are not drawn one by one.
REST = "specific:rest"


@one_blas_thread()
def candidate_pnl(
    pnl: PnL,
    candidates: Plan,
) -> FloatArray:
    """Return the P&L of each candidate under each draw of a book's P&L.

    Parameters
    ----------
    pnl : PnL
        Of the book; its seed and draws are used.
    candidates : Plan
        Of a book whose positions are the candidates, one unit each, every name with its own draws, under
        the same completed scenario, variation and generator.

    Returns
    -------
    ndarray of shape (S, M)
        Linear positions first, in the order of `candidates.book.positions`, then those revalued in full,
        in the order of the valuation's holdings. [book currency per unit]

    Raises
    ------
    InputError
        If the two plans do not see the same draws.
    """
    base = pnl.plan
    _check_same(base, candidates)
    units = np.empty((pnl.draws, _count(candidates)))
    done = 0
    for chunk, size in enumerate(chunk_sizes(pnl.draws)):
        shared = SharedDraws(seed=pnl.seed, chunk=chunk)
        draw = draw_chunk(candidates, shared)
        scores = conditional_scores(base, candidates, draw, seed=pnl.seed, chunk=chunk)
        returns = explicit_returns(candidates, draw, seed=pnl.seed, chunk=chunk, scores=scores)
        part = _units(candidates, draw, returns, seed=pnl.seed, chunk=chunk)
        units[done : done + size] = part[:, :size].T
        done += size
    return units


def central_candidate_pnl(candidates: Plan) -> FloatArray:
    """Return the P&L of each candidate at the central factor moves, shape (M,)."""
    book = candidates.book
    linear = book.position_values * candidates.central_returns()[book.position_name]
    return np.concatenate([linear, candidates.central_revalued()])


def _count(candidates: Plan) -> int:
    valuation = candidates.book.valuation
    return len(candidates.book.positions) + (0 if valuation is None else len(valuation.holdings))


def _check_same(base: Plan, candidates: Plan) -> None:
    same = (
        base.completed.factor_names == candidates.completed.factor_names
        and base.completed.horizon_days == candidates.completed.horizon_days
        and base.completed.degrees_of_freedom == candidates.completed.degrees_of_freedom
        and np.array_equal(base.completed.mean, candidates.completed.mean)
        and base.variation == candidates.variation
        and base.mode == candidates.mode
        and base.generator == candidates.generator
    )
    if not same:
        raise InputError(
            "candidates must be planned under the scenario, mode and variation of the book."
        )
    own = candidates.collapsed & np.isnan(candidates.fixed)
    if own.any():
        names = ", ".join(candidates.book.names[i] for i in np.flatnonzero(own)[:5])
        raise InputError(f"candidates need draws of their own; collapsed: {names}.")


def conditional_scores(
    base: Plan,
    candidates: Plan,
    draw: ChunkDraws,
    *,
    seed: int,
    chunk: int,
    rest: FloatArray | None = None,
) -> dict[str, FloatArray]:
    """Draw unit specific moves of names the book holds collapsed, given its stream.

    Parameters
    ----------
    base, candidates : Plan
        Of the book, and of what is set beside it, under one completed scenario.
    draw : ChunkDraws
        What either sees of the chunk.
    seed, chunk : int
        Which chunk.
    rest : ndarray of shape (CHUNK,), optional
        The stream of what is not drawn by name, where it is at hand.

    Returns
    -------
    dict of str to ndarray of shape (CHUNK,)
        By name that the book holds collapsed; all others have their own streams.
    """
    index = base.book.name_index
    collapsed = base.collapsed & np.isnan(base.fixed)
    shared = [
        name
        for i, name in enumerate(candidates.book.names)
        if name in index and collapsed[index[name]] and candidates.specific[i] > 0.0
    ]
    if not shared or base.collapsed_specific == 0.0:
        return {}
    toward = np.array(
        [
            base.book.values[index[name]] * base.specific[index[name]] / base.collapsed_specific
            for name in shared
        ]
    )
    own = np.stack([normals(f"name:{name}", seed=seed, chunk=chunk) for name in shared])
    if rest is None:
        rest = normals(REST, seed=seed, chunk=chunk)
    left = float(np.sqrt(max(0.0, 1.0 - float(toward @ toward))))
    implied = left * rest
    for weight, row in zip(toward, own, strict=True):
        implied += weight * row
    gap = draw.specific - implied
    return {name: own[row] + toward[row] * gap for row, name in enumerate(shared)}


def _units(
    candidates: Plan, draw: ChunkDraws, returns: FloatArray, *, seed: int, chunk: int
) -> FloatArray:
    book = candidates.book
    row_of = {int(i): row for row, i in enumerate(candidates.explicit)}
    rows = []
    for name, value in zip(book.position_name, book.position_values, strict=True):
        i = int(name)
        moved = (
            returns[row_of[i]] if i in row_of else np.full(len(draw.specific), candidates.fixed[i])
        )
        rows.append(value * moved)
    linear = np.array(rows) if rows else np.zeros((0, len(draw.specific)))
    if candidates.revaluation is None:
        return linear
    return np.concatenate([linear, revalued_pnl(candidates, draw, returns, seed=seed, chunk=chunk)])
