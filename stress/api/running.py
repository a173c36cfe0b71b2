"""Running scenarios on books: options checked, books opened, one evaluation of all."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from stress import __version__
from stress.api.idle_options import idle_options
from stress.api.models import is_bundled, variants_of
from stress.api.run_options import RunOptions
from stress.api.same_moves import same_moves
from stress.api.scenarios import REFERENCE_SCENARIO, known_scenarios
from stress.arguments import DEFAULT_DRAWS, DEFAULT_SEED, public_verb
from stress.errors import InputError
from stress.factors.listed import as_listed
from stress.factors.model import FactorModel
from stress.factors.prices import Prices
from stress.factors.session_returns import session_returns
from stress.factors.stressed_law import StressedLaw, stressed_law
from stress.factors.variants import ModelVariant
from stress.files.bundled import bundled_folder
from stress.files.portfolio.frame import DataFrame
from stress.files.prices.reading import PriceSource
from stress.opening import (
    Door,
    benchmark_of,
    book_options,
    model_of,
    require_own_options,
    written_input,
)
from stress.portfolio.position import Portfolio
from stress.results.evaluate import evaluate
from stress.results.options import Options, setting_text
from stress.results.result import Result, Results
from stress.results.track_record import parse_track_record
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book
from stress.simulation.executors import ExecutorChoice
from stress.simulation.generators import GENERATORS, Generator
from stress.simulation.pooling.view_text import StatedView, read_views
from stress.simulation.simulate import ChunkStore
from stress.simulation.varied import model_names

__all__ = [
    "run",
    "run_many",
]


#: The scoreboard's record, beside the bundled models.
_TRACK_RECORD = "us-ai.track_record"


@public_verb
def run(
    portfolio: str | Path | DataFrame | Portfolio | Book,
    scenario: str | Path | Scenario,
    model: str | Path | FactorModel | None = None,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    **options: Unpack[RunOptions],
) -> Result:
    """Run one scenario on one book.

    Parameters
    ----------
    portfolio : path, DataFrame, Portfolio or Book
        The book.
    scenario : id, path or Scenario
        The shock.
    model : id, path or FactorModel, optional
        `DEFAULT_MODEL` when omitted; an opened book brings its own.
    draws, seed : int
        Of the simulation.
    **options
        Those of `stress.RunOptions` and `stress.BookOptions` (`docs/python.md`).

    Returns
    -------
    Result
        With `.pnl`, `.measures`, `.by(...)`, `.to_frame()`, `.to_dict()`, `.to_json()`.

    Raises
    ------
    InputError
        All that is wrong with the inputs.

    Examples
    --------
    >>> run("ai_growth", "deepseek-2025-01-27", draws=5000).expected < 0
    True
    """
    return run_many(portfolio, [scenario], model, draws=draws, seed=seed, **options)[0]


@public_verb
def run_many(
    portfolio: str
    | Path
    | DataFrame
    | Portfolio
    | Book
    | Sequence[str | Path | DataFrame | Portfolio | Book],
    scenarios: Sequence[str | Path | Scenario],
    model: str | Path | FactorModel | None = None,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    **options: Unpack[RunOptions],
) -> Results:
    """Run many scenarios on one book or several, on shared draws.

    Parameters
    ----------
    portfolio : path, DataFrame, Portfolio, Book, or a sequence of them
        The books; their names must differ. Several frames are called ``DataFrame 1``, ``DataFrame 2``.
    scenarios : sequence of id, path or Scenario
        The shocks; ids must differ.
    model, draws, seed, **options
        As in `run`.

    Returns
    -------
    Results
        A sequence, book by book and scenario by scenario, under one manifest.

    Notes
    -----
    Books share factor moves and each has its own law right, but the draws of two of them are not jointly drawn: the own moves of
    names that are held linearly are one stream a book, the same one. So draw by draw neither the difference of two books
    nor their sum means anything: run the sum as a book, and ask `Book.what_if` or a `benchmark` for the difference.

    Examples
    --------
    >>> results = run_many("ai_growth", ["deepseek-2025-01-27", "export-controls"], draws=5000)
    >>> [result.scenario.id for result in results]
    ['deepseek-2025-01-27', 'export-controls']
    """
    sources = sources_of(portfolio)
    for source in sources:
        require_own_options(source, options)
    base = model_of(sources, model)
    law = _stressed(base, options)
    chosen = base if law is None else law.model()
    door = Door.of(chosen, book_options(options))
    benchmark = options.get("benchmark")
    against = None if benchmark is None else benchmark_of(benchmark, chosen)
    books = door.opened(sources, beside=() if against is None else [against])
    shocks = known_scenarios(scenarios, chosen)
    views = _views(chosen, options)
    asked = Options.of(
        {"second_opinion": bool(views), **options},
        draws=draws,
        seed=seed,
        reduce=tuple(dict.fromkeys(options.get("reduce", ()))),
        executor=own_executor(options.get("executor")),
    )
    generator, past = _history(options, chosen, books, against)
    active = [] if against is None else [door.against(book, against) for book in books]
    opened = any(isinstance(source, Book) for source in sources)
    asked_by = base if opened and model is None else model
    variants, ranged, missing = _ranged(options, shocks, base, asked_by)
    return evaluate(
        books,
        shocks,
        options=replace(
            asked,
            generator=generator,
            record=_record(chosen),
            variants=variants if law is None else [law.variant(one) for one in variants],
            ranged=ranged,
            prices=past,
            stressed=law,
            views=views,
            store=_store(options.get("store")),
            notes=[
                *idle_options(
                    [*books, *(book for pair in active for book in pair)], shocks, door.given, asked
                ),
                *missing,
                *(() if past is None else past.needless),
                *dict.fromkeys(text for alone, _ in active for text in alone.portfolio.warnings),
            ],
            scenario_notes=same_moves(shocks, chosen),
            chosen={
                **_chosen(
                    model=None if model is None else chosen.id,
                    benchmark=None if against is None else _written(benchmark, against, chosen),
                    prices=None if past is None else past.content_hash[:12],
                    views="; ".join(one.text for one in views) or None,
                    generator=None if generator is None else options["generator"],
                    model_range=_yes_or_no(options.get("model_range")),
                    **_law_chosen(law),
                ),
                **door.written(),
            },
        ),
        benchmark=against,
        active_books=active,
        version=__version__,
        on_progress=options.get("on_progress"),
        on_result=options.get("on_result"),
    )


def _written(benchmark: object, read: Portfolio, model: FactorModel) -> str:
    """Write a benchmark for the manifest: a ticker as it is, a book by what it says."""
    if isinstance(benchmark, str) and read.name == as_listed(benchmark, model.name_index):
        return read.name
    return written_input(read.name, read.content_hash)


def sources_of(
    portfolio: str
    | Path
    | DataFrame
    | Portfolio
    | Book
    | Sequence[str | Path | DataFrame | Portfolio | Book],
) -> list[str | Path | DataFrame | Portfolio | Book]:
    """Return the books of an argument that may be one or several."""
    if isinstance(portfolio, Sequence) and not isinstance(portfolio, str):
        return list(portfolio)
    return [portfolio]


def _stressed(model: FactorModel, options: RunOptions) -> StressedLaw | None:
    """Return the law that options stress a model to; None where none does."""
    law = stressed_law(
        model, correlation=options.get("correlation"), volatility=options.get("volatility")
    )
    if law is not None and _generator(options) is not None:
        raise InputError(
            f"a stressed law is one of the t generator: generator '{options['generator']}' draws history, "
            "which has its own correlations and volatilities."
        )
    return law


def _generator(options: RunOptions) -> Generator | None:
    """Return where factor moves come from; None is the t law."""
    name = options.get("generator", "t")
    return None if name == "t" else GENERATORS[name]()


def _history(
    options: RunOptions, model: FactorModel, books: Sequence[Book], benchmark: Portfolio | None
) -> tuple[Generator | None, Prices | None]:
    """Return the generator, with names' own sessions where their prices are given, and those prices."""
    generator = _generator(options)
    # What is simulated from history needs that of the benchmark's names too.
    compared = None if generator is None else benchmark
    past = _prices(options.get("prices"), options.get("waive", ()), books, compared)
    if generator is not None and past is not None:
        generator = generator.with_own(session_returns(past, model, _held(books, compared)))
    return generator, past


