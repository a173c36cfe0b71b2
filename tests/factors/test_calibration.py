from dataclasses import replace

import numpy as np
import pytest

from stress.errors import InputError, ModelError
from stress.factors.answers import _spread_of_peers
from stress.factors.calibration import (
    CalibrationSettings,
    calibrate,
    calibrate_moves,
    factor_covariances,
)
from stress.factors.definition import FactorDefinition, FactorDefinitions
from stress.factors.extension import extend_model
from stress.factors.filtering import volatility_level
from stress.factors.history import carried_moves
from stress.factors.moves import measure_moves
from stress.factors.prices import Prices

DEFINED = ("IDX", "YEN")


@pytest.fixture(scope="module")
def model(prices, definitions):
    return calibrate(prices, definitions, id="toy")


def exposure(model, name, factor):
    return float(model.exposures[model.name_index[name], model.factor_index[factor]])


def test_known_exposures_are_found(prices, definitions):
    plain = calibrate(prices, definitions, settings=CalibrationSettings(ridge=0.0))
    free = plain.name_index["FREE"]
    truth = np.array([0.5, 0.7, 0.0, 0.0, 0.0])
    errors = plain.details["standard_errors"][free]
    assert (np.abs(plain.exposures[free] - truth) < 4 * errors).all()
    assert errors[1] < 0.02
    assert plain.specific_volatility[free] == pytest.approx(0.003, rel=0.15)
    assert plain.details["r_squared"][free] > 0.97


def test_the_ridge_draws_a_name_of_no_theme_to_its_market_line(model):
    # alone on the market 0.5 + 0.7 * 1.05 * 1.3 = 1.46, with nothing on chips
    assert 0.5 < exposure(model, "FREE", "market") < 0.8
    assert 0.55 < exposure(model, "FREE", "chips") < 0.7
    assert exposure(model, "FREE", "power") == pytest.approx(0.0, abs=0.05)


def test_a_name_that_is_a_factor_is_nothing_else(model):
    for name, factor, sign in (("IDX", "market", 1.0), ("YEN", "usdjpy", -1.0)):
        n = model.name_index[name]
        assert model.sources[n] == "definition"
        assert model.specific_volatility[n] == 0.0
        assert np.array_equal(np.flatnonzero(model.exposures[n]), [model.factor_index[factor]])
        assert exposure(model, name, factor) == sign
        assert model.homes[n] == factor


def test_members_together_are_their_basket(model):
    for basket, members in (("chips", ("C1", "C2", "C3", "C4")), ("power", ("P1", "P2", "P3"))):
        mean = model.exposures[[model.name_index[m] for m in members]].mean(axis=0)
        expected = np.zeros(len(model.factors))
        expected[model.factor_index[basket]] = 1.0
        assert np.allclose(mean, expected, atol=1e-10)
        response = model.details["basket_response"][basket]
        assert response["shipped"] == pytest.approx(1.0)
        assert 0.3 < response["estimated"] < 1.0


def test_a_name_without_history_follows_its_peers(model):
    n = model.name_index["ABSENT"]
    assert model.sources[n] == "prior"
    assert model.homes[n] == "power"
    peers = [model.name_index[p] for p in ("P1", "P2", "P3")]
    assert (model.exposures[n] >= model.exposures[peers].min(axis=0) - 1e-12).all()
    assert (model.exposures[n] <= model.exposures[peers].max(axis=0) + 1e-12).all()
    expected = np.percentile(model.specific_volatility[peers], 75)
    assert model.specific_volatility[n] == pytest.approx(expected)
    said = "no price file holds ABSENT of [homes]: given their peers' mean exposures."
    assert said in model.warnings
    assert sum("ABSENT" in warning for warning in model.warnings) == 1


