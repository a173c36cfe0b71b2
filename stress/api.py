"""The public verbs: open files, call the rooms, no arithmetic."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack, get_args

from stress import __version__
from stress.errors import InputError
from stress.factors.model import FactorModel
from stress.factors.prices import Prices
from stress.factors.stressed_law import StressedLaw, stressed_law
from stress.factors.variants import ModelVariant, derived_variants
from stress.files.bundled import bundled_folder, bundled_ids, bundled_path
from stress.files.scenario_file import read_scenario, require_known
from stress.files.variants_file import read_variants, variants_path
from stress.opening import (
    DEFAULT_MODEL,
    BookOptions,
    Door,
    benchmark_of,
    load_model,
    load_portfolio,
    model_of,
    open_book,
    require_own_options,
)
from stress.portfolio.position import Portfolio
from stress.results.evaluate import Options, evaluate
from stress.results.model_range import model_name
from stress.results.planning import VariationKind
from stress.results.result import Result, Results
from stress.results.track_record import parse_track_record
from stress.scenarios.content import with_content_hash
from stress.scenarios.family import FAMILY, RELIEF
from stress.scenarios.scale import require_severity
from stress.scenarios.scenario import Scenario, StatedMove, Variation
from stress.simulation.book import Book
from stress.simulation.executors import ExecutorChoice
from stress.simulation.generators import GENERATORS, Generator
from stress.simulation.simulate import ChunkStore
from stress.units import parse_fraction, parse_move

if TYPE_CHECKING:
    import pandas as pd

    from stress.factors.definition import FactorDefinitions
    from stress.files.calibrating import PriceSource
    from stress.hedging.compare import Comparison
    from stress.hedging.hedge_plan import HedgePlan
    from stress.hedging.setting import Setting
    from stress.hedging.universe import HedgeUniverse
    from stress.reverse_stress.book import ReverseStress
    from stress.reverse_stress.space import Sign

__all__ = [
    "DEFAULT_MODEL",
    "REFERENCE_SCENARIO",
    "BookOptions",
    "HedgeOptions",
    "RunOptions",
    "calibrate",
    "compare",
    "extend_model",
    "hedge",
    "load_model",
    "load_portfolio",
    "load_scenario",
    "open_book",
    "reverse",
    "run",
    "run_many",
    "shock",
    "worst_case",
]

#: The scenario that `foreshock run` shows in detail when none is named.
REFERENCE_SCENARIO = "deepseek-2025-01-27"

#: The scoreboard's record, beside the bundled models.
_TRACK_RECORD = "us-ai.track_record"


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
    benchmark : ticker, path or Portfolio
        Adds P&L against it, scaled to the book's NAV, on the same draws.
    model_range : bool
        Whether the expected P&L is repeated over declared model variants; on for the reference scenario
        when omitted.
    instant : bool
        Whether no time passes.
    generator : {'t', 'filtered-history', 'bootstrap'}
        Where factor moves come from; the t law when omitted.
    paths : bool
        Whether scenarios with steps also run along them, step by step (`Result.path`); they do when
        omitted.
    rebalance : bool
        Whether a path restores the initial weights at each step.
    prices : path, sequence of them, or Prices
        Of the names held: adds the past days on which today's book would have lost more.
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
    executor : None, int, str, Dask client or concurrent.futures.Executor
        Who works on the draws: threads where they pay (None), a number of threads, ``"thread"``,
        ``"process"``, ``"dask://host:port"``; the numbers are the same to the last bit.
    store : ChunkStore
        Where finished draws outlive the process, and are found again (`stress.runs.payload.Payload`).
    on_interrupt : {'raise', 'partial'}
        What Ctrl-C does: end, or return the draws done so far with a warning that says so.
    target_error : str or float
        Draw on from `draws` until every ES 97.5 has this relative standard error: ``"0.5%"``.
    surfaces : bool
        Whether options are revalued through surfaces with a certified error of at most 1e-6 of their gross
        value; where many options meet many draws when omitted.
    on_progress : callable
        Called with draws done and in all.
    """

    severity: float
    variation: Literal["names", "severity", "core"] | None
    propagation: Literal["linked", "alone"] | None
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
    executor: ExecutorChoice
    store: ChunkStore | None
    on_interrupt: Literal["raise", "partial"]
    target_error: str | float | None
    surfaces: bool | None
    on_progress: Callable[[int, int], None] | None