def _ranged(
    options: RunOptions,
    scenarios: Sequence[Scenario],
    model: FactorModel,
    source: str | Path | FactorModel | None,
) -> tuple[list[ModelVariant], frozenset[str] | None, list[str]]:
    """Return the variants of a model range, the scenarios that get one (all: None), and which variants are missing."""
    wanted = options.get("model_range")
    if wanted:
        variants, missing = variants_of(model, source)
        return variants, None, missing
    own = {REFERENCE_SCENARIO} & {one.id for one in scenarios} if wanted is None else set()
    variants, missing = variants_of(model, source) if own else ([], [])
    return variants, frozenset(own), missing


def _views(model: FactorModel, options: RunOptions) -> tuple[StatedView, ...]:
    """Read the views that the second opinion is asked to hold."""
    views = read_views(options.get("views", ()), model)
    if views and not options.get("second_opinion", True):
        raise InputError(
            f"view '{views[0].text}' is held by the second opinion: drop second_opinion=False, or the views."
        )
    return views


def _prices(
    source: PriceSource | None,
    waive: Sequence[str],
    books: Sequence[Book],
    benchmark: Portfolio | None,
) -> Prices | None:
    """Read the prices of what is held; other series of the files are not judged."""
    if source is None:
        if waive:
            raise InputError(
                "waive: accepts findings in prices; give some (prices=), or leave it out."
            )
        return None
    from stress.files.prices.reading import read_prices

    held = _held(books, benchmark)
    held |= {name for book in books for name in model_names(book)}
    return read_prices(source, waive=waive, only=held)


