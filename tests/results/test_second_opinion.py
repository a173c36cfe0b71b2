"""Weighed history beside the joint law: agrees where it should, refuses where it must, and says which."""

import numpy as np
import pandas as pd
import pytest

import stress
from stress.factors.history import History
from stress.results.held_views import LEAST_WINDOWS
from stress.simulation.pooling.entropy_pooling import View, pool

HOLDINGS = {"AAA": 500.0, "BBB": 250.0, "CCC": 250.0}


def with_history(toy, sessions=20_000, seed=8, **changes):
    """A model that carries normal sessions of its own covariance."""
    base = toy.model()
    volatility = np.sqrt(np.diag(base.covariance))
    days = np.random.default_rng(seed).multivariate_normal(np.zeros(4), base.covariance, sessions)
    # To the last digit its own covariance, so that only the tilt differs.
    days -= days.mean(axis=0)
    whitened = days @ np.linalg.inv(np.linalg.cholesky(np.cov(days.T, bias=True))).T
    days = whitened @ np.linalg.cholesky(base.covariance).T
    history = History(
        dates=tuple(str(t) for t in range(sessions)),
        standardised=days / volatility,
        volatility=np.tile(volatility, (sessions, 1)),
        current_volatility=volatility,
    )
    return toy.model(history=history, **changes)


def asked(toy, model, moves, **given):
    book = toy.book(HOLDINGS, model)
    return stress.run(book, toy.scenario(moves, **given), draws=64, second_opinion=True)


@pytest.mark.parametrize(
    "moves", [{"chips": "-2%"}, {"chips": "-2%", "market": "-1%"}, {"chips": "3%", "power": "-2%"}]
)
def test_on_normal_sessions_it_comes_to_the_conditional_law(toy, moves):
    result = asked(toy, with_history(toy), moves)
    opinion = result.second_opinion
    assert opinion.refused is None
    assert set(opinion.views) == set(moves)
    assert opinion.linked == pytest.approx(result.expected, rel=1e-12)
    assert opinion.expected == pytest.approx(opinion.linked, rel=0.03, abs=0.1)
    # KL of normal laws that differ in the mean: D^2 / 2.
    assert opinion.divergence == pytest.approx(result.completed.distance**2 / 2.0, rel=0.03)


def test_it_does_not_touch_the_figures_of_the_run(toy):
    model = with_history(toy, sessions=500)
    book, scenario = toy.book(HOLDINGS, model), toy.scenario({"chips": "-2%"})
    one = stress.run(book, scenario, draws=64)
    two = stress.run(book, scenario, draws=64, second_opinion=True)
    assert one.second_opinion is None
    assert two.digest == one.digest
    assert two.expected == one.expected


def test_a_move_beyond_every_session_is_left_out_by_name(toy):
    model = with_history(toy, sessions=500)
    opinion = asked(toy, model, {"chips": "-2%", "power": "-40%"}).second_opinion
    assert opinion.views == ("chips",)
    ((move, why),) = opinion.left_out
    assert move == "power"
    assert why.startswith("-40.0 % lies beyond every carried window (-")
    # The joint law beside it is given the same views, not the move that was left out.
    alone = asked(toy, model, {"chips": "-2%"})
    assert opinion.linked == pytest.approx(alone.expected, rel=1e-12)
    assert opinion.expected == pytest.approx(alone.second_opinion.expected, rel=1e-12)


def test_it_refuses_when_nothing_telling_can_be_met_and_the_run_goes_on(toy):
    result = asked(toy, with_history(toy, sessions=500), {"chips": "-40%", "rates_10y": "-2bp"})
    opinion = result.second_opinion
    assert "under 50%" in opinion.refused
    assert "chips: -40.0 % lies beyond every carried window" in opinion.refused
    assert (opinion.expected, opinion.linked) == (None, None)
    assert "2nd opinion   none: the stated moves that history can be weighed to" in repr(result)
    assert result.to_dict()["second_opinion"]["refused"] == opinion.refused
    assert result.expected < 0.0


def test_too_few_effective_windows_are_no_opinion(toy):
    opinion = asked(toy, with_history(toy, sessions=300), {"chips": "-6.5%"}).second_opinion
    assert opinion.expected is None
    assert "chips" in opinion.refused
    kept = asked(toy, with_history(toy, sessions=2000), {"chips": "-2%"}, horizon_days=5)
    assert kept.second_opinion.effective >= 5 * LEAST_WINDOWS
    assert kept.second_opinion.sessions == 1996


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"moves": {}, "core_names": {"AAA": "-20%"}}, "no factor is stated"),
        ({"moves": {"chips": "-9%"}, "horizon_days": 20}, "25 separate windows of 20"),
    ],
)
def test_what_history_cannot_say_is_refused_in_words(toy, given, reason):
    opinion = asked(toy, with_history(toy, sessions=500), **given).second_opinion
    assert reason in opinion.refused


def test_a_model_without_history_refuses(toy):
    opinion = asked(toy, toy.model(), {"chips": "-2%"}).second_opinion
    assert opinion.refused == "model toy carries no factor moves of its window"


def test_a_core_name_is_left_out_and_its_factors_are_not(toy):
    model = with_history(toy, sessions=2000)
    opinion = asked(toy, model, {"chips": "-2%"}, core_names={"CCC": "-3%"}).second_opinion
    assert opinion.left_out[0] == ("CCC", "history is of factors, not of names")
    alone = asked(toy, model, {"chips": "-2%"})
    assert opinion.linked == pytest.approx(alone.expected, rel=1e-12)


def test_views_that_history_meets_already_change_nothing(toy):
    model = with_history(toy, sessions=504)
    history = model.history
    days = history.standardised * history.current_volatility
    columns = {f.name: days[:, k] - days[:, k].mean() for k, f in enumerate(model.factors)}
    views = [View(kind="mean", of=name, target=0.0) for name in columns]
    pooled = pool(columns, views)
    assert pooled.weights == pytest.approx(np.full(504, 1.0 / 504), rel=1e-12)
    assert pooled.divergence == pytest.approx(0.0, abs=1e-12)


def test_options_are_revalued_on_every_session(toy):
    """A long put gains more on weighed falls than its delta says: no linear shortcut."""
    model = stress.load_model()
    frame = pd.DataFrame(
        {
            "ticker": ["NVDA  260320P00180000"],
            "type": ["option"],
            "underlying": ["NVDA"],
            "right": ["put"],
            "strike": [180.0],
            "expiry": ["2026-03-20"],
            "quantity": [10],
            "price": [9.0],
            "multiplier": [100],
            "currency": ["USD"],
        }
    )
    result = stress.run(
        frame,
        stress.shock({"semis_ai_compute": "-4%"}),
        model,
        draws=64,
        as_of="2025-12-30",
        spots={"NVDA": 187.0},
        rates={"USD": "4%"},
        dividends={"NVDA": "0%"},
        second_opinion=True,
    )
    opinion = result.second_opinion
    assert opinion.refused is None
    assert opinion.expected > 0.0
    assert opinion.expected > opinion.linked
