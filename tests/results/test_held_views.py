"""A user's views on weighed history: each holds by hand, beside the scenario's means, or is refused by name."""

import re

import numpy as np
import pytest

import stress
from stress.errors import InputError
from stress.factors.history import History, carried_moves, windows
from stress.simulation.plan import plan_scenario

HOLDINGS = {"AAA": 500.0, "BBB": 250.0, "CCC": 250.0}


def with_history(toy, sessions=1000, seed=8):
    """A model that carries heavy-tailed sessions of its own correlations."""
    base = toy.model()
    volatility = np.sqrt(np.diag(base.covariance))
    random = np.random.default_rng(seed)
    days = random.multivariate_normal(np.zeros(4), base.covariance, sessions)
    days *= np.sqrt(4.0 / random.chisquare(6.0, sessions))[:, None]
    history = History(
        dates=tuple(str(t) for t in range(sessions)),
        standardised=days / volatility,
        volatility=np.tile(volatility, (sessions, 1)),
        current_volatility=volatility,
    )
    return toy.model(history=history)


def moves_of(model, horizon=1):
    """Windows of every factor, written out apart from the code under test."""
    carried = carried_moves(model, filtered=True)
    days = windows(carried - carried.mean(axis=0), horizon)
    return {factor.name: days[:, k] for k, factor in enumerate(model.factors)}


def run(toy, model, views, moves=None, **given):
    scenario = toy.scenario({"chips": "-2%"} if moves is None else moves, **given)
    return stress.run_many(toy.book(HOLDINGS, model), [scenario], draws=64, views=views)


def spread(q, x):
    return np.sqrt(q @ (x - q @ x) ** 2)


def test_means_stay_and_volatilities_are_about_the_means_there_are(toy):
    model = with_history(toy)
    x = moves_of(model)
    plain = run(toy, model, ["mean power=-1%"])[0].second_opinion
    found = run(toy, model, ["volatility market=2%", "mean power=-1%"])[0].second_opinion
    assert found.refused is None
    assert found.views == ("chips",)
    q, before = np.array(found.weights), np.array(plain.weights)
    assert q.sum() == pytest.approx(1.0)
    assert q @ x["chips"] == pytest.approx(-0.02, abs=1e-9)
    assert q @ x["power"] == pytest.approx(-0.01, abs=1e-9)
    assert spread(q, x["market"]) == pytest.approx(0.02, rel=1e-7)
    # The market has followed the chips down, and is not brought back by a view of its volatility.
    assert before @ x["market"] < -0.002
    assert q @ x["market"] == pytest.approx(before @ x["market"], abs=1e-9)
    assert [view.text for view in found.added_views] == ["volatility market=2%", "mean power=-1%"]
    assert found.added_views[0].before == pytest.approx(x["market"].std())


def test_a_correlation_holds_means_and_volatilities_where_lower_views_put_them(toy):
    model = with_history(toy)
    x = moves_of(model)
    lower = run(toy, model, ["volatility market=1.6%"])[0].second_opinion
    views = ["correlation market,power=-0.2", "volatility market=1.6%"]
    found = run(toy, model, views)[0].second_opinion
    q, before = np.array(found.weights), np.array(lower.weights)
    for name in ("market", "power"):
        assert q @ x[name] == pytest.approx(before @ x[name], abs=1e-9)
        assert spread(q, x[name]) == pytest.approx(spread(before, x[name]), rel=1e-7)
    assert spread(q, x["market"]) == pytest.approx(0.016, rel=1e-7)
    a, b = x["market"] - q @ x["market"], x["power"] - q @ x["power"]
    assert q @ (a * b) / spread(q, a) / spread(q, b) == pytest.approx(-0.2, abs=1e-7)
    # In whatever order they are typed.
    turned = run(toy, model, views[::-1])[0].second_opinion
    np.testing.assert_allclose(turned.weights, q, rtol=0, atol=1e-12)


@pytest.mark.parametrize("size", [0.6, 1.3])
def test_tails_hold_by_hand(toy, size):
    model = with_history(toy)
    x = moves_of(model)["market"]
    worst = np.sort(x)
    shortfall = -worst[:25].mean() * size
    edge = -worst[40] * size
    views = [f"es market={100 * shortfall:.6f}%", f"var market={100 * edge:.6f}% @90%"]
    one, two = (run(toy, model, [text]).baselines["toy.csv"].second_opinion for text in views)
    q = np.array(one.weights)
    order = np.argsort(x)
    room = np.clip(0.025 - (np.cumsum(q[order]) - q[order]), 0.0, q[order])
    assert room @ -x[order] / 0.025 == pytest.approx(shortfall, rel=1e-6)
    q = np.array(two.weights)
    stated = two.added_views[0].value
    assert q[x < -stated].sum() <= 0.1 + 1e-9
    assert q[x <= -stated].sum() >= 0.1 - 1e-9
    tail = q[x <= -stated] / q[x <= -stated].sum()
    assert two.added_views[0].tail_windows == pytest.approx(np.exp(-tail @ np.log(tail)))


def test_figures_are_those_of_the_weights(toy):
    model = with_history(toy)
    results = run(toy, model, ["volatility market=2%"])
    book = toy.book(HOLDINGS, model)
    for result, scenario in ((results[0], results[0].scenario), (results.baseline, None)):
        found = result.second_opinion
        q = np.array(found.weights)
        days = np.column_stack(list(moves_of(model).values()))
        pnl = plan_scenario(book, scenario).pnl_at(days)
        assert found.expected == pytest.approx(q @ pnl)
        assert found.deviation == pytest.approx(spread(q, pnl))
        assert found.deviation_before == pytest.approx(pnl.std())
        assert found.deviation > found.deviation_before
        assert found.effective == pytest.approx(np.exp(-q @ np.log(q)))
        assert found.largest_weight == q.max()
        assert found.divergence == pytest.approx(q @ np.log(q * len(q)))