def _held(books: Sequence[Book], benchmark: Portfolio | None) -> set[str]:
    held = {name for book in books for name in book.names}
    return held if benchmark is None else held | {one.ticker for one in benchmark.positions}


def _law_chosen(law: StressedLaw | None) -> dict[str, str | None]:
    """Write a stressed law for the manifest, in one way however it was given."""
    if law is None:
        return {}
    return {
        "correlation": None if law.target is None else f"{law.target}:{setting_text(law.share)}",
        "volatility": None if law.volatility == 1.0 else f"{setting_text(law.volatility)}x",
    }


def _record(model: FactorModel) -> Mapping[str, Any] | None:
    """Read the scoreboard's track record of a bundled model; others have none, nor has one that says something else."""
    if not is_bundled(model):
        return None
    path = bundled_folder("models") / _TRACK_RECORD
    return parse_track_record(path.read_bytes(), source=path.name) if path.exists() else None


def _store(store: str | Path | ChunkStore | None) -> ChunkStore | None:
    """Return where this run stores its draws: what waits to be written is its own, though others share the folder."""
    if store is None:
        return None
    from stress.runs.payload import Payload

    if type(store) is Payload:
        return Payload(store.folder, format=store.format)
    return Payload(store) if isinstance(store, str | Path) else store


def own_executor(executor: ExecutorChoice) -> ExecutorChoice:
    """Refuse what has workers and takes no work, and the pool that this very call is a task of.

    A cluster is worked with through its client. A pool of threads whose workers all wait for work that they gave
    the pool themselves waits for ever.
    """
    if hasattr(executor, "scheduler_address") and not hasattr(executor, "submit"):
        raise InputError(
            f"executor is a {type(executor).__name__}: give a client of it, distributed.Client(cluster)."
        )
    if isinstance(executor, ThreadPoolExecutor) and _is_worker_of(executor):
        raise InputError(
            f"executor: this call is itself a task of that {type(executor).__name__}, whose workers may all come to "
            "wait for each other. Leave executor out (the run has threads of its own), or give another pool."
        )
    return executor


def _is_worker_of(pool: ThreadPoolExecutor) -> bool:
    """Whether this thread is a pool's own. It lists its threads just after they start, under this lock."""
    with getattr(pool, "_shutdown_lock", nullcontext()):
        return threading.current_thread() in getattr(pool, "_threads", ())


def _yes_or_no(asked: bool | None) -> str | None:
    return None if asked is None else ("yes" if asked else "no")


def _chosen(**options: str | None) -> dict[str, str]:
    return {key: value for key, value in options.items() if value is not None}
