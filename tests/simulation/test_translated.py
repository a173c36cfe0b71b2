"""Funds and futures in any currency move as the shares they follow do: each name adds the model's currency's own move."""

import pytest

import stress
from stress.portfolio.instruments import Driver
from stress.portfolio.levels import Given
from stress.simulation.levels.market_inputs import exchange_rate

MOVES = [
    ("EUR", "EUR", {}),
    ("EUR", "EUR", {"fx_moves": {"USD": "-5%"}}),
    ("EUR", "USD", {"fx_moves": {"USD": "-5%"}}),
    ("USD", "EUR", {}),
    ("USD", "EUR", {"fx_moves": {"EUR": "+7%"}}),
    ("CHF", "EUR", {"fx_moves": {"USD": "-10%", "EUR": "+3%"}}),
]

HOLDINGS = """Fund Holdings as of,"Dec 30, 2025"
Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Notional Value,Quantity,Price,Location,Exchange,Currency
"ASML","ASML","IT","Equity","1000","100","1000","1","1000","Netherlands","NASDAQ","USD"
"""


def opened(rows, home, quoted, **options):
    rate = None if home == quoted else 0.9
    rows = [{"currency": quoted, "fx_rate": rate, **row} for row in rows]
    portfolio = stress.load_portfolio(rows, currency=home, nav=1e6, as_of="2025-12-30")
    return stress.open_book(portfolio, **options)


def totals(book, scenario):
    found = stress.run_many(book, [scenario], draws=4096, instant=True)
    return [*found, *found.baselines.values()]


@pytest.mark.parametrize(("home", "quoted", "moves"), MOVES)
@pytest.mark.parametrize("how", ["leveraged", "looked through"])
def test_a_fund_that_is_a_share_moves_as_the_share_in_every_currency(
    home, quoted, moves, how, tmp_path
):
    path = tmp_path / "holdings.csv"
    path.write_text(HOLDINGS)
    rows = [
        {"ticker": "ASML", "type": "equity", "quantity": -1000.0, "price": 900.0},
        {"ticker": "IVV", "type": "etf", "quantity": 1500.0, "price": 600.0},
    ]
    taken = (
        {"leveraged": {"IVV": "1:ASML"}} if how == "leveraged" else {"look_through": {"IVV": path}}
    )
    book = opened(rows, home, quoted, **taken, **moves)
    for result in totals(book, stress.shock({"ASML": "-8%", "FXE": "+4%"})):
        assert result.pnl.totals == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("home", "quoted", "moves"), MOVES)
def test_a_future_and_cash_in_its_currency_are_the_share_in_every_currency(home, quoted, moves):
    rows = [
        {"ticker": "ASML", "type": "equity", "quantity": -1000.0, "price": 900.0},
        {
            "ticker": "ASMLF",
            "type": "future",
            "underlying": "ASML",
            "quantity": 10.0,
            "price": 900.0,
            "multiplier": 100.0,
        },
        {"ticker": "CASH", "type": "cash", "quantity": 900_000.0, "price": 1.0},
    ]
    book = opened(rows, home, quoted, **moves)
    for result in totals(book, stress.shock({"ASML": "-8%", "FXE": "+4%"})):
        assert result.pnl.totals == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("home", "quoted", "moves", "expected"),
    [
        ("EUR", "EUR", {"USD": "-10%"}, 0.95**3 * 0.9 - 1.0),
        ("USD", "GBP", {"GBP": "-10%"}, 0.95**3 - 1.0),
    ],
)
def test_a_leveraged_fund_adds_the_dollars_move_and_not_its_quotes(home, quoted, moves, expected):
    # Three sessions of -5 % at 1 times; the third power is by hand.
    rows = [{"ticker": "SOXL", "type": "etf", "quantity": 100.0, "price": 40.0}]
    book = opened(rows, home, quoted, leveraged={"SOXL": "1:SOXX"}, fx_moves=moves)
    shock = stress.shock({"SOXX": f"{100 * (0.95**3 - 1):.10f}%"}, horizon_days=3)
    (result,) = stress.run_many(book, [shock], draws=4096)
    worth = 4000.0 * (1.0 if home == quoted else 0.9)
    assert result.expected == pytest.approx(worth * expected, rel=1e-9)


def test_a_short_future_on_a_share_in_euros_gains_as_the_dollar_falls():
    # (1 - 5 %)(1 - 10 %) - 1 = -14.5 % of 900,000.
    rows = [
        {
            "ticker": "ASMLF",
            "type": "future",
            "underlying": "ASML",
            "quantity": -10.0,
            "price": 900.0,
            "multiplier": 100.0,
        }
    ]
    book = opened(rows, "EUR", "EUR", fx_moves={"USD": "-10%"})
    (result,) = stress.run_many(book, [stress.shock({"ASML": "-5%"})], draws=4096)
    assert result.expected == pytest.approx(130_500.0, rel=1e-9)


def test_a_fund_tells_the_rate_its_value_was_translated_at(tmp_path):
    path = tmp_path / "holdings.csv"
    path.write_text(HOLDINGS)
    rows = [{"ticker": "IVV", "type": "etf", "quantity": 1000.0, "price": 510.0, "fx_rate": 1.34}]
    book = opened(rows, "USD", "GBP", look_through={"IVV": path})
    found = exchange_rate("GBP", book.portfolio, given=Given(), file=Given())
    assert found.value == pytest.approx(1.34)


def test_what_stands_in_for_what_a_future_follows_moves_in_the_futures_currency():
    rows = [
        {
            "ticker": "FUT",
            "type": "future",
            "underlying": "XYZW",
            "quantity": 1.0,
            "price": 900.0,
            "multiplier": 100.0,
        }
    ]
    book = opened(rows, "EUR", "EUR", proxies={"XYZW": "ASML"}, fx_fixed=["USD"])
    assert book.valuation.movers[Driver("growth", "XYZW")].name == "XYZW"