def test_a_short_history_is_shrunk_and_tagged(model, prices, definitions):
    n = model.name_index["NEWCHIP"]
    assert model.sources[n] == "prior"
    assert model.details["observations"][n] == 80
    assert any("NEWCHIP (80)" in warning for warning in model.warnings)
    free = calibrate(prices, definitions, settings=CalibrationSettings(ridge=0.0))
    own = exposure(free, "NEWCHIP", "chips")
    peers = np.mean([exposure(model, name, "chips") for name in ("C1", "C2", "C3", "C4", "C9")])
    shrunk = exposure(model, "NEWCHIP", "chips")
    assert min(own, peers) < shrunk < max(own, peers)


def test_a_missing_member_and_a_prior_are_said(model):
    assert any("basket chips" in warning and "GONE" in warning for warning in model.warnings)
    assert model.factor("chips").missing == ("GONE",)


def test_the_as_of_date_is_a_wall(prices, definitions):
    day = prices.dates[400]
    levels = prices.levels.copy()
    levels[401:] *= np.random.default_rng(0).uniform(0.5, 2.0, levels[401:].shape)
    other = Prices(dates=prices.dates, names=prices.names, levels=levels)
    a = calibrate(prices, definitions, as_of=day)
    b = calibrate(other, definitions, as_of=day)
    assert a.as_of == day == a.window[1]
    assert np.array_equal(a.exposures, b.exposures)
    assert np.array_equal(a.covariance, b.covariance)
    moves = measure_moves(prices, definitions)
    c = calibrate_moves(moves, as_of=day)
    assert np.array_equal(a.exposures, c.exposures)


def test_the_currency_of_prices_does_not_matter(prices, definitions, model):
    levels = prices.levels * np.where(np.array(prices.names) == "Y10", 1.0, 10.0)
    other = calibrate(
        Prices(dates=prices.dates, names=prices.names, levels=levels), definitions, id="toy"
    )
    assert np.allclose(other.exposures, model.exposures, rtol=1e-7, atol=1e-9)
    assert np.allclose(other.specific_volatility, model.specific_volatility, rtol=1e-7)


def test_the_order_of_columns_does_not_matter(prices, definitions, model):
    order = np.random.default_rng(1).permutation(len(prices.names))
    other = calibrate(
        Prices(
            dates=prices.dates,
            names=tuple(prices.names[n] for n in order),
            levels=prices.levels[:, order],
        ),
        definitions,
        id="toy",
    )
    assert other.names == model.names
    assert np.allclose(other.exposures, model.exposures, rtol=1e-9, atol=1e-12)


def test_a_double_has_the_same_exposures(prices, definitions):
    twin = prices.levels[:, [prices.index["C9"]]]
    both = Prices(
        dates=prices.dates,
        names=(*prices.names, "TWIN"),
        levels=np.column_stack([prices.levels, twin]),
    )
    named = replace(definitions, homes={**definitions.homes, "TWIN": "chips"})
    found = calibrate(both, named)
    a, b = found.name_index["C9"], found.name_index["TWIN"]
    assert np.allclose(found.exposures[a], found.exposures[b], rtol=1e-9, atol=1e-12)
    assert found.specific_volatility[a] == pytest.approx(found.specific_volatility[b])


def test_left_out_exposures_never_see_the_name(prices, definitions):
    """With its own factor left out, a name that is a factor is explained by the others alone."""
    found = calibrate(prices, definitions, settings=CalibrationSettings(leave_out=True))
    assert exposure(found, "IDX", "market") == pytest.approx(0.0, abs=1e-12)
    assert exposure(found, "YEN", "usdjpy") == pytest.approx(0.0, abs=1e-12)
    assert exposure(found, "IDX", "chips") > 0.1
    assert "definition" not in found.sources
    assert exposure(found, "C1", "chips") < 1.0


def test_covariances_are_positive_and_the_quick_one_follows_the_market():
    rng = np.random.default_rng(2)
    moves = rng.standard_normal((1200, 4)) * 0.01
    moves[-100:] *= 3.0
    _, quick, slow, repair = factor_covariances(
        moves, volatility_level(moves, 11.2), CalibrationSettings()
    )
    assert repair == 0.0
    for matrix in (quick, slow):
        assert np.linalg.eigvalsh(matrix)[0] > 0.0
    assert (np.diag(quick) > 1.5 * np.diag(slow)).all()


