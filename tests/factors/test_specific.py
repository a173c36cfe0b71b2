"""The law of specific volatility: a name of known standard deviation comes back."""

import numpy as np
import pytest

from stress.api import load_model
from stress.factors.extension import extend_model
from stress.factors.filtering import volatility_level
from stress.factors.history import carried_moves
from stress.factors.prices import Prices
from stress.factors.settings import CalibrationSettings
from stress.factors.weights import exponential_weights

COUNT = 40
TRUTH = 0.02


@pytest.mark.parametrize("sessions", [61, 90, 250])
def test_names_of_known_specific_volatility_come_back_from_an_extended_model(sessions):
    model = load_model()
    dates, factor_moves = model.history.dates, carried_moves(model)
    level = volatility_level(factor_moves, CalibrationSettings().level_half_life)
    noise = np.random.default_rng(1).standard_normal((len(dates), COUNT))
    own = TRUTH * (level[:-1] / level[-1])[:, None] * noise
    moves = factor_moves[:, [model.factor_index["market"]]] + own
    levels = 100.0 * np.cumprod(1.0 + moves, axis=0)
    levels[:-sessions] = np.nan
    names = tuple(f"ZZ{n:02d}" for n in range(COUNT))
    wide = extend_model(model, Prices(dates=dates, names=names, levels=levels))
    found = np.square(wide.specific_volatility[[wide.name_index[name] for name in names]])

    weights = exponential_weights(sessions - 1, CalibrationSettings().specific_half_life)
    # of the mean of COUNT weighted means of squares of normal moves
    error = TRUTH**2 * np.sqrt(2.0 * np.square(weights / weights.sum()).sum() / COUNT)
    assert found.mean() == pytest.approx(TRUTH**2, abs=4.0 * error)
