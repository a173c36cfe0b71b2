"""No more calls are sold on a held share than shares are left."""

from dataclasses import replace

import pandas as pd
import pytest

import stress
from stress.files.bundled import bundled_path
from stress.files.universes.file import load_universe
from stress.hedging.costs import cost_rates
from stress.hedging.covered_calls import (
    calls_covered,
    calls_in,
    said_of_uncovered,
    uncovered_calls,
)
from stress.hedging.prepared import setting_of
from stress.hedging.propose import solved
from stress.hedging.settings import HedgeSettings


def book_of(rows):
    frame = pd.DataFrame(rows, columns=["ticker", "quantity", "price"])
    return stress.open_book(stress.load_portfolio(frame, name="short rally", as_of="2025-12-31"))


@pytest.fixture(scope="module")
def setting():
    universe = load_universe(bundled_path("portfolios", "hedges_us_ai"))
    book = book_of([("NVDA", 10_000, 185.0), ("SPY", -2_000, 680.0), ("CASH", 1_500_000, 1.0)])
    return setting_of(book, universe, [], HedgeSettings(draws=4000, max_lines=None))


def collar(setting):
    lines = setting.candidates.lines
    return next(j for j, x in enumerate(lines) if x.type == "collar" and "NVDA" in x.id)


def test_the_limit_counts_shares_sold_and_calls_sold_alike(setting):
    (limit,) = [c for c in calls_covered(setting) if "NVDA" in c.name]
    assert limit.limit == 10_000.0
    assert limit.unit == "share"
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


def test_margin_of_calls_without_shares_is_counted_as_stated_or_its_lack_is_sized(setting):
    trades = 0.0 * setting.candidates.notional
    j = collar(setting)
    trades[j] = 120.0
    line = setting.candidates.lines[j]
    (said,) = said_of_uncovered(setting, trades)
    assert said.startswith("calls on 2,000 NVDA are sold without the shares: a rally of NVDA costs")
    assert f"the universe states none of {line.id} (column margin)" in said
    assert f"up to {0.20 * 2_000 * 185:,.0f} USD (20% of the shares)" in said

    lines = list(setting.candidates.lines)
    lines[j] = replace(line, margin=0.25)
    stated = replace(setting, candidates=replace(setting.candidates, lines=tuple(lines)))
    (said,) = said_of_uncovered(stated, trades)
    assert said.endswith("their margin is counted as the universe states it.")
    blocked = cost_rates(stated.candidates).of(trades).margin
    assert blocked == pytest.approx(0.25 * 120 * 100 * 185)
    trades[j] = 90.0
    assert said_of_uncovered(setting, trades) == []