def test_a_factor_that_stands_still_is_refused_by_name(prices, definitions):
    levels = prices.levels.copy()
    levels[:100, prices.index["YEN"]] = 100.0
    with pytest.raises(ModelError, match="factor usdjpy does not move in the first 60 sessions"):
        calibrate(replace(prices, levels=levels), definitions)


def test_a_storm_at_the_end_lifts_factors_and_names_alike(prices, definitions, model):
    """Levels of the last ten sessions three times as far apart: one level for all, known at once."""
    levels = prices.levels.copy()
    for t in range(len(levels) - 10, len(levels)):
        levels[t] = levels[t - 1] * (1.0 + 3.0 * (prices.levels[t] / prices.levels[t - 1] - 1.0))
    stormy = replace(prices, levels=levels)
    storm = calibrate(stormy, definitions)
    assert storm.volatility_level > 1.5 * model.volatility_level
    still = calibrate(stormy, definitions, settings=CalibrationSettings(level_half_life=1e9))
    assert still.volatility_level == pytest.approx(1.0, rel=1e-3)
    moving = model.specific_volatility > 0.0
    own = np.median(storm.specific_volatility[moving] / still.specific_volatility[moving])
    factors = np.median(np.sqrt(np.diag(storm.covariance) / np.diag(still.covariance)))
    assert own > 1.2
    assert factors > 1.2
    # what a session is worth is known from the level, and nothing else of the exposures
    squares = [
        calibrate(
            stormy,
            definitions,
            settings=CalibrationSettings(
                level_half_life=half_life, likelihood_degrees_of_freedom=np.inf
            ),
        ).exposures
        for half_life in (11.2, 1e9)
    ]
    assert np.allclose(*squares, atol=1e-12)
    assert np.array_equal(storm.covariance_long, still.covariance_long)


def test_carried_moves_are_the_measured_ones(prices, definitions, model):
    moves = measure_moves(prices, definitions)
    dates, carried = model.history.dates, carried_moves(model)
    assert dates == moves.dates[-len(dates) :]
    assert np.allclose(carried, moves.factor_moves[-len(dates) :], atol=1e-15)
    standard = model.history.standardised
    assert np.square(standard).mean() == pytest.approx(1.0, abs=0.15)


def test_the_same_prices_give_the_same_model(prices, definitions, model):
    again = calibrate(prices, definitions, id="toy")
    assert np.array_equal(again.exposures, model.exposures)
    assert np.array_equal(again.covariance, model.covariance)
    assert again.warnings == model.warnings


def test_fewer_days_than_factors_are_refused(prices, definitions):
    few = Prices(dates=prices.dates[:5], names=prices.names, levels=prices.levels[:5])
    with pytest.raises(ModelError, match=r"4 complete session\(s\) cannot calibrate 5 factors"):
        calibrate(few, definitions)


def test_settings_tell_all_their_problems():
    with pytest.raises(InputError) as error:
        CalibrationSettings(half_life=0.0, ridge=-1.0, window=1, degrees_of_freedom=2.0, turns=-1)
    assert len(error.value.problems) == 5
    assert "half_life must be above zero sessions, got 0.0" in str(error.value)


def test_a_name_of_no_theme_without_history_is_left_out_and_said(prices, definitions):
    lone = FactorDefinitions(
        factors=definitions.factors, homes={"ORPHAN": "usdjpy", "C9": "chips", "NEWCHIP": "chips"}
    )
    found = calibrate(prices, lone)
    assert "ORPHAN" not in found.names
    assert "ABSENT" not in found.names
    said = "no price file holds ORPHAN of [homes]: without peers too, left out."
    assert said in found.warnings


