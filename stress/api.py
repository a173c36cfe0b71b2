"""The public verbs: open files, call the rooms, no arithmetic."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from stress import __version__
from stress.errors import InputError
from stress.factors.model import FactorModel
from stress.factors.variants import ModelVariant, derived_variants
from stress.files import portfolio as portfolio_files
from stress.files.bundled import bundled_ids, bundled_path
from stress.files.look_through import look_through as looked_through
from stress.files.market_file import read_market
from stress.files.model_file import read_model
from stress.files.scenario_file import read_scenario
from stress.files.variants_file import read_variants, variants_path
from stress.portfolio.coverage import cover
from stress.portfolio.instruments import Equity
from stress.portfolio.instruments.dates import iso_date
from stress.portfolio.levels import Given, given_of
from stress.portfolio.leverage import with_leverage
from stress.portfolio.market import Market
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.strictness import require_full_coverage
from stress.results.evaluate import Options, evaluate
from stress.results.result import Result, Results
from stress.scenarios.scenario import Scenario, StatedMove, Variation
from stress.simulation.book import Book, compile_book
from stress.simulation.generators import GENERATORS, Generator
from stress.simulation.market_inputs import book_market
from stress.units import parse_move

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DEFAULT_MODEL",
    "REFERENCE_SCENARIO",
    "load_model",
    "load_portfolio",
    "load_scenario",
    "run",
    "run_many",
    "shock",
]

#: The bundled model a run uses when none is named; printed with the result.
DEFAULT_MODEL = "us-ai-2025-12"

#: The scenario that `foreshock run` shows in detail when none is named.
REFERENCE_SCENARIO = "deepseek-2025-01-27"

#: The severity spread of ad-hoc shocks whose variation is asked to be `severity`: a judgement.
_SEVERITY_SD = 0.25
_CORE_FRACTION = 0.5


def load_portfolio(
    source: str | Path | pd.DataFrame,
    *,
    dialect: str | None = None,
    mapping: Mapping[str, str] | None = None,
    merge: bool = False,
    nav: float | None = None,
    currency: str | None = None,
    as_of: str | None = None,
    fx: Mapping[str, float] | None = None,
    identifiers: str | Path | Mapping[str, str] | None = None,
) -> Portfolio:
    """Read a book.

    Parameters
    ----------
    source : str, Path or DataFrame
        A file as the broker or issuer wrote it, a frame with native columns, or the id of a bundled
        sample book (``"ai_growth"``).
    dialect : str, optional
        How to read it; recognised by content when omitted.
    mapping : mapping of str to str, optional
        Column of the file to native column, ``{"Symbol": "ticker"}``.
    merge : bool
        Whether rows of one ticker in one account become one position.
    nav : float, optional
        Net asset value; the sum of market values and cash when omitted.
    currency, as_of : str, optional
        Book currency and ISO date of the positions, where the file states none.
    fx : mapping of str to float, optional
        Units of the book's currency for one unit of another, ``{"EUR": 1.08}``.
    identifiers : path or mapping, optional
        CUSIP or ISIN to ticker, used before the bundled map.

    Returns
    -------
    Portfolio

    Raises
    ------
    InputError
        All problems of the file at once, with line and column.
    """
    if (
        isinstance(source, str)
        and not Path(source).exists()
        and source in bundled_ids("portfolios")
    ):
        source = bundled_path("portfolios", source)
    return portfolio_files.load_portfolio(
        source,
        dialect=dialect,
        mapping=mapping,
        merge=merge,
        nav=nav,
        currency=currency,
        as_of=as_of,
        fx=fx,
        identifiers=identifiers,
    )


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


def load_model(id_or_path: str | Path | FactorModel = DEFAULT_MODEL) -> FactorModel:
    """Read a factor model.

    Parameters
    ----------
    id_or_path : str, Path or FactorModel
        Id of a bundled model, or a model file. A model passes through.

    Returns
    -------
    FactorModel

    Raises
    ------
    InputError
        If there is no such model or the file is not one.
    """
    if isinstance(id_or_path, FactorModel):
        return id_or_path
    path = Path(id_or_path)
    if path.suffix == ".json" or path.exists():
        return read_model(path)
    return read_model(bundled_path("models", str(id_or_path)))


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
    return Scenario(
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


def run(
    portfolio: str | Path | pd.DataFrame | Portfolio,
    scenario: str | Path | Scenario,
    model: str | Path | FactorModel | None = None,
    draws: int = 20_000,
    seed: int = 0,
    *,
    severity: float = 1.0,
    variation: Literal["names", "severity", "core"] | None = None,
    propagation: Literal["linked", "alone"] | None = None,
    replay_names: bool = False,
    unknown: Literal["refuse", "exclude"] = "refuse",
    proxies: Mapping[str, str] | None = None,
    allow_partial: bool = False,
    benchmark: str | Path | Portfolio | None = None,
    model_range: bool | None = None,
    market: str | Path | Market | None = None,
    as_of: str | None = None,
    rates: Mapping[str, str | float] | None = None,
    dividends: Mapping[str, str | float] | None = None,
    vols: Mapping[str, str | float] | None = None,
    spots: Mapping[str, str | float] | None = None,
    spreads: Mapping[str, str | float] | None = None,
    vol_betas: Mapping[str, str | float] | None = None,
    skews: Mapping[str, str | float] | None = None,
    fx: Mapping[str, str | float] | None = None,
    fx_moves: Mapping[str, str | float] | None = None,
    fx_fixed: Sequence[str] = (),
    look_through: Mapping[str, str | Path | Portfolio] | None = None,
    leveraged: Mapping[str, str | None] | None = None,
    instant: bool = False,
    strict: bool = False,
    generator: Literal["t", "filtered-history", "bootstrap"] = "t",
    paths: bool = True,
    rebalance: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Run one scenario on one book.

    Parameters
    ----------
    portfolio : path, DataFrame or Portfolio
        The book.
    scenario : id, path or Scenario
        The shock.
    model : id, path or FactorModel, optional
        `DEFAULT_MODEL` when omitted.
    draws, seed : int
        Of the simulation.
    severity : float
        Scales the shock: relative moves as (1+m)^s - 1, others by s.
    variation : {'names', 'severity', 'core'}, optional
        How stated moves vary; the scenario's own when omitted.
    propagation : {'linked', 'alone'}, optional
        How unstated factors move in the headline: linked when omitted.
    replay_names : bool
        Whether recorded names follow their own recorded moves.
    unknown : {'refuse', 'exclude'}
        What to do with names the model does not know.
    proxies : mapping of str to str, optional
        Ticker to the model name that stands for it.
    allow_partial : bool
        Whether more than 25 % of gross may be left out.
    benchmark : ticker, path or Portfolio, optional
        Adds P&L against it, scaled to the book's NAV, on the same draws.
    model_range : bool, optional
        Whether the expected P&L is repeated over declared model variants; on for the reference scenario
        when omitted.
    market : path or Market, optional
        Levels the book is valued at: a market file (`docs/market-inputs.md`), or a `Market`. What
        the book's own rows say stands over it.
    as_of : str, optional
        ISO date of the positions, from which options and bonds are counted; the book's own when omitted.
    rates, dividends, vols, spots, spreads, fx : mapping, optional
        Levels that stand over book and market file: ``{"USD": "4.3%"}``, ``{"NVDA": "0%"}``,
        ``{"NVDA": "45%"}``, ``{"NVDA": 190}``, ``{"ACME 5.1 2031": "150bp"}``, ``{"EUR": 1.08}``; a number
        is a fraction where text has a unit.
    vol_betas, skews : mapping, optional
        Points of a name's volatility for one of VIX; slope of its smile in log strike.
    fx_moves : mapping, optional
        What a currency does against the book's in every scenario: ``{"GBP": "-2%"}``.
    fx_fixed : sequence of str
        Currencies that do not move.
    look_through : mapping of str to path or Portfolio, optional
        Fund to its holdings file: its constituents move instead of the fund.
    leveraged : mapping of str to str or None, optional
        Fund to its multiple, ``{"SOXL": "3:SOXX"}``: it compounds daily instead of moving by its own
        exposures. None takes the known one.
    instant : bool
        Whether no time passes.
    strict : bool
        Whether anything below full coverage is an error.
    generator : {'t', 'filtered-history', 'bootstrap'}
        Where factor moves come from.
    paths : bool
        Whether scenarios with steps also run along them, step by step (`Result.path`).
    rebalance : bool
        Whether a path restores the initial weights at each step.
    on_progress : callable, optional
        Called with draws done and in all.

    Returns
    -------
    Result
        With `.pnl`, `.measures`, `.by(...)`, `.to_frame()`, `.to_dict()`, `.to_json()`.

    Raises
    ------
    InputError
        All that is wrong with the inputs.
    """
    return run_many(
        portfolio,
        [scenario],
        model,
        draws,
        seed,
        severity=severity,
        variation=variation,
        propagation=propagation,
        replay_names=replay_names,
        unknown=unknown,
        proxies=proxies,
        allow_partial=allow_partial,
        benchmark=benchmark,
        model_range=model_range,
        market=market,
        as_of=as_of,
        rates=rates,
        dividends=dividends,
        vols=vols,
        spots=spots,
        spreads=spreads,
        vol_betas=vol_betas,
        skews=skews,
        fx=fx,
        fx_moves=fx_moves,
        fx_fixed=fx_fixed,
        look_through=look_through,
        leveraged=leveraged,
        instant=instant,
        strict=strict,
        generator=generator,
        paths=paths,
        rebalance=rebalance,
        on_progress=on_progress,
    )[0]


