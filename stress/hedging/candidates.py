"""`Candidates`: the lines of a universe and the sell-downs of a book, compiled for the book's own draws.

Quotes are translated here, once, into the book's currency: every figure in money beyond is in it, but for the prices on
tickets.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stress.arrays import FloatArray
from stress.errors import InputError, Problem
from stress.hedging.exchange import exchange_rates
from stress.hedging.held_securities import CRUMB, Side, open_sides, small_holdings
from stress.hedging.universe import HedgeLine, HedgeUniverse
from stress.portfolio.coverage import cover
from stress.portfolio.instruments import (
    Driver,
    ForeignHolding,
    Future,
    Instrument,
    Option,
    Structure,
    over_sessions,
)
from stress.portfolio.instruments.currency import pair
from stress.portfolio.instruments.instrument import DriverKind
from stress.portfolio.instruments.structure import Leg as StructureLeg
from stress.portfolio.levels import Given
from stress.portfolio.market import Level, Market
from stress.portfolio.position import Portfolio, Position
from stress.simulation.book import Book, compile_book
from stress.simulation.holdings import Leg
from stress.simulation.market_inputs import book_market
from stress.simulation.valuation import Valuation

__all__ = ["Candidates", "compile_candidates", "given_of_book", "valuations"]


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
        Value of one unit gained when its underlying rises by its whole value, from a move of 1 %. [book currency]
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
    return [(of[held.position.id], _today(held.instrument)) for held in valuation.holdings]


def _today(instrument: Instrument) -> Instrument:
    """Return an instrument over one session: what compounds over a horizon has a value and a delta then."""
    return over_sessions(instrument, 1)


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
    _check_names(book, universe)
    rates = exchange_rates(book, universe)
    sales = _sell_downs(book, universe, rates)
    held = [(unit.line, unit.position) for unit in sales]
    too_small = small_holdings(universe.lines, held, min(smallest, CRUMB) * abs(book.nav))
    counted = [unit.line for unit in sales if unit.line.id not in too_small]
    free, left_out = open_sides(universe.lines, counted)
    units = [*(_quoted_unit(line, rates[line.currency].value) for line in free), *sales]
    if only is not None:
        units = [unit for unit in units if unit.line.id in only]
    portfolio = Portfolio(
        name=universe.label,
        positions=tuple(unit.position for unit in units),
        currency=book.portfolio.currency,
        nav=1.0,
        as_of=book.portfolio.as_of or universe.as_of,
        typed=book.portfolio.typed,
    )
    coverage = cover(portfolio, book.model, allow_partial=True)
    market = terms = None
    warnings: tuple[str, ...] = ()
    if any(row.revalued for row in coverage.rows):
        market, terms = book_market(
            portfolio,
            book.model,
            coverage,
            given=_with_rates(given_of_book(book), rates, book.portfolio.currency),
            file=_quoted(universe),
            beside=valuations(book),
        )
        warnings = terms.warnings
    compiled = compile_book(
        portfolio, book.model, coverage, market=market, terms=terms, stated=book.stated
    )
    compiled = replace(compiled, needs_draws=np.ones(len(compiled.names), dtype=bool))
    if compiled.valuation is not None:
        warnings = compiled.valuation.warnings
    return _measured(units, compiled, universe, rates, left_out, too_small, warnings)


def _check_names(book: Book, universe: HedgeUniverse) -> None:
    model = book.model
    problems = [
        Problem(
            message=f"'{line.id}' follows '{line.instrument.underlying}', which is not in model {model.id}.",
            file=universe.label,
            line=line.row,
            hint="Remove the row, or extend the model with its prices.",
        )
        for line in universe.lines
        if line.instrument.underlying not in model.name_index
        and not (line.type == "future" and line.instrument.underlying in model.factor_index)
    ]
    if problems:
        raise InputError(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """One unit of a line as a position, valued in the book's currency.

    Parameters
    ----------
    line : HedgeLine
        As quoted.
    position : Position
        One unit of it.
    commission : float
        Of one unit. [book currency]
    """

    line: HedgeLine
    position: Position
    commission: float


def _quoted_unit(line: HedgeLine, rate: float) -> _Unit:
    """Return one unit of a universe's line; `rate` is what its currency costs. [book currency]."""
    instrument = line.instrument
    value = rate * line.price if instrument.linear and line.price is not None else 0.0
    position = Position(
        id=line.id,
        instrument=instrument,
        market_value=value,
        currency=line.currency,
        quantity=1.0,
        price=line.price,
        row=line.row,
    )
    return _Unit(line=line, position=position, commission=rate * line.commission)


