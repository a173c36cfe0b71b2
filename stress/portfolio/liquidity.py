"""Liquidity: days to sell, what selling costs, and margin on short legs. Beside the P&L, never in it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from stress.portfolio.instruments import Equity, Option
from stress.portfolio.position import Portfolio, Position

__all__ = [
    "PARTICIPATION",
    "Liquidity",
    "LiquidityLine",
    "is_asked",
    "liquidity",
    "margin_requirement",
]

#: Share of the average daily volume that is sold a day.
PARTICIPATION = 0.20

#: FINRA Rule 4210 (maintenance): short shares, of their value and at least dollars a share, all of their value and
#: less dollars where they cost less than `_LOW_PRICE`; uncovered short options, the premium and a share of the
#: underlying less what the option is out of the money, at least the premium and a share of the underlying (call) or
#: of the strike (put).
_LOW_PRICE = 5.0
_SHORT_SHARE, _SHORT_SHARE_LEAST = 0.30, 5.0
_LOW_SHORT_SHARE, _LOW_SHORT_SHARE_LEAST = 1.0, 2.5
SHORT_OPTION, _SHORT_OPTION_LEAST = 0.20, 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class LiquidityLine:
    """One position.

    Parameters
    ----------
    position : str
        Its id.
    value : float
        Signed market value. [book currency]
    days : float or None
        To sell (or buy back) all of it at `PARTICIPATION` of its volume; None without a volume.
    cost : float or None
        Half the bid/ask spread at the scenario's multiple of the usual one; None where no spread is
        stated. [book currency, at least 0]
    margin : float or None
        Required on a short leg now; None where it is long, or where the underlying's price or what its currency
        costs is not known.
        [book currency]
    margin_after : float or None
        The same at the central moves of the scenario; 0 of an option that has settled by then. [book currency]
    """

    position: str
    value: float
    days: float | None
    cost: float | None
    margin: float | None
    margin_after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Liquidity:
    """What it takes to leave the positions.

    Parameters
    ----------
    lines : tuple of LiquidityLine
        Positions with a stated volume or spread, or short; slowest first.
    participation : float
        Share of daily volume.
    spread_multiple : float
        The scenario's multiple of the usual bid/ask spread; 1 where it states none.
    slowest_days : float or None
        The longest of the days.
    share_with_volume : float
        Of gross: positions whose volume is stated.
    cost : float or None
        Sum of the costs that are known. [book currency]
    margin, margin_after : float or None
        Sum over short legs, now and at the central moves; None without any. [book currency]
    """

    lines: tuple[LiquidityLine, ...]
    participation: float
    spread_multiple: float
    slowest_days: float | None
    share_with_volume: float
    cost: float | None
    margin: float | None
    margin_after: float | None


def liquidity(
    portfolio: Portfolio,
    *,
    spots: Mapping[str, float],
    returns: Mapping[str, float],
    gains: Mapping[str, float],
    bid_asks: Mapping[str, float],
    spread_multiple: float | None,
    exchange: Mapping[str, float],
    settled: Collection[str] = frozenset(),
) -> Liquidity | None:
    """Say what it takes to leave a book.

    Parameters
    ----------
    portfolio : Portfolio
        With volumes (`adv`, in units of the quantity) where the file states them.
    spots : mapping of str to float
        Price of each underlying, in its own currency.
    returns : mapping of str to float
        Central return of each name in the scenario.
    gains : mapping of str to float
        Central P&L by position, of those revalued in full. [book currency]
    bid_asks : mapping of str to float
        Usual spread between bid and ask over the price, by ticker, or by contract for options, whose
        spreads are their own. [fraction]
    spread_multiple : float or None
        Of the scenario; 1 when it states none.
    exchange : mapping of str to float
        What one unit of other currencies costs, as far as it is known. [book currency]
    settled : collection of str
        Positions that have settled when the scenario ends: they need no margin then.

    Returns
    -------
    Liquidity or None
        None where nothing is known: no volume, no spread, nothing short.
    """
    multiple = 1.0 if spread_multiple is None else spread_multiple
    costs = {**exchange, portfolio.currency: 1.0}
    if not is_asked(portfolio, bid_asks):
        return None
    lines = []
    volume = 0.0
    for position in portfolio.positions:
        if position.instrument.kind == "cash":
            continue
        days = _days(position)
        instrument = position.instrument
        traded = instrument.contract if isinstance(instrument, Option) else position.ticker
        spread = bid_asks.get(traded)
        cost = (
            None if spread is None else 0.5 * spread * multiple * math.fabs(position.market_value)
        )
        now, after = _margins(position, spots, returns, gains, costs)
        if position.id in settled and now is not None:
            after = 0.0
        if days is not None:
            volume += math.fabs(position.market_value)
        if days is None and cost is None and now is None:
            continue
        lines.append(
            LiquidityLine(
                position=position.id,
                value=position.market_value,
                days=days,
                cost=cost,
                margin=now,
                margin_after=after,
            )
        )
    if not lines:
        return None
    lines.sort(key=lambda line: (-(line.days if line.days is not None else -1.0), line.position))
    timed = [line.days for line in lines if line.days is not None]
    return Liquidity(
        lines=tuple(lines),
        participation=PARTICIPATION,
        spread_multiple=multiple,
        slowest_days=max(timed) if timed else None,
        share_with_volume=volume / portfolio.gross if portfolio.gross > 0.0 else 0.0,
        cost=_sum([line.cost for line in lines]),
        margin=_sum([line.margin for line in lines]),
        margin_after=_sum([line.margin_after for line in lines]),
    )


def is_asked(portfolio: Portfolio, bid_asks: Mapping[str, float]) -> bool:
    """Say whether a book has a volume, a spread or a short leg to speak of."""
    return bool(bid_asks) or any(
        position.adv is not None or (position.quantity is not None and position.quantity < 0.0)
        for position in portfolio.positions
    )


def margin_requirement(position: Position, *, value: float, spot: float, fx: float = 1.0) -> float:
    """Return the maintenance margin of an uncovered short position.

    Parameters
    ----------
    position : Position
        Short shares or options.
    value : float
        What buying it back costs, positive. [book currency]
    spot : float
        Price of a share of the underlying. [its currency]
    fx : float
        Book currency for one unit of that currency.

    Returns
    -------
    float
        Beyond the proceeds of the sale for shares; the premium included for options. [book currency]

    Notes
    -----
    FINRA Rule 4210(c) and (f)(2). Offsets between legs are not taken: an upper estimate.
    """
    units = math.fabs(position.quantity or 0.0)
    option = position.instrument
    if not isinstance(option, Option):
        low = spot < _LOW_PRICE
        share = _LOW_SHORT_SHARE if low else _SHORT_SHARE
        return max(
            share * value, (_LOW_SHORT_SHARE_LEAST if low else _SHORT_SHARE_LEAST) * units * fx
        )
    shares = units * option.multiplier
    out = max(option.sign * (option.strike - spot), 0.0)
    least = _SHORT_OPTION_LEAST * (spot if option.right == "call" else option.strike)
    return value + fx * shares * max(SHORT_OPTION * spot - out, least)


def _days(position: Position) -> float | None:
    if position.adv is None or not position.adv > 0.0 or position.quantity is None:
        return None
    return math.fabs(position.quantity) / (PARTICIPATION * position.adv)


def _margins(
    position: Position,
    spots: Mapping[str, float],
    returns: Mapping[str, float],
    gains: Mapping[str, float],
    exchange: Mapping[str, float],
) -> tuple[float | None, float | None]:
    """Margin now and at the central moves, of short shares and options."""
    instrument = position.instrument
    if (
        not isinstance(instrument, (Equity, Option))
        or position.quantity is None
        or position.quantity >= 0.0
    ):
        return None, None
    name = instrument.underlying
    spot = position.price if isinstance(instrument, Equity) else spots.get(name)
    if spot is None or not spot > 0.0:
        return None, None
    worth = -position.market_value
    units = instrument.multiplier * position.quantity * (position.price or 0.0)
    # A price of 0, or none, does not say what it was translated at.
    fx = position.market_value / units if units else exchange.get(position.currency)
    if fx is None:
        return None, None
    now = margin_requirement(position, value=worth, spot=spot, fx=fx)
    if name not in returns:
        return now, None
    if position.id in gains:
        loss = -gains[position.id]
    elif isinstance(instrument, Equity):
        loss = worth * returns[name]
    else:
        return now, None
    after = margin_requirement(
        position, value=max(worth + loss, 0.0), spot=spot * (1.0 + returns[name]), fx=fx
    )
    return now, after


def _sum(parts: list[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return math.fsum(known) if known else None
