"""A day is predicted by what was known before, a name without itself, and the band is the law's."""

import math
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from stress.errors import InputError
from stress.factors.calibration import calibrate_moves
from stress.factors.moves import measure_moves
from stress.validation.scoreboard_benchmarks import (
    predict_by_market,
    predict_by_sector,
    weighted_betas,
)
from stress.validation.scoreboard_prediction import (
    CORE_THEMES,
    by_definition,
    core_factors,
    predict_day,
)
from stress.validation.scoreboard_sectors import SECTOR_FUNDS, is_company, sector_fund
from stress.validation.scoreboard_sensitivity import with_degrees_of_freedom


def last_day(moves, settings):
    date, before = moves.dates[-1], moves.dates[-2]
    model = calibrate_moves(moves, as_of=before, settings=replace(settings, leave_out=True))
    return model, predict_day(moves, model, date)


@pytest.fixture(scope="module")
def day(world):
    return last_day(world.moves, world.settings)


def test_explained_is_the_sum_over_factors_with_the_own_basket_left_out(world, day):
    model, predicted = day
    prices = world.prices
    returns = {
        name: prices.levels[-1, i] / prices.levels[-2, i] - 1.0 for name, i in prices.index.items()
    }
    for n, name in enumerate(predicted.names):
        if not predicted.scored[n]:
            continue
        total = 0.0
        for k, factor in enumerate(world.definitions.factors):
            others = [t for t in factor.series if t != name]
            basket = math.fsum(returns[t] for t in others) / len(others)
            total += model.exposures[model.name_index[name], k] * basket
        assert predicted.explained.predicted[n] == pytest.approx(total, abs=1e-14)


@pytest.mark.parametrize("name", ["NVDA", "VST", "JPM"])
def test_a_names_own_move_of_the_day_does_not_reach_its_prediction(world, day, make, name):
    _, plain = day
    prices, definitions = make(bump=(name, 0.25))
    _, bumped = last_day(measure_moves(prices, definitions), world.settings)
    n = plain.names.index(name)
    assert bumped.realised[n] - plain.realised[n] == pytest.approx(0.25)
    for which in ("explained", "given_core"):
        was, now = getattr(plain, which), getattr(bumped, which)
        assert now.predicted[n] == pytest.approx(was.predicted[n], abs=1e-14)


def test_given_four_moves_is_the_conditional_mean(world, day):
    model, predicted = day
    core = [model.factor_index[name] for name in ("market", *CORE_THEMES)]
    rest = [k for k in range(len(model.factors)) if k not in core]
    s = model.covariance
    link = s[np.ix_(rest, core)] @ np.linalg.inv(s[np.ix_(core, core)])
    given = world.moves.factor_moves[-1]
    left = s[np.ix_(rest, rest)] - link @ s[np.ix_(core, rest)]
    n = predicted.names.index("JPM")
    beta = model.exposures[model.name_index["JPM"]]
    wanted = beta[core] @ given[core] + beta[rest] @ link @ given[core]
    assert predicted.given_core.predicted[n] == pytest.approx(wanted, rel=1e-10)
    distance2 = given[core] @ np.linalg.solve(s[np.ix_(core, core)], given[core])
    sd = math.sqrt(
        beta[rest] @ left @ beta[rest] + model.specific_volatility[model.name_index["JPM"]] ** 2
    )
    nu, count = model.degrees_of_freedom, len(core)
    # the scale of the conditional t: (nu - 2 + D^2) / (nu + n), Ding (2016) at covariance scale
    half = stats.t.ppf(0.975, nu + count) * math.sqrt((nu - 2 + distance2) / (nu + count)) * sd
    assert predicted.given_core.half_width(floor=False)[n] == pytest.approx(half, rel=1e-8)


def test_the_market_is_known_by_its_role(world, day):
    first, *others = world.definitions.factors
    mine = replace(first, name="shares", role="market")
    definitions = replace(world.definitions, factors=(mine, *others))
    _, plain = day
    _, predicted = last_day(measure_moves(world.prices, definitions), world.settings)
    assert predicted.names == plain.names
    np.testing.assert_allclose(
        predicted.given_core.predicted, plain.given_core.predicted, rtol=0.0, atol=1e-14
    )
    assert predicted.given_core.distance == pytest.approx(plain.given_core.distance)


