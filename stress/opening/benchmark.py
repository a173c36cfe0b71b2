"""A benchmark: read by name or file, scaled to the book, and taken from it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path

from stress.errors import InputError, Problem
from stress.factors.listed import as_listed
from stress.factors.model import FactorModel
from stress.files.bundled import bundled_ids
from stress.files.portfolio import load_shares
from stress.portfolio.cover import cover
from stress.portfolio.instruments import Equity, FundLookThrough, Instrument, LeveragedFund
from stress.portfolio.position import Portfolio, Position
from stress.simulation.book import Book

__all__ = ["benchmark_of", "beside_benchmark", "require_known"]


def benchmark_of(benchmark: str | Path | Portfolio, model: FactorModel) -> Portfolio:
    """Read a benchmark: a book, a file, the id of a bundled book, or the ticker of one name of the model."""
    if isinstance(benchmark, Portfolio):
        return benchmark
    if isinstance(benchmark, str) and benchmark in model.name_index:
        return _of_one_name(benchmark, model)
    known = isinstance(benchmark, Path) or benchmark in bundled_ids("portfolios")
    if not known and not os.path.exists(benchmark):
        ticker = as_listed(str(benchmark), model.name_index)
        if ticker in model.name_index:
            return _of_one_name(ticker, model)
        raise InputError(
            f"benchmark '{benchmark}' is neither a file nor a name of model {model.id}, nor a bundled book."
        )
    return load_shares(benchmark)


def _of_one_name(ticker: str, model: FactorModel) -> Portfolio:
    position = Position(
        id=ticker, instrument=Equity(ticker), market_value=1.0, currency=model.currency
    )
    return Portfolio(name=ticker, positions=(position,), currency=model.currency, nav=1.0)


def beside_benchmark(
    book: Book,
    benchmark: Portfolio,
    proxies: Mapping[str, str],
    *,
    funds: Mapping[str, Instrument],
) -> tuple[Portfolio, Portfolio]:
    """Scale a benchmark to the book's NAV, and take it from the book.

    Of shares known by their value only the proportions count: such a benchmark, as a ticker is, takes
    the currency of the book.

    Parameters
    ----------
    book : Book
        As it is opened: what stands in for a name of it stands in for it in the benchmark too.
    benchmark : Portfolio
        As read.
    proxies : mapping of str to str
        Of all books of the run.
    funds : mapping of str to Instrument
        What a fund moves as, of those that the book does not hold in another way itself.

    Returns
    -------
    alone, minus : Portfolio
        The scaled benchmark, and the book minus it.

    Raises
    ------
    InputError
        If the benchmark is in another currency and holds more than shares known by their value.
    """
    currency = book.portfolio.currency
    _check_currency(benchmark, currency)
    scale = book.nav / benchmark.nav
    stand_ins = book.coverage.stand_ins
    own = tuple(
        dataclasses.replace(position, proxy=stand_ins.get(position.ticker))
        for position in book.portfolio.positions
    )
    shared = {
        **proxies,
        **{position.ticker: position.proxy for position in own},
    }
    taken = {**funds, **_funds_of(book)}
    scaled = tuple(
        _as_fund(
            dataclasses.replace(
                _times(position, scale),
                id=f"{benchmark.name}:{position.id}",
                currency=position.currency if benchmark.currency == currency else currency,
                proxy=shared.get(position.ticker, position.proxy),
            ),
            taken,
        )
        for position in benchmark.positions
    )
    short = tuple(_times(position, -1.0) for position in scaled)
    alone = dataclasses.replace(book.portfolio, name=benchmark.name, positions=scaled)
    minus = dataclasses.replace(book.portfolio, positions=(*own, *short))
    return alone, minus


def _funds_of(book: Book) -> dict[str, Instrument]:
    """Return the funds of a book that do not move as shares of their own, by ticker."""
    return {
        position.instrument.ticker: position.instrument
        for position in book.portfolio.positions
        if isinstance(position.instrument, FundLookThrough | LeveragedFund)
    }


def _as_fund(position: Position, funds: Mapping[str, Instrument]) -> Position:
    """Return a share of one of the funds as that fund, in units of one currency where its price is not known."""
    share = position.instrument
    fund = funds.get(share.ticker) if isinstance(share, Equity) else None
    if not isinstance(fund, FundLookThrough | LeveragedFund):
        return position
    price, quantity = position.price, position.quantity
    if not price or quantity is None:
        price, quantity = 1.0, position.market_value
    return dataclasses.replace(
        position,
        price=price,
        quantity=quantity,
        instrument=dataclasses.replace(fund, price=price),
    )


def require_known(benchmark: Portfolio, model: FactorModel) -> None:
    """Refuse a benchmark with names that cannot be stressed: the difference would be a bet on them."""
    coverage = cover(benchmark, model, unknown="exclude", allow_partial=True)
    problems = [
        Problem(
            message=f"benchmark: '{one.ticker}'{'' if one.name is None else f', {one.name}'} ({one.share:.1%} of "
            f"{coverage.shares_of}) is not in model {model.id}.",
            file=benchmark.name,
            hint=f"Say what it moves like: --proxy {one.ticker}=TICKER / proxies={{'{one.ticker}': 'TICKER'}}.",
        )
        for one in coverage.by_size("excluded")
    ]
    if problems:
        raise InputError(problems)


def _check_currency(benchmark: Portfolio, currency: str) -> None:
    if benchmark.currency == currency:
        return
    other = [
        position.id
        for position in benchmark.positions
        if position.quantity is not None or not isinstance(position.instrument, Equity)
    ]
    if other:
        raise InputError(
            f"benchmark {benchmark.name} is in {benchmark.currency}, the book in {currency}: only shares "
            f"known by their value take the book's currency, and {len(other)} position(s) are more, first "
            f"{other[0]}. State the benchmark in {currency}, or by market_value or weight."
        )


def _times(position: Position, scale: float) -> Position:
    return dataclasses.replace(
        position,
        market_value=position.market_value * scale,
        quantity=None if position.quantity is None else position.quantity * scale,
    )
