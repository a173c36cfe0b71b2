"""Volatility rules against values computed by hand, betas, and where a contract's level comes from."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stress.errors import InputError
from stress.portfolio.instruments import Driver, Option
from stress.portfolio.market import market_of
from stress.portfolio.pricing.american import american_value
from stress.portfolio.pricing.black_scholes import european_value
from stress.portfolio.volatility import (
    CEILING,
    FLOOR,
    VOLATILITY_RULES,
    SkewSlope,
    VolatilityBeta,
    assumed_volatility_beta,
    implied_levels,
    name_volatility_move,
    shocked_volatility,
    term_factor,
    unknown_skew,
)

# A put of strike 90 for three months, without rates: volatility 0.25 - 0.6 ln(K / S), and the spot falls from 100 to 90.
SKEW = SkewSlope(value=-0.6, source="given")
BASE = 0.25 - 0.6 * np.log(90.0 / 100.0)


def test_the_put_before_the_spot_falls():
    assert pytest.approx(0.3132, abs=5e-5) == BASE
    assert european_value(100.0, 90.0, 0.25, 0.0, 0.0, BASE, sign=-1.0) == pytest.approx(
        2.2186, abs=5e-5
    )


@pytest.mark.parametrize(
    ("rule", "printed"),
    [("sticky-strike", 5.6172), ("sticky-moneyness", 4.4852), ("spot-coordinated", 6.7479)],
)
def test_the_put_after_the_spot_fell_by_each_rule(rule, printed):
    vol = shocked_volatility(BASE, 0.9, rule=rule, skew=SKEW)
    value = european_value(90.0, 90.0, 0.25, 0.0, 0.0, vol, sign=-1.0)
    assert value == pytest.approx(printed, abs=5e-5)


def test_an_unknown_rule_is_refused():
    with pytest.raises(
        InputError, match="volatility rule 'sticky-delta' is unknown; known: sticky-strike"
    ):
        shocked_volatility(0.3, 0.9, rule="sticky-delta", skew=SKEW)


@given(st.floats(0.01, 3.0), st.sampled_from(VOLATILITY_RULES), st.floats(-2.0, 2.0))
def test_no_move_is_no_move(base, rule, slope):
    skew = SkewSlope(value=slope, source="measured")
    assert shocked_volatility(base, 1.0, rule=rule, skew=skew) == base


@given(
    st.floats(0.05, 2.0), st.floats(0.0, 3.0), st.sampled_from(VOLATILITY_RULES), st.floats(-1, 1)
)
def test_bounded_whatever_happens(base, ratio, rule, shift):
    vol = shocked_volatility(base, ratio, rule=rule, skew=SKEW, shift=shift)
    assert FLOOR <= vol <= CEILING


def test_an_unknown_skew_is_zero_and_said():
    skew, said = unknown_skew("NVDA")
    assert skew.source == "unknown"
    assert "NVDA: no slope of the volatility smile is known; 0 is used" in said
    vols = {
        float(shocked_volatility(0.4, 0.7, rule=r, skew=skew, shift=0.1)) for r in VOLATILITY_RULES
    }
    assert vols == {0.5}
    with pytest.raises(InputError):
        SkewSlope(value=-0.3, source="unknown")


def test_the_sign_of_the_rules_under_a_falling_spot():
    strike, moneyness, coordinated = (
        float(shocked_volatility(0.4, 0.8, rule=rule, skew=SKEW)) for rule in VOLATILITY_RULES
    )
    assert moneyness < strike < coordinated
    assert strike - moneyness == pytest.approx(coordinated - strike)


def test_the_term_factor_falls_with_the_square_root():
    assert term_factor(30.0) == 1.0
    assert term_factor(120.0) == pytest.approx(0.5)
    assert term_factor(1.0) == term_factor(7.0) == pytest.approx(2.0702, abs=1e-4)


def test_a_name_moves_with_the_index():
    beta = assumed_volatility_beta(0.594, 0.1485)
    assert beta.value == pytest.approx(4.0)
    assert beta.source == "assumed"
    assert name_volatility_move(0.0305, beta, 30.0) == pytest.approx(0.122)
    with pytest.raises(InputError, match="not both above zero"):
        assumed_volatility_beta(0.5, 0.0)
    with pytest.raises(InputError, match="volatility beta -1"):
        VolatilityBeta(value=-1.0, source="given")


OPTION = Option(
    underlying="NVDA", right="put", strike=135.0, expiry="2025-02-21", style="american",
    multiplier=100.0, currency="USD", as_of="2025-01-24",
)  # fmt: skip
MARKET = market_of(
    {
        Driver("spot", "NVDA"): 142.62,
        Driver("rate", "USD"): 0.043,
        Driver("dividend", "NVDA"): 3e-4,
    },
    as_of="2025-01-24",
    currency="USD",
    source="market-file",
)


def test_a_price_implies_its_volatility():
    price = float(american_value(142.62, 135.0, 28 / 365, 0.043, 3e-4, 0.52, sign=-1.0))
    implied = implied_levels([(OPTION, price)], MARKET)[OPTION.contract]
    assert implied.source == "quoted-price"
    assert implied.value == pytest.approx(0.52, abs=1e-9)


def test_a_price_that_no_volatility_gives_names_the_contract():
    implied = implied_levels([(OPTION, 0.0)], MARKET)[OPTION.contract]
    assert isinstance(implied, InputError)
    assert "NVDA 2025-02-21 135 P: option put 135 with spot 142.62" in str(implied)


@pytest.mark.parametrize("style", ["american", "european"])
def test_volatilities_solved_together_have_the_bits_that_each_has_alone(style):
    quoted = [
        (dataclasses.replace(OPTION, style=style, right=right, strike=strike, expiry=expiry), price)
        for right, strike, expiry, price in (
            ("put", 135.0, "2025-02-21", 6.1),
            ("call", 150.0, "2025-06-20", 14.0),
            ("put", 100.0, "2026-01-16", 5.5),
            ("put", 200.0, "2025-02-21", 1.0),  # below what exercise gives now
            ("call", 142.0, "2025-03-21", 9.0),
            ("call", 1.0, "2025-03-21", 900.0),  # above the share
        )
    ]
    together = implied_levels(quoted, MARKET)
    wrong = [contract for contract, level in together.items() if isinstance(level, InputError)]
    assert wrong == ["NVDA 2025-02-21 200 P", "NVDA 2025-03-21 1 C"]
    for one in quoted:
        ((contract, alone),) = implied_levels([one], MARKET).items()
        if contract in wrong:
            assert str(alone) == str(together[contract])
        else:
            assert alone == together[contract]


def test_a_level_that_is_missing_is_said_of_its_contract():
    other = dataclasses.replace(OPTION, underlying="MU")
    found = implied_levels([(OPTION, 6.1), (other, 6.1)], MARKET)
    assert isinstance(found[other.contract], InputError)
    assert "MU" in str(found[other.contract])
    assert not isinstance(found[OPTION.contract], InputError)


@pytest.mark.parametrize("rule", VOLATILITY_RULES)
def test_a_volatility_has_the_shape_of_all_it_reads_and_stands_alone(rule):
    flat = SkewSlope(value=0.0, source="given")
    base, ratio = np.full((2, 1), 0.4), np.full(3, 0.9)
    moved = shocked_volatility(base, ratio, rule=rule, skew=flat, shift=0.05)
    assert moved == pytest.approx(np.full((2, 3), 0.45))
    shocked_volatility(base, 1.0, rule=rule, skew=flat)[:] = 0.0
    assert (base == 0.4).all()
