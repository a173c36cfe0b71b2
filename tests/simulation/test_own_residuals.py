"""From history with prices: a name's specific moves are its own of the sessions drawn for the factors."""

import dataclasses

import numpy as np
import pytest

from stress.errors import ModelError
from stress.factors.filtering import filtered_volatility
from stress.factors.history import History
from stress.factors.prices import Prices
from stress.factors.session_returns import own_residuals, session_returns
from stress.scenarios.propagation import complete, complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation.generators import BlockBootstrap, FilteredHistory
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate

NAMES = Variation(kind="names")
T = 300
DATES = tuple(f"{2000 + t // 300}-{1 + t // 28 % 12:02d}-{1 + t % 28:02d}" for t in range(T + 1))
BOTH = [FilteredHistory(), BlockBootstrap(block=5)]


@pytest.fixture(scope="module")
def model(toy):
    random = np.random.default_rng(11)
    base = toy.model()
    volatility = np.sqrt(np.diag(base.covariance))
    paths = volatility * np.exp(0.3 * np.sin(np.arange(T) / 30))[:, None]
    history = History(
        dates=DATES[1:],
        standardised=random.standard_normal((T, len(base.factors))),
        volatility=paths,
        current_volatility=1.5 * volatility,
    )
    return toy.model(history=history)


def factor_moves(model):
    history = model.history
    return history.standardised * history.volatility


def explained(model, name):
    return factor_moves(model) @ model.exposures[model.name_index[name]]


def prices_of(returns):
    levels = np.column_stack(
        [100.0 * np.cumprod(np.concatenate([[1.0], 1.0 + own])) for own in returns.values()]
    )
    return Prices(dates=DATES, names=tuple(returns), levels=levels)


@pytest.fixture(scope="module")
def returns(model):
    """AAA and BBB share a move of the day that no factor has."""
    random = np.random.default_rng(12)
    common = 0.02 * random.standard_t(4, size=T)
    return {
        "AAA": explained(model, "AAA") + common,
        "BBB": explained(model, "BBB") + common + 0.002 * random.standard_normal(T),
    }


def drawn(toy, model, holdings, generator, *, scenario=None, horizon_days=1, draws=3000):
    completed = (
        complete_baseline(model, horizon_days=horizon_days)
        if scenario is None
        else complete(scenario, model)
    )
    made = plan(toy.book(holdings, model), completed, variation=NAMES, generator=generator)
    return simulate([made], draws=draws, seed=0)[0]


def test_a_bootstrapped_name_makes_the_returns_it_made(toy, model, returns):
    # Factors and residual of one session add up to the session's own return, about its mean.
    own = session_returns(prices_of(returns), model, ["AAA"])
    pnl = drawn(toy, model, {"AAA": 1.0}, BlockBootstrap().with_own(own))
    days = returns["AAA"] - returns["AAA"].mean()

    assert set(np.round(pnl.totals, 10)) <= set(np.round(days, 10))
    assert len(set(np.round(pnl.totals, 10))) > 200


def test_a_book_of_several_names_is_its_own_past_day(toy, model, returns):
    own = session_returns(prices_of(returns), model, returns)
    pnl = drawn(toy, model, {"AAA": 3.0, "BBB": -2.0}, BlockBootstrap().with_own(own))
    days = 3.0 * returns["AAA"] - 2.0 * returns["BBB"]

    assert set(np.round(pnl.totals, 10)) <= set(np.round(days - days.mean(), 10))


def test_horizons_sum_the_sessions_of_a_run(toy, model, returns):
    own = session_returns(prices_of(returns), model, ["AAA"])
    generator = BlockBootstrap(block=5).with_own(own)
    pnl = drawn(toy, model, {"AAA": 1.0}, generator, horizon_days=5)
    days = returns["AAA"] - returns["AAA"].mean()
    sums = sum(np.roll(days, -k) for k in range(5))

    assert set(np.round(pnl.totals, 10)) <= set(np.round(sums, 10))


def test_filtered_residuals_are_at_the_models_specific_volatility(model, returns):
    # Written out: over its own filtered volatility, times today's, about zero.
    own = session_returns(prices_of(returns), model, ["AAA"])
    exposures = model.exposures[model.name_index["AAA"]]
    got = own_residuals(
        own, model, {"AAA": exposures}, specific_volatility={"AAA": 0.03}, compound=False
    )["AAA"]
    residual = returns["AAA"] - explained(model, "AAA")
    variance = np.mean(residual[:60] ** 2)
    expected = []
    for one in residual:
        expected.append(0.03 * one / np.sqrt(variance))
        variance += (1.0 - 0.5 ** (1 / 21)) * (one**2 - variance)

    assert got == pytest.approx(np.array(expected) - np.mean(expected), abs=1e-12)
    # A file of an older version, which lacks the filter's half-life, is read as the default.
    older = dataclasses.replace(model, details={"made": {"settings": {"window": 300}}})
    again = own_residuals(
        own, older, {"AAA": exposures}, specific_volatility={"AAA": 0.03}, compound=False
    )
    np.testing.assert_array_equal(again["AAA"], got)
    assert filtered_volatility(residual[:, None], 21.0)[-1, 0] == pytest.approx(np.sqrt(variance))


