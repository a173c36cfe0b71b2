"""What one plan sees in one chunk of draws, and the returns of names that have draws of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stress.arrays import FloatArray
from stress.scenarios.student_law import kept_mixing, mean_mixing, mixing_scale
from stress.simulation.plan import Plan
from stress.simulation.revaluation import Moves
from stress.simulation.streams import CHUNK, chi_square, normals

__all__ = [
    "ChunkDraws",
    "SharedDraws",
    "draw_chunk",
    "drawn_moves",
    "draws_key",
    "explicit_returns",
    "factor_moves",
    "revalued_pnl",
    "simple_moves_of",
    "stated_moves",
]


#: Names whose own draws of a chunk are kept for the next book: 16 MiB.
_NAMES_KEPT = 512


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChunkDraws:
    """What one plan sees in one chunk of draws.

    Parameters
    ----------
    root_mixing : ndarray of shape (CHUNK,)
        Square root of the mixing variable V, which multiplies specific moves.
    factor_scale : ndarray of shape (CHUNK,)
        What multiplies free factor moves: the same under the t law, the root of E[V] under history, where it
        multiplies names' own moves of the drawn sessions too.
    stated : ndarray of shape (CHUNK, n) or (1, n)
        Stated moves of each draw.
    free : ndarray of shape (CHUNK, K)
        Free draws of the plan's generator.
    specific : ndarray of shape (CHUNK,)
        Standard normals of the collapsed specific stream.
    sessions : ndarray of int, shape (CHUNK, h), or None
        Carried sessions that `free` is the sum of, where names' own moves on them are needed.
    """

    root_mixing: FloatArray
    factor_scale: FloatArray
    stated: FloatArray
    free: FloatArray
    specific: FloatArray
    sessions: np.ndarray | None = None


class SharedDraws:
    """The draws of one chunk that plans have in common, made when first asked for.

    Parameters
    ----------
    seed, chunk : int
        Which chunk.
    """

    def __init__(self, *, seed: int, chunk: int) -> None:
        self.seed = seed
        self.chunk = chunk
        self.specific = normals("specific", seed=seed, chunk=chunk)
        self._free: dict[tuple[object, ...], FloatArray] = {}
        self._mixing: dict[float, FloatArray] = {}
        self._names: dict[str, FloatArray] = {}
        self._sessions: dict[tuple[object, ...], np.ndarray] = {}

    def free(self, plan: Plan) -> FloatArray:
        """Return the free draws (CHUNK, K) of a plan's generator."""
        key = draws_key(plan)
        if key not in self._free:
            self._free[key] = plan.generator.free(
                plan.book.model,
                self.sessions(plan),
                compound=plan.completed.compound,
                seed=self.seed,
                chunk=self.chunk,
            )
        return self._free[key]

    def sessions(self, plan: Plan) -> np.ndarray:
        """Return the carried sessions (CHUNK, h) that a plan's free draws are sums of."""
        key = draws_key(plan)
        if key not in self._sessions:
            self._sessions[key] = plan.generator.sessions(
                plan.book.model,
                horizon_days=plan.completed.horizon_days,
                seed=self.seed,
                chunk=self.chunk,
            )
        return self._sessions[key]

    def of_name(self, name: str) -> FloatArray:
        """Return the standard normals (CHUNK,) of a name's own moves; those of the first few hundred names are kept."""
        if name in self._names:
            return self._names[name]
        scores = normals(f"name:{name}", seed=self.seed, chunk=self.chunk)
        if len(self._names) < _NAMES_KEPT:
            self._names[name] = scores
        return scores

    def mixing(self, degrees_of_freedom: float) -> FloatArray:
        """Return chi-square draws (CHUNK,)."""
        if degrees_of_freedom not in self._mixing:
            self._mixing[degrees_of_freedom] = chi_square(
                "mixing", seed=self.seed, chunk=self.chunk, degrees_of_freedom=degrees_of_freedom
            )
        return self._mixing[degrees_of_freedom]


def draws_key(plan: Plan) -> tuple[object, ...]:
    """Return what plans must share to share free draws."""
    completed = plan.completed
    factors = len(completed.factor_names)
    own = plan.generator.key(completed.horizon_days, compound=completed.compound)
    return (factors, *own) if plan.generator.mixes else (plan.book.model.content_hash, *own)


def draw_chunk(plan: Plan, shared: SharedDraws) -> ChunkDraws:
    """Draw what one plan sees of a chunk.

    Parameters
    ----------
    plan : Plan
        The plan.
    shared : SharedDraws
        Of the chunk.
    """
    completed = plan.completed
    dof = completed.degrees_of_freedom
    stated = stated_moves(plan, seed=shared.seed, chunk=shared.chunk)
    if len(stated) == 1:
        mixing = np.full(CHUNK, completed.mixing_mean)
    else:
        distance = stated @ completed.whitener.T
        square = np.einsum("sn,sn->s", distance, distance)
        mixing = kept_mixing(mean_mixing(completed.model_nu, completed.n_stated, square))
    root_mixing = np.sqrt(mixing_scale(mixing, dof) / shared.mixing(dof))
    return ChunkDraws(
        root_mixing=root_mixing,
        factor_scale=root_mixing if plan.generator.mixes else np.sqrt(mixing),
        stated=stated,
        free=shared.free(plan),
        specific=shared.specific,
        sessions=shared.sessions(plan),
    )