def _sell_downs(book: Book, universe: HedgeUniverse, rates: Mapping[str, Level]) -> list[_Unit]:
    """One line a held position that is stressed: it may be reduced to nothing, never turned."""
    statuses = {row.position: row for row in book.coverage.rows}
    own = {
        line.instrument.underlying: line for line in universe.lines if line.type in ("stock", "etf")
    }
    found = []
    for held in book.portfolio.positions:
        row = statuses[held.id]
        if row.status in ("cash", "excluded") or (
            held.market_value == 0.0 and held.quantity is None
        ):
            continue
        units = held.market_value if held.quantity is None else held.quantity
        if units == 0.0:
            continue
        # Of a position known by its value alone a unit is one unit of the book's currency, not a share.
        price = None if held.quantity is None else held.price
        quoted = own[held.ticker] if held.instrument.linear and held.ticker in own else None
        commission, volume = 0.0, math.inf
        if quoted is not None:
            rate, shares = rates[quoted.currency].value, 1.0
            if held.quantity is None and quoted.price is not None:
                shares = 1.0 / (rate * quoted.price)
            commission, volume = shares * rate * quoted.commission, quoted.adv / shares
        if held.adv is not None and held.adv > 0.0:
            volume = held.adv
        line = HedgeLine(
            id=f"sell {held.id}",
            type="sell_down",
            instrument=held.instrument,
            currency=held.currency,
            price=price,
            half_spread=universe.sell_down_half_spread if quoted is None else quoted.half_spread,
            commission=0.0 if quoted is None else quoted.commission,
            adv=volume,
            lot=1.0,
            lower=-units if units > 0.0 else 0.0,
            upper=-units if units < 0.0 else 0.0,
            row=held.row,
        )
        position = replace(
            held,
            id=line.id,
            quantity=1.0,
            price=price,
            market_value=held.market_value / units,
            proxy=row.model_name if row.status == "proxy" else None,
            row=None,
        )
        found.append(_Unit(line=line, position=position, commission=commission))
    return found


def given_of_book(book: Book) -> Given:
    """Return what was stated about the market of a book, under the levels that it is valued at."""
    valuation = book.valuation
    if valuation is None:
        return book.stated
    return replace(
        book.stated,
        levels={**book.stated.levels, **valuation.market.levels, **valuation.curves},
        as_of=valuation.market.as_of,
    )


def valuations(*books: Book) -> tuple[Valuation, ...]:
    """Return the valuations of books that have one."""
    return tuple(book.valuation for book in books if book.valuation is not None)


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
        as_of=universe.as_of,
        label=universe.label,
    )


