"""No more calls are sold on a held share than shares are left."""

import pandas as pd
import pytest

import stress
from stress.files.bundled import bundled_path
from stress.files.universe_file import read_universe
from stress.hedging.covered_calls import calls_covered, calls_in, uncovered_calls
from stress.hedging.propose import solved
from stress.hedging.setting import setting_of
from stress.hedging.settings import HedgeSettings


def book_of(rows):
    frame = pd.DataFrame(rows, columns=["ticker", "quantity", "price"])
    return stress.open_book(stress.load_portfolio(frame, name="short rally", as_of="2025-12-31"))


@pytest.fixture(scope="module")
def setting():
    universe = read_universe(bundled_path("portfolios", "hedges_us_ai"))
    book = book_of([("NVDA", 10_000, 185.0), ("SPY", -2_000, 680.0), ("CASH", 1_500_000, 1.0)])
    return setting_of(book, universe, [], HedgeSettings(draws=4000, max_lines=None))


def collar(setting):
    lines = setting.candidates.lines
    return next(j for j, x in enumerate(lines) if x.type == "collar" and "NVDA" in x.id)


def test_the_limit_counts_shares_sold_and_calls_sold_alike(setting):
    (limit,) = [c for c in calls_covered(setting) if "NVDA" in c.name]
    assert limit.limit == 10_000.0
    assert limit.coefficients[collar(setting)] == 100.0
    sale = setting.candidates.index("sell NVDA")
    assert limit.coefficients[sale] == -1.0  # a sale is a negative trade
    spy = setting.candidates.index("sell SPY")
    assert limit.coefficients[spy] == 0.0


def test_a_proposal_leaves_no_call_uncovered(setting):
    trades = solved(setting).trades
    sold = 100.0 * trades[collar(setting)] - trades[setting.candidates.index("sell NVDA")]
    assert sold <= 10_000.0 + 1e-6
    assert "NVDA" not in uncovered_calls(setting, trades)


def test_calls_without_shares_are_counted_and_said(setting):
    trades = 0.0 * setting.candidates.notional
    trades[collar(setting)] = 120.0
    assert uncovered_calls(setting, trades) == {"NVDA": pytest.approx(2_000.0)}
    trades[collar(setting)] = 100.0
    trades[setting.candidates.index("sell NVDA")] = -500.0
    assert uncovered_calls(setting, trades) == {"NVDA": pytest.approx(500.0)}
    calls = {line.id: calls_in(line.instrument) for line in setting.candidates.lines}
    assert {name for name, shares in calls.items() if shares < 0.0} == {
        line.id for line in setting.candidates.lines if line.type == "collar"
    }