@pytest.mark.parametrize("generator", BOTH)
def test_a_name_that_is_its_factors_has_no_specific_moves(toy, model, returns, generator):
    prices = prices_of({"AAA": explained(model, "AAA")})
    generator = generator.with_own(session_returns(prices, model, ["AAA"]))
    pnl = drawn(toy, model, {"AAA": 1.0}, generator)
    quiet = dataclasses.replace(model, specific_volatility=np.zeros(len(model.names)))
    alone = drawn(toy, quiet, {"AAA": 1.0}, type(generator)())

    assert not pnl.plan.residuals[0].any()
    if isinstance(generator, FilteredHistory):
        assert pnl.totals == pytest.approx(alone.totals, abs=1e-12)


@pytest.mark.parametrize("generator", BOTH)
def test_what_names_share_on_a_day_beyond_their_factors_stays(toy, model, returns, generator):
    # Given every factor, only specific moves are left.
    book = toy.book({"AAA": 1.0, "BBB": -1.0}, model)
    own = session_returns(prices_of(returns), model, returns)
    still = {factor.name: f"0{factor.unit}" for factor in model.factors}
    completed = complete(toy.scenario(still), model)

    def spread(one):
        made = plan(book, completed, variation=NAMES, generator=one)
        pnl = simulate([made], draws=8000, seed=0)[0]
        _, parts = pnl.group_totals(["a", "b"])
        return float(np.corrcoef(parts)[0, 1])

    residuals = np.array([returns[name] - explained(model, name) for name in returns])
    assert spread(generator.with_own(own)) == pytest.approx(-np.corrcoef(residuals)[0, 1], abs=0.03)
    assert abs(spread(generator)) < 0.05


@pytest.mark.parametrize("generator", BOTH)
def test_names_without_prices_keep_their_own_stream(toy, model, returns, generator):
    own = session_returns(prices_of({"AAA": returns["AAA"]}), model, ["AAA", "BBB"])
    book = toy.book({"AAA": 0.0, "BBB": 1.0}, model)
    completed = complete_baseline(model)
    before, after = (
        simulate([plan(book, completed, variation=NAMES, generator=one)], draws=2000, seed=0)[0]
        for one in (generator, generator.with_own(own))
    )

    assert before.digest == after.digest
    assert after.plan.warnings == (
        "specific moves of 1 of 2 names are their own of the drawn sessions; "
        "1 without such a history stay t: BBB.",
    )
    assert before.plan.warnings == ()


@pytest.mark.parametrize("generator", BOTH)
def test_an_expectation_inside_adds_up_to_the_totals(toy, model, returns, generator):
    own = session_returns(prices_of({"AAA": returns["AAA"]}), model, ["AAA", "BBB"])
    pnl = drawn(toy, model, {"AAA": 2.0, "BBB": 1.0}, generator.with_own(own))
    weights = np.zeros(3000)
    weights[np.argsort(pnl.totals)[:75]] = 1.0 / 75

    assert pnl.plan.book.values @ pnl.mean(weights).returns == pytest.approx(
        float(weights @ pnl.totals), abs=1e-12
    )


def test_compound_horizons_use_logs(toy, model, returns):
    own = session_returns(prices_of(returns), model, ["AAA"])
    scenario = toy.scenario({}, horizon_days=12, returns="compound")
    generator = BlockBootstrap(block=12).with_own(own)
    pnl = drawn(toy, model, {"AAA": 1.0}, generator, scenario=scenario)
    logs = np.log1p(returns["AAA"])
    logs = logs - logs.mean()
    sums = sum(np.roll(logs, -k) for k in range(12))

    assert set(np.round(pnl.totals, 9)) <= set(np.round(np.expm1(sums), 9))


def test_only_names_with_every_session_have_a_history(model, returns):
    prices = prices_of(returns)
    levels = prices.levels.copy()
    levels[7, 1] = np.nan
    thin = Prices(dates=DATES, names=prices.names, levels=levels)
    late = Prices(dates=DATES[1:], names=prices.names, levels=prices.levels[1:])

    assert session_returns(thin, model, ["AAA", "BBB", "CCC"]).names == ("AAA",)
    assert session_returns(late, model, ["AAA"]).names == ()
    assert session_returns(prices, model, ["BBB", "AAA"]).moves == pytest.approx(
        np.column_stack([returns["AAA"], returns["BBB"]]), abs=1e-12
    )
    # What it is written as tells histories apart: a stored run goes on with the same one only.
    assert repr(session_returns(prices, model, ["AAA"])) != repr(
        session_returns(prices, model, ["BBB"])
    )


def test_a_model_without_history_has_no_sessions(toy, returns):
    with pytest.raises(ModelError, match="carries no factor moves of its window"):
        session_returns(prices_of(returns), toy.model(), ["AAA"])
