"""A second opinion on the expected P&L: entropy pooling on the history that the model carries.

The joint law answers "and what does the rest do?" by a regression. Pooling answers it by whole past days:
today's weights of the carried sessions, each at today's volatility, are changed as little as possible until
the stated moves are their means, and the book is revalued on every session.

Few past sessions had several large moves at once, so no weights meet all of them. The views are taken one by one, the move that explains
most of what the book did on those sessions first, and one that no weights can meet, or that would leave too
few sessions with any weight, is left out by name. The answer of the linked law to *the same* views is given with it.

Users may state views of their own, of any moment: all of them hold together with these means, or there is no opinion
(`held_views`). Without a scenario they are the only ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from stress.arrays import FloatArray
from stress.errors import ModelError
from stress.factors.history import carried_moves, windows
from stress.factors.horizon import SHORT_HORIZON
from stress.factors.model import Factor, FactorModel
from stress.scenarios.propagation import Completed
from stress.scenarios.propagation_report import stated_names, written_move
from stress.scenarios.scenario import Scenario, StatedMove, Variation
from stress.simulation.book import Book
from stress.simulation.plan import Plan
from stress.units import Move

if TYPE_CHECKING:
    from stress.results.held_views import Held, HeldView
    from stress.simulation.pooling.entropy_pooling import Pooled
    from stress.simulation.pooling.view_text import StatedView
    from stress.simulation.pooling.views import View

__all__ = ["SecondOpinion", "second_opinion"]

#: Views taken at most, and the least share of the book's variance that one more must explain.
MOST_VIEWS = 6
LEAST_GAIN = 0.005
#: Views that explain less than this of what the book did on ordinary sessions say nothing about it.
LEAST_EXPLAINED = 0.5


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
    added_views : tuple of HeldView
        The user's own, held with the means.
    deviation_before, deviation : float or None
        Standard deviation of the book's P&L over the windows, equally weighted and as weighed; names'
        own moves are in neither. [currency]
    weights : tuple of float
        Of the windows, in the order of the model's `history.dates` on which they end; empty when refused.
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
    added_views: tuple[HeldView, ...] = ()
    deviation_before: float | None = None
    deviation: float | None = None
    weights: tuple[float, ...] = ()


def second_opinion(
    book: Book,
    scenario: Scenario | None,
    *,
    planned: Callable[[Scenario | None], Plan],
    views: Sequence[StatedView] = (),
) -> SecondOpinion:
    """Ask the carried history what a book is expected to do under a scenario.

    Parameters
    ----------
    book : Book
        Positions revalued in full are revalued on every carried session too.
    scenario : Scenario or None
        Its stated factor moves are views of means. None asks the `views` alone, over one session.
    planned : callable
        Plans the book under a scenario, or none, by the joint law, linked, without variations or replay.
    views : sequence of StatedView
        A user's own, over the scenario's horizon; held with the means.

    Returns
    -------
    SecondOpinion
        A refusal says so in words; it is no error of the run.
    """
    model = book.model
    stated = _factors_only(scenario)
    names = tuple(
        (one.target, "history is of factors, not of names")
        for one in (() if scenario is None else scenario.core_names)
    )
    whole = planned(stated)
    completed = whole.completed
    horizon = completed.horizon_days
    if model.history is None:
        return SecondOpinion(
            refused=f"model {model.id} carries no factor moves of its window", left_out=names
        )
    if horizon > SHORT_HORIZON:
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
    if stated is not None and not stated.moves:
        return SecondOpinion(
            refused="no factor is stated, and the carried history is of factors",
            sessions=len(days),
            left_out=names,
        )
    chosen = _chosen(days, pnl, completed, model.factors)
    left_out = (*names, *chosen.left_out)
    if stated is not None and (chosen.pooled is None or chosen.explained < LEAST_EXPLAINED):
        blocked = "; ".join(f"{name}: {why}" for name, why in left_out[:2])
        blocked = f" ({blocked})" if blocked else ""
        return SecondOpinion(
            refused=f"the stated moves that history can be weighed to explain {chosen.explained:.0%} of "
            f"this book's ordinary sessions, under {LEAST_EXPLAINED:.0%}{blocked}",
            views=chosen.views,
            left_out=left_out,
            explained=chosen.explained,
            sessions=len(days),
        )
    held = _held(chosen, views, days, completed, model.factors)
    of = dict.fromkeys([*chosen.views, *_named(views)])
    explained = _explained(pnl, [days[:, model.factor_index[name]] for name in of])
    if held.pooled is None:
        return SecondOpinion(
            refused=held.refused,
            views=chosen.views,
            left_out=left_out,
            explained=explained,
            sessions=len(days),
        )
    weights = held.pooled.weights
    expected = float(weights @ pnl)
    return SecondOpinion(
        refused=None,
        expected=expected,
        linked=planned(_means_only(stated, chosen.views, views, model)).central_pnl(),
        views=chosen.views,
        left_out=left_out,
        explained=explained,
        sessions=len(days),
        effective=held.pooled.effective_draws,
        largest_weight=float(weights.max()),
        divergence=held.pooled.divergence,
        added_views=held.views,
        deviation_before=float(pnl.std()),
        deviation=float(np.sqrt(weights @ np.square(pnl - expected))),
        weights=tuple(weights.tolist()),
    )


def _factors_only(scenario: Scenario | None) -> Scenario | None:
    """Drop what a scenario says of names, which is in no carried session."""
    return None if scenario is None else replace(scenario, core_names=(), names=(), path=())


def _means_only(
    scenario: Scenario | None,
    kept: Sequence[str],
    views: Sequence[StatedView],
    model: FactorModel,
) -> Scenario | None:
    """Return the held means as a scenario: what the joint law can be asked."""
    own = tuple(
        StatedMove(
            target=one.view.of,
            move=Move(
                value=one.view.target, unit=model.factors[model.factor_index[one.view.of]].unit
            ),
        )
        for one in views
        if one.view.kind == "mean"
    )
    if scenario is not None:
        moves = tuple(one for one in scenario.moves if one.target in kept)
        return replace(scenario, moves=(*moves, *own))
    if not own:
        return None
    return Scenario(
        id="views",
        title="Means of stated views",
        horizon_days=1,
        kind="hypothetical",
        moves=own,
        variation=Variation(kind="names"),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Chosen:
    views: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    explained: float
    means: tuple[View, ...]
    pooled: Pooled | None


def _named(views: Sequence[StatedView]) -> list[str]:
    """Name the factors that views are of."""
    return [name for one in views for name in (one.view.of, one.view.other) if name is not None]


def _held(
    chosen: _Chosen,
    views: Sequence[StatedView],
    days: FloatArray,
    completed: Completed,
    factors: Sequence[Factor],
) -> Held:
    """Hold a user's views with the means that were chosen."""
    from stress.results.held_views import Held, hold_views

    if not views:
        return Held(refused=None, pooled=chosen.pooled)
    if completed.compound:
        return Held(
            refused=f"view '{views[0].text}' is of simple moves, and this scenario compounds them"
        )
    stated = stated_names(completed)
    again = next((v for v in views if v.view.kind == "mean" and v.view.of in stated), None)
    if again is not None:
        return Held(
            refused=f"view '{again.text}' is of a mean that the scenario states itself. Leave it out, or "
            "change the scenario's move"
        )
    place = {name: k for k, name in enumerate(completed.factor_names)}
    of = dict.fromkeys([*(mean.of for mean in chosen.means), *_named(views)])
    return hold_views(
        {name: days[:, place[name]] for name in of},
        chosen.means,
        views,
        factors=factors,
        horizon_days=completed.horizon_days,
    )


