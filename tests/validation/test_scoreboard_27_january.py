"""27 January 2025 by the model of the session before, on the real prices."""

from pathlib import Path

import pytest

from stress.factors.settings import CalibrationSettings
from stress.validation.days import ScoreboardDay
from stress.validation.scoreboard import predict_days, score_day

PRICES = Path(__file__).parents[3] / "shared" / "data" / "prices"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PRICES.is_dir(), reason="needs ../shared/data/prices"),
]


@pytest.fixture(scope="module")
def scored(real_moves):
    day = ScoreboardDay(date="2025-01-27", reasons=("DeepSeek",))
    settings = CalibrationSettings()
    (predicted,) = predict_days(real_moves, [day], settings)
    return score_day(real_moves, day, predicted, settings), predicted


def test_explained_given_the_days_basket_moves(scored):
    found, predicted = scored
    assert predicted.model_as_of == "2025-01-24"
    # names with a year of their own history, as the bundled model estimates them
    assert found.explained_established.names >= 220
    assert found.explained_established.r_squared >= 0.84
    # every name, those drawn to their theme's after a few months of history included
    assert found.explained.names >= 220
    assert found.explained.r_squared >= 0.82


def test_a_market_beta_explains_about_a_quarter(scored):
    found, _ = scored
    assert 0.20 < found.market.r_squared < 0.32
    assert found.sector.r_squared < found.given_core.r_squared


def test_directions_by_factors_alone(scored):
    _, predicted = scored
    for name in ("ED", "KO", "JNJ", "VST", "CEG", "VRT", "NVDA", "AVGO"):
        n = predicted.names.index(name)
        assert predicted.explained.predicted[n] / predicted.realised[n] >= 0.5, name
    assert predicted.explained.predicted[predicted.names.index("META")] < 0.0
