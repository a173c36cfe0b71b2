"""Every objective goes through the whole proposal: what it needs, what it minimises, and the words for it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
import pytest

import stress
from stress.cli.hedge import hedge as command
from stress.errors import InputError
from stress.hedging.asked_objective import objective_in_words
from stress.hedging.comparing.limits_kept import broken_limits
from stress.hedging.costs import BASELINE_DAYS
from stress.hedging.default_problem import hedge_problem
from stress.hedging.hedged_pnl import es_of, hedged
from stress.hedging.judgements.fresh_draws import optimism
from stress.hedging.laws import Law, outcomes
from stress.hedging.prepared import setting_of
from stress.hedging.propose import propose, solved
from stress.hedging.settings import HedgeSettings, ObjectiveName
from stress.hedging.solver.infeasible import InfeasibleHedgeError
from stress.hedging.strategies import STRATEGIES
from stress.reporting.hedge_page import hedge_html, hedge_page
from stress.scenarios.relief import relief_of
from stress.simulation.generators import BlockBootstrap, FilteredHistory

REFERENCE = "deepseek-2025-01-27"
NAMES = get_args(ObjectiveName)
#: Continuous, all lines: what is minimised can be compared to the last digits.
FREE = {"whole_lots": False, "max_lines": None, "min_ticket": 0.0}


@pytest.fixture(scope="module")
def asked(book, small):
    """Settings that differ in what is minimised alone: all keep the same limit on the ES."""
    shock = [stress.load_scenario(REFERENCE)]

    def make(name="minimum_es", scenarios=shock, **words):
        settings = HedgeSettings(**{"draws": 2_000, "objective": name, "es_limit": 0.7, **words})
        return setting_of(book, small, scenarios, settings)

    return make


@pytest.fixture(scope="module")
def found(asked):
    return {name: solved(asked(name, **FREE)).trades for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_no_other_hedge_within_the_limits_is_better_by_its_own_measure(asked, found, name):
    program = hedge_problem(asked(name, **FREE)).compiled()
    value = {other: program.objective(program.amounts(trades)) for other, trades in found.items()}
    best = value.pop(name)
    assert all(best <= other + 1e-5 * abs(other) for other in value.values())
    assert any(best < 0.99 * other for other in value.values())


def test_each_measure_is_what_its_name_says(asked, book, small, found):
    """Recomputed from scenarios, generators and costs, not by the objective's own file."""
    at = asked()
    trades = found["minimum_es"]

    def value(name):
        program = hedge_problem(asked(name, **FREE)).compiled()
        return program.objective(program.amounts(trades))

    entry = at.rates.over(BASELINE_DAYS).of(trades)
    law = hedged(at.baseline, trades)
    assert value("minimum_es") == pytest.approx(es_of(law, 0.975) + entry, rel=1e-9)
    assert value("minimum_variance") == pytest.approx(
        law.var() / at.baseline.pnl.std() + entry, rel=1e-9
    )
    assert value("cheapest") == pytest.approx(at.rates.of(trades).all_in, rel=1e-9)
    laws = [at.baseline] + [
        outcomes(book, at.candidates, Law(generator=g), draws=2_000, seed=0)
        for g in (FilteredHistory(), BlockBootstrap())
    ]
    worst = max(es_of(hedged(drawn, trades), 0.975) for drawn in laws)
    assert value("robust_es") == pytest.approx(worst + entry, rel=1e-9)
    traded = at.traded(trades)
    shock = stress.load_scenario(REFERENCE)
    losses = [
        -traded.central(Law(scenario=scenario, exact=True))[1]
        for scenario in (shock, relief_of(shock))
    ]
    assert value("minimax") == pytest.approx(max(losses) + entry, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "minimum_es",
            "1-session ES 97.5% of the baseline law (no scenario); costs of one session added",
        ),
        ("minimum_variance", "variance of the 1-session P&L of the baseline law"),
        (
            "minimax",
            f"the largest expected loss in {REFERENCE} and in its relief; costs of one session added",
        ),
        ("robust_es", "the largest 1-session ES 97.5% of three laws without a scenario: Student t"),
        ("cheapest", "all-in cost over 30 days, within the limits below"),
        ("mixture", f"ES 97.5%: 80% baseline, 10.0% each of {REFERENCE} and of their reliefs"),
    ],
)
def test_a_plan_says_what_it_minimises_and_trades_whole_lots_within_the_limits(asked, name, words):
    plan = propose(asked(name, max_lines=5))

    assert 0 < len(plan.tickets) <= 5
    assert all(ticket.units == int(ticket.units) for ticket in plan.tickets)
    assert plan.es_after <= 0.7 * plan.es_before
    assert plan.cost.all_in <= 0.005 * plan.nav
    assert 0.5 * plan.scenario(REFERENCE).before <= plan.scenario(REFERENCE).after < 0.0
    assert plan.certificate.lower <= plan.certificate.upper
    assert np.isfinite(plan.fresh.optimism)

    page = " ".join(hedge_page(plan).split())
    assert f"minimised {words}" in page
    assert "baseline ES at most 70% of unhedged" in page
    (row,) = (line for line in hedge_page(plan).splitlines() if "baseline, 1-day ES" in line)
    assert row.endswith("minimised" if name in ("minimum_es", "mixture") else "limited")
    assert words.partition(";")[0].partition("&")[0] in hedge_html(plan)
    document = json.loads(plan.to_json())
    assert document["settings"]["objective"] == name
    assert document["settings"]["es_limit"] == 0.7
    assert words in document["objective"]