def run_many(
    portfolio: str
    | Path
    | pd.DataFrame
    | Portfolio
    | Sequence[str | Path | pd.DataFrame | Portfolio],
    scenarios: Sequence[str | Path | Scenario],
    model: str | Path | FactorModel | None = None,
    draws: int = 20_000,
    seed: int = 0,
    *,
    severity: float = 1.0,
    variation: Literal["names", "severity", "core"] | None = None,
    propagation: Literal["linked", "alone"] | None = None,
    replay_names: bool = False,
    unknown: Literal["refuse", "exclude"] = "refuse",
    proxies: Mapping[str, str] | None = None,
    allow_partial: bool = False,
    benchmark: str | Path | Portfolio | None = None,
    model_range: bool | None = None,
    market: str | Path | Market | None = None,
    as_of: str | None = None,
    rates: Mapping[str, str | float] | None = None,
    dividends: Mapping[str, str | float] | None = None,
    vols: Mapping[str, str | float] | None = None,
    spots: Mapping[str, str | float] | None = None,
    spreads: Mapping[str, str | float] | None = None,
    vol_betas: Mapping[str, str | float] | None = None,
    skews: Mapping[str, str | float] | None = None,
    fx: Mapping[str, str | float] | None = None,
    fx_moves: Mapping[str, str | float] | None = None,
    fx_fixed: Sequence[str] = (),
    look_through: Mapping[str, str | Path | Portfolio] | None = None,
    leveraged: Mapping[str, str | None] | None = None,
    instant: bool = False,
    strict: bool = False,
    generator: Literal["t", "filtered-history", "bootstrap"] = "t",
    paths: bool = True,
    rebalance: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
) -> Results:
    """Run many scenarios on one book or several, on shared draws.

    Parameters
    ----------
    portfolio : path, DataFrame, Portfolio, or a sequence of them
        The books.
    scenarios : sequence of id, path or Scenario
        The shocks; ids must differ.
    model, draws, seed, severity, variation, propagation, replay_names, unknown, proxies, \
allow_partial, benchmark, model_range, market, as_of, rates, dividends, vols, spots, spreads, vol_betas, \
skews, fx, fx_moves, fx_fixed, look_through, leveraged, instant, strict, generator, paths, \
rebalance, on_progress
        As in `run`.

    Returns
    -------
    Results
        A sequence, book by book and scenario by scenario, under one manifest.
    """
    chosen_model = load_model(DEFAULT_MODEL if model is None else model)
    sources = (
        [portfolio]
        if isinstance(portfolio, str) or not isinstance(portfolio, Sequence)
        else portfolio
    )
    given = _given(
        rates=rates,
        dividends=dividends,
        vols=vols,
        spots=spots,
        spreads=spreads,
        vol_betas=vol_betas,
        skews=skews,
        fx=fx,
        fx_moves=fx_moves,
        fx_fixed=fx_fixed,
    )
    market_file = _market(market)
    dated = None if as_of is None else iso_date(as_of, what="as_of").isoformat()
    rates_of_exchange = {
        d.name: x.value for d, x in given.levels.items() if d.kind == "fx" and "/" not in d.name
    }
    portfolios = [
        _prepared(
            p
            if isinstance(p, Portfolio)
            else load_portfolio(p, as_of=dated, fx=rates_of_exchange or None),
            chosen_model,
            as_of=dated,
            look_through=look_through,
            leveraged=leveraged,
        )
        for p in sources
    ]
    compiled = functools.partial(_compiled, model=chosen_model, given=given, file=market_file)
    books = [
        compiled(p, unknown=unknown, proxies=proxies, allow_partial=allow_partial, strict=strict)
        for p in portfolios
    ]
    shocks = [load_scenario(scenario) for scenario in scenarios]
    ranged = model_range or (
        model_range is None and any(one.id == REFERENCE_SCENARIO for one in shocks)
    )
    against = None if benchmark is None else _benchmark(benchmark, chosen_model)
    options = Options(
        draws=draws,
        seed=seed,
        severity=severity,
        variation=_variation(variation),
        propagation=propagation,
        replay_names=replay_names,
        instant=instant,
        generator=_generator(generator),
        paths=paths,
        rebalance=rebalance,
        bid_asks=market_file.bid_asks,
        variants=_variants(chosen_model, model) if ranged else (),
        ranged=None if model_range else frozenset({REFERENCE_SCENARIO}),
        chosen=_chosen(
            model=None if model is None else chosen_model.id,
            draws=None if draws == 20_000 else str(draws),
            seed=None if seed == 0 else str(seed),
            severity=None if severity == 1.0 else f"{severity:g}",
            variation=variation,
            propagation=propagation,
            replay_names="yes" if replay_names else None,
            unknown=None if unknown == "refuse" else unknown,
            proxies=", ".join(f"{t}={u}" for t, u in sorted((proxies or {}).items())) or None,
            allow_partial="yes" if allow_partial else None,
            benchmark=None if against is None else against.name,
            model_range=None if model_range is None else ("yes" if model_range else "no"),
            market=_named(market_file),
            as_of=dated,
            levels=_written(given),
            look_through=", ".join(
                f"{fund}={source.name if isinstance(source, Portfolio) else Path(source).name}"
                for fund, source in sorted((look_through or {}).items())
            )
            or None,
            leveraged=", ".join(
                fund if terms is None else f"{fund}={terms}"
                for fund, terms in sorted((leveraged or {}).items())
            )
            or None,
            instant="yes" if instant else None,
            strict="yes" if strict else None,
            generator=None if generator == "t" else generator,
            paths=None if paths else "no",
            rebalance="yes" if rebalance else None,
        ),
    )
    return evaluate(
        books,
        shocks,
        options=options,
        benchmark=against,
        active_books=[]
        if against is None
        else [_active(book, against, compiled) for book in books],
        version=__version__,
        on_progress=on_progress,
    )


