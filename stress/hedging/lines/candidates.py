"""`Candidates`: the lines of a universe and the sell-downs of a book, compiled for the book's own draws.

Quotes are translated here, once, into the book's currency: every figure in money beyond is in it, but for the prices on
tickets.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stress.arrays import FloatArray
from stress.errors import InputError, Problem, ticker_meant
from stress.hedging.lines.exchange import exchange_rates
from stress.hedging.lines.held_securities import CRUMB, Side, open_sides, small_holdings
from stress.hedging.lines.line_units import LineUnit, quoted_unit, sell_downs
from stress.hedging.lines.unit_measures import measure_units, today
from stress.hedging.lines.universe import HedgeLine, HedgeUniverse
from stress.portfolio.instruments import (
    Driver,
    Equity,
    FundLookThrough,
    Instrument,
    LeveragedFund,
)
from stress.portfolio.instruments.currency import pair
from stress.portfolio.instruments.instrument import DriverKind
from stress.portfolio.levels import Given
from stress.portfolio.market import Level
from stress.portfolio.position import Portfolio, Position
from stress.simulation.beside import compile_beside, given_of_book
from stress.simulation.book import Book
from stress.simulation.valuation import Valuation
from stress.tables import listing

__all__ = ["Candidates", "compile_candidates", "name_faults"]

#: Names that a problem lists.
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """What may be traded, on a book's model.

    M lines: the universe's, each on the sides that do not reduce a held position, then a `sell_down` of each of those.

    Parameters
    ----------
    lines : tuple of HedgeLine, length M
        In this order everywhere.
    book : Book
        One unit of each line, every name with draws of its own.
    columns : ndarray of int, shape (M,)
        Column of each line among the candidates' P&L.
    value : ndarray, shape (M,)
        Of one unit: its price; a contract's premium; 0 for a future. [book currency]
    spread_base : ndarray, shape (M,)
        What the half-spread is a fraction of: price, notional, sum of the legs' premiums. [book currency]
    notional : ndarray, shape (M,)
        Exposure of one unit: price, futures notional, underlying shares of an option. [book currency]
    commission : ndarray, shape (M,)
        Of one unit. [book currency]
    price : ndarray, shape (M,)
        Of a share, a futures point or a share's option, as quoted; valued where it is not. [`currencies`]
    currencies : tuple of str, length M
        ISO code of each price.
    delta : ndarray, shape (M,)
        Value of one unit gained when its underlying rises by its whole value, from half a percent either way. [book currency]
    volatility : ndarray, shape (M,)
        Of the underlying's daily return in the model. [fraction]
    as_of : str or None
        ISO date the lines are valued at.
    rates : dict of str to float
        Cash rates by currency.
    exchange : mapping of str to float
        What each currency of the universe costs. [book currency]
    left_out : mapping of str to {'sell', 'buy', 'both'}
        By id of a universe's line, the side that would reduce what the book holds: its `sell_down` alone does that.
    too_small : frozenset of str
        Ids of the `sell_down`s of holdings too small to count: the universe's line on them is open on both sides.
    warnings : tuple of str
        What valuing them had to say.
    """

    lines: tuple[HedgeLine, ...]
    book: Book
    columns: NDArray[np.intp]
    value: FloatArray
    spread_base: FloatArray
    notional: FloatArray
    commission: FloatArray
    price: FloatArray
    currencies: tuple[str, ...]
    delta: FloatArray
    volatility: FloatArray
    as_of: str | None
    rates: dict[str, float]
    exchange: Mapping[str, float]
    left_out: Mapping[str, Side]
    too_small: frozenset[str]
    warnings: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the lines."""
        return tuple(line.id for line in self.lines)

    def index(self, id_: str) -> int:
        """Return the place of a line."""
        return self.ids.index(id_)

    def mask(self, *types: str) -> NDArray[np.bool_]:
        """Return which lines are of some types."""
        return np.array([line.type in types for line in self.lines], dtype=bool)

    def unshocked(self) -> Candidates:
        """Return the lines with currencies whose move is stated held still (`Book.unshocked`)."""
        return replace(self, book=self.book.unshocked())

    def decay(self, days: float) -> FloatArray:
        """Return the value that time alone takes from one unit bought, shape (M,); 0 where it adds."""
        valuation = self.book.valuation
        lost = np.zeros(len(self.lines))
        if valuation is None:
            return lost
        for line, instrument in _revalued(self, valuation):
            levels = valuation.market.base_levels([instrument])
            lost[line] = max(
                0.0,
                float(instrument.value(levels))
                - float(instrument.value(levels, elapsed_days=days)),
            )
        return lost


def _revalued(candidates: Candidates, valuation: Valuation) -> list[tuple[int, Instrument]]:
    of = {line.id: j for j, line in enumerate(candidates.lines)}
    return [(of[held.position.id], today(held.instrument)) for held in valuation.holdings]


