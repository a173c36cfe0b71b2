"""What one plan sees in one chunk of draws, and the returns of names that have draws of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stress.factors.model import FloatArray
from stress.simulation.plan import Plan
from stress.simulation.streams import CHUNK, chi_square, normals

__all__ = ["ChunkDraws", "draw_chunk", "explicit_returns"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChunkDraws:
    """What one plan sees in one chunk of draws.

    Parameters
    ----------
    root_mixing : ndarray of shape (CHUNK,)
        Square root of the mixing variable V.
    stated : ndarray of shape (CHUNK, n) or (1, n)
        Stated moves of each draw.
    free : ndarray of shape (CHUNK, K)
        Standard normals of the free directions.
    specific : ndarray of shape (CHUNK,)
        Standard normals of the collapsed specific stream.
    """

    root_mixing: FloatArray
    stated: FloatArray
    free: FloatArray
    specific: FloatArray


def draw_chunk(
    plan: Plan,
    *,
    seed: int,
    chunk: int,
    free: FloatArray,
    specific: FloatArray,
    mixing: dict[float, FloatArray] | None = None,
) -> ChunkDraws:
    """Draw what the variation and the mixing variable of one plan add to the shared normals.

    Parameters
    ----------
    plan : Plan
        The plan.
    seed, chunk : int
        Which chunk.
    free, specific : ndarray
        Shared normals of the chunk.
    mixing : dict, optional
        Chi-square draws of this chunk by degrees of freedom, reused between plans.
    """
    completed = plan.completed
    nu = completed.model_nu
    dof = completed.degrees_of_freedom
    cache = {} if mixing is None else mixing
    if dof not in cache:
        cache[dof] = chi_square("mixing", seed=seed, chunk=chunk, degrees_of_freedom=dof)
    stated = _stated_moves(plan, seed=seed, chunk=chunk)
    if len(stated) == 1:
        mean_mixing: FloatArray | float = completed.mixing_mean
    else:
        distance = stated @ completed.whitener.T
        square = np.einsum("sn,sn->s", distance, distance)
        mean_mixing = np.maximum(1.0, (nu - 2.0 + square) / (dof - 2.0))
    return ChunkDraws(
        root_mixing=np.sqrt(mean_mixing * (dof - 2.0) / cache[dof]),
        stated=stated,
        free=free,
        specific=specific,
    )


def explicit_returns(plan: Plan, draw: ChunkDraws, *, seed: int, chunk: int) -> FloatArray:
    """Return the simple returns of the explicit names under a full chunk.

    Parameters
    ----------
    plan : Plan
        The plan.
    draw : ChunkDraws
        What it sees of the chunk.
    seed, chunk : int
        Which chunk.

    Returns
    -------
    ndarray of shape (E, CHUNK)
        In the order of `plan.explicit`; not below -1.
    """
    explicit = plan.explicit
    moves = np.empty((len(explicit), CHUNK))
    if len(explicit) == 0:
        return moves
    completed = plan.completed
    exposures = plan.book.exposures[explicit]
    gain = completed.gain if plan.mode == "linked" else completed.gain * completed.stated[:, None]
    rank = completed.root.shape[1] if plan.mode == "linked" else 0
    loadings = np.zeros((draw.free.shape[1], max(2, len(explicit))))
    loadings[:rank, : len(explicit)] = completed.root[:, :rank].T @ exposures.T
    systematic = draw.free @ loadings
    for row, i in enumerate(explicit):
        own = normals(f"name:{plan.book.names[i]}", seed=seed, chunk=chunk)
        np.multiply(own, plan.specific[i], out=moves[row])
    moves += systematic.T[: len(explicit)]
    moves *= draw.root_mixing
    moves += (exposures @ gain) @ draw.stated.T
    moves += plan.shift[explicit][:, None]
    if not completed.compound:
        return np.maximum(moves, -1.0, out=moves)
    # exp(x) - 1, not expm1: five times as fast, and its error of 1e-16 of the value is nothing here.
    np.exp(moves, out=moves)
    moves -= 1.0
    return moves


def _stated_moves(plan: Plan, *, seed: int, chunk: int) -> FloatArray:
    """Stated moves of each draw (CHUNK, n), or one row (1, n) where they do not vary."""
    completed, variation = plan.completed, plan.variation
    if completed.n_stated == 0:
        return completed.stated_values[None, :]
    match variation.kind:
        case "names":
            return completed.stated_values[None, :]
        case "severity":
            assert variation.severity_sd is not None
            score = normals("severity", seed=seed, chunk=chunk)
            return completed.scaled_values(
                completed.severity * np.exp(variation.severity_sd * score)
            )
        case "core":
            assert variation.core_fraction is not None
            # The stated moves' own law has covariance W^-1 W^-T.
            score = normals("core", seed=seed, chunk=chunk, columns=completed.n_stated)
            noise = np.linalg.solve(completed.whitener, score.T).T
            moved = completed.stated_values + variation.core_fraction * noise
            if not completed.compound and completed.relative.any():
                moved[:, completed.relative] = np.maximum(moved[:, completed.relative], -1.0)
            return moved