def _compiled(
    portfolio: Portfolio,
    *,
    model: FactorModel,
    given: Given,
    file: Given,
    unknown: Literal["refuse", "exclude"] = "refuse",
    proxies: Mapping[str, str] | None = None,
    allow_partial: bool = False,
    strict: bool = False,
) -> Book:
    coverage = cover(
        portfolio, model, unknown=unknown, proxies=proxies, allow_partial=allow_partial
    )
    if strict:
        require_full_coverage(portfolio, coverage)
    if not any(row.status == "revalued" for row in coverage.rows):
        return compile_book(portfolio, model, coverage)
    market, terms = book_market(portfolio, model, coverage, given=given, file=file)
    return compile_book(portfolio, model, coverage, market=market, terms=terms)


def _prepared(
    portfolio: Portfolio,
    model: FactorModel,
    *,
    as_of: str | None,
    look_through: Mapping[str, str | Path | Portfolio] | None,
    leveraged: Mapping[str, str | None] | None,
) -> Portfolio:
    """Date the book, and take its funds as the user asks."""
    if as_of is not None:
        portfolio = dataclasses.replace(portfolio, as_of=as_of)
    if look_through:
        portfolio = looked_through(portfolio, look_through, model)
    return with_leverage(portfolio, leveraged, model) if leveraged else portfolio


