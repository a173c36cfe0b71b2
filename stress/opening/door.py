"""The door to a run: the options of a book, checked once, and the books opened with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stress.errors import InputError, Problem
from stress.factors.listed import as_listed, keys_as_listed
from stress.factors.model import FactorModel
from stress.files.look_through import look_through as looked_through
from stress.files.look_through import read_holdings
from stress.files.portfolio import read_book
from stress.files.portfolio.frame import DataFrame
from stress.files.proxies import read_proxies
from stress.opening.benchmark import beside_benchmark, require_known
from stress.opening.book_names import book_names
from stress.opening.options import BookOptions
from stress.opening.stated_levels import (
    levels_of_file,
    levels_of_options,
    written_file,
    written_input,
    written_levels,
)
from stress.portfolio.cover import cover
from stress.portfolio.follows import in_words_of_model
from stress.portfolio.instruments import Equity
from stress.portfolio.instruments.dates import iso_date
from stress.portfolio.levels import Given
from stress.portfolio.leverage import with_leverage
from stress.portfolio.market import SAME_PRICE, Market
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.strictness import require_full_coverage
from stress.portfolio.unread import too_much_unread
from stress.simulation.book import Book, compile_book
from stress.simulation.levels.market_inputs import book_market, exchange_rate

__all__ = ["Door"]


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
    holdings : mapping of str to Portfolio
        What the funds to look through hold.
    house_proxies : mapping of str to str
        Of a file: what stands in for names, those that are held and others.
    as_of : str or None
        ISO date of the positions, as stated.
    """

    model: FactorModel
    options: BookOptions
    given: Given
    file: Given
    holdings: Mapping[str, Portfolio]
    house_proxies: Mapping[str, str]
    as_of: str | None

    @classmethod
    def of(cls, model: FactorModel, options: BookOptions) -> Door:
        """Check the options."""
        as_of, proxies = options.get("as_of"), options.get("proxies_file")
        return cls(
            model=model,
            options=options,
            given=levels_of_options(options),
            file=levels_of_file(options.get("market")),
            holdings=read_holdings(options.get("look_through") or {}),
            house_proxies={} if proxies is None else read_proxies(proxies),
            as_of=None if as_of is None else iso_date(as_of, what="as_of").isoformat(),
        )

    def read(
        self, source: str | Path | DataFrame | Portfolio, *, name: str | None = None
    ) -> Portfolio:
        """Read a book (a frame under a name), date it, spell what it follows as the model does, and take its funds as asked."""
        return self._with_funds(self._read(source, name=name))

    def _read(
        self, source: str | Path | DataFrame | Portfolio, *, name: str | None = None
    ) -> Portfolio:
        exchange = {
            d.name: level.value
            for d, level in self.given.levels.items()
            if d.kind == "fx" and "/" not in d.name
        }
        if isinstance(source, Portfolio):
            _require_rates_it_was_read_at(source, exchange)
            portfolio = source
        else:
            portfolio = read_book(source, as_of=self.as_of, fx=exchange or None, name=name)
        if self.as_of is not None:
            portfolio = portfolio.as_asked(as_of=self.as_of)
        return in_words_of_model(portfolio, self.model)

    def _with_funds(self, portfolio: Portfolio, *, elsewhere: Set[str] = frozenset()) -> Portfolio:
        """Take funds as asked; one that only others of the run hold is neither taken nor an error."""
        other = elsewhere - _shares_of(portfolio)
        held = _shares_of(portfolio)
        funds = keys_as_listed(self.holdings, held, other, what="look_through")
        holdings = {fund: contents for fund, contents in funds.items() if fund not in other}
        multiples = keys_as_listed(
            self.options.get("leveraged") or {}, held, other, what="leveraged"
        )
        leveraged = {fund: terms for fund, terms in multiples.items() if fund not in other}
        if holdings:
            proxies = self._proxies(held)
            portfolio = looked_through(portfolio, holdings, self.model, proxies=proxies)
        return with_leverage(portfolio, leveraged, self.model) if leveraged else portfolio

    def opened(
        self,
        sources: Sequence[str | Path | DataFrame | Portfolio | Book],
        *,
        beside: Iterable[Portfolio] = (),
    ) -> list[Book]:
        """Read and compile books; one that is compiled already is put on the model.

        Parameters
        ----------
        sources : sequence
            Those without a name of their own get one, see `book_names`.
        beside : iterable of Portfolio
            Others of the run, such as a benchmark.
        """
        beside = tuple(beside)
        plain = [
            source if isinstance(source, Book) else self._read(source, name=name)
            for source, name in zip(sources, book_names(sources), strict=True)
        ]
        funds = frozenset[str]().union(
            *(_shares_of(one) for one in (*plain, *beside) if isinstance(one, Portfolio))
        )
        read = [
            one if isinstance(one, Book) else self._with_funds(one, elsewhere=funds)
            for one in plain
        ]
        held = [one.portfolio if isinstance(one, Book) else one for one in read]
        tickers = {position.ticker for other in (*held, *beside) for position in other.positions}
        return [
            dataclasses.replace(one, model=self.model)
            if isinstance(one, Book)
            else self.compiled(one, run_holds=tickers)
            for one in read
        ]

    def compiled(self, portfolio: Portfolio, *, run_holds: Set[str] = frozenset()) -> Book:
        """Cover a portfolio that was read, and compile it.

        Parameters
        ----------
        portfolio : Portfolio
            From `read`.
        run_holds : set of str
            Tickers of all books of the run and its benchmark: a proxy for a name that only
            other books hold is neither used here nor an error.
        """
        held = {position.ticker for position in portfolio.positions}
        elsewhere = run_holds - held
        proxies = self._proxies(held, elsewhere)
        return self._compiled(
            portfolio,
            unknown=self.options.get("unknown", "refuse"),
            proxies={name: other for name, other in proxies.items() if name not in elsewhere},
            allow_partial=self.options.get("allow_partial", False),
            strict=self.options.get("strict", False),
        )

    def against(self, book: Book, benchmark: Portfolio) -> tuple[Book, Book]:
        """Scale a benchmark to the book's NAV, and take it from the book.

        What stands in for a name of the book stands in for it in the benchmark too, and a fund moves in both as it
        does in the book; one that the benchmark alone holds, as the options say.

        Returns
        -------
        scaled, active : Book
            The benchmark alone, and the book minus it.

        Raises
        ------
        InputError
            Another currency, names of the benchmark that the model does not know, all at once, or too much of it unread.
        """
        if not self.options.get("allow_partial", False):
            said = dataclasses.replace(benchmark, typed=book.portfolio.typed)
            unread = too_much_unread(said, mapped=False)
            if unread:
                raise InputError(unread)
        funds = self._asked_funds(book, benchmark)
        alone, minus = beside_benchmark(
            book,
            benchmark,
            self._proxies({position.ticker for position in benchmark.positions}),
            funds={unit.id: unit.instrument for unit in funds.positions},
        )
        # What was said of a fund of the book is not said again.
        news = [text for text in funds.warnings if text not in book.portfolio.warnings]
        news = [*benchmark.warnings, *news]
        alone = dataclasses.replace(
            alone, warnings=tuple(f"benchmark {benchmark.name}: {text}" for text in news)
        )
        require_known(alone, self.model)
        # What an opened book was told of the market holds for what it is held against.
        file = self.file.over(book.stated)
        return (
            self._compiled(alone, allow_partial=True, file=file),
            self._compiled(minus, unknown="exclude", allow_partial=True, file=file),
        )

    def _proxies(self, *held: Set[str]) -> dict[str, str]:
        """Return what stands in for names, by the tickers that are held, both as they are listed."""
        asked = keys_as_listed(self.options.get("proxies") or {}, *held, what="proxies")
        house = keys_as_listed(self.house_proxies, *held, what="proxies_file")
        known = frozenset[str]().union(*held)
        said = {name: other for name, other in house.items() if name in known} | asked
        return {name: as_listed(other, self.model.name_index) for name, other in said.items()}

    def _asked_funds(self, book: Book, benchmark: Portfolio) -> Portfolio:
        """Return one unit of currency in each fund of a benchmark that options name, as they make it."""
        shares = _shares_of(benchmark)
        named = {*self.holdings, *(self.options.get("leveraged") or {})}
        asked = {as_listed(fund, shares) for fund in named}
        units = tuple(
            Position(
                id=fund,
                instrument=Equity(fund),
                quantity=1.0,
                price=1.0,
                market_value=1.0,
                currency=book.portfolio.currency,
            )
            for fund in sorted(asked & shares)
        )
        one_of_each = dataclasses.replace(benchmark, positions=units, warnings=())
        return self._with_funds(one_of_each, elsewhere=frozenset(asked))

    def _compiled(
        self,
        portfolio: Portfolio,
        *,
        unknown: Literal["refuse", "exclude"] = "refuse",
        proxies: Mapping[str, str] | None = None,
        allow_partial: bool = False,
        strict: bool = False,
        file: Given | None = None,
    ) -> Book:
        self._require_same_currency(portfolio)
        file = self.file if file is None else file
        coverage = cover(
            portfolio,
            self.model,
            unknown=unknown,
            proxies=proxies,
            allow_partial=allow_partial,
            given=self.given,
            file=file,
        )
        if strict:
            require_full_coverage(portfolio, coverage, holdings=self.holdings.values())
        stated = self.given.over(file)
        if not any(row.revalued for row in coverage.rows):
            return compile_book(portfolio, self.model, coverage, stated=stated)
        try:
            market, terms = book_market(
                portfolio, self.model, coverage, given=self.given, file=file
            )
            return compile_book(
                portfolio, self.model, coverage, market=market, terms=terms, stated=stated
            )
        except InputError as error:
            raise error.in_file(portfolio.name) from None

    def _require_same_currency(self, portfolio: Portfolio) -> None:
        """Refuse a `Market` whose exchange rates are prices in another currency than the book's."""
        market = self.options.get("market")
        if isinstance(market, Market) and market.currency != portfolio.currency:
            raise InputError(
                f"market: its levels are for books in {market.currency}, and {portfolio.name} is in {portfolio.currency}. "
                "Give one in the currency of the book."
            )

    def written(self) -> dict[str, str]:
        """Write what was chosen, for the manifest."""
        options = self.options
        leveraged = options.get("leveraged") or {}
        said = {
            "unknown": "exclude" if options.get("unknown") == "exclude" else None,
            "proxies": _listed(_over(options.get("proxies") or {}, self.house_proxies)),
            "allow_partial": "yes" if options.get("allow_partial") else None,
            "strict": "yes" if options.get("strict") else None,
            "market": written_file(self.file),
            "as_of": self.as_of,
            "market_levels": written_levels(self.given),
            "look_through": _listed(
                {
                    fund: written_input(held.name, held.content_hash)
                    for fund, held in self.holdings.items()
                }
            ),
            "leveraged": _listed({fund: terms or "" for fund, terms in leveraged.items()}),
        }
        return {key: value for key, value in said.items() if value is not None}