def load_scenario(id_or_path: str | Path | Scenario) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    id_or_path : str, Path or Scenario
        Id of a bundled scenario, or a TOML file. A scenario passes through.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        All problems of the file at once; the closest ids for an unknown one.

    Examples
    --------
    >>> load_scenario("deepseek-2025-01-27").kind
    'measured'
    """
    return id_or_path if isinstance(id_or_path, Scenario) else read_scenario(id_or_path)


def shock(
    moves: Mapping[str, str],
    *,
    model: str | Path | FactorModel = DEFAULT_MODEL,
    id: str = "shock",
    horizon_days: int = 1,
    returns: Literal["simple", "compound"] | None = None,
    propagation: Literal["linked", "alone"] | None = None,
) -> Scenario:
    """Make an ad-hoc scenario of factor and name moves, by the same law as any other.

    Parameters
    ----------
    moves : mapping of str to str
        Factor or ticker to a move with its unit: ``{"NVDA": "-20%", "rates_10y": "+30bp"}``.
    model : str, Path or FactorModel
        Says what is a factor and what is a name.
    id : str
        Of the scenario.
    horizon_days : int
        Sessions.
    returns : {'simple', 'compound'}, optional
        Simple up to 10 sessions, compound beyond, when omitted.
    propagation : {'linked', 'alone'}, optional
        Fixes the mode; left to the run when omitted.

    Returns
    -------
    Scenario
        Hypothetical; stated moves exact.

    Raises
    ------
    InputError
        A move without unit or in the wrong one, or a target that is neither factor nor name.
    """
    model = load_model(model)
    factors: list[StatedMove] = []
    names: list[StatedMove] = []
    for target, text in moves.items():
        try:
            if target in model.factor_index:
                move = parse_move(text, unit=model.factor(target).unit)
                factors.append(StatedMove(target=target, move=move))
            elif target in model.name_index:
                names.append(StatedMove(target=target, move=parse_move(text, unit="%")))
            else:
                model.factor(target)
        except InputError as error:
            raise InputError(f"shock {target}={text}: {error}") from None
    scenario = Scenario(
        id=id,
        title=", ".join(f"{target} {text}" for target, text in moves.items()),
        horizon_days=horizon_days,
        kind="hypothetical",
        returns=returns or ("simple" if horizon_days <= 10 else "compound"),
        moves=tuple(factors),
        core_names=tuple(names),
        variation=Variation(kind="names"),
        propagation=propagation,
    )
    return with_content_hash(scenario)


def run(
    portfolio: str | Path | pd.DataFrame | Portfolio | Book,
    scenario: str | Path | Scenario,
    model: str | Path | FactorModel | None = None,
    draws: int = 20_000,
    seed: int = 0,
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
        See `RunOptions` and `BookOptions`.

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
    return run_many(portfolio, [scenario], model, draws, seed, **options)[0]


def run_many(
    portfolio: str
    | Path
    | pd.DataFrame
    | Portfolio
    | Book
    | Sequence[str | Path | pd.DataFrame | Portfolio | Book],
    scenarios: Sequence[str | Path | Scenario],
    model: str | Path | FactorModel | None = None,
    draws: int = 20_000,
    seed: int = 0,
    **options: Unpack[RunOptions],
) -> Results:
    """Run many scenarios on one book or several, on shared draws.

    Parameters
    ----------
    portfolio : path, DataFrame, Portfolio, Book, or a sequence of them
        The books.
    scenarios : sequence of id, path or Scenario
        The shocks; ids must differ.
    model, draws, seed, **options
        As in `run`.

    Returns
    -------
    Results
        A sequence, book by book and scenario by scenario, under one manifest.
    """
    known = set(BookOptions.__annotations__) | set(RunOptions.__annotations__)
    strange = sorted(set(options) - known)
    if strange:
        raise TypeError(
            f"unknown option(s): {', '.join(strange)}; there are: {', '.join(sorted(known))}"
        )
    sources = (
        [portfolio]
        if isinstance(portfolio, str) or not isinstance(portfolio, Sequence)
        else portfolio
    )
    for source in sources:
        require_own_options(source, options)
    base = model_of(sources, model)
    generator = options.get("generator", "t")
    law = stressed_law(
        base, correlation=options.get("correlation"), volatility=options.get("volatility")
    )
    if law is not None and generator != "t":
        raise InputError(
            f"a stressed law is one of the t generator: generator '{generator}' draws history, which has "
            "its own correlations and volatilities."
        )
    chosen = base if law is None else law.model()
    asked: BookOptions = {k: options[k] for k in BookOptions.__annotations__ if k in options}  # type: ignore[literal-required,assignment]  # the keys are those of BookOptions
    door = Door.of(chosen, asked)
    benchmark = options.get("benchmark")
    against = None if benchmark is None else benchmark_of(benchmark, chosen)
    read = [source if isinstance(source, Book) else door.read(source) for source in sources]
    held = [one.portfolio if isinstance(one, Book) else one for one in read]
    beside = held if against is None else [*held, against]
    books = [
        dataclasses.replace(one, model=chosen)
        if isinstance(one, Book)
        else door.compiled(one, beside=beside)
        for one in read
    ]
    shocks = [load_scenario(scenario) for scenario in scenarios]
    units = {factor.name: factor.unit for factor in chosen.factors}
    require_known(shocks, units, names=chosen.name_index)
    wanted = options.get("model_range")
    ranged = wanted or (wanted is None and any(one.id == REFERENCE_SCENARIO for one in shocks))
    severity = options.get("severity", 1.0)
    require_severity(severity)
    opened = any(isinstance(source, Book) for source in sources)
    variants = _variants(base, base if opened else model) if ranged else []
    prices = options.get("prices")
    past = _prices(prices, options.get("waive", ()), books)
    return evaluate(
        books,
        shocks,
        options=Options(
            draws=draws,
            seed=seed,
            severity=severity,
            variation=_variation(options.get("variation")),
            propagation=options.get("propagation"),
            replay_names=options.get("replay_names", False),
            instant=options.get("instant", False),
            generator=_generator(generator),
            paths=options.get("paths", True),
            rebalance=options.get("rebalance", False),
            bid_asks=door.file.bid_asks,
            executor=options.get("executor"),
            store=options.get("store"),
            on_interrupt=options.get("on_interrupt", "raise"),
            target_error=_share(options.get("target_error")),
            surfaces=options.get("surfaces"),
            record=_record(chosen),
            variants=variants if law is None else [law.variant(one) for one in variants],
            ranged=None if wanted else frozenset({REFERENCE_SCENARIO}),
            prices=past,
            stressed=law,
            second_opinion=options.get("second_opinion", False),
            chosen={
                **_chosen(
                    model=None if model is None else chosen.id,
                    draws=None if draws == 20_000 else str(draws),
                    seed=None if seed == 0 else str(seed),
                    severity=None if severity == 1.0 else f"{severity:g}",
                    variation=options.get("variation"),
                    propagation=options.get("propagation"),
                    replay_names="yes" if options.get("replay_names") else None,
                    benchmark=None if against is None else against.name,
                    model_range=None if wanted is None else ("yes" if wanted else "no"),
                    instant="yes" if options.get("instant") else None,
                    generator=None if generator == "t" else generator,
                    paths=None if options.get("paths", True) else "no",
                    rebalance="yes" if options.get("rebalance") else None,
                    prices=None if past is None else past.content_hash[:12],
                    **_law_chosen(law),
                    second_opinion="yes" if options.get("second_opinion") else None,
                ),
                **door.written(),
            },
        ),
        benchmark=against,
        active_books=[] if against is None else [door.against(book, against) for book in books],
        version=__version__,
        on_progress=options.get("on_progress"),
    )


def reverse(
    portfolio: str | Path | pd.DataFrame | Portfolio | Book,
    loss: str,
    model: str | Path | FactorModel | None = None,
    *,
    horizon_days: int = 1,
    only: Sequence[str] | None = None,
    signs: Mapping[str, Sign] | None = None,
    max_distance: float | None = None,
    answers: int = 6,
    seed: int = 0,
    **options: Unpack[BookOptions],
) -> ReverseStress:
    """Find the most plausible scenarios in which a book loses at least that much.

    Parameters
    ----------
    portfolio : path, DataFrame, Portfolio or Book
        The book.
    loss : str
        Share of NAV, positive: ``"10%"``.
    model : id, path or FactorModel, optional
        `DEFAULT_MODEL` when omitted.
    horizon_days : int
        Sessions.
    only : sequence of str, optional
        Factors, or patterns such as ``"semis_*"``, that may be stated; the rest follow.
    signs : mapping of str to {'up', 'down'}, optional
        Factors that may only rise or only fall.
    max_distance : float, optional
        How far a scenario may lie. [standard deviations]
    answers : int
        At most so many distinct ones.
    seed : int
        Of the search.
    **options
        See `BookOptions`.

    Returns
    -------
    ReverseStress
        Each answer carries a scenario that can be saved and run.

    Raises
    ------
    InputError
        On an impossible question.
    UnreachableLoss
        With the largest loss that can be reached, and its distance.
    """
    from stress.reverse_stress.book import reverse_book

    book = _opened(portfolio, model, options)
    return reverse_book(
        book,
        loss=parse_fraction(loss, what="loss") * book.nav,
        horizon_days=horizon_days,
        only=only,
        signs=signs,
        max_distance=max_distance,
        answers=answers,
        seed=seed,
    )


def worst_case(
    portfolio: str | Path | pd.DataFrame | Portfolio | Book,
    distance: float,
    model: str | Path | FactorModel | None = None,
    *,
    horizon_days: int = 1,
    only: Sequence[str] | None = None,
    signs: Mapping[str, Sign] | None = None,
    answers: int = 6,
    seed: int = 0,
    **options: Unpack[BookOptions],
) -> ReverseStress:
    """Find the scenarios within a distance in which a book loses most.

    Parameters
    ----------
    distance : float
        Largest distance of what is stated. [standard deviations]
    portfolio, model, horizon_days, only, signs, answers, seed, **options
        As in `reverse`.
    """
    from stress.reverse_stress.book import worst_case_of_book

    book = _opened(portfolio, model, options)
    return worst_case_of_book(
        book,
        distance=distance,
        horizon_days=horizon_days,
        only=only,
        signs=signs,
        answers=answers,
        seed=seed,
    )


def calibrate(
    prices: PriceSource,
    factors: str | Path | FactorDefinitions,
    *,
    id: str | None = None,
    as_of: str | None = None,
    half_life: float | None = None,
    window: int | None = None,
    ridge: float | None = None,
    nu: float | None = None,
    waive: Iterable[str] = (),
    variants: bool = False,
    output: str | Path | None = None,
) -> FactorModel:
    """Estimate a factor model from price files, as ``foreshock calibrate`` does.

    Parameters
    ----------
    prices : path, sequence of them, or Prices
        Wide or long, CSV or Parquet.
    factors : path or FactorDefinitions
        TOML that says what the factors are.
    id, as_of, half_life, window, ridge, nu, waive, variants, output
        See `stress.files.calibrating.calibrate`; what is omitted takes the defaults of the bundled
        models.

    Returns
    -------
    FactorModel
        Give it to `run`; with `output`, as its file has it.

    Raises
    ------
    InputError
        Every problem of the price and factor files at once.
    """
    from stress.files import calibrating

    return calibrating.calibrate(
        prices,
        factors,
        id=id,
        as_of=as_of,
        half_life=half_life,
        window=window,
        ridge=ridge,
        nu=nu,
        waive=waive,
        variants=variants,
        output=output,
    )


def extend_model(
    model: str | Path | FactorModel,
    prices: PriceSource,
    *,
    homes: Mapping[str, str] | None = None,
    id: str | None = None,
    waive: Iterable[str] = (),
    output: str | Path | None = None,
) -> FactorModel:
    """Add your own names to a model, estimated from their prices (source ``estimated-user``).

    Parameters
    ----------
    model : id, path or FactorModel
        To be extended.
    prices, homes, id, waive, output
        See `stress.files.calibrating.extend_model`.

    Returns
    -------
    FactorModel
        Give it to `run`, or its file to ``--model``.
    """
    from stress.files import calibrating

    return calibrating.extend_model(
        load_model(model), prices, homes=homes, id=id, waive=waive, output=output
    )


def _prices(
    source: PriceSource | None, waive: Sequence[str], books: Sequence[Book]
) -> Prices | None:
    """Read the prices of what the books hold; other series of the files are not judged."""
    if source is None or isinstance(source, Prices):
        return source
    from stress.files.prices import read_prices

    held = {name for book in books for name in book.names}
    held |= {model_name(book, i) for book in books for i in range(len(book.names))}
    return read_prices(source, waive=waive, only=held)


def _law_chosen(law: StressedLaw | None) -> dict[str, str | None]:
    """Write a stressed law for the manifest, in one way however it was given."""
    if law is None:
        return {}
    return {
        "correlation": None if law.target is None else f"{law.target}:{law.share:g}",
        "volatility": None if law.volatility == 1.0 else f"{law.volatility:g}x",
    }


class HedgeOptions(BookOptions, total=False):
    """What a hedge may be asked, beside how its book is opened (`BookOptions`); all are printed.

    Parameters
    ----------
    scenario_share : float
        Largest hedged loss in each chosen scenario, as a share of the unhedged one; 0.5 when omitted.
    gross_share, adv_share : float
        Gross of the trades over the book's, 1; a line's trade over its daily volume, 0.10.
    sell_down_share : float
        How much of each held position may be sold; 0.10.
    max_lines : int or None
        Tickets at most; 10. None sets no limit.
    min_ticket : float
        Tickets of a smaller notional, as a share of NAV, are dropped where the limits allow it; 0.001.
    holding_days : float
        Calendar days that borrow, financing and decay are counted over; 30.
    impact_coefficient : float
        Y of the square-root law; 1.
    objective : {'minimum_es', 'mixture'}
        The baseline's ES, or a stated mixture with the chosen scenarios and their reliefs.
    baseline_weight : float
        Of the baseline in the mixture; 0.8.
    only_scenario, allow_higher_es, whole_lots : bool
        A position for the scenarios, not a hedge; whether the baseline ES may rise; whole lots (yes).
    level : float
        Of ES; 0.975.
    time_limit : float
        Seconds for one optimisation.
    """

    scenario_share: float
    gross_share: float
    adv_share: float
    sell_down_share: float
    max_lines: int | None
    min_ticket: float
    holding_days: float
    impact_coefficient: float
    objective: Literal["minimum_es", "mixture"]
    baseline_weight: float
    only_scenario: bool
    allow_higher_es: bool
    whole_lots: bool
    level: float
    time_limit: float


def hedge(
    portfolio: str | Path | pd.DataFrame | Portfolio | Book,
    scenarios: Sequence[str | Path | Scenario] = (REFERENCE_SCENARIO,),
    model: str | Path | FactorModel | None = None,
    *,
    universe: str | Path | HedgeUniverse = "hedges_us_ai",
    budget: str | float | None = "0.5%",
    draws: int = 20_000,
    seed: int = 0,
    family: Sequence[str | Path | Scenario] | None = None,
    **options: Unpack[HedgeOptions],
) -> HedgePlan:
    """Propose a hedge: the smallest baseline ES under loss limits in the chosen scenarios.

    Parameters
    ----------
    portfolio : path, DataFrame, Portfolio or Book
        The book.
    scenarios : sequence of id, path or Scenario
        Whose losses are limited, and may not become profits.
    model : id, path or FactorModel, optional
        `DEFAULT_MODEL` when omitted; an opened book brings its own.
    universe : id, path or HedgeUniverse
        What may be traded (`docs/hedging.md`).
    budget : str, float or None
        Cap on the all-in cost: ``"0.5%"`` of NAV, or a fraction. None sets no cap.
    draws, seed : int
        Fitted on; judged on fresh draws.
    family : sequence of id, path or Scenario, optional
        Shown before and after; the family of 27 January 2025 when omitted.
    **options
        See `HedgeOptions` and `BookOptions`.

    Returns
    -------
    HedgePlan
        With `.tickets`, `.cost`, `.scenarios`, `.fresh`, `.to_dict()`, `.to_json()`.

    Raises
    ------
    InputError
        All that is wrong with the inputs, stale quotes included.
    SolverError
        No hedge within the limits (names a minimal conflict), or no certified optimum.

    Examples
    --------
    >>> plan = hedge("utilities_income", draws=4000, max_lines=3)
    >>> plan.es_after < plan.es_before
    True
    """
    from stress.hedging.propose import propose

    setting = _hedge_setting(
        portfolio, scenarios, model, universe, budget, draws=draws, seed=seed, options=options
    )
    shown = FAMILY if family is None else family
    return propose(
        setting,
        family=[load_scenario(scenario) for scenario in shown],
        relief=load_scenario(RELIEF),
    )


def compare(
    portfolio: str | Path | pd.DataFrame | Portfolio | Book,
    scenarios: Sequence[str | Path | Scenario] = (REFERENCE_SCENARIO,),
    model: str | Path | FactorModel | None = None,
    *,
    universe: str | Path | HedgeUniverse = "hedges_us_ai",
    budget: str | float | None = "0.5%",
    draws: int = 20_000,
    seed: int = 0,
    strategies: Sequence[str] | None = None,
    family: Sequence[str | Path | Scenario] | None = None,
    model_variants: bool = True,
    frontier: bool = True,
    on_progress: Callable[[int, int], None] | None = None,
    **options: Unpack[HedgeOptions],
) -> Comparison:
    """Compare hedging strategies on the same draws and costs.

    Parameters
    ----------
    portfolio, scenarios, model, universe, budget, draws, seed, family
        As in `hedge`.
    strategies : sequence of str, optional
        Names from `stress.hedging.strategies.STRATEGIES`; all when omitted.
    model_variants : bool
        Whether strategies are ranked under every model variant too.
    frontier : bool
        Whether the frontier of cost against ES is traced.
    on_progress : callable, optional
        Called with steps done and in all.
    **options
        See `HedgeOptions` and `BookOptions`.

    Returns
    -------
    Comparison
        With `.rows`, `.ranking`, `.frontier`, `.to_frame()`, `.plot(path)`.
    """
    from stress.hedging.compare import compare_strategies
    from stress.results.model_range import varied

    setting = _hedge_setting(
        portfolio, scenarios, model, universe, budget, draws=draws, seed=seed, options=options
    )
    shown = FAMILY if family is None else family
    source = model if not isinstance(portfolio, Book) else setting.book.model
    return compare_strategies(
        setting,
        names=strategies,
        family=[load_scenario(scenario) for scenario in shown],
        variants=_variants(setting.book.model, source) if model_variants else (),
        varied=varied,
        frontier=frontier,
        on_progress=on_progress,
    )


def _hedge_setting(
    portfolio: str | Path | pd.DataFrame | Portfolio | Book,
    scenarios: Sequence[str | Path | Scenario],
    model: str | Path | FactorModel | None,
    universe: str | Path | HedgeUniverse,
    budget: str | float | None,
    *,
    draws: int,
    seed: int,
    options: HedgeOptions,
) -> Setting:
    """Open the book and the universe and draw what a hedge is fitted on."""
    from stress.files.universe_file import read_universe
    from stress.hedging.setting import setting_of
    from stress.hedging.settings import HedgeSettings
    from stress.hedging.universe import HedgeUniverse

    strange = sorted(
        set(options) - set(BookOptions.__annotations__) - set(HedgeOptions.__annotations__)
    )
    if strange:
        raise TypeError(f"unknown option(s): {', '.join(strange)}")
    asked: BookOptions = {k: options[k] for k in BookOptions.__annotations__ if k in options}  # type: ignore[literal-required,assignment]  # the keys are those of BookOptions
    share = parse_fraction(budget, what="budget") if isinstance(budget, str) else budget
    own = {k: v for k, v in options.items() if k not in BookOptions.__annotations__}
    settings = HedgeSettings(budget=share, draws=draws, seed=seed, **own)  # type: ignore[arg-type]  # the keys are those of HedgeSettings
    return setting_of(
        _opened(portfolio, model, asked),
        universe if isinstance(universe, HedgeUniverse) else read_universe(universe),
        [load_scenario(scenario) for scenario in scenarios],
        settings,
    )


def _opened(
    portfolio: str | Path | pd.DataFrame | Portfolio | Book,
    model: str | Path | FactorModel | None,
    options: BookOptions,
) -> Book:
    """Open a book, or take one that is opened: on its model, without options of opening it again."""
    if not isinstance(portfolio, Book):
        return open_book(portfolio, model, **options)
    require_own_options(portfolio, options)
    model_of([portfolio], model)
    return portfolio


def _record(model: FactorModel) -> Mapping[str, Any] | None:
    """Read the scoreboard's track record of a bundled model; other models have none."""
    if model.id not in bundled_ids("models"):
        return None
    path = bundled_folder("models") / _TRACK_RECORD
    return parse_track_record(path.read_bytes(), source=path.name) if path.exists() else None


def _generator(name: str) -> Generator | None:
    if name not in GENERATORS:
        raise InputError(f"generator '{name}' is unknown; known: {', '.join(GENERATORS)}.")
    return None if name == "t" else GENERATORS[name]()


def _share(text: str | float | None) -> float | None:
    return parse_fraction(text, what="target_error") if isinstance(text, str) else text


def _variation(kind: VariationKind | None) -> VariationKind | None:
    if kind not in (None, *get_args(VariationKind)):
        raise InputError(
            f"variation '{kind}' is unknown; known: {', '.join(get_args(VariationKind))}."
        )
    return kind


def _variants(model: FactorModel, source: str | Path | FactorModel | None) -> list[ModelVariant]:
    """Variants that the model carries, and those in a file beside it."""
    variants = derived_variants(model)
    if isinstance(source, FactorModel):
        return variants
    path = Path(DEFAULT_MODEL if source is None else source)
    if path.suffix != ".json" and not path.exists():
        path = bundled_path("models", str(path))
    beside = variants_path(path)
    return [*read_variants(model, beside), *variants] if beside.exists() else variants


def _chosen(**options: str | None) -> dict[str, str]:
    return {key: value for key, value in options.items() if value is not None}
