"""P&L from factors that what is stated hardly speaks of is said with its size."""

import pytest

import stress

RUN = {"draws": 200, "model_range": False}


def said(result):
    return [words for words in result.warnings if "explains under 5 %" in words]


def test_pnl_from_factors_that_are_not_explained_is_said_and_is_what_holding_them_still_takes_away():
    shock = stress.shock({"rates_10y": "+30bp"})
    found = stress.run("long_short", shock, **RUN)
    weak = {line.factor: line for line in found.propagated if line.unexplained}
    (words,) = said(found)
    plan = found.pnl.plan
    still = plan.mean_factors().copy()
    still[[plan.book.model.factor_index[name] for name in weak]] = 0.0
    total = found.expected - float(plan.pnl_at(still[None, :])[0])

    assert set(weak) >= {"market", "semis_ai_compute"}
    assert words.startswith(f"shock: {100 * total / found.nav:+.1f} % of NAV") or words.startswith(
        f"{100 * total / found.nav:+.1f} % of NAV"
    )
    assert "propagation='alone' holds all that is not stated still." in words


def test_a_name_that_is_stated_owes_nothing_to_factors():
    book = stress.load_portfolio(
        [{"ticker": "NVDA", "market_value": 1e6, "currency": "USD"}], name="one", as_of="2025-12-31"
    )
    stated = stress.shock({"rates_10y": "+30bp", "NVDA": "-0.5%"})

    assert said(stress.run(book, stated, **RUN)) == []


@pytest.mark.parametrize("options", [{"propagation": "alone"}, {}], ids=["held still", "explained"])
def test_nothing_is_said_where_nothing_rests_on_them(options):
    stated = {"rates_10y": "+30bp"} if options else {"market": "-5%"}
    assert said(stress.run("long_short", stress.shock(stated), **RUN, **options)) == []


def test_a_measured_scenario_that_states_nearly_all_says_nothing():
    assert said(stress.run("ai_growth", "deepseek-2025-01-27", **RUN)) == []
