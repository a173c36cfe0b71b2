"""The vol beta that is assumed: a name's volatility at the money over the index's; a wing does not set it."""

import math

import pytest

from stress.portfolio.instruments import Driver, Option
from stress.portfolio.levels import given_of
from stress.portfolio.market import market_of
from stress.simulation.levels.vol_betas import assumed_betas, relative_volatility

AS_OF = "2025-12-30"
#: 80 days: at 40 % one standard deviation is 0.4 sqrt(80 / 365) = 0.187 of log strike.
DEVIATION = 0.4 * math.sqrt(80 / 365)


def put(strike, name="AAA", expiry="2026-03-20"):
    return Option(
        underlying=name,
        right="put",
        strike=strike,
        expiry=expiry,
        style="european",
        multiplier=100.0,
        currency="USD",
        as_of=AS_OF,
    )


def beta_of(toy, volatilities, given, name="AAA"):
    levels = {Driver("spot", name): 100.0}
    levels |= {Driver("vol", option.contract): level for option, level in volatilities.items()}
    market = market_of(levels, as_of=AS_OF, currency="USD", source="flag")
    betas, said = assumed_betas([name], list(volatilities), market, toy.model(), given_of(given))
    return betas[name].value, " ".join(said)


def in_model(toy, name="AAA"):
    """Return a name's volatility over the market's, from the model's arrays."""
    model = toy.model()
    row = model.name_index[name]
    answers = model.exposures[row]
    own = float(answers @ model.covariance @ answers) + float(model.specific_volatility[row]) ** 2
    at = model.factor_index["market"]
    return math.sqrt(own / float(model.covariance[at, at]))


VIX = {"vol": {"VIX": "16%"}}


@pytest.mark.parametrize("away", [0.0, 0.5, 0.99])
def test_an_option_within_a_standard_deviation_sets_it(toy, away):
    strike = 100.0 * math.exp(-away * DEVIATION)
    beta, said = beta_of(toy, {put(strike): 0.40}, VIX)
    assert beta == pytest.approx(2.5)
    assert "a name's volatility over the index's: AAA 2.50." in said


def test_a_wing_does_not(toy):
    wing = put(100.0 * math.exp(-1.9 * DEVIATION))
    beta, said = beta_of(toy, {wing: 0.40}, VIX)
    assert beta == pytest.approx(in_model(toy), rel=1e-12)
    assert relative_volatility("AAA", toy.model()) == pytest.approx(in_model(toy), rel=1e-12)
    assert "in the model, for want of an option near the money" in said
    assert f"({wing.contract} is 1.9 standard deviations from the money)" in said
    # The nearest is what counts, however far the others are.
    assert beta_of(toy, {wing: 0.40, put(98.0): 0.24}, VIX)[0] == pytest.approx(1.5)


def test_a_level_of_the_name_or_a_slope_stands_before_the_model(toy):
    wing = put(70.0)
    stated = {"vol": {"VIX": "16%", "AAA": "20%"}}
    beta, said = beta_of(toy, {wing: 0.40}, {**stated, "skew": {"AAA": "-0.5"}})
    assert beta == pytest.approx(1.25)
    assert "by the level stated for it" in said
    beta, said = beta_of(toy, {wing: 0.40}, {**VIX, "skew": {"AAA": "-0.5"}})
    # Along the slope to the money: 0.40 + 0.5 ln 0.7 = 0.2217.
    assert beta == pytest.approx((0.40 + 0.5 * math.log(0.7)) / 0.16)
    assert "along its slope to the money" in said
    # A slope that leads to no volatility is none.
    assert beta_of(toy, {wing: 0.40}, {**VIX, "skew": {"AAA": "-2"}})[0] == pytest.approx(
        in_model(toy)
    )


def test_a_week_is_the_shortest_way_to_the_money(toy):
    # A day before expiry 3 % is more than one deviation of a day at 40 %, and less than one of a week.
    tomorrow = put(97.0, expiry="2025-12-31")
    assert abs(math.log(0.97)) > 0.4 * math.sqrt(1 / 365)
    assert beta_of(toy, {tomorrow: 0.40}, VIX)[0] == pytest.approx(2.5)


def test_a_name_without_any_of_them_moves_one_for_one(toy):
    beta, said = beta_of(toy, {put(60.0, "QQQQ"): 0.40}, VIX, "QQQQ")
    assert beta == 1.0
    assert "one point for one point of VIX: QQQQ (QQQQ 2026-03-20 60 P is" in said
    assert "VIX=18%" not in said
    assert beta_of(toy, {put(60.0): 0.40}, {})[0] == 1.0