def test_the_sessions_of_the_scenarios_of_a_minimax_stand_where_they_differ(asked):
    shocks = [stress.load_scenario(id_) for id_ in (REFERENCE, "hyperscaler-capex-cut")]
    said = objective_in_words(asked("minimax", scenarios=shocks))
    assert f"in {REFERENCE} (1 d), hyperscaler-capex-cut (10 d) and in their reliefs;" in said


def test_what_an_objective_needs_is_asked_for(asked, book, small):
    with pytest.raises(
        InputError, match=r"'cheapest'.*needs a limit on the baseline ES.*--es-limit"
    ):
        HedgeSettings(objective="cheapest")
    for name in ("minimax", "mixture"):
        with pytest.raises(InputError, match=rf"objective {name} needs a scenario"):
            asked(name, scenarios=[])
    bare = stress.open_book("ai_growth", replace(book.model, history=None))
    with pytest.raises(
        InputError, match=r"objective robust_es needs the factor moves.*carries none"
    ):
        setting_of(bare, small, [], HedgeSettings(objective="robust_es", draws=100))
    with pytest.raises(InputError, match=r"'smallest'.*is none of minimum_es, minimum_variance"):
        HedgeSettings(objective="smallest")
    with pytest.raises(InputError, match=r"es_limit 1\.2"):
        HedgeSettings(es_limit=1.2)


def test_an_es_limit_that_no_hedge_meets_is_refused_as_it_is_typed(asked):
    with pytest.raises(InfeasibleHedgeError, match="limit on the baseline ES") as refused:
        solved(asked("cheapest", es_limit=0.05))
    said = str(refused.value)
    typed = float(said.partition('es_limit="')[2].partition("%")[0]) / 100.0
    assert 0.05 < typed < 0.7
    granted = asked("cheapest", es_limit=typed, **FREE)
    trades = solved(granted).trades
    assert es_of(hedged(granted.baseline, trades), 0.975) <= typed * granted.unhedged_es()
    # Half of the draws may not allow as much: how much fitting flatters it is estimated all the same.
    support = np.flatnonzero(trades).tolist()
    assert np.isfinite(optimism(granted, hedge_problem(granted), support))


def test_a_comparison_keeps_to_the_es_limit_that_is_asked_and_marks_who_does_not(asked):
    at = asked(es_limit=0.5)
    assert "limit on the baseline ES" in broken_limits(at, np.zeros(len(at.candidates.lines)))
    trades = STRATEGIES["cheapest"].trades(at)
    limit = 0.5 * at.unhedged_es()
    assert 0.8 * limit < es_of(hedged(at.baseline, trades), 0.975) <= limit * (1.0 + 1e-6)
    assert "limit on the baseline ES" not in broken_limits(at, trades)


def test_a_book_that_does_not_vary_needs_no_hedge(universe):
    rows = [{"ticker": "CASH", "market_value": 1e6, "currency": "USD"}]
    cash = stress.open_book(pd.DataFrame(rows))
    for name in ("minimum_es", "minimum_variance", "robust_es"):
        at = setting_of(cash, universe, [], HedgeSettings(objective=name, draws=2_000))
        assert not solved(at).trades.any()


def test_the_command_takes_every_objective():
    (option,) = (p for p in command.params if p.name == "objective")
    assert tuple(option.type.choices) == NAMES