def _over(asked: Mapping[str, str], house: Mapping[str, str]) -> dict[str, str]:
    """Return a house's entries with what is asked over them, however its names are written."""
    written = {name.casefold() for name in asked}
    return {name: other for name, other in house.items() if name.casefold() not in written} | {
        **asked
    }


def _shares_of(portfolio: Portfolio) -> frozenset[str]:
    """Return the tickers of shares, of which any may be a fund's."""
    return frozenset(
        position.instrument.ticker
        for position in portfolio.positions
        if isinstance(position.instrument, Equity)
    )


def _listed(entries: Mapping[str, str] | None) -> str | None:
    return ", ".join(f"{key}={value}" for key, value in sorted((entries or {}).items())) or None


def _require_rates_it_was_read_at(portfolio: Portfolio, exchange: Mapping[str, float]) -> None:
    """Refuse exchange rates other than those that a portfolio was read at: values of its rows would stay at the old ones."""
    problems = []
    for currency, rate in exchange.items():
        known = exchange_rate(currency, portfolio, given=Given(), file=Given())
        if known is not None and abs(rate / known.value - 1.0) > SAME_PRICE:
            problems.append(
                Problem(
                    message=f"{portfolio.name}: fx of {currency} is {rate:g}, and its values were translated at {known.value:g} "
                    "when it was read.",
                    hint="Read it again at this rate: load_portfolio(..., fx=...).",
                )
            )
    if problems:
        raise InputError(problems)
