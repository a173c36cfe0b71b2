"""Funds, futures and currencies: values by hand, refusals in words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stress.errors import InputError
from stress.portfolio.instruments import (
    Driver,
    Equity,
    ForeignHolding,
    FundLookThrough,
    Future,
    FXForward,
    LeveragedFund,
    variance_drag,
)


def fund(**terms):
    return FundLookThrough(
        **{
            "ticker": "SMH",
            "price": 250.0,
            "weights": {"NVDA": 0.6, "AVGO": 0.35},
            "residual": 0.05,
            "residual_follows": None,
            "holdings_as_of": "2025-01-20",
            **terms,
        }
    )


def growth(**moves):
    return {Driver("growth", name): np.asarray(1.0 + move) for name, move in moves.items()}


def test_a_fund_moves_as_its_holdings_do():
    assert fund().value(growth(NVDA=-0.1697, AVGO=-0.174)) == pytest.approx(
        250.0 * (1.0 - 0.6 * 0.1697 - 0.35 * 0.174)
    )
    following = fund(residual_follows="SMH")
    moved = following.value(growth(NVDA=-0.17, AVGO=-0.17, SMH=-0.1))
    assert moved == pytest.approx(250.0 * (1.0 - 0.95 * 0.17 - 0.05 * 0.1))


def test_holdings_that_do_not_sum_are_refused():
    with pytest.raises(InputError, match=r"sum to 95\.0000%, not to 100 %"):
        fund(residual=0.0)
    with pytest.raises(InputError) as refused:
        fund(price=-1.0, weights={"NVDA": math.nan}, holdings_as_of="January")
    assert len(refused.value.problems) == 4


def test_holdings_cannot_be_changed_afterwards():
    with pytest.raises(TypeError):
        fund().weights["NVDA"] = 1.0


@pytest.mark.parametrize("leverage", [3.0, 2.0, -1.0, -3.0])
def test_a_leveraged_fund_is_exact_for_one_session(leverage):
    held = LeveragedFund(ticker="X", follows="SOXX", leverage=leverage, price=40.0).over_sessions(1)
    assert held.value(growth(SOXX=-0.0784)) == pytest.approx(40.0 * (1.0 - leverage * 0.0784))


def test_a_leveraged_fund_compounds_its_days():
    held = LeveragedFund(ticker="X", follows="QQQ", leverage=3.0, price=40.0).over_sessions(5)
    total = 0.98**5 - 1.0
    assert held.value(growth(QQQ=total)) == pytest.approx(40.0 * 0.94**5)
    with pytest.raises(InputError, match="sessions of the horizon are not set"):
        LeveragedFund(ticker="X", follows="QQQ", leverage=3.0, price=40.0).value(growth(QQQ=0.0))


def test_a_day_that_loses_everything_ends_the_fund():
    held = LeveragedFund(ticker="X", follows="QQQ", leverage=3.0, price=40.0).over_sessions(1)
    assert held.value(growth(QQQ=-0.4)) == 0.0


def test_the_variance_drag_is_that_of_random_paths_with_a_given_total():
    rng = np.random.default_rng(6)
    sessions, sd, leverage = 10, 0.01, 3.0
    steps = sd * rng.standard_normal((40_000, sessions))
    steps -= steps.mean(axis=1, keepdims=True)
    ratio = np.prod(1.0 + leverage * np.expm1(steps), axis=1)
    drag = variance_drag(leverage, daily_variance=sd**2, sessions=sessions)
    error = 4.0 * ratio.std() / math.sqrt(len(ratio))
    assert abs(ratio.mean() - 1.0 - drag) < error + 0.05 * abs(drag)
    assert variance_drag(-1.0, daily_variance=sd**2, sessions=10) < 0.0
    assert variance_drag(3.0, daily_variance=sd**2, sessions=1) == 0.0
    # A constant path that loses everything leaves nothing to lose on the way.
    assert variance_drag(3.0, daily_variance=sd**2, sessions=2, growth=0.4) == 0.0


def test_a_future_pays_the_difference():
    contract = Future(contract="ESH5", follows="SPY", price=6100.0, multiplier=50.0)
    assert contract.value(growth(SPY=0.0)) == 0.0
    assert contract.value(growth(SPY=-0.01)) == pytest.approx(-50.0 * 61.0)
    assert contract.notional == 305_000.0
    with pytest.raises(InputError, match=r"multiplier 0\.0 is not a number above zero"):
        Future(contract="ESH5", follows="SPY", price=6100.0, multiplier=0)


def test_a_foreign_share_moves_jointly():
    held = ForeignHolding(instrument=Equity("ASML.AS"), currency="EUR", book_currency="USD")
    base = {Driver("spot", "ASML.AS"): np.asarray(700.0), Driver("fx", "EUR/USD"): np.asarray(1.05)}
    moved = {
        Driver("spot", "ASML.AS"): np.asarray(651.0),
        Driver("fx", "EUR/USD"): np.asarray(1.0395),
    }
    ratio = held.value(moved) / held.value(base)
    assert ratio - 1.0 == pytest.approx((1.0 - 0.07) * (1.0 - 0.01) - 1.0)
    with pytest.raises(InputError, match="USD is the book's own currency"):
        ForeignHolding(instrument=Equity("NVDA"), currency="USD", book_currency="USD")


def test_a_forward_at_its_fair_rate_is_worth_nothing():
    years, foreign, domestic, spot = 90.0 / 365.0, 0.025, 0.043, 1.05
    fair = spot * math.exp((domestic - foreign) * years)
    forward = FXForward(foreign="EUR", domestic="USD", agreed_rate=fair, delivery="2025-04-24")
    levels = {
        Driver("fx", "EUR/USD"): np.asarray(spot),
        Driver("rate", "EUR"): np.asarray(foreign),
        Driver("rate", "USD"): np.asarray(domestic),
    }
    now = forward.dated("2025-01-24")
    assert now.value(levels) == pytest.approx(0.0, abs=1e-15)
    assert now.notional_at(levels) == spot
    assert now.value(levels, elapsed_days=200.0) == pytest.approx(spot - fair)
    with pytest.raises(InputError, match="delivered 2025-04-24, before 2025-05-01"):
        forward.dated("2025-05-01")
    with pytest.raises(InputError, match="no valuation date"):
        forward.value(levels)
