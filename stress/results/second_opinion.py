"""A second opinion on the expected P&L: entropy pooling on the history that the model carries.

The joint law answers "and what does the rest do?" by a regression. Pooling answers it by whole past days:
today's weights of the carried sessions, each at today's volatility, are changed as little as possible until
the stated moves are their means, and the book is revalued on every session.

History can be weighed to few large moves at once. So the views are taken one by one, the move that explains
most of what the book did on those sessions first, and one that no weights can meet, or that would leave too
few sessions with any weight, is left out by name. The linked law given *the same* views stands beside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from stress.errors import ModelError
from stress.factors.history import carried_moves, windows
from stress.factors.model import Factor, FloatArray
from stress.scenarios.propagation import Completed
from stress.scenarios.propagation_report import stated_names, written_move
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book
from stress.simulation.plan import Plan

if TYPE_CHECKING:
    from stress.simulation.entropy_pooling import Pooled

__all__ = ["SecondOpinion", "second_opinion"]

#: Views taken at most, and the least share of the book's variance that one more must explain.
MOST_VIEWS = 6
LEAST_GAIN = 0.005
#: Views that explain less than this of what the book did on ordinary sessions say nothing about it.
LEAST_EXPLAINED = 0.5
#: Separate windows of the horizon that must effectively be left.
LEAST_WINDOWS = 30.0
#: Beyond this many sessions the carried history holds too few separate windows.
LONGEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondOpinion:
    """Entropy pooling beside the joint law.

    Parameters
    ----------
    refused : str or None
        Why there is none; the figures below are then None.
    expected : float or None
        Expected P&L under the pooled sessions. [currency]
    linked : float or None
        Expected P&L by the joint law given the same views and nothing else. [currency]
    views : tuple of str
        Stated moves held as means, the most telling first.
    left_out : tuple of (str, str)
        Stated moves that are no view, and why.
    explained : float or None
        Share of the variance of the book's P&L on the carried sessions that the views explain.
    sessions : int
        Windows of the horizon carried; they overlap.
    effective : float or None
        Effective number of them left.
    largest_weight : float or None
        Of one window.
    divergence : float or None
        From equal weights, in nats.
    """

    refused: str | None
    expected: float | None = None
    linked: float | None = None
    views: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    explained: float | None = None
    sessions: int = 0
    effective: float | None = None
    largest_weight: float | None = None
    divergence: float | None = None


def second_opinion(
    book: Book, scenario: Scenario, *, planned: Callable[[Scenario], Plan]
) -> SecondOpinion:
    """Ask the carried history what a book is expected to do under a scenario.

    Parameters
    ----------
    book : Book
        Positions revalued in full are revalued on every carried session too.
    scenario : Scenario
        Its stated factor moves are the views.
    planned : callable
        Plans the book under a scenario by the joint law, linked, without variations or replay.

    Returns
    -------
    SecondOpinion
        A refusal says so in words; it is no error of the run.
    """
    model = book.model
    horizon = scenario.horizon_days
    # Factors only: what a scenario says of names is in no carried session.
    factors = replace(scenario, core_names=(), names=(), path=())
    names = tuple(
        (stated.target, "history is of factors, not of names") for stated in scenario.core_names
    )
    whole = planned(factors)
    completed = whole.completed
    if model.history is None:
        return SecondOpinion(
            refused=f"model {model.id} carries no factor moves of its window", left_out=names
        )
    if horizon > LONGEST:
        count = len(model.history.dates)
        return SecondOpinion(
            refused=f"{count} carried sessions hold only {count // horizon} "
            f"separate windows of {horizon}",
            left_out=names,
        )
    # About zero drift, as the joint law is.
    carried = carried_moves(model, filtered=True, compound=completed.compound)
    days = windows(carried - carried.mean(axis=0), horizon)
    pnl = whole.pnl_at(days)
    if not len(days) or float(pnl.std()) == 0.0:
        return SecondOpinion(
            refused="the book moves on no carried session", sessions=len(days), left_out=names
        )
    if not scenario.moves:
        return SecondOpinion(
            refused="no factor is stated, and the carried history is of factors",
            sessions=len(days),
            left_out=names,
        )
    chosen = _chosen(days, pnl, completed, model.factors)
    left_out = (*names, *chosen.left_out)
    if chosen.pooled is None or chosen.explained < LEAST_EXPLAINED:
        blocked = "; ".join(f"{name}: {why}" for name, why in left_out[:2])
        return SecondOpinion(
            refused=f"the stated moves that history can be weighed to explain {chosen.explained:.0%} of "
            f"this book's ordinary sessions, under {LEAST_EXPLAINED:.0%} "
            f"({blocked})",
            views=chosen.views,
            left_out=left_out,
            explained=chosen.explained,
            sessions=len(days),
        )
    kept = replace(
        factors, moves=tuple(one for one in scenario.moves if one.target in chosen.views)
    )
    return SecondOpinion(
        refused=None,
        expected=float(chosen.pooled.weights @ pnl),
        linked=planned(kept).central_pnl(),
        views=chosen.views,
        left_out=left_out,
        explained=chosen.explained,
        sessions=len(days),
        effective=chosen.pooled.effective_draws,
        largest_weight=float(chosen.pooled.weights.max()),
        divergence=chosen.pooled.divergence,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Chosen:
    views: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    explained: float
    pooled: Pooled | None


def _chosen(
    days: FloatArray, pnl: FloatArray, completed: Completed, factors: Sequence[Factor]
) -> _Chosen:
    """Choose views by forward regression of the book's P&L, each kept only if history can meet it."""
    from stress.simulation.entropy_pooling import View, pool

    names = stated_names(completed)
    columns = [
        completed.factor_names.index(name) for name in names if name in completed.factor_names
    ]
    moves = {completed.factor_names[k]: days[:, k] for k in columns}
    of = {factor.name: factor for factor in factors}
    target = dict(zip(names, completed.stated_values.tolist(), strict=True))
    waiting = list(moves)
    kept: list[str] = []
    left_out: list[tuple[str, str]] = []
    explained = 0.0
    best: Pooled | None = None
    while waiting and len(kept) < MOST_VIEWS:
        shares = [_explained(pnl, [moves[name] for name in (*kept, one)]) for one in waiting]
        place = int(np.argmax(shares))
        if shares[place] - explained < LEAST_GAIN:
            break
        name = waiting.pop(place)
        low, high = float(moves[name].min()), float(moves[name].max())
        if not low < target[name] < high:
            left_out.append((name, _beyond(of[name], target[name], low, high, completed)))
            continue
        asked = [View(kind="mean", of=view, target=target[view]) for view in (*kept, name)]
        try:
            pooled = pool({view.of: moves[view.of] for view in asked}, asked)
        except ModelError:
            left_out.append((name, "no weights meet it together with the views before it"))
            continue
        if pooled.effective_draws < LEAST_WINDOWS * completed.horizon_days:
            left_out.append((name, f"would leave {pooled.effective_draws:.0f} effective windows"))
            continue
        kept.append(name)
        explained, best = shares[place], pooled
    left_out += [(name, "adds next to nothing") for name in waiting]
    return _Chosen(
        views=tuple(kept),
        left_out=tuple(left_out),
        explained=explained,
        pooled=best,
    )


def _explained(pnl: FloatArray, columns: Sequence[FloatArray]) -> float:
    """R² of the book's P&L on factor moves, with a constant."""
    design = np.column_stack([np.ones(len(pnl)), *(c / (c.std() or 1.0) for c in columns)])
    answer, *_ = np.linalg.lstsq(design, pnl, rcond=None)
    rest = pnl - design @ answer
    return 1.0 - float(rest @ rest) / float(np.square(pnl - pnl.mean()).sum())


def _beyond(factor: Factor, move: float, low: float, high: float, completed: Completed) -> str:
    stated, lowest, highest = (
        written_move(factor.simple(x, compound=completed.compound), factor.unit)
        for x in (move, low, high)
    )
    return f"{stated} lies beyond every carried window ({lowest} to {highest})"
