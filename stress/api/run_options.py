"""What a run may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from stress.arguments import Share
from stress.files.prices.reading import PriceSource
from stress.opening import (
    BookOptions,
)
from stress.portfolio.position import Portfolio
from stress.scenarios.scenario import Propagation, VariationKind
from stress.simulation.executors import ExecutorChoice
from stress.simulation.simulate import ChunkStore
from stress.steps import Progress

__all__ = [
    "RunOptions",
]


class RunOptions(BookOptions, total=False):
    """What a run may be asked, beside how its book is opened (`BookOptions`).

    Parameters
    ----------
    severity : float
        Scales the shock: relative moves as (1+m)^s - 1, others by s; 1 when omitted.
    variation : {'names', 'severity', 'core'}
        How stated moves vary; the scenario's own when omitted. The spread that the scenario states for it
        stays; where it states none, one is assumed, and the result says so.
    propagation : {'linked', 'alone'}
        How unstated factors move in the headline: linked when omitted.
    replay_names : bool
        Whether recorded names follow their own recorded moves.
    benchmark : ticker, id, path or Portfolio
        Adds P&L against it, scaled to the book's NAV, on the same draws.
    model_range : bool
        Whether the expected P&L is repeated over declared model variants; on for ``deepseek-2025-01-27`` alone
        when omitted.
    instant : bool
        Whether no time passes.
    generator : {'t', 'filtered-history', 'bootstrap'}
        Where factor moves come from; the t law when omitted. From history, specific moves of names with
        `prices` on every session that the model carries are their own of the drawn sessions; others are t.
    paths : bool
        Whether scenarios with steps also run along them, step by step (`Result.path`); they do when
        omitted.
    rebalance : bool
        Whether a path restores the initial weights at each step.
    prices : path, DataFrame, Prices, or a sequence of them
        Of the names held: adds the past days on which today's book would have lost more, and under a
        generator of history the names' own specific moves.
    waive : sequence of str
        Problems of the price files to accept: ``"jump"``, ``"jump:PCG"``.
    correlation : str
        Stressed correlations of the factors, for propagation and draws: a target and how far towards
        it, ``"together:0.5"``, ``"themes:0.3"`` (factors whose names begin with the same word move as
        one), ``"apart:0.4"``.
    volatility : str or float
        Multiple of the factors' volatilities: ``"1.5x"``.
    second_opinion : bool
        Whether entropy pooling on the history that the model carries stands beside the expected P&L.
    views : sequence of str
        What that history is weighed to meet beside the scenario's stated moves, and without a scenario
        (`Results.baselines`) alone: ``"mean utilities_regulated=-1%"``, ``"volatility market=2%"``,
        ``"correlation market,rates_10y=0.3"``, ``"var market=3%"``, ``"es semis_ai_compute=6% @97.5%"``. They
        ask for the second opinion.
    group : str
        Column of the books by which page, JSON and CSV also show the P&L: ``"account"``, ``"sector"``,
        ``"position"`` and what else `Result.by` takes.
    reduce : sequence of {'sobol', 'importance', 'control'}
        Methods that need fewer draws, by which each tail average is estimated again (`Result.reduced`).
    executor : None, int, str, Dask client or concurrent.futures.Executor
        Who works on the draws: threads where they pay (None), a number of threads, ``"thread"``,
        ``"process"``, ``"dask://host:port"``; the numbers are the same to the last bit.
    store : path or ChunkStore
        A folder (or `Payload`) where finished draws outlive the process, and are found again.
    on_interrupt : {'raise', 'partial'}
        What Ctrl-C does: end, or return what is done so far (draws; after them results without what stands beside
        them), marked: `Result.unfinished` and the warnings say what is left out.
    target_error : str or float
        Draw on from `draws` until every ES 97.5 has this relative standard error: ``"0.5%"``. At most
        16,777,216 draws are made for it; an error that would take many more is refused with how many.
    surfaces : bool
        Whether options are revalued through surfaces with a certified error of at most 1e-6 of their gross
        value, of American ones 1e-5 (twice the largest error at 512 fresh points); where many options meet many
        draws when omitted: from 8 options and 65,536 draws on.
    on_progress : callable
        Called with draws done, which only grow, and in all; with a `target_error` what there is in all grows while
        the error is not reached. Draws of paths come after those of the run.
    on_result : callable
        Called with results made and in all, the ordinary days included; first, when the draws are done, with none.
    """

    severity: float
    variation: VariationKind | None
    propagation: Propagation | None
    replay_names: bool
    benchmark: str | Path | Portfolio | None
    model_range: bool | None
    instant: bool
    generator: Literal["t", "filtered-history", "bootstrap"]
    paths: bool
    rebalance: bool
    prices: PriceSource | None
    waive: Sequence[str]
    correlation: str | None
    volatility: str | float | None
    second_opinion: bool
    views: Sequence[str]
    group: str | None
    reduce: Sequence[Literal["sobol", "importance", "control"]]
    executor: ExecutorChoice
    store: str | Path | ChunkStore | None
    on_interrupt: Literal["raise", "partial"]
    target_error: Share | None
    surfaces: bool | None
    on_progress: Progress | None
    on_result: Progress | None
