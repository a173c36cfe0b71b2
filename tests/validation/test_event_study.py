"""The event study on a made-up world: nothing of the day leaks, P&L adds up, failures are told."""

from dataclasses import replace

import numpy as np
import pytest

from stress.errors import InputError
from stress.hedging.lines.universe import HedgeLine, HedgeUniverse
from stress.hedging.settings import HedgeSettings
from stress.portfolio.instruments import Cash, Equity
from stress.portfolio.position import Portfolio, Position
from stress.validation.event_study import (
    EVENT_STRATEGIES,
    hedge_of_day,
    priced_book,
    realised_days,
    session_before,
    study_day,
)
from stress.validation.event_study_table import FollowingYear, StudyWords, event_study_markdown


def line(ticker):
    return HedgeLine(
        id=ticker,
        type="etf",
        instrument=Equity(ticker),
        currency="USD",
        price=100.0,
        half_spread=1e-4,
        commission=0.0,
        borrow=0.003,
        adv=1e6,
    )


UNIVERSE = HedgeUniverse(
    label="made up",
    lines=tuple(line(t) for t in ("SPY", "SMH", "XLU", "XLF")),
    rates={"USD": 0.03},
)


def held(ticker, value):
    return Position(
        id=ticker,
        instrument=Equity(ticker),
        market_value=value,
        currency="USD",
        quantity=value / 100.0,
        price=100.0,
    )


BOOK = Portfolio(
    name="chips and power",
    positions=(
        held("NVDA", 400e3),
        held("AVGO", 300e3),
        held("VST", 200e3),
        Position(id="CASH", instrument=Cash("USD"), market_value=100e3, currency="USD"),
    ),
    currency="USD",
    nav=1e6,
    as_of="2025-12-31",
)


@pytest.fixture(scope="module")
def rows(world):
    date = world.moves.dates[600]
    return study_day(world.moves, BOOK, UNIVERSE, date=date, horizons=(5,)).hedges


def test_every_strategy_is_lived_through(rows, world):
    # the universe has no QQQ: that hedge is not put on
    assert [row.strategy for row in rows] == [s for s in EVENT_STRATEGIES if s != "QQQ"]
    assert {row.fitted_to for row in rows} == {world.moves.dates[599]}
    assert all(row.es_after <= row.es_before * 1.02 for row in rows)


def test_the_pnl_is_values_times_the_moves_that_came(rows, world):
    moves = world.moves
    column = {name: n for n, name in enumerate(moves.names)}
    by_hand = sum(
        p.market_value * moves.name_moves[600, column[p.ticker]] for p in BOOK.positions[:3]
    )
    nothing = rows[0]
    half = next(row for row in rows if row.strategy == "sell half")

    assert nothing.unhedged == pytest.approx(by_hand / 1e6)
    assert nothing.hedged == nothing.unhedged
    assert half.hedged == pytest.approx(0.5 * nothing.unhedged - half.cost, rel=1e-9)
    chips = next(row for row in rows if row.strategy == "SMH")
    ((_, notional),) = chips.trades
    assert chips.hedged == pytest.approx(
        nothing.unhedged + notional * moves.name_moves[600, column["SMH"]] - chips.cost
    )


def test_nothing_of_the_day_or_after_it_is_known(world, rows):
    moves = world.moves
    changed = moves.name_moves.copy()
    changed[600:] = -0.2
    factors = moves.factor_moves.copy()
    factors[600:] = 0.3
    other = replace(moves, name_moves=changed, factor_moves=factors)
    again = study_day(other, BOOK, UNIVERSE, date=moves.dates[600], horizons=(5,)).hedges

    assert [row.trades for row in again] == [row.trades for row in rows]
    assert [row.es_after for row in again] == [row.es_after for row in rows]
    assert again[0].unhedged == pytest.approx(-0.2 * 0.9)


