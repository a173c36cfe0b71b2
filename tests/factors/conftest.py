"""A small world of prices whose exposures are known."""

from datetime import date, timedelta

import numpy as np
import pytest

from stress.factors.definition import FactorDefinition, FactorDefinitions
from stress.factors.prices import Prices


def weekdays(count, start="2022-01-03"):
    day, days = date.fromisoformat(start), []
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day.isoformat())
        day += timedelta(days=1)
    return tuple(days)


def make_definitions():
    def relative(name, series, measure="return"):
        return FactorDefinition(
            name=name,
            kind="relative",
            unit="%",
            title=name,
            description="",
            series=series,
            measure=measure,
        )

    return FactorDefinitions(
        factors=(
            relative("market", ("IDX",)),
            relative("chips", ("C1", "C2", "C3", "C4", "GONE")),
            relative("power", ("P1", "P2", "P3")),
            relative("usdjpy", ("YEN",), "inverse-return"),
            FactorDefinition(
                name="rates_10y",
                kind="absolute",
                unit="bp",
                title="10y",
                description="",
                series=("Y10",),
                measure="difference",
                scale=0.01,
            ),
        ),
        homes={"C9": "chips", "NEWCHIP": "chips", "ABSENT": "power"},
    )


def make_prices(count=500, seed=7):
    """Members are their theme plus noise; FREE has known exposures; NEWCHIP is listed late."""
    rng = np.random.default_rng(seed)
    market = 0.010 * rng.standard_normal(count)
    chips = 1.3 * market + 0.015 * rng.standard_normal(count)
    power = 0.6 * market + 0.012 * rng.standard_normal(count)
    yen = 0.005 * rng.standard_normal(count)
    rate = 0.05 * rng.standard_normal(count)
    moves = {"IDX": market, "YEN": yen}
    for n in range(1, 5):
        moves[f"C{n}"] = chips * (0.8 + 0.1 * n) + 0.008 * rng.standard_normal(count)
    for n in range(1, 4):
        moves[f"P{n}"] = power * (0.8 + 0.1 * n) + 0.006 * rng.standard_normal(count)
    moves["C9"] = chips + 0.008 * rng.standard_normal(count)
    basket = np.mean([moves[f"C{n}"] for n in range(1, 5)], axis=0)
    moves["FREE"] = 0.5 * market + 0.7 * basket + 0.003 * rng.standard_normal(count)
    moves["NEWCHIP"] = 1.5 * chips + 0.010 * rng.standard_normal(count)
    names = (*sorted(moves), "Y10")
    levels = np.empty((count + 1, len(names)))
    for n, name in enumerate(names[:-1]):
        levels[:, n] = 100.0 * np.cumprod(np.concatenate(([1.0], 1.0 + moves[name])))
    levels[:, -1] = 3.0 + np.concatenate(([0.0], np.cumsum(rate)))
    levels[:-81, names.index("NEWCHIP")] = np.nan
    return Prices(dates=weekdays(count + 1), names=names, levels=levels)


@pytest.fixture(scope="session")
def definitions():
    return make_definitions()


@pytest.fixture(scope="session")
def prices():
    return make_prices()
