"""Paths: the steps of a scenario one after the other, cumulative P&L at each.

Steps are independent given one mixing variable per path, each conditioned on what it states. With the
moves y_t a step states, C_t their covariance over its horizon, n the number of moves of all steps:

    D^2 = sum_t y_t' C_t^-1 y_t,    V = (nu - 2 + D^2) / chi^2(nu + n),    f_t = mean_t + sqrt(V) root_t z_t

so a path of one step is the one-period law. Every name has draws of its own: returns compound from step
to step, and a sum of products does not collapse.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.scenarios.propagation import complete
from stress.scenarios.scenario import Propagation, Scenario, Variation
from stress.scenarios.student_law import kept_mixing, mean_mixing, mixing_scale
from stress.simulation.book import Book
from stress.simulation.chunk import in_short_steps
from stress.simulation.draws import (
    SharedDraws,
    draw_chunk,
    explicit_returns,
    simple_moves_of,
    stated_moves,
)
from stress.simulation.executors import ExecutorChoice, run_chunks
from stress.simulation.generators import Generator
from stress.simulation.path_walk import walk
from stress.simulation.plan import Plan, plan, simple_factor_moves
from stress.simulation.revaluation import Revaluation, revaluation
from stress.simulation.streams import CHUNK, chunk_sizes, normals
from stress.steps import Progress

__all__ = ["PathPlan", "central_path", "plan_path", "require_rebalanced", "simulate_path"]

#: Chunks of one period: streams are keyed by name, chunk and period, the first period as without a path.
_PERIOD = 2**20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PathPlan:
    """One book along the steps of a path.

    Parameters
    ----------
    book : Book
        What is held at the start.
    steps : tuple of Plan, length T
        One a step; every name has its own draws.
    variation : Variation
        How stated moves vary; a drawn severity is one for the whole path.
    rebalance : bool
        Whether each step starts from the initial weights; otherwise positions are held.
    revaluations : tuple of Revaluation
        From the start to the end of each step; empty without positions revalued in full.
    """

    book: Book
    steps: tuple[Plan, ...]
    variation: Variation
    rebalance: bool
    revaluations: tuple[Revaluation, ...]

    @property
    def factors_read(self) -> tuple[str, ...]:
        """Factors that holdings read in any step: a bond that ages reads others."""
        return tuple(sorted({name for step in self.revaluations for name in step.factors}))

    @property
    def n_stated(self) -> int:
        """Number of stated moves of all steps."""
        return sum(step.completed.n_stated for step in self.steps)

    @property
    def distance(self) -> float:
        """Distance of all stated moves as they are written. [standard deviations]."""
        return math.sqrt(sum(step.completed.distance**2 for step in self.steps))

    @property
    def mixing_mean(self) -> float:
        """Average of the mixing variable at the stated moves; at least 1."""
        nu = self.book.model.degrees_of_freedom
        return kept_mixing(mean_mixing(nu, self.n_stated, self.distance**2))


def plan_path(
    book: Book,
    scenario: Scenario,
    *,
    severity: float = 1.0,
    variation: Variation | None = None,
    mode: Propagation = "linked",
    generator: Generator | None = None,
    instant: bool = False,
    rebalance: bool = False,
) -> PathPlan:
    """Reduce a book along a path.

    Parameters
    ----------
    book : Book
        What is held.
    scenario : Scenario
        With a path.
    severity : float
        Scales every step.
    variation : Variation, optional
        The scenario's own when omitted.
    mode : {'linked', 'alone'}
        How unstated factors move in each step.
    generator : Generator, optional
        The t law when omitted.
    instant : bool
        Whether no time passes.
    rebalance : bool
        Whether each step starts from the initial weights.

    Returns
    -------
    PathPlan

    Raises
    ------
    InputError
        Without steps; for rebalancing with positions that are revalued; all levels that are missing.
    """
    if not scenario.path:
        raise InputError(f"scenario {scenario.id} has no path.")
    if rebalance:
        require_rebalanced(book)
    chosen = variation or scenario.variation
    explicit = replace(book, needs_draws=np.ones(len(book.names), dtype=bool))
    steps = []
    revaluations = []
    days, sessions = 0.0, 0
    for step in scenario.path:
        days += 0.0 if instant else step.elapsed_days
        sessions += step.horizon_days
        steps.append(
            plan(
                replace(explicit, valuation=None),
                complete(step, book.model, severity=severity),
                variation=chosen,
                mode=mode,
                generator=generator,
            )
        )
        if book.valuation is not None:
            revaluations.append(
                revaluation(
                    book.valuation,
                    book.model,
                    horizon_days=sessions,
                    elapsed_days=days,
                    rule=scenario.volatility_rule,
                )
            )
    return PathPlan(
        book=book,
        steps=tuple(steps),
        variation=chosen,
        rebalance=rebalance,
        revaluations=tuple(revaluations),
    )


def require_rebalanced(book: Book) -> None:
    """Refuse a book that cannot start each step from its initial weights.

    Parameters
    ----------
    book : Book
        What is held.

    Raises
    ------
    InputError
        With positions that are revalued in full.
    """
    if book.valuation is None:
        return
    held = ", ".join(h.position.id for h in book.valuation.holdings[:5])
    option = book.portfolio.worded("--rebalance", "rebalance=True")
    raise InputError(
        f"{book.portfolio.name}: a path cannot be rebalanced with options, bonds or other positions revalued "
        f"in full ({held}). Hold it: leave {option} out."
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Work:
    """What a worker is sent: all it needs for any chunk."""

    planned: PathPlan
    seed: int

    def __call__(self, chunk: int) -> FloatArray:
        return _chunk(self.planned, seed=self.seed, chunk=chunk)


def simulate_path(
    planned: PathPlan,
    *,
    draws: int,
    seed: int,
    executor: ExecutorChoice = None,
    on_progress: Progress | None = None,
    on_interrupt: Literal["raise", "partial"] = "raise",
) -> FloatArray:
    """Draw paths and revalue the book along them.

    Parameters
    ----------
    planned : PathPlan
        From `plan_path`.
    draws, seed : int
        Of the simulation.
    executor : optional
        Who works on the chunks (`executors.run_chunks`); the numbers are the same to the last bit.
    on_progress : callable, optional
        Called with draws done and draws in all after each chunk.
    on_interrupt : {'raise', 'partial'}
        What Ctrl-C does: end, or return the draws done so far, which may be none.

    Returns
    -------
    ndarray of shape (S, T)
        P&L from the start to the end of each step. [book currency]
    """
    sizes = chunk_sizes(draws)
    totals = np.empty((draws, len(planned.steps)))
    short = any(in_short_steps(revalued) for revalued in planned.revaluations)
    done = 0
    try:
        for chunk, part in run_chunks(
            _Work(planned=planned, seed=seed),
            range(len(sizes)),
            executor=1 if executor is None and short else executor,
        ):
            totals[done : done + sizes[chunk]] = part[:, : sizes[chunk]].T
            done += sizes[chunk]
            if on_progress is not None:
                on_progress(done, draws)
    except KeyboardInterrupt:
        if on_interrupt == "raise":
            raise
        return totals[:done].copy()
    return totals


def central_path(planned: PathPlan) -> FloatArray:
    """Return the P&L of each step at the central factor moves, specific moves zero. Shape (T,)."""
    walked = walk(
        planned,
        (
            (
                step.central_returns()[:, None],
                simple_factor_moves(step, step.mean_factors()[:, None]),
            )
            for step in planned.steps
        ),
        bridge=lambda _period, _stream: np.zeros(1),
    )
    path: FloatArray = walked[:, 0]
    return path


def _chunk(planned: PathPlan, *, seed: int, chunk: int) -> FloatArray:
    """P&L (T, CHUNK) of one full chunk of paths."""
    whole = SharedDraws(seed=seed, chunk=chunk)
    shared = [
        whole if period == 0 else SharedDraws(seed=seed, chunk=chunk + period * _PERIOD)
        for period in range(len(planned.steps))
    ]
    drawn = [draw_chunk(step, own) for step, own in zip(planned.steps, shared, strict=True)]
    if planned.variation.kind == "severity":
        drawn = [
            replace(draw, stated=stated_moves(step, seed=seed, chunk=chunk))
            for step, draw in zip(planned.steps, drawn, strict=True)
        ]
    square: FloatArray = np.zeros(1)
    for step, draw in zip(planned.steps, drawn, strict=True):
        scores = draw.stated @ step.completed.whitener.T
        square = square + np.einsum("sn,sn->s", scores, scores)
    nu = planned.book.model.degrees_of_freedom
    dof = nu + planned.n_stated
    mixing = np.broadcast_to(kept_mixing(mean_mixing(nu, planned.n_stated, square)), CHUNK)
    root_mixing = np.sqrt(mixing_scale(mixing, dof) / whole.mixing(dof))
    read = planned.factors_read

    def moves() -> Iterator[tuple[FloatArray, Mapping[str, FloatArray]]]:
        # A step at a time: names x draws are held for one of them.
        for step, draw, own in zip(planned.steps, drawn, shared, strict=True):
            mixed = replace(
                draw,
                root_mixing=root_mixing,
                factor_scale=root_mixing if step.generator.mixes else np.sqrt(mixing),
            )
            moved = np.empty((len(planned.book.names), CHUNK))
            moved[step.explicit] = explicit_returns(step, mixed, seed=seed, chunk=own.chunk)
            known = ~np.isnan(step.fixed)
            moved[known] = step.fixed[known][:, None]
            yield moved, simple_moves_of(step, mixed, read)

    return walk(
        planned,
        moves(),
        bridge=lambda period, stream: normals(stream, seed=seed, chunk=chunk + period * _PERIOD),
    )
