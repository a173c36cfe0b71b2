"""27 January 2025 by the model of the session before, on the real prices."""

from pathlib import Path

import pytest

from stress.factors.moves import measure_moves
from stress.factors.settings import CalibrationSettings
from stress.files.factor_file import read_factors
from stress.files.prices import read_prices
from stress.validation.days import ScoreboardDay
from stress.validation.scoreboard import predict_days, score_day

ROOT = Path(__file__).parents[2]
PRICES = ROOT.parent / "shared" / "data" / "prices"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PRICES.is_dir(), reason="needs ../shared/data/prices"),
]


@pytest.fixture(scope="module")
def scored():
    definitions = read_factors(ROOT / "models" / "us-ai.toml")
    differenced = {
        series
        for factor in definitions.factors
        if factor.measure == "difference"
        for series in factor.series
    }
    files = [PRICES / "adjclose_wide_2018_2025.csv", PRICES / "vix_daily.csv"]
    fred = ("DGS2", "DGS10", "DGS30", "BAMLH0A0HYM2", "BAMLC0A0CM")
    files += [PRICES / "fred" / f"{name}.csv" for name in fred]
    read = read_prices(files, waive=("jump", "stale"), differenced=differenced)
    moves = measure_moves(read, definitions)
    day = ScoreboardDay(date="2025-01-27", reasons=("DeepSeek",))
    settings = CalibrationSettings()
    (predicted,) = predict_days(moves, [day], settings)
    return score_day(moves, day, predicted, settings), predicted


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
