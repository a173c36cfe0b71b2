"""Opening a book: read it, date it, value it, compile it on a model. One place for all that is asked on the way."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from stress.errors import InputError, Problem
from stress.factors.model import FactorModel
from stress.factors.sameness import law_hash, same_model
from stress.files.bundled import find_model
from stress.files.look_through import look_through as looked_through
from stress.files.market_file import read_market
from stress.files.model_file import read_model
from stress.files.portfolio import load_portfolio
from stress.portfolio.coverage import cover
from stress.portfolio.instruments import Equity
from stress.portfolio.instruments.dates import iso_date
from stress.portfolio.levels import Given, given_of
from stress.portfolio.leverage import with_leverage
from stress.portfolio.market import Market
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.strictness import require_full_coverage
from stress.simulation.book import Book, compile_book
from stress.simulation.market_inputs import book_market

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DEFAULT_MODEL",
    "BookOptions",
    "Door",
    "benchmark_of",
    "load_model",
    "model_of",
    "open_book",
    "opened_book",
    "require_own_options",
]

#: The bundled model a run uses when none is named; printed with the result.
DEFAULT_MODEL = "us-ai-2025-12"


class BookOptions(TypedDict, total=False):
    """How a book is read, covered and valued: keywords of `open_book`, `run`, `reverse` and the others.

    Parameters
    ----------
    unknown : {'refuse', 'exclude'}
        What to do with names the model does not know; refused when omitted.
    proxies : mapping of str to str
        Ticker to the model name that stands for it.
    allow_partial : bool
        Whether more than 25 % of gross may be left out.
    strict : bool
        Whether anything below full coverage is an error.
    market : path or Market
        Levels the book is valued at: a market file (`docs/market-inputs.md`), or a `Market`. What
        the book's own rows say stands over it.
    as_of : str
        ISO date of the positions, from which options and bonds are counted; the book's own when omitted.
    rates, dividends, vols, spots, spreads, fx : mapping
        Levels that stand over book and market file: ``{"USD": "4.3%"}``, ``{"NVDA": "0%"}``,
        ``{"NVDA": "45%"}``, ``{"NVDA": 190}``, ``{"ACME 5.1 2031": "150bp"}``, ``{"EUR": 1.08}``; a number
        is a fraction where text has a unit.
    vol_betas, skews : mapping
        Points of a name's volatility for one of VIX; slope of its smile in log strike.
    fx_moves : mapping
        What a currency does against the book's in every scenario: ``{"GBP": "-2%"}``.
    fx_fixed : sequence of str
        Currencies that do not move.
    look_through : mapping of str to path or Portfolio
        Fund to its holdings file: its constituents move instead of the fund.
    leveraged : mapping of str to str or None
        Fund to its multiple, ``{"SOXL": "3:SOXX"}``: it compounds daily instead of moving by its own
        exposures. None takes the known one.
    """

    unknown: Literal["refuse", "exclude"]
    proxies: Mapping[str, str] | None
    allow_partial: bool
    strict: bool
    market: str | Path | Market | None
    as_of: str | None
    rates: Mapping[str, str | float] | None
    dividends: Mapping[str, str | float] | None
    vols: Mapping[str, str | float] | None
    spots: Mapping[str, str | float] | None
    spreads: Mapping[str, str | float] | None
    vol_betas: Mapping[str, str | float] | None
    skews: Mapping[str, str | float] | None
    fx: Mapping[str, str | float] | None
    fx_moves: Mapping[str, str | float] | None
    fx_fixed: Sequence[str]
    look_through: Mapping[str, str | Path | Portfolio] | None
    leveraged: Mapping[str, str | None] | None


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
    return read_model(find_model(id_or_path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The options of a book, checked once: opens any number of books on one model.

    Parameters
    ----------
    model : FactorModel
        Books are compiled on it.
    options : BookOptions
        As given.
    given, file : Given
        Levels stated by options, and by the market file.
    as_of : str or None
        ISO date of the positions, as stated.
    """

    model: FactorModel
    options: BookOptions
    given: Given
    file: Given
    as_of: str | None

    @classmethod
    def of(cls, model: FactorModel, options: BookOptions) -> Door:
        """Check the options."""
        unknown = sorted(set(options) - set(BookOptions.__annotations__))
        if unknown:
            raise TypeError(f"unknown option(s) of a book: {', '.join(unknown)}")
        as_of = options.get("as_of")
        return cls(
            model=model,
            options=options,
            given=_given(options),
            file=_market(options.get("market")),
            as_of=None if as_of is None else iso_date(as_of, what="as_of").isoformat(),
        )

    def read(self, source: str | Path | pd.DataFrame | Portfolio) -> Portfolio:
        """Read a book, date it, and take its funds as asked."""
        exchange = {
            d.name: level.value
            for d, level in self.given.levels.items()
            if d.kind == "fx" and "/" not in d.name
        }
        portfolio = (
            source
            if isinstance(source, Portfolio)
            else load_portfolio(source, as_of=self.as_of, fx=exchange or None)
        )
        if self.as_of is not None:
            portfolio = dataclasses.replace(portfolio, as_of=self.as_of)
        through = self.options.get("look_through")
        if through:
            portfolio = looked_through(portfolio, through, self.model)
        leveraged = self.options.get("leveraged")
        return with_leverage(portfolio, leveraged, self.model) if leveraged else portfolio

    def compiled(self, portfolio: Portfolio, *, beside: Iterable[Portfolio] = ()) -> Book:
        """Cover a portfolio that was read, and compile it.

        Parameters
        ----------
        portfolio : Portfolio
            From `read`.
        beside : iterable of Portfolio
            Other books and the benchmark of the run: a proxy for a name that one of them holds is none
            of this book's business.
        """
        held = {position.ticker for position in portfolio.positions}
        elsewhere = {position.ticker for other in beside for position in other.positions} - held
        proxies = self.options.get("proxies") or {}
        return self._compiled(
            portfolio,
            unknown=self.options.get("unknown", "refuse"),
            proxies={name: other for name, other in proxies.items() if name not in elsewhere},
            allow_partial=self.options.get("allow_partial", False),
            strict=self.options.get("strict", False),
        )

    def against(self, book: Book, benchmark: Portfolio) -> tuple[Book, Book]:
        """Scale a benchmark to the book's NAV, and take it from the book.

        What stands in for a name of the book stands in for it in the benchmark too.

        Returns
        -------
        scaled, active : Book
            The benchmark alone, and the book minus it.

        Raises
        ------
        InputError
            Another currency, or names of the benchmark that the model does not know, all at once.
        """
        if benchmark.currency != book.portfolio.currency:
            raise InputError(
                f"benchmark {benchmark.name} is in {benchmark.currency}, the book in "
                f"{book.portfolio.currency}."
            )
        scale = book.nav / benchmark.nav
        stand_ins = {
            row.ticker: row.model_name for row in book.coverage.rows if row.status == "proxy"
        }
        own = tuple(
            dataclasses.replace(position, proxy=stand_ins.get(position.ticker))
            for position in book.portfolio.positions
        )
        shared = {
            **(self.options.get("proxies") or {}),
            **{position.ticker: position.proxy for position in own},
        }
        scaled = tuple(
            dataclasses.replace(
                _times(position, scale),
                id=f"{benchmark.name}:{position.id}",
                proxy=shared.get(position.ticker, position.proxy),
            )
            for position in benchmark.positions
        )
        short = tuple(_times(position, -1.0) for position in scaled)
        alone = dataclasses.replace(book.portfolio, name=benchmark.name, positions=scaled)
        minus = dataclasses.replace(book.portfolio, positions=(*own, *short))
        _require_known(alone, self.model)
        return (
            self._compiled(alone),
            self._compiled(minus, unknown="exclude", allow_partial=True),
        )

    def _compiled(
        self,
        portfolio: Portfolio,
        *,
        unknown: Literal["refuse", "exclude"] = "refuse",
        proxies: Mapping[str, str] | None = None,
        allow_partial: bool = False,
        strict: bool = False,
    ) -> Book:
        coverage = cover(
            portfolio, self.model, unknown=unknown, proxies=proxies, allow_partial=allow_partial
        )
        if strict:
            require_full_coverage(portfolio, coverage)
        if not any(row.revalued for row in coverage.rows):
            return compile_book(portfolio, self.model, coverage)
        try:
            market, terms = book_market(
                portfolio, self.model, coverage, given=self.given, file=self.file
            )
            return compile_book(portfolio, self.model, coverage, market=market, terms=terms)
        except InputError as error:
            raise error.in_file(portfolio.name) from None

    def written(self) -> dict[str, str]:
        """Write what was chosen, for the manifest."""
        options = self.options
        through = options.get("look_through") or {}
        leveraged = options.get("leveraged") or {}
        said = {
            "unknown": "exclude" if options.get("unknown") == "exclude" else None,
            "proxies": _listed(options.get("proxies")),
            "allow_partial": "yes" if options.get("allow_partial") else None,
            "strict": "yes" if options.get("strict") else None,
            "market": _named(self.file),
            "as_of": self.as_of,
            "levels": _written(self.given),
            "look_through": _listed(
                {
                    fund: source.name if isinstance(source, Portfolio) else Path(source).name
                    for fund, source in through.items()
                }
            ),
            "leveraged": _listed({fund: terms or "" for fund, terms in leveraged.items()}),
        }
        return {key: value for key, value in said.items() if value is not None}