def _chosen(
    days: FloatArray, pnl: FloatArray, completed: Completed, factors: Sequence[Factor]
) -> _Chosen:
    """Choose views by forward regression of the book's P&L, each kept only if history can meet it."""
    from stress.results.held_views import LEAST_WINDOWS
    from stress.simulation.pooling.entropy_pooling import TooFewEffectiveDrawsError, pool
    from stress.simulation.pooling.views import View

    names = stated_names(completed)
    columns = [
        completed.factor_names.index(name) for name in names if name in completed.factor_names
    ]
    moves = {completed.factor_names[k]: days[:, k] for k in columns}
    of = {factor.name: factor for factor in factors}
    target = dict(zip(names, completed.stated_values.tolist(), strict=True))
    waiting = list(moves)
    kept: list[str] = []
    means: tuple[View, ...] = ()
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
        except TooFewEffectiveDrawsError as few:
            left_out.append((name, f"would leave {few.effective:.0f} effective windows"))
            continue
        except ModelError:
            left_out.append((name, "no weights meet it together with the views before it"))
            continue
        if pooled.effective_draws < LEAST_WINDOWS * completed.horizon_days:
            left_out.append((name, f"would leave {pooled.effective_draws:.0f} effective windows"))
            continue
        kept.append(name)
        explained, best, means = shares[place], pooled, tuple(asked)
    left_out += [(name, "adds next to nothing") for name in waiting]
    return _Chosen(
        views=tuple(kept),
        left_out=tuple(left_out),
        explained=explained,
        means=means,
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
