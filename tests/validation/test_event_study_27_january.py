"""The default proposal of 24 January 2025 on real prices: the 27th, and the ordinary days after it."""

from pathlib import Path

import pytest

import stress
from stress.factors.moves import measure_moves
from stress.files.factor_file import read_factors
from stress.files.prices import read_prices
from stress.files.universe_file import read_universe
from stress.validation.event_study_run import following_year

ROOT = Path(__file__).parents[2]
PRICES = ROOT.parent / "shared" / "data" / "prices"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PRICES.is_dir(), reason="needs ../shared/data/prices"),
]


@pytest.fixture(scope="module")
def year():
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
    return following_year(
        measure_moves(read, definitions),
        stress.load_portfolio("ai_growth"),
        read_universe("hedges_us_ai"),
        "2025-01-27",
        stress.load_model("us-ai-2025-01-24"),
        (),
    )


def test_it_loses_less_than_the_unhedged_book_on_the_day(year):
    assert year.unhedged < -0.10
    assert year.unhedged < year.hedged < 0.0


def test_the_median_day_of_the_following_year_is_inside_the_printed_band(year):
    assert year.sessions > 200
    assert year.median >= year.band[0]