def compile_candidates(
    book: Book,
    universe: HedgeUniverse,
    *,
    smallest: float = 0.0,
    only: Collection[str] | None = None,
) -> Candidates:
    """Compile a universe, and the sell-downs of a book, for the draws of that book.

    Parameters
    ----------
    book : Book
        To be hedged.
    universe : HedgeUniverse
        What may be traded.
    smallest : float
        Holdings below this share of NAV, and below `CRUMB`, do not shut the universe's line on them.
    only : collection of str, optional
        Ids of the lines wanted, sell-downs included; all when omitted.

    Returns
    -------
    Candidates

    Raises
    ------
    InputError
        Lines whose underlying the model does not know, currencies without a rate, and levels that options lack, each
        all at once.
    """
    faults = name_faults(book, universe)
    if faults:
        raise InputError(faults)
    universe = _as_held(book, universe)
    rates = exchange_rates(book, universe)
    sales = sell_downs(book, universe, rates)
    held = [(unit.line, unit.position) for unit in sales]
    too_small = small_holdings(universe.lines, held, min(smallest, CRUMB) * abs(book.nav))
    counted = [unit.line for unit in sales if unit.line.id not in too_small]
    free, left_out = open_sides(universe.lines, counted)
    units = [*(quoted_unit(line, rates[line.currency].value) for line in free), *sales]
    if only is not None:
        units = [unit for unit in units if unit.line.id in only]
    portfolio = Portfolio(
        name=universe.label,
        positions=_at_one_price(units),
        currency=book.portfolio.currency,
        nav=1.0,
        as_of=book.portfolio.as_of or universe.as_of,
        typed=book.portfolio.typed,
    )
    compiled = compile_beside(
        book,
        portfolio,
        given=_with_rates(given_of_book(book), rates, book.portfolio.currency),
        file=_quoted(universe),
    )
    lines = tuple(unit.line for unit in units)
    measures = measure_units(lines, compiled)
    return Candidates(
        lines=lines,
        book=compiled,
        columns=measures.columns,
        value=measures.value,
        spread_base=measures.spread_base,
        notional=measures.notional,
        commission=np.array([unit.commission for unit in units]),
        price=measures.price,
        currencies=measures.currencies,
        delta=measures.delta,
        volatility=measures.volatility,
        as_of=portfolio.as_of if compiled.valuation is None else compiled.valuation.market.as_of,
        rates=dict(universe.rates),
        exchange={currency: level.value for currency, level in rates.items()},
        left_out=left_out,
        too_small=too_small,
        warnings=() if compiled.valuation is None else compiled.valuation.warnings,
    )


def _at_one_price(units: Sequence[LineUnit]) -> tuple[Position, ...]:
    """Return one unit of each line; options read the universe's quote of a share, where it has one, not the book's."""
    shares = [unit for unit in units if isinstance(unit.position.instrument, Equity)]
    quoted = {
        unit.position.ticker
        for unit in shares
        if unit.line.type != "sell_down" and unit.position.price is not None
    }
    return tuple(
        replace(unit.position, price=None)
        if unit.line.type == "sell_down"
        and isinstance(unit.position.instrument, Equity)
        and unit.position.ticker in quoted
        else unit.position
        for unit in units
    )


def _as_held(book: Book, universe: HedgeUniverse) -> HedgeUniverse:
    """Return a universe in which a fund that the book looks through, or takes as leveraged, is the same there."""
    funds = {
        position.instrument.ticker: position.instrument
        for position in book.portfolio.positions
        if isinstance(position.instrument, FundLookThrough | LeveragedFund)
    }
    lines = [
        replace(line, instrument=replace(funds[line.instrument.ticker], price=line.price))
        if isinstance(line.instrument, Equity) and line.instrument.ticker in funds and line.price
        else line
        for line in universe.lines
    ]
    return replace(universe, lines=tuple(lines))


def name_faults(book: Book, universe: HedgeUniverse) -> list[Problem]:
    """Return a problem for each line of a universe that a book's model does not know; of a bundled universe one for all.

    Parameters
    ----------
    book : Book
        To be hedged.
    universe : HedgeUniverse
        What may be traded.
    """
    model, lines = book.model, _as_held(book, universe).lines
    unknown = [
        line
        for line in lines
        if line.instrument.underlying not in model.name_index
        and not (line.type == "future" and line.instrument.underlying in model.factor_index)
    ]
    if unknown and universe.bundled:
        followed = dict.fromkeys(line.instrument.underlying for line in unknown)
        return [
            Problem(
                message=f"the bundled universe {universe.source} does not fit model {model.id}: {len(unknown)} of its "
                f"{len(lines)} lines follow names that it lacks ({listing(list(followed), most=_NAMED)}).",
                hint=f"Give what you may trade: {book.portfolio.worded('--universe FILE', 'universe=FILE')} "
                "(docs/hedging.md has its columns).",
            )
        ]
    return [
        Problem(
            message=f"'{line.id}' follows '{line.instrument.underlying}', which is not in model {model.id}.",
            file=universe.label,
            line=line.row,
            hint=" ".join(
                (
                    ticker_meant(line.instrument.underlying, model.name_index),
                    "Remove the row, or extend the model with its prices.",
                )
            ).lstrip(),
        )
        for line in unknown
    ]


def _with_rates(given: Given, rates: Mapping[str, Level], domestic: str) -> Given:
    """Return levels with the exchange rates that quotes were translated at."""
    exchange = {
        Driver("fx", pair(currency, domestic)): level
        for currency, level in rates.items()
        if currency != domestic
    }
    return replace(given, levels={**given.levels, **exchange})


def _quoted(universe: HedgeUniverse) -> Given:
    quoted: dict[DriverKind, Mapping[str, float]] = {
        "spot": universe.spots,
        "rate": universe.rates,
        "dividend": universe.dividends,
        "vol": universe.vols,
    }
    levels = {
        Driver(kind, name): Level(value=value, source="market-file")
        for kind, values in quoted.items()
        for name, value in values.items()
    }
    return Given(
        levels=levels,
        vol_betas=dict(universe.vol_betas),
        skews=dict(universe.skews),
        label=universe.label,
    )
