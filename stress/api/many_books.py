"""The tails of many books at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from stress import __version__
from stress.api.idle_options import idle_options
from stress.api.running import own_executor, sources_of
from stress.api.scenarios import known_scenarios
from stress.arguments import DEFAULT_SEED, public_verb
from stress.factors.model import FactorModel
from stress.files.portfolio.frame import DataFrame
from stress.opening import BookOptions, Door, book_options, model_of, require_own_options
from stress.portfolio.position import Portfolio
from stress.results.options import Options
from stress.results.tails import TailTable, tail_table
from stress.risk.measures import TAIL_LEVEL
from stress.scenarios.scenario import Propagation, Scenario, VariationKind
from stress.simulation.book import Book
from stress.simulation.executors import ExecutorChoice
from stress.steps import Progress

__all__ = ["TailOptions", "tails"]


class TailOptions(BookOptions, total=False):
    """What `tails` may be asked, beside how books are opened (`BookOptions`).

    Parameters
    ----------
    severity, variation, propagation, instant, executor, surfaces, on_progress
        As in `RunOptions`.
    """

    severity: float
    variation: VariationKind | None
    propagation: Propagation | None
    instant: bool
    executor: ExecutorChoice
    surfaces: bool | None
    on_progress: Progress | None


@public_verb
def tails(
    portfolio: str
    | Path
    | DataFrame
    | Portfolio
    | Book
    | Sequence[str | Path | DataFrame | Portfolio | Book],
    scenarios: Sequence[str | Path | Scenario] = (),
    model: str | Path | FactorModel | None = None,
    *,
    draws: int = 100_000,
    seed: int = DEFAULT_SEED,
    levels: Sequence[float] = (TAIL_LEVEL,),
    **options: Unpack[TailOptions],
) -> TailTable:
    """Value at risk and expected shortfall of many books, with and without scenarios, on shared draws.

    Parameters
    ----------
    portfolio : path, DataFrame, Portfolio, Book, or a sequence of them
        The books; their names must differ. Books opened once (`open_book`) cost least.
    scenarios : sequence of id, path or Scenario
        The shocks, beside the ordinary day; ids must differ.
    model : id, path or FactorModel, optional
        `DEFAULT_MODEL` when omitted; opened books bring their own.
    draws, seed : int
        Of the simulation; the numbers are those that `run_many` finds on as many draws.
    levels : sequence of float in (0, 1)
        Confidence levels.
    **options
        Those of `stress.TailOptions` and `stress.BookOptions`.

    Returns
    -------
    TailTable
        Arrays of books x scenarios x levels, a manifest, `to_frame()` and `to_json()`. What is kept of each book is its tail: a thousand
        books take the memory of a few.

    Raises
    ------
    InputError
        All that is wrong with the inputs; a level that stands twice.
    TooFewTailDrawsError
        A level whose tail holds fewer than 50 draws.

    Examples
    --------
    >>> table = tails(["ai_growth", "sixty_forty"], ["deepseek-2025-01-27"], draws=20_000)
    >>> table.expected_shortfall.shape
    (2, 2, 1)
    """
    sources = sources_of(portfolio)
    for source in sources:
        require_own_options(source, options)
    chosen = model_of(sources, model)
    door = Door.of(chosen, book_options(options))
    books = door.opened(sources)
    shocks = known_scenarios(scenarios, chosen)
    asked = Options.of(
        options, draws=draws, seed=seed, executor=own_executor(options.get("executor"))
    )
    return tail_table(
        books,
        shocks,
        options=replace(
            asked,
            notes=idle_options(books, shocks, door.given, asked),
            chosen={**({} if model is None else {"model": chosen.id}), **door.written()},
        ),
        levels=levels,
        version=__version__,
        on_progress=options.get("on_progress"),
    )
