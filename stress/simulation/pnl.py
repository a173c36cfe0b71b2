"""`PnL`: the narrow waist. Everything before it makes it, everything after it only reads it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from stress.factors.model import FloatArray
from stress.simulation.blas_threads import one_blas_thread
from stress.simulation.chunk import KeptDraws
from stress.simulation.draws import (
    SharedDraws,
    draw_chunk,
    drawn_moves,
    explicit_returns,
    revalued_pnl,
)
from stress.simulation.plan import Plan
from stress.simulation.streams import chunk_sizes, normals

__all__ = ["Inside", "PnL"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inside:
    """Weighted means of what is inside a P&L.

    Parameters
    ----------
    returns : ndarray of shape (N,)
        Of each name of the book.
    factors : ndarray of shape (K,)
        Of the factor moves; logs in a compound scenario.
    revalued : ndarray of shape (P,)
        P&L of each position revalued in full. [currency]
    """

    returns: FloatArray
    factors: FloatArray
    revalued: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class PnL:
    """P&L of one book under the variations of one scenario.

    Parameters
    ----------
    totals : ndarray of shape (S,)
        Gain positive. [book currency]
    plan : Plan
        What was simulated: book, scenario, variation.
    seed : int
        Of the streams.
    weights : ndarray of shape (S,) or None
        Probabilities; None means equal.
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
    weights: FloatArray | None = field(default=None)
    asked: int | None = None
    kept: Mapping[int, KeptDraws] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.totals.setflags(write=False)

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

    @property
    def digest(self) -> str:
        """SHA-256 of the P&L of every draw."""
        return hashlib.sha256(np.ascontiguousarray(self.totals, dtype="<f8").tobytes()).hexdigest()

    def mean(self, weights: FloatArray) -> Inside:
        """Return weighted means of what is inside the P&L.

        Parameters
        ----------
        weights : ndarray of shape (S,)
            Summing to one: the draws' probabilities, or tail weights.

        Returns
        -------
        Inside
            Names' returns times their values, and what is revalued, sum to ``weights @ totals``.

        Notes
        -----
        A collapsed name's specific move is its conditional expectation given the aggregate:
        ``v_i s_i^2 / sum_j v_j^2 s_j^2`` of it. Exact given the draw.
        """
        with one_blas_thread():
            return self._mean(weights)

    def _mean(self, weights: FloatArray) -> Inside:
        plan = self.plan
        book, completed = plan.book, plan.completed
        free_mean = np.zeros(book.exposures.shape[1])
        stated_mean = np.zeros(completed.n_stated)
        specific_mean = 0.0
        explicit_mean = np.zeros(len(plan.explicit))
        revalued = np.zeros(0 if plan.revaluation is None else len(plan.revaluation.legs))
        done = 0
        for chunk, size in enumerate(chunk_sizes(self.draws)):
            part = weights[done : done + size]
            done += size
            counted = np.flatnonzero(part)
            if len(counted) == 0:
                continue
            inside_kept = self._kept(chunk, counted)
            if inside_kept is not None:
                mean = part[counted] @ inside_kept
                factors_end = len(free_mean)
                free_mean += mean[:factors_end]
                specific_mean += float(mean[factors_end])
                fixed = len(mean) == factors_end + 2
                stated_mean += (
                    part.sum() * plan.completed.stated_values if fixed else mean[factors_end + 2 :]
                )
                continue
            draw = draw_chunk(plan, SharedDraws(seed=self.seed, chunk=chunk))
            free_mean += (part * draw.factor_scale[:size]) @ draw.free[:size]
            specific_mean += float((part * draw.root_mixing[:size]) @ draw.specific[:size])
            stated_mean += (
                part.sum() * draw.stated[0] if len(draw.stated) == 1 else part @ draw.stated[:size]
            )
            drawn = explicit_returns(plan, draw, seed=self.seed, chunk=chunk)
            explicit_mean += drawn[:, :size] @ part
            if plan.revaluation is not None:
                moves = drawn_moves(plan, draw, drawn, seed=self.seed, chunk=chunk)
                # Exactly, and only the draws that count.
                inside = plan.revaluation.pnl(moves.at(counted))
                revalued += np.broadcast_to(inside, (len(inside), len(counted))) @ part[counted]
        factors = plan.factor_gain @ stated_mean + plan.root @ free_mean[: plan.root.shape[1]]
        returns = book.exposures @ factors + plan.shift * float(weights.sum())
        if plan.collapsed_specific > 0.0:
            returns += book.values * plan.specific**2 / plan.collapsed_specific * specific_mean
        known = ~np.isnan(plan.fixed)
        returns[known] = plan.fixed[known] * float(weights.sum())
        returns[plan.explicit] = explicit_mean
        return Inside(returns=returns, factors=factors, revalued=revalued)

    def _kept(self, chunk: int, counted: np.ndarray) -> FloatArray | None:
        """Return the moves of some draws of a chunk, if all of them were kept."""
        kept = self.kept.get(chunk)
        if kept is None:
            return None
        place = np.minimum(np.searchsorted(kept.rows, counted), len(kept.rows) - 1)
        return kept.moves[place] if bool((kept.rows[place] == counted).all()) else None

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
        constant = values @ plan.shift + held[:, known] @ plan.fixed[known]
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
