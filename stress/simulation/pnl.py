"""`PnL`: profit and loss under every draw. Everything before it produces it, everything after it only reads it."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from stress.arrays import FloatArray
from stress.frozen import hold_still, still_when_copied
from stress.simulation.blas_threads import one_blas_thread
from stress.simulation.chunk import KeptDraws
from stress.simulation.draws import (
    SharedDraws,
    draw_chunk,
    drawn_moves,
    explicit_returns,
    revalued_pnl,
)
from stress.simulation.inside import Inside, InsideDraws, factor_loadings, name_returns
from stress.simulation.plan import Plan
from stress.simulation.streams import chunk_sizes, normals

__all__ = ["PnL"]


@still_when_copied
@dataclass(frozen=True, kw_only=True, eq=False)
class PnL:
    """P&L of one book under the variations of one scenario.

    Parameters
    ----------
    totals : ndarray of shape (S,)
        Gain positive; taken over, and not to be written to any more. Not to be added to or taken from another book's draw by
        draw: what names do of their own is one stream, whatever the book holds. [book currency]
    plan : Plan
        What was simulated: book, scenario, variation.
    seed : int
        Of the streams.
    asked : int or None
        Draws that were asked for, where the run was interrupted before it had them all.
    kept : mapping of int to KeptDraws
        By chunk, the inside of its worst draws, where a large run kept it.

    Notes
    -----
    It never holds draws x positions: questions about its inside are answered by drawing the chunks
    again, which costs as much as the random numbers, or from the draws that were kept.
    """

    totals: FloatArray
    plan: Plan
    seed: int
    asked: int | None = None
    kept: Mapping[int, KeptDraws] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.totals.setflags(write=False)
        hold_still(self)

    @property
    def draws(self) -> int:
        """Number of draws S."""
        return len(self.totals)

    def __repr__(self) -> str:
        portfolio, completed = self.plan.book.portfolio, self.plan.completed
        return (
            f"<PnL of {portfolio.name!r} · {completed.n_stated} stated moves over "
            f"{completed.horizon_days} d · {self.draws:,} draws, seed {self.seed} · "
            f"{self.totals.min():,.0f} to {self.totals.max():,.0f} {portfolio.currency}>"
        )

    @property
    def partial(self) -> bool:
        """Whether the run was interrupted: there are fewer draws than were asked for."""
        return self.asked is not None

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of the P&L of every draw."""
        return hashlib.sha256(np.ascontiguousarray(self.totals, dtype="<f8").tobytes()).hexdigest()

    @one_blas_thread()
    def mean(self, weights: FloatArray) -> Inside:
        """Return weighted means of what is inside the P&L.

        Parameters
        ----------
        weights : ndarray of shape (S,)
            Summing to one: equal, or tail weights.

        Returns
        -------
        Inside
            Names' returns times their values, and what is revalued, sum to ``weights @ totals``.

        Notes
        -----
        A collapsed name's specific move is its conditional expectation given the aggregate
        (`inside.name_returns`). Exact given the draw.
        """
        plan = self.plan
        counted = np.flatnonzero(weights)
        moves = np.zeros(plan.book.exposures.shape[1] + 2 + plan.completed.n_stated)
        explicit = np.zeros(len(plan.explicit))
        revalued = np.zeros(0 if plan.revaluation is None else len(plan.revaluation.legs))
        for part in self.inside(counted):
            share = weights[counted[part.place]]
            moves += share @ part.moves
            explicit += part.explicit @ share
            revalued += part.revalued @ share
        returns = name_returns(plan, moves[:, None])[:, 0]
        returns[plan.explicit] = explicit
        return Inside(returns=returns, factors=factor_loadings(plan) @ moves, revalued=revalued)

    def inside(self, rows: np.ndarray) -> Iterator[InsideDraws]:
        """Yield what is inside the P&L at some draws, chunk by chunk.

        Parameters
        ----------
        rows : ndarray of int, shape (R,)
            Which draws, ascending.
        """
        done = 0
        for chunk, size in enumerate(chunk_sizes(self.draws)):
            low, high = np.searchsorted(rows, (done, done + size))
            if low < high:
                with one_blas_thread():
                    part = self._inside(chunk, rows[low:high] - done, slice(int(low), int(high)))
                yield part
            done += size

    def _inside(self, chunk: int, rows: np.ndarray, place: slice) -> InsideDraws:
        plan = self.plan
        nothing = np.zeros((0, len(rows)))
        kept = self._kept(chunk, rows)
        if kept is not None:
            stated = plan.completed.stated_values
            if kept.shape[1] < plan.book.exposures.shape[1] + 2 + len(stated):
                kept = np.hstack([kept, np.broadcast_to(stated, (len(rows), len(stated)))])
            return InsideDraws(place=place, moves=kept, explicit=nothing, revalued=nothing)
        draw = draw_chunk(plan, SharedDraws(seed=self.seed, chunk=chunk))
        explicit = explicit_returns(plan, draw, seed=self.seed, chunk=chunk)
        revalued = nothing
        if plan.revaluation is not None:
            moves = drawn_moves(plan, draw, explicit, seed=self.seed, chunk=chunk)
            # Exactly, and only the draws that are asked for.
            revalued = plan.revaluation.pnl(moves.at(rows))
            revalued = np.broadcast_to(revalued, (len(revalued), len(rows)))
        stated = np.broadcast_to(draw.stated, (len(draw.free), draw.stated.shape[1]))
        return InsideDraws(
            place=place,
            moves=np.column_stack(
                [
                    draw.free[rows] * draw.factor_scale[rows, None],
                    draw.specific[rows] * draw.root_mixing[rows],
                    np.ones(len(rows)),
                    stated[rows],
                ]
            ),
            explicit=explicit[:, rows],
            revalued=revalued,
        )

    def _kept(self, chunk: int, counted: np.ndarray) -> FloatArray | None:
        """Return the moves of some draws of a chunk, if all of them were kept."""
        kept = self.kept.get(chunk)
        if kept is None:
            return None
        place = np.minimum(np.searchsorted(kept.rows, counted), len(kept.rows) - 1)
        return kept.moves[place] if bool((kept.rows[place] == counted).all()) else None

    @one_blas_thread()
    def group_totals(
        self, labels: Sequence[str], revalued_labels: Sequence[str] = ()
    ) -> tuple[tuple[str, ...], FloatArray]:
        """P&L of groups of positions under the same draws.

        Parameters
        ----------
        labels : sequence of str, length P
            The group of each position of `plan.book.positions`.
        revalued_labels : sequence of str
            The group of each position revalued in full, in the order of the valuation's holdings.

        Returns
        -------
        groups : tuple of str, length G
            Sorted.
        totals : ndarray of shape (G, S)
            Rows sum to `totals` of the book; options of the book that go through surfaces leave their certified error
            between the two.

        Notes
        -----
        The collapsed stream is the book's own; each group's share of it is drawn given that stream
        (its own Gaussian stream, projected so that the groups add up), so the book's P&L does not
        change by being looked into.
        """
        plan = self.plan
        book = plan.book
        groups = tuple(sorted({*labels, *revalued_labels}))
        index = {group: g for g, group in enumerate(groups)}
        held = np.zeros((len(groups), len(book.names)))
        for position, (label, name) in enumerate(zip(labels, book.position_name, strict=True)):
            held[index[label], name] += book.position_values[position]
        collapsed = np.where(plan.collapsed & np.isnan(plan.fixed), 1.0, 0.0)
        values = held * collapsed
        stated_gain = values @ book.exposures @ plan.factor_gain
        loadings = np.zeros((book.exposures.shape[1], max(2, len(groups))))
        loadings[: plan.root.shape[1], : len(groups)] = (values @ book.exposures @ plan.root).T
        known = ~np.isnan(plan.fixed)
        constant = held[:, known] @ plan.fixed[known]
        joint = (values * plan.specific) @ (values * plan.specific).T
        whole = plan.collapsed_specific
        toward = joint.sum(axis=1) / whole if whole > 0.0 else np.zeros(len(groups))
        rest = _psd_root(joint - np.outer(toward, toward))
        totals = np.empty((len(groups), self.draws))
        done = 0
        for chunk, size in enumerate(chunk_sizes(self.draws)):
            draw = draw_chunk(plan, SharedDraws(seed=self.seed, chunk=chunk))
            own = np.stack(
                [normals(f"group:{group}", seed=self.seed, chunk=chunk) for group in groups]
            )
            part = (np.outer(toward, draw.specific) + rest @ own) * draw.root_mixing
            part += (draw.free @ loadings).T[: len(groups)] * draw.factor_scale
            part += stated_gain @ draw.stated.T + constant[:, None]
            drawn = explicit_returns(plan, draw, seed=self.seed, chunk=chunk)
            for row, i in enumerate(plan.explicit):
                part += np.outer(held[:, i], drawn[row])
            if plan.revaluation is not None:
                inside = revalued_pnl(plan, draw, drawn, seed=self.seed, chunk=chunk)
                for row, label in enumerate(revalued_labels):
                    part[index[label]] += inside[row]
            totals[:, done : done + size] = part[:, :size]
            done += size
        return groups, totals


def _psd_root(matrix: FloatArray) -> FloatArray:
    """Symmetric root of a positive semi-definite matrix; its null directions stay null."""
    values, vectors = np.linalg.eigh(matrix)
    kept = np.where(values > 1e-12 * max(values[-1], 0.0), values, 0.0)
    root: FloatArray = (vectors * np.sqrt(kept)) @ vectors.T
    return root
