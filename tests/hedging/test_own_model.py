"""Hedges on a model of one's own: what the library and the bundled universe ask that it lacks, its market, its next day."""

from dataclasses import replace

import numpy as np
import pytest

import stress
from stress.errors import InputError
from stress.files.universes.file import parse_universe
from stress.hedging.prepared import setting_of
from stress.hedging.settings import HedgeSettings
from stress.hedging.strategies import STRATEGIES
from stress.hedging.strategies.strategy import DoesNotApplyError

FUNDS = """# as_of: 2025-12-30
type,underlying,id,price,currency,half_spread,commission,borrow,financing,margin,adv,lot,side,multiplier,follows
cash,USD,,,,,,,0%,,,,,,
etf,DDD,,50,USD,1bp,0,0%,,50%,1000000,1,both,,
etf,IDX,,100,USD,1bp,0,0%,,50%,1000000,1,both,,
"""
FUND = "etf,IDX,,100,USD,1bp,0,0%,,50%,1000000,1,both,,\n"
FUTURE = "future,IDX,IDXH6,100,USD,1bp,0,,,8%,100000,1,both,10,IDX\n"


def universe(text=FUNDS):
    return parse_universe(text.encode(), label="mine.csv", source="mine.csv")


@pytest.fixture(scope="module")
def opened(toy):
    holdings = toy.portfolio({"AAA": 600_000.0, "CCC": 400_000.0})
    return stress.open_book(replace(holdings, as_of="2025-12-30"), toy.model())


@pytest.fixture(scope="module")
def fall(toy):
    return toy.scenario({"market": "-5%"}, id="fall")


def hedge(opened, scenarios, **asked):
    given = {"universe": universe(), "draws": 2000, "scenario_share": 0.95, "family": [], **asked}
    return stress.hedge(opened, scenarios, **given)


def test_what_the_bundled_inputs_ask_of_an_own_model_is_said_in_a_line_each(opened):
    with pytest.raises(InputError) as refused:
        stress.hedge(opened)
    scenario, lines = refused.value.problems
    assert str(scenario) == (
        "scenario deepseek-2025-01-27 of the library, taken where none is named, does not fit model toy, which lacks 24 "
        "of the factors and names that it states. Give one of your own model: scenarios=[FILE]."
    )
    assert lines.file is None
    assert "the bundled universe hedges_us_ai does not fit model toy: " in str(lines)
    assert "(SPY, QQQ, SMH, SOXX, XLK and " in str(lines)
    assert "Give what you may trade: universe=FILE" in str(lines)


def test_a_line_of_an_own_universe_is_still_named_with_its_place(opened, fall):
    asked = universe(FUNDS + FUND.replace("IDX", "ZZZ"))
    with pytest.raises(InputError, match=r"mine.csv:6: 'ZZZ' follows 'ZZZ', which is not in model"):
        hedge(opened, [fall], universe=asked)


def test_the_index_is_what_the_model_calls_its_market(opened, fall):
    """By hand: the minimum-variance ratio of the fund that is the factor, and of its future; DDD only follows it."""
    asked = HedgeSettings(draws=4000, gross_share=2.0, adv_share=1.0, budget=None)
    for text, traded in ((FUNDS, "IDX"), (FUNDS + FUTURE, "IDXH6")):
        setting = setting_of(opened, universe(text), [fall], asked)
        trades = STRATEGIES["index_short"].trades(setting)
        j = setting.candidates.index(traded)
        assert np.flatnonzero(trades).tolist() == [j]
        model = opened.model
        beta = np.array([0.6, 0.0, 0.4, 0.0, 0.0]) @ model.exposures
        market = model.covariance[0]
        by_hand = -1e6 * (beta @ market) / market[0] / setting.candidates.notional[j]
        assert trades[j] == pytest.approx(by_hand, rel=0.1)


def test_a_comparison_says_why_there_is_no_index_to_short(toy, opened, fall):
    only = universe(FUNDS.replace(FUND, ""))
    found = stress.compare(
        opened,
        [fall],
        universe=only,
        draws=2000,
        strategies=["do_nothing", "index_short"],
        family=[],
        model_variants=False,
        frontier=False,
    )
    row = found.row("index_short")
    assert row.failed.startswith("no future or fund of mine.csv is the factor market of model toy")
    assert row.trades == ()
    assert "NO TRADES\n  short the index by beta: no future or fund" in str(found)

    factors = [replace(f, role="none") for f in opened.model.factors]
    without = stress.open_book(opened.portfolio, toy.model(factors=tuple(factors)))
    setting = setting_of(without, universe(), [fall], HedgeSettings(draws=500))
    with pytest.raises(DoesNotApplyError, match='no factor of model toy has the role "market"'):
        STRATEGIES["index_short"].trades(setting)


def test_a_strategy_whose_lines_the_universe_lacks_says_so(opened, fall):
    future_alone = "".join(FUNDS.splitlines(keepends=True)[:3]) + FUTURE
    found = stress.compare(
        opened,
        [fall],
        universe=universe(future_alone),
        draws=2000,
        strategies=["do_nothing", "protective_puts", "collars", "sector_etf_short"],
        family=[],
        model_variants=False,
        frontier=False,
    )
    for name, type_ in (
        ("protective_puts", "put"),
        ("collars", "collar"),
        ("sector_etf_short", "etf"),
    ):
        row = found.row(name)
        assert row.failed == f"mine.csv has no line of type {type_} that can be traded here."
        assert row.trades == ()


def test_the_day_after_is_the_scenario_that_is_named(toy, opened, fall):
    relief = toy.scenario({"market": "+3%", "chips": "+9%"}, id="relief")
    plan = hedge(opened, [fall], day_after=relief)
    after = plan.day_after
    assert (after.shock, after.relief) == ("fall", "relief")
    assert after.shock_before == pytest.approx(plan.scenario("fall").before)
    alone = stress.run(opened, relief, draws=512).expected
    assert 0.0 < after.relief_before < alone, "earned on what the fall leaves"
    assert plan.manifest.options["day_after"] == "relief"
    assert "relief" in plan.manifest.scenarios
    assert "7 THE DAY AFTER   relief on what fall leaves, hedge kept" in str(plan)

    silent = hedge(opened, [fall])
    assert silent.day_after is None
    assert "--day-after FILE / day_after=FILE" in " ".join(str(silent).split())


def test_a_day_after_that_the_model_lacks_or_nothing_comes_before_is_refused(opened, fall):
    with pytest.raises(
        InputError, match=r"scenario second-day-rebound .* own model: day_after=FILE"
    ):
        hedge(opened, [fall], day_after="second-day-rebound")
    with pytest.raises(InputError, match="day_after: it follows the first of `scenarios`"):
        hedge(opened, [], day_after="second-day-rebound")
