import numpy as np
import pandas as pd
import pytest

from stress.errors import InputError
from stress.factors.definition import FactorDefinition, FactorDefinitions
from stress.files.prices.reading import read_prices
from stress.files.prices.units import check_units


def defined(scale=1.0, *, unit="bp", role="", name="y"):
    return FactorDefinitions(
        factors=(
            FactorDefinition(
                name=name,
                kind="absolute",
                unit=unit,
                title=name,
                description="",
                series=("Y",),
                measure="difference",
                scale=scale,
                role=role,
            ),
        ),
        source="f.toml",
    )


def series(level, deviation, count=750, digits=None):
    """A walk of a level and the daily standard deviation of its moves, both in its own unit."""
    moved = np.random.default_rng(1).normal(0.0, deviation, count)
    walk = level + np.cumsum(moved - moved.mean())
    return (walk if digits is None else np.round(walk, digits))[:, None]


#: Level and daily deviation in per cent: the orders of magnitude of extremes, no history.
QUOTED = {
    "10y Treasury 2023-25": (4.2, 0.065),
    "2y Treasury 2012-14": (0.35, 0.018),
    "high yield 2017": (3.8, 0.05),
    "investment grade 1997": (0.6, 0.0083),
    "CCC 2009": (25.0, 0.35),
    "Bund at zero 2019": (-0.2, 0.035),
    "Japan under control 2017-21": (0.03, 0.006),
    "Euribor 2017": (-0.33, 0.0008),
    "Greece 2011": (18.0, 0.6),
    "Argentina 2002": (60.0, 0.9),
    "Turkey 2018": (20.0, 0.4),
}


@pytest.mark.parametrize("quote", QUOTED.values(), ids=QUOTED)
def test_what_markets_quoted_is_possible_in_per_cent_bp_and_decimals(quote):
    for per_unit, scale in ((1.0, 0.01), (100.0, 0.0001), (0.01, 1.0)):
        assert check_units(defined(scale), ["Y"], series(*quote) * per_unit) == []


@pytest.mark.parametrize(("stated", "fits"), [(1.0, "0.01"), (0.0001, "0.01")])
@pytest.mark.parametrize("quote", [(4.2, 0.065), (3.8, 0.05), (1.2, 0.02), (0.35, 0.018)])
def test_a_scale_of_another_unit_is_found_with_the_one_that_fits(stated, fits, quote):
    (found,) = check_units(defined(stated), ["Y"], series(*quote))
    assert found.code == "unit"
    assert found.subject == "y"
    assert f"(scale is {stated:g})" in found.message
    assert found.remedy.startswith(f"Set scale = {fits}, which makes it mostly ")


@pytest.mark.parametrize(
    ("level", "deviation", "found"),
    [(17.0, 1.8, 0), (95.0, 4.0, 0), (7.0, 0.3, 0), (0.17, 0.018, 1), (1700.0, 180.0, 1)],
)
def test_a_volatility_index_is_in_points(level, deviation, found):
    definitions = defined(unit="pts", role="volatility")
    assert len(check_units(definitions, ["Y"], series(level, deviation))) == found
    assert check_units(defined(unit="pts"), ["Y"], series(level, deviation)) == []


def test_a_constant_or_short_series_and_one_that_is_absent_prove_nothing():
    for levels in (np.full((750, 1), 4.2), series(4.2, 0.06, count=19)):
        assert check_units(defined(), ["Y"], levels) == []
    assert check_units(defined(), ["Z"], series(4.2, 0.06)) == []


def test_it_is_refused_with_the_scale_and_accepted_by_the_name_of_the_factor():
    days = [day.strftime("%Y-%m-%d") for day in pd.bdate_range("2022-01-03", periods=750)]
    frame = pd.DataFrame(
        {"SPY": 100.0 + series(0.0, 1.0)[:, 0] / 100.0, "Y": series(4.2, 0.065)[:, 0]}, index=days
    )
    definitions = defined(name="ten_year")
    with pytest.raises(InputError) as error:
        read_prices(frame, factors=definitions)
    said = str(error.value)
    assert said.startswith("f.toml: factor 'ten_year' reads 'Y' as mostly 4")
    assert "Set scale = 0.01, which makes it mostly 4" in said
    assert "accept it with --waive unit:ten_year" in said
    (accepted,) = read_prices(frame, factors=definitions, waive=["unit:ten_year"]).warnings
    assert accepted.startswith("waived unit: factor 'ten_year'")
