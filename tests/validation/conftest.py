"""A small world with the four core factors, whose names move by known exposures."""

import importlib.util
import sys
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from stress.factors.calibration import CalibrationSettings
from stress.factors.definition import FactorDefinition, FactorDefinitions
from stress.factors.moves import measure_moves
from stress.factors.prices import Prices
from stress.files.factor_file import read_factors
from stress.files.prices.reading import read_prices

ROOT = Path(__file__).parents[2]
PRICES = ROOT.parent / "shared" / "data" / "prices"
CHIPS = ("NVDA", "AVGO", "AMD", "TSM")
UTILITIES = ("SO", "DUK", "NEE")
POWER = ("VST", "NRG", "CEG")


def weekdays(count, start="2018-06-01"):
    day, days = date.fromisoformat(start), []
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day.isoformat())
        day += timedelta(days=1)
    return tuple(days)


def relative(name, series):
    return FactorDefinition(
        name=name,
        kind="relative",
        unit="%",
        title=name,
        description="",
        series=series,
        measure="return",
    )


def make_world(count=760, seed=3, bump=None, blank=None):
    """`bump`: (ticker, extra return on the last day); `blank`: a row on which gold has no price."""
    rng = np.random.default_rng(seed)
    law = np.sqrt(3.0 / rng.chisquare(5.0, size=(count, 1)))
    shocks = law * rng.standard_normal((count, 5))
    market = 0.010 * shocks[:, 0]
    themes = {
        "chips": 1.3 * market + 0.015 * shocks[:, 1],
        "utilities": 0.4 * market + 0.007 * shocks[:, 2],
        "power": 0.8 * market + 0.018 * shocks[:, 3],
    }
    moves = {"SPY": market, "GLD": 0.008 * shocks[:, 4]}
    for theme, members in (("chips", CHIPS), ("utilities", UTILITIES), ("power", POWER)):
        for ticker in members:
            noise = law[:, 0] * rng.standard_normal(count)
            moves[ticker] = themes[theme] + 0.012 * noise
    for ticker in ("JPM", "BAC", "XLF", "KO", "PEP", "JNJ", "SMH", "XLU"):
        beta = rng.uniform(0.3, 1.2, size=3)
        own = 0.010 * law[:, 0] * rng.standard_normal(count)
        moves[ticker] = beta[0] * market + 0.2 * beta[1] * themes["chips"] + own
    if bump is not None:
        moves[bump[0]] = moves[bump[0]].copy()
        moves[bump[0]][-1] += bump[1]
    names = tuple(moves)
    returns = np.column_stack([moves[name] for name in names])
    levels = 100.0 * np.cumprod(1.0 + returns, axis=0)
    if blank is not None:
        levels[blank, names.index("GLD")] = np.nan
    definitions = FactorDefinitions(
        factors=(
            relative("market", ("SPY",)),
            relative("semis_ai_compute", CHIPS),
            relative("utilities_regulated", UTILITIES),
            relative("power_ipp", POWER),
            relative("gold", ("GLD",)),
        ),
        homes={"SMH": "semis_ai_compute", "XLU": "utilities_regulated"},
    )
    return Prices(dates=weekdays(count), names=names, levels=levels), definitions


@pytest.fixture(scope="session")
def world():
    prices, definitions = make_world()
    return SimpleNamespace(
        prices=prices,
        definitions=definitions,
        moves=measure_moves(prices, definitions),
        settings=CalibrationSettings(window=400),
    )


@pytest.fixture(scope="session")
def make():
    return make_world


@pytest.fixture(scope="session")
def real_moves():
    """The factor moves of the real price files; for tests marked `shared`."""
    definitions = read_factors(ROOT / "models" / "us-ai.toml")
    files = [PRICES / "adjclose_wide_2018_2025.csv", PRICES / "vix_daily.csv"]
    fred = ("DGS2", "DGS10", "DGS30", "BAMLH0A0HYM2", "BAMLC0A0CM")
    files += [PRICES / "fred" / f"{name}.csv" for name in fred]
    read = read_prices(files, waive=("jump", "stale", "missing-member"), factors=definitions)
    return measure_moves(read, definitions)


@pytest.fixture(scope="session")
def quotes():
    """The comparison of volatility rules with quoted chains."""
    path = Path(__file__).with_name("quote_errors.py")
    spec = importlib.util.spec_from_file_location("validation_tests_quote_errors", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
