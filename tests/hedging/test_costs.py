"""Costs against figures by hand: spread, commission, borrow, financing, decay, the square-root law."""

import math
from dataclasses import replace

import numpy as np
import pytest

from stress.errors import InputError
from stress.files.universes.file import load_universe
from stress.hedging.constraints import Budget
from stress.hedging.costs import cost_rates
from stress.hedging.lines.candidates import compile_candidates
from stress.opening import open_book
from stress.portfolio.instruments import Driver, Option


@pytest.fixture(scope="module")
def candidates():
    return compile_candidates(open_book("ai_growth"), load_universe("hedges_us_ai"))


def only(candidates, id_, units):
    trades = np.zeros(len(candidates.lines))
    trades[candidates.index(id_)] = units
    return trades


def test_a_short_fund_by_hand(candidates):
    cost = cost_rates(candidates, holding_days=30.0, impact_coefficient=1.0).of(
        only(candidates, "SMH", -1_000.0)
    )
    daily = candidates.volatility[candidates.index("SMH")]

    assert cost.spread == pytest.approx(1_000 * 360 * 0.6e-4)
    assert cost.commission == pytest.approx(5.0)
    assert cost.borrow == pytest.approx(1_000 * 360 * 0.004 * 30 / 365)
    assert cost.impact == pytest.approx(360_000 * daily * math.sqrt(1_000 / 8e6))
    assert cost.financing == cost.decay == cost.premium == 0.0
    assert cost.all_in == pytest.approx(cost.spread + cost.commission + cost.borrow + cost.impact)
    assert cost.margin == pytest.approx(180_000)


def test_the_square_root_law_oracle(candidates):
    # sigma 2.5 %, a tenth of the daily volume, Y = 1: 79.06 bp of what is traded.
    line = candidates.index("SMH")
    lines = list(candidates.lines)
    lines[line] = replace(lines[line], adv=10_000.0)
    volatility = candidates.volatility.copy()
    volatility[line] = 0.025
    rates = cost_rates(replace(candidates, lines=tuple(lines), volatility=volatility))
    traded = only(candidates, "SMH", -1_000.0)

    assert rates.of(traded).impact / 360_000 == pytest.approx(79.06e-4, rel=1e-4)
    assert rates.of(2 * traded).impact == pytest.approx(2**1.5 * rates.of(traded).impact)


def test_a_put_pays_its_spread_and_loses_its_time_value(candidates):
    id_ = "QQQ 2026-02-20 580 P"
    cost = cost_rates(candidates, holding_days=30.0).of(only(candidates, id_, 10.0))
    value = candidates.value[candidates.index(id_)]

    assert cost.premium == pytest.approx(10 * value)
    assert cost.spread == pytest.approx(0.02 * 10 * value)
    assert 0.0 < cost.decay < cost.premium
    assert cost.decay == pytest.approx(cost.carry_per_month - cost.financing, rel=1e-9)
    assert cost.financing == pytest.approx(10 * value * 0.037 * 30 / 365)


def test_the_budget_counts_holding_and_the_entry_costs_do_not(candidates):
    rates = cost_rates(candidates, holding_days=60.0)
    trades = only(candidates, "QQQ 2026-02-20 580 P", 3.0)
    entry = rates.over(0.0).of(trades)

    assert entry == pytest.approx(rates.of(trades).entry)
    assert rates.all_in().of(trades) == pytest.approx(rates.of(trades).all_in)
    assert rates.all_in().of(trades) > entry


def test_selling_a_held_name_costs_what_its_own_line_says(candidates):
    rates = cost_rates(candidates)
    assert rates.spread[candidates.index("sell NVDA")] == pytest.approx(185 * 0.3e-4)
    assert rates.borrow[candidates.index("sell NVDA")] == 0.0
    assert rates.spread[candidates.index("sell MSFT")] == pytest.approx(485 * 2e-4)


def test_closing_a_held_option_neither_saves_nor_costs_decay(tmp_path):
    """Buying a short call back was charged the decay that it no longer earns, and selling a put credited none."""
    path = tmp_path / "book.csv"
    path.write_text(
        "# as_of: 2025-12-31\nticker,quantity,price,type,multiplier\nNVDA,1000,185,equity,\n"
        "NVDA 2026-02-20 170 P,10,5.20,option,100\nNVDA 2026-02-20 210 C,-10,3.10,option,100\n"
    )
    held = open_book(path, rates={"USD": "3.7%"}, dividends={"NVDA": "0%"})
    candidates = compile_candidates(held, load_universe("hedges_us_ai"))
    rates = cost_rates(candidates)
    for id_, units in (("NVDA 2026-02-20 170 P", -5.0), ("NVDA 2026-02-20 210 C", 5.0)):
        assert candidates.decay(30.0)[candidates.index(f"sell {id_}")] > 0.0
        cost = rates.of(only(candidates, f"sell {id_}", units))
        assert cost.decay == cost.carry_per_month == 0.0
        assert cost.all_in == cost.entry > 0.0


def test_a_future_has_no_value_and_its_notional_is_price_times_multiplier(candidates):
    j = candidates.index("MESH6")
    assert candidates.value[j] == 0.0
    assert candidates.notional[j] == pytest.approx(5 * 6890)
    assert candidates.delta[j] == pytest.approx(5 * 6890)


def test_bad_figures(candidates):
    with pytest.raises(InputError, match="holding days"):
        cost_rates(candidates, holding_days=-1.0)
    with pytest.raises(InputError, match="impact coefficient"):
        cost_rates(candidates, impact_coefficient=math.nan)
    with pytest.raises(InputError, match=r"holding days are 1e\+300: give 0 to 36525"):
        cost_rates(candidates, holding_days=1e300)
    with pytest.raises(InputError, match=r"impact coefficient is 1e\+300: give 0 to 1000"):
        cost_rates(candidates, impact_coefficient=1e300)
    with pytest.raises(InputError, match="budget is -1"):
        Budget(amount=-1.0, costs=cost_rates(candidates).all_in())
    with pytest.raises(InputError, match="no financing rate for SPY"):
        cost_rates(replace(candidates, rates={}))


def test_the_delta_of_an_option_is_the_derivative_of_its_value(candidates):
    """From a rise of 1 % alone it was 5 % short for a put at the money."""
    valuation = candidates.book.valuation
    for held in valuation.holdings:
        option = held.instrument
        if not isinstance(option, Option):
            continue
        levels = valuation.market.base_levels([option])
        spot = Driver("spot", option.underlying)

        def value(share, levels=levels, spot=spot, option=option):
            return float(option.value({**levels, spot: levels[spot] * (1.0 + share)}))

        exact = (value(1e-3) - value(-1e-3)) / 2e-3
        found = candidates.delta[candidates.index(held.position.id)]
        assert found == pytest.approx(exact, rel=0.01, abs=1e-3 * float(levels[spot]))