def factor_moves(plan: Plan, draw: ChunkDraws, index: np.ndarray) -> FloatArray:
    """Return the moves of some factors under a full chunk.

    Parameters
    ----------
    plan : Plan
        The plan.
    draw : ChunkDraws
        What it sees of the chunk.
    index : ndarray of int, shape (F,)
        Which factors.

    Returns
    -------
    ndarray of shape (F, CHUNK)
        Logs of relative factors in a compound scenario.
    """
    padded = np.zeros((draw.free.shape[1], max(2, len(index))))
    padded[: plan.root.shape[1], : len(index)] = plan.root[index].T
    moves = np.ascontiguousarray((draw.free @ padded).T[: len(index)])
    moves *= draw.factor_scale
    moves += plan.factor_gain[index] @ draw.stated.T
    return moves


def simple_moves_of(plan: Plan, draw: ChunkDraws, names: Sequence[str]) -> dict[str, FloatArray]:
    """Return simple moves (CHUNK,) of some factors by name.

    Parameters
    ----------
    plan : Plan
        The plan.
    draw : ChunkDraws
        What it sees of the chunk.
    names : sequence of str
        Factors that positions revalued in full read.
    """
    if not names:
        return {}
    model = plan.book.model
    index = np.array([model.factor_index[name] for name in names], dtype=np.intp)
    moves = factor_moves(plan, draw, index)
    return {
        name: model.factor(name).possible(moves[row], compound=plan.completed.compound)
        for row, name in enumerate(names)
    }


def explicit_returns(
    plan: Plan,
    draw: ChunkDraws,
    *,
    seed: int,
    chunk: int,
    scores: Mapping[str, FloatArray] | None = None,
    shared: SharedDraws | None = None,
) -> FloatArray:
    """Return the simple returns of the explicit names under a full chunk.

    Parameters
    ----------
    plan : Plan
        The plan.
    draw : ChunkDraws
        What it sees of the chunk.
    seed, chunk : int
        Which chunk.
    scores : mapping of str to ndarray of shape (CHUNK,), optional
        Unit specific moves that stand in for a name's own stream.
    shared : SharedDraws, optional
        Of that chunk, where other plans read the same streams.

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
    rank = plan.root.shape[1]
    loadings = np.zeros((draw.free.shape[1], max(2, len(explicit))))
    loadings[:rank, : len(explicit)] = plan.root.T @ exposures.T
    systematic = draw.free @ loadings
    np.multiply(systematic.T[: len(explicit)], draw.factor_scale, out=moves)
    own = np.empty(CHUNK)
    for row, i in enumerate(explicit):
        residuals = plan.residuals.get(int(i))
        if residuals is not None and plan.specific[i] > 0.0:
            # The drawn day whole: what the name did beside what its factors did.
            assert draw.sessions is not None
            np.multiply(residuals[draw.sessions].sum(axis=1), draw.factor_scale, out=own)
            moves[row] += own
            continue
        name = plan.book.names[i]
        given = None if scores is None else scores.get(name)
        if given is not None:
            score = given
        elif shared is not None:
            score = shared.of_name(name)
        else:
            score = normals(f"name:{name}", seed=seed, chunk=chunk)
        np.multiply(score, plan.specific[i], out=own)
        own *= draw.root_mixing
        moves[row] += own
    moves += (exposures @ plan.factor_gain) @ draw.stated.T
    for row, i in enumerate(explicit):
        if plan.follows[i] >= 0:
            moves[row] = draw.stated[:, plan.follows[i]]
    if not completed.compound:
        return np.maximum(moves, -1.0, out=moves)
    # exp(x) - 1, not expm1: five times as fast, and its error of 1e-16 of the value is nothing here.
    np.exp(moves, out=moves)
    moves -= 1.0
    return moves


def drawn_moves(
    plan: Plan, draw: ChunkDraws, returns: FloatArray, *, seed: int, chunk: int
) -> Moves:
    """Return what the revaluation of a plan reads, under a full chunk.

    Parameters
    ----------
    plan : Plan
        With a revaluation.
    draw : ChunkDraws
        What it sees of the chunk.
    returns : ndarray of shape (E, CHUNK)
        Of the explicit names.
    seed, chunk : int
        Which chunk.
    """
    assert plan.revaluation is not None
    names = {plan.book.names[i]: returns[row] for row, i in enumerate(plan.explicit)}
    for i in np.flatnonzero(~np.isnan(plan.fixed)):
        names[plan.book.names[i]] = np.full(CHUNK, plan.fixed[i])
    return Moves(
        names=names,
        factors=simple_moves_of(plan, draw, plan.revaluation.factors),
        bridge=lambda stream: normals(stream, seed=seed, chunk=chunk),
    )


def revalued_pnl(
    plan: Plan, draw: ChunkDraws, returns: FloatArray, *, seed: int, chunk: int
) -> FloatArray:
    """Return the P&L of the positions that are revalued in full, exactly, shape (P, CHUNK).

    Parameters
    ----------
    plan, draw, returns, seed, chunk
        As for `drawn_moves`.
    """
    assert plan.revaluation is not None
    pnl = plan.revaluation.pnl(drawn_moves(plan, draw, returns, seed=seed, chunk=chunk))
    return np.broadcast_to(pnl, (pnl.shape[0], CHUNK))


def stated_moves(plan: Plan, *, seed: int, chunk: int) -> FloatArray:
    """Return the stated moves of each draw (CHUNK, n), or one row (1, n) where they do not vary."""
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