def _given(
    *, fx_fixed: Sequence[str], fx_moves: Mapping[str, str | float] | None, **said: Any
) -> Given:
    both = sorted(set(fx_fixed) & set(fx_moves or {}))
    if both:
        raise InputError(f"{', '.join(both)}: either moves (fx_moves) or is fixed (fx_fixed).")
    return given_of(
        {
            "rate": said["rates"] or {},
            "dividend": said["dividends"] or {},
            "vol": said["vols"] or {},
            "spot": said["spots"] or {},
            "spread": said["spreads"] or {},
            "vol_beta": said["vol_betas"] or {},
            "skew": said["skews"] or {},
            "fx": said["fx"] or {},
            "fx_move": {**(fx_moves or {}), **dict.fromkeys(fx_fixed, 0.0)},
        }
    )


def _market(market: str | Path | Market | None) -> Given:
    match market:
        case None:
            return Given()
        case Market():
            return Given(levels=market.levels, as_of=market.as_of, label="market")
        case _:
            return read_market(market)


def _named(file: Given) -> str | None:
    return f"{file.label} {file.content_hash[:12]}".strip() or None


def _written(given: Given) -> str | None:
    """Write what the options state, for the manifest."""
    said = [
        *(
            f"{driver.kind} {driver.name}={level.value:.12g}"
            for driver, level in given.levels.items()
        ),
        *(f"vol_beta {name}={value:.12g}" for name, value in given.vol_betas.items()),
        *(f"skew {name}={value:.12g}" for name, value in given.skews.items()),
        *(f"fx_move {name}={value:.12g}" for name, value in given.fx_moves.items()),
    ]
    return ", ".join(sorted(said)) or None


