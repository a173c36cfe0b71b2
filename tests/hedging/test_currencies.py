"""Currencies in a hedge: stated moves, the baseline of a run, books in another currency than the universe."""

import pytest

import stress
from stress.portfolio.instruments import Cash, Equity, Option
from stress.portfolio.position import Portfolio, Position

REFERENCE = "deepseek-2025-01-27"
AS_OF = "2025-12-31"
DRAWS = 4_000


def share(ticker, units, price, *, currency="USD", rate=1.0):
    """A line of shares; `rate` translates its price into the book's currency."""
    return Position(
        id=ticker,
        instrument=Equity(ticker),
        quantity=float(units),
        price=price,
        market_value=units * price * rate,
        currency=currency,
    )


def cash(currency, amount, *, rate=1.0):
    return Position(
        id=f"cash {currency}",
        instrument=Cash(currency),
        quantity=amount,
        price=1.0,
        market_value=amount * rate,
        currency=currency,
    )


@pytest.fixture(scope="module")
def foreign():
    """A dollar book with euros and an option quoted in pounds, both with a stated move."""
    put = Option(
        underlying="NVDA",
        right="put",
        strike=140.0,
        expiry="2026-03-20",
        style="american",
        multiplier=100.0,
        currency="GBP",
    )
    held = Position(
        id="put", instrument=put, quantity=10.0, price=6.0, market_value=7_800.0, currency="GBP"
    )
    positions = (
        share("NVDA", 1_000, 186.5),
        share("MSFT", 300, 484.0),
        cash("EUR", 300_000.0, rate=1.1),
        held,
    )
    portfolio = Portfolio(
        name="foreign",
        positions=positions,
        currency="USD",
        nav=sum(p.market_value for p in positions),
        as_of=AS_OF,
    )
    return stress.open_book(
        portfolio,
        fx={"EUR": 1.1, "GBP": 1.3},
        fx_moves={"EUR": "-10%", "GBP": "+25%"},
        spots={"NVDA": 143.5},
        rates={"GBP": "4%", "USD": "4%"},
        dividends={"NVDA": "0%"},
    )


def test_the_ordinary_day_of_a_hedge_is_that_of_a_run(foreign):
    hedge = stress.hedge(foreign, draws=DRAWS, universe="hedges_us_ai")
    run = stress.run_many(foreign, [REFERENCE], draws=DRAWS)

    assert hedge.es_before == run.baseline.tail_average.value
    # The stated moves are in the scenario, for both.
    expected = run.results[0].expected
    assert hedge.scenario(REFERENCE).before == pytest.approx(expected, rel=1e-12)


def test_a_stated_move_is_no_part_of_one_factor_alone(foreign):
    asked = {"draws": DRAWS, "max_lines": 3}
    portfolio = foreign.portfolio
    levels = {
        "fx": {"EUR": 1.1, "GBP": 1.3},
        "spots": {"NVDA": 143.5},
        "rates": {"GBP": "4%", "USD": "4%"},
        "dividends": {"NVDA": "0%"},
    }
    moved = stress.hedge(foreign, **asked).exposures
    still = stress.hedge(portfolio, fx_fixed=["EUR", "GBP"], **levels, **asked).exposures

    assert {line.factor: line.before for line in moved} == {
        line.factor: line.before for line in still
    }