def _measured(
    units: Sequence[_Unit],
    book: Book,
    universe: HedgeUniverse,
    rates: Mapping[str, Level],
    left_out: Mapping[str, Side],
    too_small: frozenset[str],
    warnings: tuple[str, ...],
) -> Candidates:
    """Value, notional and delta of one unit of each line, in the book's currency."""
    lines = tuple(unit.line for unit in units)
    count = len(lines)
    place = {line.id: j for j, line in enumerate(lines)}
    value, base, notional, delta, price = (np.zeros(count) for _ in range(5))
    currencies = [line.currency for line in lines]
    columns = np.zeros(count, dtype=np.intp)
    for column, position in enumerate(book.positions):
        j = place[position.id]
        columns[j] = column
        value[j] = base[j] = notional[j] = delta[j] = price[j] = book.position_values[column]
        currencies[j] = book.portfolio.currency
    linear = len(book.positions)
    if book.valuation is not None:
        for column, held in enumerate(book.valuation.holdings, start=linear):
            j = place[held.position.id]
            columns[j] = column
            instrument = _today(held.instrument)
            levels = book.valuation.market.base_levels([instrument])
            now = float(instrument.value(levels))
            up = float(instrument.value(_bumped(levels, 0.01)))
            value[j], delta[j] = now, (up - now) / 0.01
            base[j] = math.fsum(
                abs(leg.ratio) * abs(_leg_value(leg, book.valuation.market)) for leg in held.legs
            )
            notional[j] = _notional(instrument, levels)
            if isinstance(lines[j].instrument, Future):
                base[j] = notional[j]
            price[j], currencies[j] = _local_price(instrument, levels, book.portfolio.currency)
    for j, line in enumerate(lines):
        if line.price is not None:
            price[j], currencies[j] = line.price, line.currency
    volatility = np.array([_daily_volatility(line.instrument.underlying, book) for line in lines])
    as_of = book.portfolio.as_of if book.valuation is None else book.valuation.market.as_of
    return Candidates(
        lines=lines,
        book=book,
        columns=columns,
        value=value,
        spread_base=np.abs(base),
        notional=np.abs(notional),
        commission=np.array([unit.commission for unit in units]),
        price=price,
        currencies=tuple(currencies),
        delta=delta,
        volatility=volatility,
        as_of=as_of,
        rates=dict(universe.rates),
        exchange={currency: level.value for currency, level in rates.items()},
        left_out=left_out,
        too_small=too_small,
        warnings=warnings,
    )


def _leg_value(leg: Leg, market: Market) -> float:
    """Return the value of one unit of a leg. [book currency]."""
    instrument = _today(leg.instrument)
    local = float(instrument.value(market.base_levels([instrument])))
    return local if leg.fx is None else local * market.levels[leg.fx].value


def _local_price(
    instrument: Instrument, levels: Mapping[Driver, FloatArray], domestic: str
) -> tuple[float, str]:
    """Return the value of one share, or of a share's option, and the currency it is in."""
    match instrument:
        case ForeignHolding():
            return _local_price(instrument.instrument, levels, instrument.currency)
        case Option():
            shares = instrument.multiplier
        case Structure(legs=(StructureLeg(instrument=Option() as option), *_)):
            shares = option.multiplier
        case _:
            shares = 1.0
    return float(instrument.value(levels)) / shares, domestic


def _bumped(levels: Mapping[Driver, FloatArray], by: float) -> dict[Driver, FloatArray]:
    """Return levels with prices of names higher by a share of them, exchange rates as they are."""
    return {
        driver: np.asarray(level * (1.0 + by))
        if driver.kind in ("spot", "growth") and "/" not in driver.name
        else level
        for driver, level in levels.items()
    }


def _notional(instrument: Instrument, levels: Mapping[Driver, FloatArray]) -> float:
    """Exposure of one unit; of an option or structure the underlying shares of its largest leg."""
    match instrument:
        case ForeignHolding():
            return float(levels[instrument.fx]) * _notional(instrument.instrument, levels)
        case Future():
            return instrument.notional
        case Option():
            return instrument.multiplier * float(levels[Driver("spot", instrument.underlying)])
        case Structure():
            return max(
                abs(leg.ratio) * _notional(leg.instrument, levels) for leg in instrument.legs
            )
        case _:
            return abs(float(instrument.value(levels)))


def _daily_volatility(name: str, book: Book) -> float:
    model = book.model
    if name in model.name_index:
        row = model.name_index[name]
        exposure = model.exposures[row]
        variance = (
            float(exposure @ model.covariance @ exposure) + model.specific_volatility[row] ** 2
        )
        return math.sqrt(variance)
    if name in model.factor_index:
        k = model.factor_index[name]
        return math.sqrt(float(model.covariance[k, k]))
    proxied = {row.ticker: row.model_name for row in book.coverage.rows if row.status == "proxy"}
    stand_in = proxied.get(name)
    return math.nan if stand_in is None else _daily_volatility(stand_in, book)