def test_missing_core_factors_are_named_with_what_to_write():
    roles = {"shares": "none", "semis_ai_compute": "none", "power_ipp": "none"}
    with pytest.raises(InputError) as caught:
        core_factors(roles, whose="mine.toml")
    said = str(caught.value)
    assert "mine.toml" in said
    assert 'role = "market"' in said
    assert "a factor named utilities_regulated" in said
    assert "a factor named power_ipp" not in said


def test_names_that_are_a_factor_are_predicted_by_it_and_not_scored(world, day):
    _, predicted = day
    assert set(by_definition(world.moves)) == {"SPY", "GLD"}
    n = predicted.names.index("SPY")
    assert not predicted.scored[n]
    assert predicted.explained.predicted[n] == predicted.realised[n]
    assert predicted.explained.half_width(floor=True)[n] == 0.0


def test_a_book_of_one_name_has_its_band_and_the_floor_only_widens(day):
    _, predicted = day
    for given in (predicted.explained, predicted.given_core):
        alone = given.half_width(np.eye(len(predicted.names)), floor=False)
        np.testing.assert_allclose(alone, given.half_width(floor=False), rtol=1e-12)
        assert (given.half_width(floor=True) >= given.half_width(floor=False)).all()


def test_a_model_that_has_seen_the_day_is_refused(world):
    model = calibrate_moves(world.moves, settings=replace(world.settings, leave_out=True))
    with pytest.raises(InputError, match="has seen"):
        predict_day(world.moves, model, world.moves.dates[-1])
    with pytest.raises(InputError, match="no complete session"):
        predict_day(world.moves, model, "2031-01-01")


def test_other_degrees_of_freedom_are_those_of_another_model(world, day):
    model, predicted = day
    other = predict_day(world.moves, replace(model, degrees_of_freedom=8.0), world.moves.dates[-1])
    changed = with_degrees_of_freedom(predicted, 8.0, model.degrees_of_freedom)
    for which in ("explained", "given_core"):
        np.testing.assert_allclose(
            getattr(changed, which).half_width(floor=False),
            getattr(other, which).half_width(floor=False),
            rtol=1e-10,
        )


def test_the_band_holds_95_percent_on_the_worlds_own_law(world):
    beyond = []
    for back in range(2, 160, 2):
        date, before = world.moves.dates[-back], world.moves.dates[-back - 1]
        model = calibrate_moves(
            world.moves, as_of=before, settings=replace(world.settings, leave_out=True)
        )
        predicted = predict_day(world.moves, model, date)
        miss = np.abs(predicted.realised - predicted.explained.predicted)
        beyond.append((miss > predicted.explained.half_width(floor=False))[predicted.scored])
    # 79 days of 18 names; days differ by one mixing variable each
    assert 0.02 < np.concatenate(beyond).mean() < 0.10


def test_betas_are_weighted_least_squares(world):
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal(60), rng.standard_normal((60, 2))
    y[:50, 1] = np.nan
    x[3] = np.nan
    weights = 0.97 ** np.arange(60)[::-1]
    found = weighted_betas(x, y, weights)
    ok = np.isfinite(x)
    wls = sm.WLS(y[ok, 0], sm.add_constant(x[ok]), weights=weights[ok]).fit()
    assert found[0] == pytest.approx(wls.params[1], rel=1e-10)
    assert np.isnan(found[1])  # ten shared sessions are too few


def test_sector_funds(world):
    listed = [name for names in SECTOR_FUNDS.values() for name in names]
    assert len(listed) == len(set(listed))
    assert not set(listed) & set(SECTOR_FUNDS)
    assert sector_fund("JPM", market="SPY") == "XLF"
    assert sector_fund("XLF", market="SPY") == "SPY"
    assert is_company("VST")
    assert not is_company("SMH")
    date, names = world.moves.dates[-1], ("JPM", "KO", "XLU")
    market = predict_by_market(world.moves, date, names, world.settings)
    sector = predict_by_sector(world.moves, date, names, world.settings)
    # XLF is priced; XLP is not, so KO falls back on the market; a fund is compared with the market
    assert sector[0] != market[0]
    np.testing.assert_array_equal(sector[1:], market[1:])
