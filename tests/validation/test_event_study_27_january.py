"""The default proposal of 24 January 2025 on real prices: the 27th, and the ordinary days after it."""

from pathlib import Path

import pytest

import stress
from stress.files.universes.file import load_universe
from stress.validation.event_study_run import following_year

PRICES = Path(__file__).parents[3] / "shared" / "data" / "prices"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PRICES.is_dir(), reason="needs ../shared/data/prices"),
]


@pytest.fixture(scope="module")
def year(real_moves):
    return following_year(
        real_moves,
        stress.load_portfolio("ai_growth"),
        load_universe("hedges_us_ai"),
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
