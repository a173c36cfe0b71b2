"""What a model knows of a name: standard errors, t, stress-day exposures and their spread."""

from dataclasses import replace

import numpy as np
import pytest

from stress.errors import InputError
from stress.factors.calibration import calibrate
from stress.factors.extension import extend_model
from stress.factors.prices import Prices
from stress.factors.settings import CalibrationSettings


@pytest.fixture(scope="module")
def model(prices, definitions):
    return calibrate(prices, definitions, id="toy")


def test_an_estimated_name_has_what_calibration_found(model):
    known = model.exposures_of("FREE")
    n = model.name_index["FREE"]
    assert (known.source, known.home, known.own_basket) == ("estimated", "market", None)
    assert known.specific_volatility == model.specific_volatility[n]
    assert known.r_squared == model.details["r_squared"][n] > 0.9
    assert known.observations == 500
    assert 100 < known.effective_observations < 500
    assert known.window == model.window
    assert [one.factor for one in known.factors] == [factor.name for factor in model.factors]
    for k, one in enumerate(known.factors):
        assert one.unit == model.factors[k].unit
        assert one.exposure == model.exposures[n, k]
        assert one.standard_error == model.details["standard_errors"][n][k] > 0.0
        assert one.t * one.standard_error == pytest.approx(one.exposure)
        assert one.stress_day == model.details["stress_exposures"][n][k]
        assert one.spread == one.stress_day - one.exposure
        assert one.spread_in_standard_errors * one.standard_error == pytest.approx(one.spread)


def test_without_a_prior_a_standard_error_says_how_far_the_truth_lies(prices, definitions):
    free = calibrate(prices, definitions, settings=CalibrationSettings(ridge=0.0))
    truth = {"market": 0.5, "chips": 0.7, "power": 0.0, "usdjpy": 0.0, "rates_10y": 0.0}
    for one in free.exposures_of("FREE").factors:
        assert abs(one.exposure - truth[one.factor]) < 4.0 * one.standard_error
        assert (abs(one.t) > 4.0) == (truth[one.factor] != 0.0)


def test_a_member_is_left_out_of_its_own_basket(model):
    assert model.exposures_of("C1").own_basket == "chips"


def test_what_is_a_factor_by_definition_has_nothing_estimated(model):
    known = model.exposures_of("IDX")
    assert known.source == "definition"
    for one in known.factors:
        assert one.exposure == (1.0 if one.factor == "market" else 0.0)
        assert (one.standard_error, one.t) == (0.0, None)
        assert (one.stress_day, one.spread) == (one.exposure, 0.0)
        assert one.spread_in_standard_errors is None


def test_of_a_name_without_history_only_its_peers_are_known(model):
    known = model.exposures_of("ABSENT")
    assert (known.source, known.observations, known.r_squared) == ("prior", 0, None)
    assert not known.has_history
    power = next(one for one in known.factors if one.factor == "power")
    assert power.exposure > 0.5
    assert power.standard_error > 0.0
    for one in known.factors:
        assert (one.t, one.stress_day, one.spread) == (None, None, None)


def test_a_short_history_is_an_estimate_all_the_same(model):
    known = model.exposures_of("NEWCHIP")
    assert (known.source, known.observations, known.has_history) == ("prior", 80, True)
    assert all(one.t is not None for one in known.factors)


def test_a_model_that_does_not_say_has_none(toy):
    known = toy.model().exposures_of("AAA")
    assert (known.r_squared, known.observations, known.effective_observations) == (None, None, None)
    chips = known.factors[1]
    assert chips.exposure == 1.1
    assert (chips.standard_error, chips.t, chips.stress_day, chips.spread) == (None,) * 4


def test_names_of_a_user_are_estimated_on_the_moves_the_model_carries(prices, model):
    mine = prices.levels[:, [prices.index["FREE"]]] * 2.0
    wide = extend_model(model, Prices(dates=prices.dates, names=("MINE",), levels=mine))
    known = wide.exposures_of("MINE")
    dates = wide.required_history().dates
    assert known.source == "estimated-user"
    assert known.window == (dates[1], dates[-1])
    assert known.observations == len(dates) - 1
    assert np.isfinite([one.t for one in known.factors]).all()
    assert wide.exposures_of("FREE") == model.exposures_of("FREE")


def test_an_unknown_name_is_refused_with_the_nearest(model):
    with pytest.raises(InputError, match=r"'FREEE' is not a name of model toy\. Did you mean 'FR"):
        model.exposures_of("FREEE")
    with pytest.raises(InputError, match="is not a name of model other"):
        replace(model, id="other").exposures_of("")
