"""What must hold for a hedge to work: shown the way it hurts, under the rules that the scenario has."""

from dataclasses import replace

import pytest

import stress
from stress.hedging.judgements.conditions import conditions
from stress.hedging.laws import Law
from stress.hedging.lines.candidates import compile_candidates
from stress.hedging.prepared import setting_of
from stress.hedging.settings import HedgeSettings

SHOCK = stress.load_scenario("deepseek-2025-01-27")
LEVELS = {
    "rates": {"USD": "3.7%", "USD 10y": "4.1%"},
    "vols": {"VIX": "16%"},
    "dividends": {"QQQ": "0.5%"},
    "skews": {"QQQ": -0.5},
}
PUT = {
    "ticker": "QQQ 2026-03-20 580 P",
    "price": 9.0,
    "currency": "USD",
    "type": "option",
    "underlying": "QQQ",
    "right": "put",
    "strike": 580,
    "expiry": "2026-03-20",
    "multiplier": 100,
    "style": "american",
}


def held(puts, **levels):
    rows = [
        {"ticker": "QQQ", "quantity": 2000, "price": 613.0, "currency": "USD", "type": "etf"},
        {**PUT, "quantity": puts},
    ]
    portfolio = stress.load_portfolio(rows, name="mine", as_of="2025-12-31")
    return stress.open_book(portfolio, **{**LEVELS, **levels})


def judged(small, puts, scenario=SHOCK):
    """Return the book's conditions where one put of the universe is bought."""
    settings = HedgeSettings(draws=500, sell_down_share=0.0)
    setting = setting_of(held(puts, spots={"QQQ": 613.0}), small, [scenario], settings)
    trades = 1.0 * setting.candidates.mask("put")
    assert trades.any()
    traded = setting.traded(trades)
    return {one.what.split(":")[0]: one for one in conditions(setting, traded, scenario)}, traded


@pytest.mark.parametrize(("puts", "scale"), [(-60, 2.0), (60, 0.0)])
def test_vol_betas_fail_the_way_that_hurts_the_book(small, puts, scale):
    found, traded = judged(small, puts)
    rule = found["vol rule"]

    assert f"failing: {scale:g} times them" in rule.what
    assert rule.fails < rule.holds
    _, expected = traded.central(Law(scenario=SHOCK, exact=True, beta_scale=scale))
    assert rule.fails == pytest.approx(expected)


@pytest.mark.parametrize("puts", [-60, 60])
@pytest.mark.parametrize("own", ["sticky-strike", "sticky-moneyness", "spot-coordinated"])
def test_the_smile_rule_is_the_scenarios_and_fails_into_the_worse_of_the_others(small, puts, own):
    scenario = replace(SHOCK, volatility_rule=own)
    found, traded = judged(small, puts, scenario)
    rule = found["smile rule"]

    pnl = {
        name: traded.central(Law(scenario=scenario, exact=True, rule=name))[1]
        for name in ("sticky-strike", "sticky-moneyness", "spot-coordinated")
    }
    assert rule.what.startswith(f"smile rule: {own.replace('sticky-', 'sticky ')}")
    assert rule.holds == pytest.approx(pnl.pop(own))
    assert rule.fails == pytest.approx(min(pnl.values()))


def test_what_the_universe_states_of_a_name_is_said_to_be_left_aside(small):
    """One name moves one way: the way of the book's own options, unless a figure is given for all."""
    stated = replace(small, vol_betas={"QQQ": 5.0}, skews={"QQQ": -0.55})
    unlike = compile_candidates(held(-60, spots={"QQQ": 613.0}, skews={}), stated).warnings
    [beta] = [text for text in unlike if text.startswith("vol beta of QQQ: ")]
    [skew] = [text for text in unlike if text.startswith("skew of QQQ: ")]
    assert "(assumed) of the book's own options, not by 5." in beta
    assert "--vol-beta QQQ=5 (vol_betas={'QQQ': '5'}) takes it for all" in beta
    assert "move by the 0 (unknown) of the book's own options, not by -0.55." in skew

    same = held(-60, spots={"QQQ": 613.0}, vol_betas={"QQQ": 5.0}, skews={"QQQ": -0.55})
    assert not [t for t in compile_candidates(same, stated).warnings if "own options" in t]