def _generator(name: str) -> Generator | None:
    if name not in GENERATORS:
        raise InputError(f"generator '{name}' is unknown; known: {', '.join(GENERATORS)}.")
    return None if name == "t" else GENERATORS[name]()


def _variation(kind: Literal["names", "severity", "core"] | None) -> Variation | None:
    match kind:
        case None:
            return None
        case "names":
            return Variation(kind="names")
        case "severity":
            return Variation(kind="severity", severity_sd=_SEVERITY_SD)
        case "core":
            return Variation(kind="core", core_fraction=_CORE_FRACTION)


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


def _benchmark(benchmark: str | Path | Portfolio, model: FactorModel) -> Portfolio:
    """Read a benchmark: a book, a file, or the ticker of one name of the model."""
    if isinstance(benchmark, Portfolio):
        return benchmark
    if isinstance(benchmark, str) and benchmark in model.name_index:
        position = Position(
            id=benchmark, instrument=Equity(benchmark), market_value=1.0, currency="USD"
        )
        return Portfolio(name=benchmark, positions=(position,), currency="USD", nav=1.0)
    if isinstance(benchmark, str) and not Path(benchmark).exists():
        raise InputError(
            f"benchmark '{benchmark}' is neither a file nor a name of model {model.id}."
        )
    return load_portfolio(benchmark)


def _active(book: Book, benchmark: Portfolio, compiled: Callable[..., Book]) -> tuple[Book, Book]:
    """Scale a benchmark to the book's NAV, and take it from the book."""
    if benchmark.currency != book.portfolio.currency:
        raise InputError(
            f"benchmark {benchmark.name} is in {benchmark.currency}, the book in {book.portfolio.currency}."
        )
    scale = book.nav / benchmark.nav
    scaled = tuple(
        dataclasses.replace(
            _times(position, scale),
            id=f"{benchmark.name}:{position.id}",
        )
        for position in benchmark.positions
    )
    short = tuple(_times(position, -1.0) for position in scaled)
    alone = dataclasses.replace(book.portfolio, name=benchmark.name, positions=scaled)
    minus = dataclasses.replace(book.portfolio, positions=(*book.portfolio.positions, *short))
    proxies = {
        row.ticker: row.model_name
        for row in book.coverage.rows
        if row.status == "proxy" and row.model_name is not None
    }
    return (
        compiled(alone),
        compiled(minus, unknown="exclude", proxies=proxies, allow_partial=True),
    )


def _times(position: Position, scale: float) -> Position:
    return dataclasses.replace(
        position,
        market_value=position.market_value * scale,
        quantity=None if position.quantity is None else position.quantity * scale,
    )
