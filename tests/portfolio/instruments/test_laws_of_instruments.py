"""Laws of every instrument: drivers are what is read, values are per draw, levels stay untouched."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Mapping

import numpy as np
import pytest

from stress.portfolio import instruments
from stress.portfolio.instruments import (
    Bond,
    Cash,
    CreditSensitive,
    Driver,
    DurationBond,
    Equity,
    ForeignHolding,
    FundLookThrough,
    Future,
    FXForward,
    Instrument,
    Leg,
    LeveragedFund,
    Option,
    Structure,
    dated,
    needs_date,
    over_sessions,
)
from stress.portfolio.instruments.instrument import missing_members

TODAY = "2025-01-24"


def _option(style, right="put", strike=120.0):
    return Option(
        underlying="NVDA", right=right, strike=strike, expiry="2025-03-21", style=style,
        multiplier=100.0, currency="USD",
    )  # fmt: skip


EXAMPLES: dict[str, tuple[Instrument, ...]] = {
    "cash": (Cash("USD"),),
    "equity": (Equity("NVDA"),),
    "fund": (
        FundLookThrough(
            ticker="SMH", price=250.0, weights={"NVDA": 0.6, "AVGO": 0.35}, residual=0.05,
            residual_follows="SMH", holdings_as_of="2025-01-20",
        ),
    ),
    "leveraged fund": (
        LeveragedFund(ticker="SOXL", follows="SOXX", leverage=3.0, price=25.0),
        LeveragedFund(ticker="SQQQ", follows="QQQ", leverage=-3.0, price=25.0),
    ),
    "future": (Future(contract="ESH5", follows="SPY", price=6100.0, multiplier=50.0),),
    "foreign holding": (
        ForeignHolding(instrument=Equity("ASML.AS"), currency="EUR", book_currency="USD"),
        ForeignHolding(
            instrument=LeveragedFund(ticker="LQQ", follows="QQQ", leverage=2.0, price=900.0),
            currency="EUR", book_currency="USD",
        ),
    ),
    "fx forward": (
        FXForward(foreign="EUR", domestic="USD", agreed_rate=1.05, delivery="2025-06-30"),
    ),
    "bond": (
        Bond(
            name="T 4.25 2034", coupon=0.0425, frequency=2, maturity="2034-11-15", curve="USD 10y",
            credit=None,
        ),
        Bond(
            name="ORCL 2028", coupon=0.0, frequency=1, maturity="2028-02-01", curve="USD 2y",
            credit="investment-grade", continuous=True,
        ),
    ),
    "duration bond": (
        DurationBond(
            name="HYG", price=79.0, yield_now=0.044, spread_now=0.028, duration=3.1, convexity=14.0,
            curve="USD 5y",
        ),
    ),
    "option": (_option("european"), _option("american"), _option("american", "call")),
    "structure": (
        Structure(
            name="put spread",
            legs=(
                Leg(instrument=_option("american"), ratio=1.0),
                Leg(instrument=_option("american", strike=100.0), ratio=-1.0),
            ),
        ),
    ),
}  # fmt: skip

BASE = {"spot": 142.0, "vol": 0.55, "rate": 0.043, "dividend": 0.0004, "fx": 1.05, "spread": 0.01}


def ready(instrument: Instrument) -> Instrument:
    return over_sessions(dated(instrument, TODAY), 1)


def base_levels(instrument: Instrument) -> dict[Driver, np.ndarray]:
    return {
        d: np.asarray(1.0 if d.kind == "growth" else BASE[d.kind]) for d in instrument.drivers()
    }


CASES = [
    pytest.param(ready(i), id=f"{k}-{n}") for k, row in EXAMPLES.items() for n, i in enumerate(row)
]


class Recorded(Mapping[Driver, np.ndarray]):
    """Levels that note which were read."""

    def __init__(self, levels):
        self.levels, self.read = levels, set()

    def __getitem__(self, driver):
        self.read.add(driver)
        return self.levels[driver]

    def __iter__(self):
        return iter(self.levels)

    def __len__(self):
        return len(self.levels)


def test_every_file_of_an_instrument_has_its_laws_tested():
    written = set()
    for module in pkgutil.iter_modules(instruments.__path__, f"{instruments.__name__}."):
        for one in vars(importlib.import_module(module.name)).values():
            if isinstance(one, type) and isinstance(getattr(one, "kind", None), str):
                written.add(one)

    assert {type(instrument) for row in EXAMPLES.values() for instrument in row} == written
    for kind, row in EXAMPLES.items():
        assert {instrument.kind for instrument in row} == {kind}


@pytest.mark.parametrize("instrument", CASES)
def test_satisfies_the_contract(instrument):
    assert isinstance(instrument, Instrument)
    assert instrument.underlying


@pytest.mark.parametrize("instrument", CASES)
def test_reads_exactly_its_drivers(instrument):
    levels = Recorded(base_levels(instrument))
    instrument.value(levels)
    assert levels.read == set(instrument.drivers())
    assert len(instrument.drivers()) == len(set(instrument.drivers()))


def _draws(instrument, count=70):
    rng = np.random.default_rng(11)
    return {
        driver: level * np.exp(0.1 * rng.standard_normal(count))
        for driver, level in base_levels(instrument).items()
    }


@pytest.mark.parametrize("instrument", CASES)
@pytest.mark.parametrize("elapsed", [0.0, 3.0])
def test_a_draw_is_worth_what_it_is_worth_alone(instrument, elapsed):
    draws = _draws(instrument)
    values = np.broadcast_to(instrument.value(draws, elapsed_days=elapsed), (70,))
    for i in (0, 33, 69):
        one = {driver: np.asarray(level[i]) for driver, level in draws.items()}
        alone = float(instrument.value(one, elapsed_days=elapsed))
        assert values[i] == pytest.approx(alone, rel=2e-5, abs=1e-4)


@pytest.mark.parametrize("instrument", CASES)
def test_levels_are_left_as_they_are(instrument):
    draws = _draws(instrument)
    for level in draws.values():
        level.setflags(write=False)
    before = {driver: level.copy() for driver, level in draws.items()}
    instrument.value(draws, elapsed_days=1.0)
    assert all(np.array_equal(before[driver], draws[driver]) for driver in draws)


@pytest.mark.parametrize("instrument", CASES)
def test_no_move_is_no_gain(instrument):
    once, again = (float(instrument.value(base_levels(instrument))) for _ in range(2))
    assert once == again


@pytest.mark.parametrize("instrument", CASES)
@pytest.mark.parametrize("move", [-1.0, -0.99, 5.0])
def test_finite_when_a_share_collapses_or_multiplies(instrument, move):
    levels = {
        driver: level * (1.0 + move) if driver.kind in ("spot", "growth") else level
        for driver, level in base_levels(instrument).items()
    }
    assert np.all(np.isfinite(instrument.value(levels, elapsed_days=1.0)))


@pytest.mark.parametrize("instrument", CASES)
def test_linear_means_a_multiple_of_one_spot(instrument):
    spots = [d for d in instrument.drivers() if d.kind == "spot"]
    if instrument.linear and spots:
        doubled = {d: 2.0 * level for d, level in base_levels(instrument).items()}
        assert instrument.value(doubled) == 2.0 * instrument.value(base_levels(instrument))
    elif not instrument.linear:
        assert instrument.drivers()


def _extreme(instrument, count=400):
    """Levels from next to nothing to far beyond anything: every driver on its own, and all together."""
    rng = np.random.default_rng(3)
    spread = {"spot": 12.0, "growth": 12.0, "fx": 12.0, "vol": 1.0, "rate": 2.0, "spread": 2.0}
    return {
        driver: level * np.exp(spread.get(driver.kind, 0.5) * rng.standard_normal(count))
        for driver, level in base_levels(instrument).items()
    }


@pytest.mark.parametrize("instrument", CASES)
@pytest.mark.parametrize("elapsed", [0.0, 30.0])
def test_is_worth_what_its_range_says_whatever_happens(instrument, elapsed):
    lowest, highest = instrument.value_range()
    values = instrument.value(_extreme(instrument), elapsed_days=elapsed)
    rounding = 1e-9 * np.abs(values).max()
    assert lowest <= highest
    assert lowest > -np.inf, "a long position of every kind here can lose so much and no more"
    assert values.min() >= lowest - rounding
    assert values.max() <= highest + rounding


@pytest.mark.parametrize("instrument", CASES)
def test_its_multiplier_is_what_its_price_is_times(instrument):
    assert instrument.multiplier > 0.0
    if any(field.name == "multiplier" for field in dataclasses.fields(instrument)):
        twice = dataclasses.replace(instrument, multiplier=2.0 * instrument.multiplier)
        draws = _draws(instrument)
        assert twice.value(draws) == pytest.approx(2.0 * instrument.value(draws), rel=1e-12)
        levels = base_levels(instrument)
        assert twice.notional_at(levels) == 2.0 * instrument.notional_at(levels)


@pytest.mark.parametrize("instrument", CASES)
def test_its_notional_bounds_what_a_small_move_gains(instrument):
    """Nothing gains more than its notional does: one per cent of what it follows, leverage times."""
    levels = base_levels(instrument)
    up = {
        d: np.asarray(1.01 * level) if d.kind in ("spot", "growth", "fx") else level
        for d, level in levels.items()
    }
    gain = abs(float(instrument.value(up)) - float(instrument.value(levels)))
    times = abs(getattr(getattr(instrument, "instrument", instrument), "leverage", 1.0))
    foreign = isinstance(instrument, ForeignHolding)
    assert gain <= (0.01 * times + 0.0101 * foreign) * instrument.notional_at(levels) * (
        1.0 + 0.05 * times
    )


@pytest.mark.parametrize("instrument", CASES)
def test_what_ages_says_that_it_needs_a_date(instrument):
    still = base_levels(instrument)
    ages = float(instrument.value(still, elapsed_days=20.0)) != float(instrument.value(still))
    assert needs_date(instrument) or not ages or isinstance(instrument, DurationBond)


@pytest.mark.parametrize("instrument", CASES)
def test_what_reads_a_spread_says_whose(instrument):
    reads = any(driver.kind == "spread" for driver in instrument.drivers())
    assert isinstance(instrument, CreditSensitive) == reads


def test_the_members_of_an_instrument_are_those_of_its_protocol():
    named = {n for n in (*vars(Instrument), *Instrument.__annotations__) if not n.startswith("_")}
    assert named == set(missing_members(object()))
