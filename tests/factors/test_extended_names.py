"""Names that a user adds answer as the model's own would: estimated without bias, with errors that cover."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import stress
from stress.factors.extension import extend_model
from stress.factors.history import carried_moves
from stress.factors.settings import CalibrationSettings


@pytest.fixture(scope="module")
def known():
    """Return thirty names of no theme drawn with exposures that are known, and what `extend_model` makes of them."""
    model = stress.load_model("us-ai-2025-12")
    moves = carried_moves(model)[1:]
    rng = np.random.default_rng(4)
    market = [n for n, home in enumerate(model.homes) if home == model.market]
    truth = rng.choice([n for n in market if model.sources[n] == "estimated"], 30)
    noise = rng.standard_normal((len(moves), 30)) * model.specific_volatility[truth]
    returns = moves @ model.exposures[truth].T + noise
    levels = 100.0 * np.cumprod(np.vstack([np.ones(30), 1.0 + returns]), axis=0)
    dates = pd.Index(model.required_history().dates, name="date")
    names = [f"NEW{j:02d}" for j in range(30)]
    frame = pd.DataFrame(levels, index=dates, columns=names)
    extended = stress.extend_model(model, frame, waive=["jump", "stale"])
    found = [extended.exposures_of(name).factors for name in names]
    exposures = np.array([[one.exposure for one in factors] for factors in found])
    errors = np.array([[one.standard_error for one in factors] for factors in found])
    return model, (exposures - model.exposures[truth]) / errors


def test_a_new_name_that_is_a_factor_is_refused():
    model = stress.load_model("us-ai-2025-12")
    dates = model.required_history().dates
    walk = 100.0 * np.cumprod(1.0 + np.random.default_rng(1).normal(0.0, 0.01, len(dates)))
    prices = stress.Prices(dates=dates, names=("gold", "NEW"), levels=np.column_stack([walk, walk]))
    with pytest.raises(
        stress.InputError, match="'gold' is a factor of model us-ai-2025-12"
    ) as error:
        extend_model(model, prices)
    assert len(error.value.problems) == 1


def test_their_errors_cover_what_is_true(known):
    _, off = known
    assert 0.92 < (np.abs(off) < 1.96).mean() < 0.99
    assert 0.8 < np.sqrt(np.square(off).mean()) < 1.1


@pytest.mark.parametrize("factor", ["market", "rates_10y", "rates_30y"])
def test_none_is_drawn_away_from_what_its_history_says(known, factor):
    """A fixed prior worth 20 sessions put market exposures 4.6 standard errors off."""
    model, off = known
    # of 30 standard normals, whose mean square is off by 4 of its standard errors at most
    mean_square = np.square(off[:, model.factor_index[factor]]).mean()
    assert mean_square < 1.0 + 4.0 * np.sqrt(2.0 / 30)


def test_what_a_file_writes_as_a_whole_number_is_a_number():
    """Strengths of priors below one observation were cut to none, those above to whole ones."""
    settings = CalibrationSettings.of(stress.load_model("us-ai-2025-12"))
    assert settings == CalibrationSettings()
    assert all(
        type(getattr(settings, field.name)) is type(field.default)
        for field in dataclasses.fields(settings)
    )


@pytest.mark.parametrize(("name", "value"), [("ridge", "x"), ("calm", None), ("half_life", True)])
def test_a_setting_that_is_no_number_is_refused_in_words(name, value):
    with pytest.raises(stress.InputError, match=f"{name} must be a float, got {value!r}"):
        CalibrationSettings(**{name: value})
