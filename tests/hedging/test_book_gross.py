"""A book's gross is counted as its hedge's is: futures at their notional, options with their underlying shares."""

import pytest

import stress
from stress.files.universes.file import load_universe
from stress.hedging.book_gross import gross_exposure
from stress.hedging.lines.candidates import compile_candidates
from stress.portfolio.instruments import Cash, Equity, Future, FXForward, Option
from stress.portfolio.position import Portfolio, Position

AS_OF = "2025-12-31"


def held(id_, instrument, units, price, value, currency="USD"):
    return Position(
        id=id_,
        instrument=instrument,
        quantity=units,
        price=price,
        market_value=value,
        currency=currency,
    )


SHARES = held("MSFT", Equity("MSFT"), 1_000.0, 485.0, 485_000.0)
MONEY = held("CASH", Cash("USD"), 1_000_000.0, 1.0, 1_000_000.0)
FUTURE = held(
    "ESH6",
    Future(contract="ESH6", follows="SPY", multiplier=50.0, price=6_890.0),
    10.0,
    6_890.0,
    0.0,
)
CALLS = held(
    "calls",
    Option(
        underlying="NVDA",
        right="call",
        strike=185.0,
        expiry="2026-03-20",
        style="european",
        multiplier=100.0,
        currency="USD",
    ),
    -200.0,
    14.5,
    -290_000.0,
)
FORWARD = held(
    "forward",
    FXForward(foreign="EUR", domestic="USD", agreed_rate=1.17, delivery="2026-06-30"),
    100_000.0,
    -0.001,
    -100.0,
)


def opened(*positions):
    portfolio = Portfolio(
        name="p", positions=(*positions, MONEY), currency="USD", nav=1e6, as_of=AS_OF
    )
    return stress.open_book(
        portfolio,
        rates={"USD": "4%", "EUR": "2%"},
        fx={"EUR": 1.17},
        dividends={"NVDA": "0%"},
        spots={"NVDA": 185.0},
    )


@pytest.mark.parametrize(
    ("positions", "gross"),
    [
        ((SHARES,), 485_000.0),
        ((FUTURE,), 10 * 50 * 6_890.0),
        ((SHARES, FUTURE), 485_000.0 + 10 * 50 * 6_890.0),
        ((CALLS,), 200 * 100 * 185.0),
        ((FORWARD,), 100_000 * 1.17),
    ],
)
def test_what_is_owned_counts_at_its_value_and_a_derivative_at_its_notional(positions, gross):
    assert gross_exposure(opened(*positions)) == pytest.approx(gross, rel=1e-12)


def test_it_is_what_selling_all_of_it_counts():
    book = opened(SHARES, FUTURE, CALLS, FORWARD)
    universe = load_universe("hedges_us_ai")
    candidates = compile_candidates(book, universe)
    sales = candidates.mask("sell_down")
    units = [max(-line.lower, line.upper) for line in candidates.lines]
    counted = sum(u * n for u, n, s in zip(units, candidates.notional, sales, strict=True) if s)

    assert gross_exposure(book) == pytest.approx(counted)


def test_a_book_of_futures_alone_can_be_hedged():
    book = opened(FUTURE)
    plan = stress.hedge(book, max_lines=2, draws=2_000)
    assert abs(plan.es_after) < 0.1 * plan.es_before
    assert plan.gross == gross_exposure(book)


def test_strategies_measure_a_book_of_futures_by_the_same_gross():
    """By its market value it has none: every crumb of a solver would be a trade, and a quarter of it nothing."""
    book = opened(FUTURE)
    found = stress.compare(
        book, strategies=["robust_es", "trim_riskiest"], draws=2_000, frontier=False
    )
    trades = {row.name: dict(row.trades) for row in found.rows}
    # A millionth of the gross is three dollars: no line is quoted at more than a few thousand times that.
    assert all(abs(units) > 1e-5 for units in trades["robust_es"].values())
    assert trades["trim_riskiest"] == {"sell ESH6": pytest.approx(-2.5, rel=1e-3)}


def test_a_forward_worth_less_than_nothing_can_be_sold_down():
    assert stress.hedge(opened(SHARES, FORWARD), max_lines=2, draws=2_000).tickets