def open_book(
    portfolio: str | Path | pd.DataFrame | Portfolio,
    model: str | Path | FactorModel | None = None,
    **options: Unpack[BookOptions],
) -> Book:
    """Read a book and compile it on a factor model: what `run` does first, for use many times.

    Parameters
    ----------
    portfolio : path, DataFrame or Portfolio
        The book.
    model : id, path or FactorModel, optional
        `DEFAULT_MODEL` when omitted.
    **options
        See `BookOptions`.

    Returns
    -------
    Book

    Raises
    ------
    InputError
        All that is wrong with the inputs.
    """
    door = Door.of(load_model(DEFAULT_MODEL if model is None else model), options)
    return door.compiled(door.read(portfolio))


def opened_book(
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


def benchmark_of(benchmark: str | Path | Portfolio, model: FactorModel) -> Portfolio:
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


def require_own_options(portfolio: object, options: Mapping[str, Any]) -> None:
    """Refuse options of reading, covering and valuing beside a book that is opened already.

    Raises
    ------
    InputError
        Naming them.
    """
    given = sorted(
        key
        for key in BookOptions.__annotations__
        if options.get(key) not in (None, False, "refuse", (), {}, [])
    )
    if isinstance(portfolio, Book) and given:
        raise InputError(
            f"{portfolio.portfolio.name} is opened already, so {', '.join(given)} would change nothing. "
            f"Give it to open_book(...), or give the portfolio itself."
        )


def model_of(sources: Sequence[object], model: str | Path | FactorModel | None) -> FactorModel:
    """Return the one model of a run: that of the books that are opened, or the one asked for.

    Raises
    ------
    InputError
        If opened books are on different models, or on another than asked for.
    """
    opened = [source for source in sources if isinstance(source, Book)]
    if not opened:
        return load_model(DEFAULT_MODEL if model is None else model)
    first = opened[0]
    others = [(f"{book.portfolio.name} is opened on", book.model) for book in opened[1:]]
    others += [] if model is None else [("the run asks for", load_model(model))]
    for words, other in others:
        if not same_model(first.model, other):
            raise InputError(
                f"{first.portfolio.name} is opened on model {_known_as(first.model)}, {words} "
                f"{_known_as(other)}. A run has one model: open its books on the same."
            )
    return first.model


def _known_as(model: FactorModel) -> str:
    return f"{model.id} ({law_hash(model)[:8]})"


def _require_known(benchmark: Portfolio, model: FactorModel) -> None:
    """Refuse a benchmark with names that cannot be stressed: the difference would be a bet on them."""
    coverage = cover(benchmark, model, unknown="exclude", allow_partial=True)
    problems = [
        Problem(
            message=f"benchmark: '{row.ticker}' ({row.share:.1%} of gross) is not in model {model.id}.",
            file=benchmark.name,
            hint=f"Say what it moves like: --proxy {row.ticker}=TICKER",
        )
        for row in coverage.excluded
    ]
    if problems:
        raise InputError(problems)


def _listed(entries: Mapping[str, str] | None) -> str | None:
    return ", ".join(f"{key}={value}" for key, value in sorted((entries or {}).items())) or None


def _given(options: BookOptions) -> Given:
    fixed, moves = options.get("fx_fixed", ()), options.get("fx_moves") or {}
    both = sorted(set(fixed) & set(moves))
    if both:
        raise InputError(f"{', '.join(both)}: either moves (fx_moves) or is fixed (fx_fixed).")
    return given_of(
        {
            "rate": options.get("rates") or {},
            "dividend": options.get("dividends") or {},
            "vol": options.get("vols") or {},
            "spot": options.get("spots") or {},
            "spread": options.get("spreads") or {},
            "vol_beta": options.get("vol_betas") or {},
            "skew": options.get("skews") or {},
            "fx": options.get("fx") or {},
            "fx_move": {**moves, **dict.fromkeys(fixed, 0.0)},
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


def _times(position: Position, scale: float) -> Position:
    return dataclasses.replace(
        position,
        market_value=position.market_value * scale,
        quantity=None if position.quantity is None else position.quantity * scale,
    )