def test_the_textbook_hedge_is_minus_beta(world):
    date = world.moves.dates[600]
    setting, _ = hedge_of_day(world.moves, BOOK, UNIVERSE, date=date)
    law = setting.baseline
    j = setting.candidates.index("SPY")
    beta = np.cov(law.unit_pnl[:, j], law.pnl)
    row = next(
        r
        for r in study_day(world.moves, BOOK, UNIVERSE, date=date, horizons=()).hedges
        if r.strategy == "SPY"
    )

    assert row.trades[0][1] * 1e6 / 100 == pytest.approx(-beta[0, 1] / beta[0, 0], rel=1e-9)


def test_a_textbook_hedge_trades_a_fund_that_the_book_holds(world):
    """Held funds have no line of their own: their sale is the trade, however far the textbook goes."""
    date = world.moves.dates[600]
    with_fund = replace(BOOK, positions=(*BOOK.positions, held("SMH", 50e3)), nav=1.05e6)
    setting, _ = hedge_of_day(world.moves, with_fund, UNIVERSE, date=date)
    assert "SMH" in setting.candidates.left_out
    law = setting.baseline
    j = setting.candidates.index("sell SMH")
    units = -np.cov(law.unit_pnl[:, j], law.pnl)[0, 1] / np.var(law.unit_pnl[:, j], ddof=1)
    row = next(
        r
        for r in study_day(world.moves, with_fund, UNIVERSE, date=date, horizons=()).hedges
        if r.strategy == "SMH"
    )
    trades = np.zeros(len(setting.candidates.lines))
    trades[j] = units
    assert abs(units) > 500.0  # more than the 500 that are held
    assert row.es_after < 0.9 * row.es_before
    assert row.cost * 1.05e6 == pytest.approx(setting.rates.of(trades).entry, rel=1e-6)
    assert row.cost > 0.0


def test_names_without_a_price_are_left_out_and_told(world):
    moves = world.moves
    holes = moves.name_moves.copy()
    holes[600, moves.names.index("AVGO")] = np.nan
    gappy = replace(moves, name_moves=holes)
    setting, priced = hedge_of_day(gappy, BOOK, UNIVERSE, date=moves.dates[600])

    assert priced.left_out == ("AVGO",)
    assert setting.book.nav == BOOK.nav
    with pytest.raises(InputError, match="no position had a price"):
        priced_book(
            replace(BOOK, positions=(held("ZZZ", 1e5),)),
            moves,
            setting.book.model,
            date=moves.dates[600],
            sessions=1,
        )


def test_daily_pnl_over_a_year_resets_each_day(world):
    date = world.moves.dates[600]
    setting, _ = hedge_of_day(
        world.moves, BOOK, UNIVERSE, date=date, settings=HedgeSettings(draws=2_000)
    )
    trades = np.zeros(len(setting.candidates.lines))
    trades[setting.candidates.index("SMH")] = -1_000.0
    book, hedge = realised_days(world.moves, setting, trades, range(600, 640))
    column = world.moves.names.index("SMH")

    assert hedge == pytest.approx(-100e3 * world.moves.name_moves[600:640, column])
    assert book.shape == (40,)


def test_a_day_that_is_no_session(world):
    with pytest.raises(InputError, match="1999-01-01 is no session"):
        session_before(world.moves, "1999-01-01")


def test_the_table_tells_failures(rows):
    day = [replace(row, date="2025-01-27") for row in rows]
    harmful = [replace(row, unhedged=-0.01, hedged=-0.06) for row in day]
    year = FollowingYear(
        book="b",
        knows="none",
        unhedged=-0.1,
        hedged=-0.02,
        band=(-0.001, 0.001),
        cost=0.001,
        median=-0.002,
        sessions=250,
    )
    words = StudyWords(books="b", universe="u")
    page = event_study_markdown(harmful, day, [year], words=words, left_out={"b": {"CRWV": 3}})

    assert "| NO |" in page
    assert "CRWV" in page
    assert "looks ahead" in page
    assert page.count("| 0 of 1 |") >= len(EVENT_STRATEGIES) - 1  # no hedge helped
