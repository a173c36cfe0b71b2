"""The lines of a result: by name, by home basket, by factor, and the shape of the variations."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stress.portfolio.instruments import FXForward
from stress.portfolio.position import Position
from stress.results.factor_credit import factor_credit
from stress.simulation.book import Book
from stress.simulation.movers import Fixed
from stress.simulation.plan import Plan

__all__ = [
    "BasketLine",
    "FactorLine",
    "NameLine",
    "basket_lines",
    "factor_lines",
    "name_lines",
    "recorded_share",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameLine:
    """What one name contributes to the expected P&L.

    Parameters
    ----------
    name : str
        Ticker, or the currency of cash.
    value : float
        Signed market value held before the shock. [currency]
    move : float
        Expected return. [fraction]
    pnl : float
        Expected P&L; these sum to the expected P&L of the book. [currency]
    recorded : float or None
        The scenario's own recorded total return of the name. [fraction]
    home : str
        Home basket (a factor name), ``"cash"`` or ``"other"``.
    source : str
        Where the exposures come from.
    revalued : float or None
        P&L of what is revalued in full on the name (options, futures, bonds, funds, lines in another currency), where
        there is any: in `pnl`, and its value in `value`, while `move` is the name's own, of a future its factor's, of a
        currency forward that of the exchange rate, and of a bond its P&L over its value. [currency]
    """

    name: str
    value: float
    move: float
    pnl: float
    recorded: float | None
    home: str
    source: str
    revalued: float | None = None

    @property
    def mixed(self) -> bool:
        """Whether value times move is not the P&L, for what is revalued in full."""
        made = self.value * self.move
        return self.revalued is not None and not math.isclose(made, self.pnl, rel_tol=1e-9)


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    """Expected P&L of all names of one home basket. Exact: baskets sum to the total."""

    home: str
    title: str
    value: float
    pnl: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorLine:
    """Expected P&L credited to one factor (statistical: correlated factors share credit).

    Parameters
    ----------
    factor, title, unit : str
        The factor.
    move : float
        Its completed move, inside units.
    stated : bool
        Whether the scenario states it.
    exposure : float
        P&L for a unit move, inside units; of what is revalued in full, averaged along the way. [currency]
    pnl : float
        Credit; these and the specific line (names' own moves, compounding, the passage of time, stated
        currency moves) sum to the expected P&L. [currency]
    """

    factor: str
    title: str
    unit: str
    move: float
    stated: bool
    exposure: float
    pnl: float


def name_lines(planned: Plan, recorded: Mapping[str, float]) -> tuple[NameLine, ...]:
    """One line a name: what is held in it linearly, and what is revalued on it."""
    book = planned.book
    returns = planned.central_returns()
    lines = {
        name: NameLine(
            name=name,
            value=float(book.values[i]),
            move=float(returns[i]),
            pnl=float(book.values[i] * returns[i]),
            recorded=recorded.get(name),
            home=book.homes[i],
            source=book.sources[i],
        )
        for i, name in enumerate(book.names)
    }
    held = {book.names[i] for i in set(book.position_name)}
    if book.valuation is not None:
        for holding, pnl in zip(book.valuation.holdings, planned.central_revalued(), strict=True):
            position = holding.position
            name = position.ticker
            held.add(name)
            if name in lines:
                before = lines[name]
            elif name in book.model.factor_index:
                before = _bare_line(name, position, _factor_move(planned, name))
            elif isinstance(position.instrument, FXForward):
                before = _bare_line(name, position, _rate_move(planned, position.instrument))
            else:
                value = position.market_value
                before = _bare_line(name, position, float(pnl) / value if value != 0.0 else 0.0)
            lines[name] = replace(
                before,
                value=before.value + position.market_value,
                pnl=before.pnl + float(pnl),
                revalued=(before.revalued or 0.0) + float(pnl),
            )
    return tuple(
        sorted(
            (line for line in lines.values() if line.name in held), key=lambda x: (x.pnl, x.name)
        )
    )


def _bare_line(name: str, position: Position, move: float) -> NameLine:
    """Start the line of something that is no name of the model: a bond, a currency, a factor a future follows."""
    return NameLine(
        name=name,
        value=0.0,
        move=move,
        pnl=0.0,
        recorded=None,
        home=position.instrument.kind,
        source="revalued",
    )


def _factor_move(planned: Plan, name: str) -> float:
    """Return the expected move of a factor. [fraction]."""
    k = planned.book.model.factor_index[name]
    factor = planned.book.model.factors[k]
    return float(factor.simple(planned.mean_factors()[k], compound=planned.completed.compound))


def _rate_move(planned: Plan, forward: FXForward) -> float:
    """Return the expected move of the exchange rate that a forward is on. [fraction]."""
    revaluation = planned.revaluation
    assert revaluation is not None
    rate = next(driver for driver in forward.drivers() if driver.kind == "fx")
    moved = revaluation.level(rate, planned.central_moves()) / revaluation.unmoved[rate]
    return float(np.ravel(moved)[0]) - 1.0


def basket_lines(book: Book, names: Sequence[NameLine]) -> tuple[BasketLine, ...]:
    """Sum the names of each home basket."""
    lines = []
    for home in sorted({line.home for line in names}):
        inside = [line for line in names if line.home == home]
        index = book.model.factor_index.get(home)
        lines.append(
            BasketLine(
                home=home,
                title=home if index is None else book.model.factors[index].title,
                value=math.fsum(line.value for line in inside),
                pnl=math.fsum(line.pnl for line in inside),
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.pnl, line.home)))


def factor_lines(book: Book, planned: Plan, expected: float) -> tuple[FactorLine, ...]:
    """Credit the expected P&L to factors, and what no factor's move makes to a line of its own."""
    factors = planned.mean_factors()
    credit, exposure = factor_credit(planned, factors)
    lines = [
        FactorLine(
            factor=factor.name,
            title=factor.title,
            unit=factor.unit,
            move=float(factor.simple(factors[k], compound=planned.completed.compound)),
            stated=bool(planned.completed.stated[k]),
            exposure=float(exposure[k]),
            pnl=float(credit[k]),
        )
        for k, factor in enumerate(book.model.factors)
    ]
    lines.sort(key=lambda line: (line.pnl, line.factor))
    rest = expected - math.fsum(line.pnl for line in lines)
    lines.append(
        FactorLine(
            factor="specific",
            title=_remainder(planned),
            unit="%",
            move=0.0,
            stated=False,
            exposure=0.0,
            pnl=rest,
        )
    )
    return tuple(lines)


def _remainder(planned: Plan) -> str:
    """Name what is in the P&L beside factor moves."""
    parts = ["Names' own"]
    if planned.completed.compound:
        parts.append("compounding")
    if planned.revaluation is not None:
        movers = planned.revaluation.valuation.movers.values()
        if planned.revaluation.passage_of_time() != 0.0:
            parts.append("time")
        if any(isinstance(mover, Fixed) and mover.move != 0.0 for mover in movers):
            parts.append("stated currency moves")
    return ", ".join(parts)


def recorded_share(book: Book, recorded: Mapping[str, float]) -> float:
    """Return the share of gross held in recorded names."""
    return math.fsum(row.share for row in book.coverage.rows if row.ticker in recorded)
