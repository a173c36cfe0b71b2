"""Would it have worked? Hedges fitted on data to the session before, held against the moves that came.

Nothing of the day or after it is known to a hedge: the model is calibrated on moves that end on the session
before, positions have fixed market values, funds and shares stand in for all instruments (no option quotes of
the past are at hand), and costs are those of the universe given, today's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stress.arrays import FloatArray
from stress.errors import InputError
from stress.factors.calibration import calibrate_moves
from stress.factors.model import FactorModel
from stress.factors.moves import FactorMoves
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.judgements import whole_book
from stress.hedging.lines.universe import HedgeUniverse
from stress.hedging.prepared import Setting, setting_of
from stress.hedging.propose import solved
from stress.hedging.settings import HedgeSettings
from stress.hedging.strategies.minimum_variance import MinimumVarianceHedge
from stress.portfolio.cover import cover
from stress.portfolio.instruments import Cash
from stress.portfolio.position import Portfolio, Position
from stress.scenarios.scenario import Scenario
from stress.simulation.book import Book, compile_book

__all__ = [
    "EVENT_STRATEGIES",
    "EventHedge",
    "PricedBook",
    "StudiedDay",
    "hedge_of_day",
    "priced_book",
    "realised_days",
    "session_before",
    "study_day",
]

#: What is compared on every day.
EVENT_STRATEGIES = (
    "do nothing",
    "sell half",
    "SPY",
    "QQQ",
    "SMH",
    "SMH + XLU",
    "SPY + SMH + XLU",
    "minimum variance",
    "proposal",
)
#: Textbook hedges by the funds they trade.
_TEXTBOOK: Mapping[str, tuple[str, ...]] = {
    "SPY": ("SPY",),
    "QQQ": ("QQQ",),
    "SMH": ("SMH",),
    "SMH + XLU": ("SMH", "XLU"),
    "SPY + SMH + XLU": ("SPY", "SMH", "XLU"),
}
_DRAWS = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EventHedge:
    """One strategy on one book and day; shares of NAV, gain positive.

    Parameters
    ----------
    date, fitted_to : str
        The day, and the last session the hedge knew.
    book, strategy : str
        Which.
    trades : tuple of (str, float)
        Notional of each line over NAV, signed.
    cost : float
        Spread, commission and impact over NAV, >= 0.
    unhedged, hedged : float
        P&L of the day, entry cost taken off the hedged one.
    later : tuple of (int, float, float)
        Sessions from the day on, and cumulated unhedged and hedged P&L, positions kept.
    es_before, es_after : float
        Baseline ES the model expected, losses positive.
    """

    date: str
    fitted_to: str
    book: str
    strategy: str
    trades: tuple[tuple[str, float], ...]
    cost: float
    unhedged: float
    hedged: float
    later: tuple[tuple[int, float, float], ...]
    es_before: float
    es_after: float

    @property
    def helped(self) -> bool:
        """Whether the hedged book made more, or lost less, that day."""
        return self.hedged > self.unhedged


@dataclass(frozen=True, slots=True, kw_only=True)
class StudiedDay:
    """One book on one day.

    Parameters
    ----------
    hedges : tuple of EventHedge
        One a strategy that could be put on.
    absent : tuple of str
        Funds of textbook hedges that had no line then; the hedges that need them are not among `hedges`.
    left_out : tuple of str
        Names of the book that had no price then.
    """

    hedges: tuple[EventHedge, ...]
    absent: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedBook:
    """A book of which every name has a model and prices over the sessions looked at.

    Parameters
    ----------
    portfolio : Portfolio
        Positions kept, cash included; NAV unchanged.
    left_out : tuple of str
        Names that had no price then.
    set_aside : tuple of str
        Positions that daily moves of names cannot value: options, futures, bonds, what is in another currency.
    """

    portfolio: Portfolio
    left_out: tuple[str, ...]
    set_aside: tuple[str, ...] = ()


def session_before(moves: FactorMoves, date: str) -> str:
    """Return the session before a date.

    Raises
    ------
    InputError
        If the date is no session of the prices, or the first.
    """
    row = moves.date_index.get(date)
    if row is None or row == 0:
        raise InputError(f"{date} is no session of the prices with one before it.")
    return moves.dates[row - 1]


def priced_book(
    portfolio: Portfolio, moves: FactorMoves, model: FactorModel, *, date: str, sessions: int
) -> PricedBook:
    """Keep what had prices then: linear positions known to the model, with moves over the sessions.

    Raises
    ------
    InputError
        A book in another currency than the model, or one of which nothing can be followed.
    """
    if portfolio.currency != model.currency:
        raise InputError(
            f"{portfolio.name} is in {portfolio.currency}, and prices of the past are in {model.currency} here: "
            f"give a book in {model.currency}."
        )
    first = moves.date_index[date]
    column = moves.name_index
    kept: list[Position] = []
    lost: list[Position] = []
    aside: list[Position] = []
    for position in portfolio.positions:
        if not _followed(position, portfolio.currency):
            aside.append(position)
            continue
        if position.instrument.kind == "cash":
            kept.append(position)
            continue
        n = column.get(position.ticker)
        window = slice(first, min(first + sessions, len(moves.dates)))
        known = (
            n is not None
            and position.ticker in model.name_index
            and bool(np.isfinite(moves.name_moves[window, n]).all())
        )
        (kept if known else lost).append(position)
    if not any(position.instrument.kind != "cash" for position in kept):
        raise InputError(f"{portfolio.name}: no position had a price on {date}.")
    return PricedBook(
        portfolio=replace(portfolio, positions=tuple(kept), as_of=session_before(moves, date)),
        left_out=tuple(sorted(position.ticker for position in lost)),
        set_aside=tuple(sorted(position.id for position in aside)),
    )


def _followed(position: Position, currency: str) -> bool:
    """Whether the moves of a name, or none for cash, are all that its value follows."""
    instrument = position.instrument
    if isinstance(instrument, Cash):
        return instrument.currency == currency
    return instrument.linear and position.currency == currency


def hedge_of_day(
    moves: FactorMoves,
    portfolio: Portfolio,
    universe: HedgeUniverse,
    *,
    date: str,
    model: FactorModel | None = None,
    scenarios: Sequence[Scenario] = (),
    sessions: int = 1,
    settings: HedgeSettings | None = None,
) -> tuple[Setting, PricedBook]:
    """Set up the hedging problem of a book as it stood on the session before a date.

    Parameters
    ----------
    moves : FactorMoves
        Of all factors and names.
    portfolio : Portfolio
        Market values are those of the file: the book of today, priced as if held then.
    universe : HedgeUniverse
        Lines that had no price then, and all but shares and funds, are left out.
    date : str
        ISO date of the day to be lived through.
    model : FactorModel, optional
        Calibrated on the session before when omitted.
    scenarios : sequence of Scenario
        Whose losses are limited. Knowing one that happened later is looking ahead.
    sessions : int
        Names need prices over so many sessions from the date on.
    settings : HedgeSettings, optional
        No sell-downs, `_DRAWS` draws when omitted.
    """
    fitted_to = session_before(moves, date)
    known = calibrate_moves(moves, as_of=fitted_to) if model is None else model
    priced = priced_book(portfolio, moves, known, date=date, sessions=sessions)
    row = moves.date_index[date]
    column = moves.name_index
    lines = tuple(
        replace(line, quoted=None)
        for line in universe.lines
        if line.type in ("etf", "stock")
        and line.instrument.underlying in known.name_index
        and np.isfinite(
            moves.name_moves[row : row + sessions, column[line.instrument.underlying]]
        ).all()
    )
    then = replace(universe, lines=lines, as_of=fitted_to)
    asked = settings or HedgeSettings(draws=_DRAWS, sell_down_share=0.0)
    return setting_of(_compiled(priced.portfolio, known), then, scenarios, asked), priced


def study_day(
    moves: FactorMoves,
    portfolio: Portfolio,
    universe: HedgeUniverse,
    *,
    date: str,
    model: FactorModel | None = None,
    horizons: Sequence[int] = (5, 20),
) -> StudiedDay:
    """Fit every strategy on the session before a date and live through it.

    Parameters
    ----------
    moves, portfolio, universe, date, model
        As in `hedge_of_day`.
    horizons : sequence of int
        Sessions over which P&L is cumulated beside the day itself; those that run past the data are left out.

    Returns
    -------
    StudiedDay
    """
    row = moves.date_index[date]
    reach = [h for h in horizons if row + h <= len(moves.dates)]
    setting, priced = hedge_of_day(
        moves,
        portfolio,
        universe,
        date=date,
        model=model,
        sessions=max([1, *reach]),
    )
    found = []
    place = _fund_place(setting)
    absent = {
        name: [f for f in _TEXTBOOK.get(name, ()) if f not in place] for name in EVENT_STRATEGIES
    }
    for name in EVENT_STRATEGIES:
        if absent[name]:
            continue
        trades = _TRADES[name](setting)
        entry = setting.rates.of(trades).entry
        nav = setting.book.nav
        day = _realised(moves, setting, trades, row, 1)
        legs = setting.candidates.notional * trades / nav
        found.append(
            EventHedge(
                date=date,
                fitted_to=session_before(moves, date),
                book=priced.portfolio.name,
                strategy=name,
                trades=tuple(
                    (setting.candidates.lines[j].id, float(legs[j]))
                    for j in np.flatnonzero(trades)
                    if setting.candidates.lines[j].type != "sell_down"
                ),
                cost=entry / nav,
                unhedged=day[0] / nav,
                hedged=(day[0] + day[1] - entry) / nav,
                later=tuple(
                    (h, both[0] / nav, (both[0] + both[1] - entry) / nav)
                    for h in reach
                    for both in [_realised(moves, setting, trades, row, h)]
                ),
                es_before=setting.unhedged_es() / nav,
                es_after=_es(setting, trades) / nav,
            )
        )
    return StudiedDay(
        hedges=tuple(found),
        absent=tuple(dict.fromkeys(fund for funds in absent.values() for fund in funds)),
        left_out=priced.left_out,
    )


def realised_days(
    moves: FactorMoves, setting: Setting, trades: FloatArray, rows: Sequence[int]
) -> tuple[FloatArray, FloatArray]:
    """Return what book and hedge made on each of some sessions, values reset each day. [currency].

    Names without a price on a session count as unmoved there.
    """
    book = np.array([_realised(moves, setting, trades, row, 1, strict=False) for row in rows])
    return book[:, 0], book[:, 1]


def _realised(
    moves: FactorMoves,
    setting: Setting,
    trades: FloatArray,
    row: int,
    sessions: int,
    *,
    strict: bool = True,
) -> tuple[float, float]:
    """P&L of the book and of the trades over some sessions, positions kept. [currency]."""
    column = moves.name_index

    def grown(name: str) -> float:
        window = moves.name_moves[row : row + sessions, column[name]]
        if not strict:
            window = window[np.isfinite(window)]
        return float(np.prod(1.0 + window) - 1.0)

    book = setting.book
    unhedged = sum(
        position.market_value * grown(position.ticker)
        for position in book.portfolio.positions
        if position.instrument.kind != "cash"
    )
    hedge = sum(
        float(setting.candidates.value[j] * trades[j])
        * grown(setting.candidates.lines[j].instrument.underlying)
        for j in np.flatnonzero(trades)
    )
    return float(unhedged), float(hedge)


def _compiled(portfolio: Portfolio, model: FactorModel) -> Book:
    return compile_book(portfolio, model, cover(portfolio, model, allow_partial=True))


def _es(setting: Setting, trades: FloatArray) -> float:
    return es_of(hedged(setting.baseline, trades), setting.settings.level)


def _fund_place(setting: Setting) -> dict[str, int]:
    """Where the line of each share and fund is."""
    return {
        line.instrument.underlying: j
        for j, line in enumerate(setting.candidates.lines)
        if line.instrument.kind == "equity"
    }


def _textbook(*funds: str) -> Callable[[Setting], FloatArray]:
    """Minimum-variance hedge with given funds, no limits: ``-cov(H)^-1 cov(H, book)``.

    A fund that the book holds is traded by its own sale, as far as the textbook says.
    """

    def trades(setting: Setting) -> FloatArray:
        place = _fund_place(setting)
        columns = [place[fund] for fund in funds]
        found = np.zeros(len(setting.candidates.lines))
        law = setting.baseline
        units = law.unit_pnl[:, columns] - law.unit_pnl[:, columns].mean(axis=0)
        found[columns] = -np.linalg.lstsq(units, law.pnl - law.pnl.mean(), rcond=None)[0]
        return found

    return trades


def _proposal(setting: Setting) -> FloatArray:
    return solved(setting).trades


_TRADES: Mapping[str, Callable[[Setting], FloatArray]] = {
    "do nothing": lambda setting: np.zeros(len(setting.candidates.lines)),
    "sell half": lambda setting: 0.5 * whole_book(setting.candidates),
    **{name: _textbook(*funds) for name, funds in _TEXTBOOK.items()},
    "minimum variance": MinimumVarianceHedge().trades,
    "proposal": _proposal,
}