def test_the_joint_law_beside_it_is_given_the_same_means(toy):
    model = with_history(toy)
    results = run(toy, model, ["mean power=1%", "volatility market=1.6%"])
    both = toy.scenario({"chips": "-2%", "power": "1%"})
    book = toy.book(HOLDINGS, model)
    assert results[0].second_opinion.linked == pytest.approx(
        stress.run(book, both, draws=64).expected
    )
    alone = stress.run(book, toy.scenario({"power": "1%"}), draws=64).expected
    assert results.baseline.second_opinion.linked == pytest.approx(alone)
    none = run(toy, model, ["volatility market=1.6%"]).baseline.second_opinion
    assert none.linked == 0.0


def test_views_are_as_typed_at_any_severity_and_moves_are_not(toy):
    model = with_history(toy)
    x = moves_of(model)
    book, scenario = toy.book(HOLDINGS, model), toy.scenario({"chips": "-1%"})
    found = stress.run(
        book, scenario, draws=64, severity=2.0, views=["mean power=1%"]
    ).second_opinion
    q = np.array(found.weights)
    assert q @ x["chips"] == pytest.approx(0.99**2 - 1.0, abs=1e-9)
    assert q @ x["power"] == pytest.approx(0.01, abs=1e-9)
    both = toy.scenario({"chips": "-1.99%", "power": "1%"})
    assert found.linked == pytest.approx(stress.run(book, both, draws=64).expected)


def test_views_are_of_windows_of_the_horizon(toy):
    model = with_history(toy, sessions=2000)
    x = moves_of(model, horizon=3)["market"]
    results = run(toy, model, ["volatility market=3%"], horizon_days=3)
    q = np.array(results[0].second_opinion.weights)
    assert len(q) == 1998
    assert spread(q, x) == pytest.approx(0.03, rel=1e-7)
    page = " ".join(repr(results[0]).split())
    assert "Held: volatility market=3% (2." in page
    # Without a scenario the same words are of one session: another view, on no line of this page.
    assert len(results.baseline.second_opinion.weights) == 2000


@pytest.mark.parametrize(
    ("views", "reason"),
    [
        (["volatility market=40%"], r"view 'volatility market=40%' is met by no weights of the carried"),
        (["es market=50%"], r"view 'es market=50% @97.5%' is met by no .* the largest fall in them is"),
        (["var market=50%"], r"view 'var market=50% @97.5%' is met by no .* the largest fall in them is"),
        (["mean power=-50%"], r"view 'mean power=-50%' is met by no .* they reach from -"),
        (
            ["es market=2% @95%", "var market=3% @95%"],
            r"view 'var market=3% @95%' is met by no weights together with mean chips=-2.0 %, es market=2% @95%",
        ),
        (["volatility market=6%"], r"view 'volatility market=6%' would leave \d+ of 1,000 windows eff"),
        (["mean power=-8%", "es market=2%"], r"view 'mean power=-8%' would leave \d+ of 1,000 .* under 30"),
        (["es market=5% @99.95%"], r"in which 1,000 separate windows hold less than one. .* at most 99.9%"),
        (["mean chips=-1%"], r"view 'mean chips=-1%' is of a mean that the scenario states itself"),
    ],
)  # fmt: skip
def test_a_view_that_cannot_be_held_is_named_as_typed_and_there_is_no_opinion(toy, views, reason):
    results = run(toy, with_history(toy), views)
    found = results[0].second_opinion
    assert re.search(reason, found.refused)
    assert (found.expected, found.effective, found.weights) == (None, None, ())
    assert found.added_views == ()
    assert results[0].expected < 0.0
    page = repr(results[0])
    assert "2nd opinion   none: view '" in page
    assert max(map(len, page.splitlines())) <= 100


def test_a_scenario_that_states_no_telling_move_leaves_the_views_alone(toy):
    results = run(toy, with_history(toy), ["volatility market=1.6%"], moves={"chips": "-40%"})
    assert "under 50%" in results[0].second_opinion.refused
    assert results.baseline.second_opinion.refused is None


def test_a_compounding_scenario_has_no_views(toy):
    results = run(toy, with_history(toy), ["es market=3%"], returns="compound")
    assert results[0].second_opinion.refused == (
        "view 'es market=3% @97.5%' is of simple moves, and this scenario compounds them"
    )


def test_views_ask_for_the_opinion_and_contradict_its_refusal(toy):
    model = with_history(toy)
    book, scenario = toy.book(HOLDINGS, model), toy.scenario({"chips": "-2%"})
    with pytest.raises(InputError, match="'volatility market=2%' is held by the second opinion"):
        stress.run(book, scenario, draws=64, second_opinion=False, views=["volatility market=2%"])
    plain = stress.run_many(book, [scenario], draws=64, second_opinion=True)
    assert plain.baseline.second_opinion is None
    assert plain[0].second_opinion.added_views == ()
    asked = run(toy, model, ["volatility market=2%"])
    assert asked[0].digest == plain[0].digest
    assert asked.manifest.options["views"] == "volatility market=2%"
    assert asked.manifest.options["second_opinion"] == "yes"
    assert "views alone   no scenario, 1 session: " in repr(asked.baseline)


def test_a_collapse_is_not_called_infeasible(toy):
    book = toy.book(HOLDINGS, with_history(toy))
    found = stress.run(book, toy.scenario({"chips": "-10%"}), draws=64, second_opinion=True)
    ((_, why),) = found.second_opinion.left_out
    assert why.startswith("would leave ")
    assert why.endswith(" effective windows")