def test_a_mistyped_name_with_a_home_is_said_with_the_ticker_that_is_near(prices, definitions):
    typed = FactorDefinitions(
        factors=definitions.factors, homes={"NEWCHPI": "chips", "ABSENT": "power"}
    )
    said = (
        "no price file holds NEWCHPI, ABSENT of [homes]: given their peers' mean exposures. "
        "NEWCHPI: Did you mean 'NEWCHIP'?"
    )
    assert said in calibrate(prices, typed).warnings


def test_a_factor_that_begins_late_and_cuts_the_window_is_named(prices, definitions, model):
    assert not any("begin late" in warning for warning in model.warnings)
    levels = prices.levels.copy()
    levels[:250, prices.names.index("Y10")] = np.nan
    late = Prices(dates=prices.dates, names=prices.names, levels=levels)
    said = calibrate(late, definitions).warnings[0]
    assert said.startswith(
        f"the window holds {len(prices.dates) - 251} of 756 sessions because factors begin late: "
        f"rates_10y (Y10) on {prices.dates[250]}; the others on {prices.dates[0]}."
    )
    short = CalibrationSettings(window=240)
    assert not any(
        "begin" in line for line in calibrate(late, definitions, settings=short).warnings
    )


def test_short_files_say_that_they_are_and_names_without_peers_are_not_said_to_have_any(
    prices, definitions, model
):
    enough = calibrate(prices, definitions, settings=CalibrationSettings(window=240)).warnings
    assert not any("the window holds" in warning for warning in enough)
    assert any("shrunk to their peers: NEWCHIP (80)." in warning for warning in model.warnings)
    few = Prices(dates=prices.dates[-101:], names=prices.names, levels=prices.levels[-101:])
    warnings = calibrate(few, definitions).warnings
    assert warnings[0] == (
        f"the window holds 100 of 756 sessions: the price files begin on {few.dates[0]}. Give a longer history."
    )
    assert not any("peers: " in line for line in warnings)
    (alone,) = (line for line in warnings if "no peer with as many" in line)
    assert "C1 (100)" in alone
    assert "NEWCHIP (80)" in alone


class TestExtension:
    def user_prices(self, prices, rows=slice(None), **extra):
        rng = np.random.default_rng(3)
        count = len(prices.dates)
        chips = prices.levels[:, prices.index["C2"]]
        own = 20.0 * (chips / chips[0]) ** 0.8 * np.exp(0.002 * rng.standard_normal(count).cumsum())
        levels = {"MINE": own, "FREE": prices.levels[:, prices.index["FREE"]], **extra}
        return Prices(
            dates=prices.dates[rows],
            names=tuple(levels),
            levels=np.column_stack(list(levels.values()))[rows],
        )

    def test_new_names_are_added_and_known_ones_kept(self, prices, model):
        wide = extend_model(model, self.user_prices(prices), homes={"MINE": "chips"})
        assert wide.names == tuple(sorted([*model.names, "MINE"]))
        n = wide.name_index["MINE"]
        assert wide.sources[n] == "estimated-user"
        assert wide.homes[n] == "chips"
        assert exposure(wide, "MINE", "chips") == pytest.approx(0.8, abs=0.15)
        for name in model.names:
            assert np.array_equal(
                wide.exposures[wide.name_index[name]], model.exposures[model.name_index[name]]
            )
        assert len(wide.details["observations"]) == len(wide.names)
        assert wide.id == "toy-extended"
        assert wide.warnings[-1] == "in the model already, their prices change nothing: FREE."

    def test_an_estimate_agrees_with_calibration(self, prices, definitions, model):
        keep = [n for n, name in enumerate(prices.names) if name != "FREE"]
        less = Prices(
            dates=prices.dates,
            names=tuple(prices.names[n] for n in keep),
            levels=prices.levels[:, keep],
        )
        wide = extend_model(calibrate(less, definitions), self.user_prices(prices))
        n, m = wide.name_index["FREE"], model.name_index["FREE"]
        assert np.allclose(wide.exposures[n], model.exposures[m], atol=0.05)
        assert wide.specific_volatility[n] == pytest.approx(model.specific_volatility[m], rel=0.05)

    def test_too_few_common_days_are_refused_with_their_number(self, prices, model):
        with pytest.raises(InputError) as error:
            extend_model(model, self.user_prices(prices, rows=slice(-31, None)))
        assert "'MINE' shares 30 session(s)" in str(error.value)
        assert "60 are needed" in str(error.value)

    def test_all_problems_at_once(self, prices, model):
        still = np.full(len(prices.dates), 5.0)
        with pytest.raises(InputError) as error:
            extend_model(
                model,
                self.user_prices(prices, STILL=still),
                homes={"MINE": "chip", "OTHER": "power"},
            )
        text = str(error.value)
        assert "'chip', which is no factor of model toy. Did you mean 'chips'?" in text
        assert "'OTHER' was given a home but is no new name" in text
        assert "'STILL' never moves" in text

    def test_nothing_new_is_refused(self, prices, model):
        known = Prices(
            dates=prices.dates, names=("FREE",), levels=prices.levels[:, [prices.index["FREE"]]]
        )
        with pytest.raises(InputError, match="nothing to add"):
            extend_model(model, known)

    def test_a_model_without_history_is_refused(self, prices, model):
        with pytest.raises(ModelError, match="carries no factor moves"):
            extend_model(replace(model, history=None), self.user_prices(prices))


