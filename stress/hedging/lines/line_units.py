"""One unit of every line as a position in the book's currency: what a universe quotes, and what a book may sell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from stress.hedging.lines.hedge_line import SHARES
from stress.hedging.lines.security import security_of
from stress.hedging.lines.universe import HedgeLine, HedgeUniverse
from stress.portfolio.market import Level
from stress.portfolio.position import Position
from stress.simulation.book import Book

__all__ = ["LineUnit", "quoted_unit", "sell_downs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUnit:
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


def quoted_unit(line: HedgeLine, rate: float) -> LineUnit:
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
    return LineUnit(line=line, position=position, commission=rate * line.commission)


def sell_downs(book: Book, universe: HedgeUniverse, rates: Mapping[str, Level]) -> list[LineUnit]:
    """One line a held position that is stressed: it may be reduced to nothing, never turned."""
    statuses = {row.position: row for row in book.coverage.rows}
    own = {security_of(line.instrument): line for line in universe.lines if line.type in SHARES}
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
        # Of a position known by its value alone a unit is one unit of the book's currency, not a share; and what may
        # be worth nothing or less, as a forward, is sold at what it is worth, not at a price.
        price = None if held.quantity is None or not (held.price or 0.0) > 0.0 else held.price
        quoted = own.get(security_of(held.instrument))
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
        found.append(LineUnit(line=line, position=position, commission=commission))
    return found
