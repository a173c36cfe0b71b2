"""What one unit of every line is worth, moves and exposes, in the book's currency."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stress.arrays import FloatArray
from stress.hedging.lines.universe import HedgeLine
from stress.portfolio.instruments import (
    Driver,
    ForeignHolding,
    Future,
    FXForward,
    Instrument,
    over_sessions,
)
from stress.portfolio.market import Market
from stress.simulation.book import Book
from stress.simulation.holdings import ElementaryLeg

__all__ = ["UnitMeasures", "measure_units", "today"]

#: Prices are moved so far either way for a delta.
_BUMP = 0.005


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitMeasures:
    """Figures of one unit of each of M lines; `stress.hedging.lines.candidates.Candidates` says what each is.

    Parameters
    ----------
    columns : ndarray of int, shape (M,)
    value, spread_base, notional, delta : ndarray, shape (M,)
        [book currency]
    price : ndarray, shape (M,)
        [`currencies`]
    currencies : tuple of str, length M
    volatility : ndarray, shape (M,)
        [fraction]
    """

    columns: NDArray[np.intp]
    value: FloatArray
    spread_base: FloatArray
    notional: FloatArray
    delta: FloatArray
    price: FloatArray
    currencies: tuple[str, ...]
    volatility: FloatArray


def measure_units(lines: Sequence[HedgeLine], book: Book) -> UnitMeasures:
    """Measure one unit of each line.

    Parameters
    ----------
    lines : sequence of HedgeLine
    book : Book
        One unit of each line, under the line's id.

    Returns
    -------
    UnitMeasures
        In the order of the lines.
    """
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
            instrument = today(held.instrument)
            levels = book.valuation.market.base_levels([instrument])
            value[j] = float(instrument.value(levels))
            up, down = (float(instrument.value(_bumped(levels, by))) for by in (_BUMP, -_BUMP))
            delta[j] = (up - down) / (2.0 * _BUMP)
            base[j] = math.fsum(
                abs(leg.ratio) * abs(_leg_value(leg, book.valuation.market)) for leg in held.legs
            )
            notional[j] = instrument.notional_at(levels)
            if isinstance(lines[j].instrument, Future | FXForward):
                base[j] = notional[j]
            price[j], currencies[j] = _local_price(instrument, levels, book.portfolio.currency)
    for j, line in enumerate(lines):
        if line.price is not None:
            price[j], currencies[j] = line.price, line.currency
    volatility = np.array([_daily_volatility(line.instrument.underlying, book) for line in lines])
    return UnitMeasures(
        columns=columns,
        value=value,
        spread_base=np.abs(base),
        notional=np.abs(notional),
        delta=delta,
        price=price,
        currencies=tuple(currencies),
        volatility=volatility,
    )


def today(instrument: Instrument) -> Instrument:
    """Return an instrument over one session: what compounds over a horizon has a value and a delta then."""
    return over_sessions(instrument, 1)


def _leg_value(leg: ElementaryLeg, market: Market) -> float:
    """Return the value of one unit of a leg. [book currency]."""
    instrument = today(leg.instrument)
    local = float(instrument.value(market.base_levels([instrument])))
    if leg.fx is None or leg.fx.kind == "growth":
        return local
    return local * market.levels[leg.fx].value


def _local_price(
    instrument: Instrument, levels: Mapping[Driver, FloatArray], domestic: str
) -> tuple[float, str]:
    """Return the value of one share, or of a share's option, and the currency it is in."""
    if isinstance(instrument, ForeignHolding):
        return _local_price(instrument.instrument, levels, instrument.currency)
    return float(instrument.value(levels)) / instrument.multiplier, domestic


def _bumped(levels: Mapping[Driver, FloatArray], by: float) -> dict[Driver, FloatArray]:
    """Return levels with prices of names higher by a share of them, exchange rates as they are."""
    return {
        driver: np.asarray(level * (1.0 + by))
        if driver.kind in ("spot", "growth") and "/" not in driver.name
        else level
        for driver, level in levels.items()
    }


def _daily_volatility(name: str, book: Book) -> float:
    own = book.model.daily_volatility(name)
    if own is not None:
        return own
    stand_in = book.coverage.stand_ins.get(name)
    return math.nan if stand_in is None else _daily_volatility(stand_in, book)