def _weekdays(count):
    days = np.busday_offset("2022-01-03", np.arange(count))
    return tuple(str(day) for day in days)


@pytest.mark.parametrize("members", [2, 4])
def test_a_members_own_volatility_is_what_its_shipped_exposures_leave(members):
    """Of a theme no factor but its basket shows: the others alone are a noisy stand-in, and leave more."""
    rng = np.random.default_rng(3)
    count = 756
    market = 0.01 * rng.standard_normal(count)
    theme = 0.012 * rng.standard_normal(count)
    own = 0.010 * rng.standard_normal((count, members))
    names = [f"M{i}" for i in range(members)]
    columns = {"IDX": market, **dict(zip(names, (market + theme + own.T), strict=True))}
    levels = 100.0 * np.cumprod(1.0 + np.column_stack(list(columns.values())), axis=0)
    levels = np.vstack([np.full(levels.shape[1], 100.0), levels])
    made = Prices(dates=_weekdays(count + 1), names=tuple(columns), levels=levels)
    told = FactorDefinitions(
        factors=tuple(
            FactorDefinition(
                name=name,
                kind="relative",
                unit="%",
                title=name,
                description="",
                series=series,
                measure="return",
            )
            for name, series in (("market", ("IDX",)), ("theme", tuple(names)))
        )
    )
    found = calibrate(made, told)
    place = [found.name_index[name] for name in names]
    left = own - own.mean(axis=1, keepdims=True)
    recent = 0.5 ** (np.arange(count)[::-1] / 63.0)
    realised = np.sqrt(recent @ np.square(left) / recent.sum())
    assert np.allclose(found.specific_volatility[place], realised, rtol=0.08)


def test_of_a_theme_with_one_peer_the_spread_is_that_of_all_themes():
    exposures = np.array([[1.0, 0.0], [3.0, 0.0], [2.0, 4.0], [2.0, 8.0], [2.0, 0.0], [7.0, 7.0]])
    peers = np.array([True, True, True, True, True, True])
    spread = _spread_of_peers(exposures, peers, np.array([0, 0, 1, 1, 1, 2]))
    assert np.allclose(spread[0], [np.sqrt(2.0), 0.0])
    assert np.allclose(spread[2], [0.0, 4.0])
    assert np.allclose(spread[5], np.sqrt([(2.0 + 0.0) / 3.0, (0.0 + 32.0) / 3.0]))
