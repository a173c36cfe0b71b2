"""American options against trees, QuantLib, published values and laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
import QuantLib
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtr

from stress.errors import InputError
from stress.portfolio.pricing import american
from stress.portfolio.pricing.american import american_value
from stress.portfolio.pricing.black_scholes import european_value
from stress.portfolio.pricing.tree import tree_value

CALL, PUT = 1.0, -1.0


@pytest.mark.parametrize(
    ("steps", "printed"), [(5, 4.4885), (30, 4.2634), (50, 4.2720), (100, 4.2781), (500, 4.2830)]
)
def test_hulls_tree(steps, printed):
    value = tree_value(
        50.0, 50.0, 5.0 / 12.0, 0.1, 0.0, 0.4,
        sign=PUT, steps=steps, american=True, lattice="cox-ross-rubinstein",
    )  # fmt: skip
    assert value == pytest.approx(printed, abs=5e-5)


def test_trees_say_when_they_cannot():
    with pytest.raises(InputError, match="odd number of steps"):
        tree_value(50.0, 50.0, 1.0, 0.1, 0.0, 0.4, sign=PUT, steps=10, american=True)
    with pytest.raises(InputError, match="too few"):
        tree_value(
            50.0, 50.0, 5.0, 0.15, 0.0, 0.02,
            sign=PUT, steps=3, american=True, lattice="cox-ross-rubinstein",
        )  # fmt: skip


def test_a_european_tree_converges_to_the_closed_form():
    tree = tree_value(
        90.0, 100.0, 0.7, 0.03, 0.05, 0.35, sign=[CALL, PUT], steps=501, american=False
    )
    closed = european_value(90.0, 100.0, 0.7, 0.03, 0.05, 0.35, sign=[CALL, PUT])
    assert tree == pytest.approx(closed, abs=2e-5)


# sign, spot, strike, years, rate, dividend, vol, Bjerksund-Stensland 2002, tree of 2000 steps
BOUND_AND_TREE = [
    (CALL, 42.0, 40.0, 0.75, 0.04, 0.08, 0.35, 5.2869, 5.3093),
    (PUT, 36.0, 40.0, 1.0, 0.06, 0.0, 0.20, 4.4628, 4.4867),
    (PUT, 50.0, 50.0, 5.0 / 12.0, 0.10, 0.0, 0.40, 4.2476, 4.2844),
    (CALL, 100.0, 100.0, 0.5, 0.10, 0.10, 0.25, 6.7661, 6.7754),
    (PUT, 90.0, 100.0, 0.5, 0.10, 0.10, 0.35, 14.6445, 14.6695),
    (CALL, 100.0, 100.0, 3.0, 0.03, 0.07, 0.20, 9.0051, 9.0660),
]


@pytest.mark.parametrize("row", BOUND_AND_TREE, ids=str)
def test_between_the_lower_bound_of_bjerksund_and_stensland_and_the_tree(row):
    sign, spot, strike, years, rate, dividend, vol, lower, tree = row
    terms = (spot, strike, years, rate, dividend, vol)
    bound = _bjerksund_stensland_2002(*terms, sign=sign)
    assert bound == pytest.approx(lower, abs=5e-5)
    value = american_value(*terms, sign=sign)
    assert european_value(*terms, sign=sign) < bound < value
    assert value == pytest.approx(tree, abs=2.5e-4)


# Printed lower bounds (Bjerksund and Stensland 1993) and approximations (Ju 1999).
@pytest.mark.parametrize(
    ("sign", "spot", "strike", "years", "rate", "dividend", "vol", "printed", "above"),
    [
        (CALL, 42.0, 40.0, 0.75, 0.04, 0.08, 0.35, 5.2704, 0.04),
        (PUT, 36.0, 40.0, 1.0, 0.06, 0.0, 0.20, 4.4531, 0.04),
        (PUT, 40.0, 45.0, 0.5833, 0.0488, 0.0, 0.4, 7.367, 0.02),
        (PUT, 40.0, 40.0, 0.5833, 0.0488, 0.0, 0.4, 4.342, 0.02),
    ],
)
def test_above_the_printed_approximations(
    sign, spot, strike, years, rate, dividend, vol, printed, above
):
    terms = (spot, strike, years, rate, dividend, vol)
    value = american_value(*terms, sign=sign)
    assert printed < value < printed + above
    tree = tree_value(*terms, sign=sign, steps=1001, american=True)
    assert value == pytest.approx(tree, abs=5e-4)


# Haug's table of Barone-Adesi and Whaley's approximation; the tolerance is its error.
@pytest.mark.parametrize(
    ("sign", "spot", "years", "vol", "printed"),
    [
        (CALL, 100.0, 0.1, 0.15, 1.8771),
        (CALL, 100.0, 0.5, 0.25, 6.8015),
        (PUT, 90.0, 0.5, 0.35, 14.6945),
    ],
)
def test_near_barone_adesi_and_whaley(sign, spot, years, vol, printed):
    value = american_value(spot, 100.0, years, 0.1, 0.1, vol, sign=sign)
    assert value == pytest.approx(printed, abs=0.03)


def test_close_to_quantlibs_high_precision_engine():
    rng = np.random.default_rng(20250127)
    n = 100
    spot = 100.0 * np.exp(rng.uniform(-0.5, 0.5, n))
    days = rng.integers(1, 1200, n)
    rate, dividend = (
        rng.uniform(0.0005, 0.12, n),
        rng.choice([0.0, 1.0, 1.0], n) * rng.uniform(0, 0.12, n),
    )
    dividend[:20] = rate[:20]
    vol, sign = rng.uniform(0.05, 1.2, n), rng.choice([CALL, PUT], n)
    ours = american_value(spot, 100.0, days / 365.0, rate, dividend, vol, sign=sign)
    theirs = np.array(
        [_quantlib(spot[i], int(days[i]), rate[i], dividend[i], vol[i], sign[i]) for i in range(n)]
    )
    assert np.max(np.abs(ours - theirs)) < 1e-4  # 1e-6 of the strike
    assert np.max(np.abs(ours - theirs) / np.maximum(theirs, 0.01)) < 1e-4


def test_negative_rates_agree_with_a_tree():
    spot = np.array([60.0, 90.0, 100.0, 115.0, 150.0])
    for sign, rate, dividend in (
        (CALL, -0.05, 0.0), (CALL, -0.02, 0.03), (PUT, -0.02, 0.0), (PUT, -0.02, -0.06), (CALL, -0.06, -0.02),
    ):  # fmt: skip
        ours = american_value(spot, 100.0, 1.0, rate, dividend, 0.25, sign=sign)
        tree = tree_value(
            spot, 100.0, 1.0, rate, dividend, 0.25, sign=sign, steps=901, american=True
        )
        assert ours == pytest.approx(tree, abs=3e-3)


contracts = st.tuples(
    st.floats(0.4, 2.5),  # strike over spot
    st.floats(2.0 / 365.0, 3.0),  # years
    st.floats(-0.04, 0.12),  # rate
    st.floats(0.0, 0.12),  # dividend
    st.floats(0.05, 1.5),  # vol
    st.sampled_from([CALL, PUT]),
)


@settings(max_examples=60, deadline=None)
@given(contracts)
def test_bounds(contract):
    strike, years, rate, dividend, vol, sign = contract
    value = american_value(1.0, strike, years, rate, dividend, vol, sign=sign)
    assert value >= european_value(1.0, strike, years, rate, dividend, vol, sign=sign) - 1e-12
    assert value >= max(sign * (1.0 - strike), 0.0)
    assert (
        value <= (1.0 if sign > 0 else strike) * math.exp(max(0.0, -rate, -dividend) * years) + 1e-9
    )


@settings(max_examples=30, deadline=None)
@given(contracts)
def test_monotone_and_convex_in_spot_increasing_in_volatility_and_time(contract):
    strike, years, rate, dividend, vol, sign = contract
    spots = np.linspace(0.3, 3.0, 28)
    values = american_value(spots, strike, years, rate, dividend, vol, sign=sign)
    assert np.all(sign * np.diff(values) >= -1e-6)
    assert np.all(np.diff(values, 2) >= -4e-6)
    assert np.all(
        american_value(spots, strike, years, rate, dividend, 1.1 * vol, sign=sign) >= values - 2e-6
    )
    assert np.all(
        american_value(spots, strike, 1.1 * years, rate, dividend, vol, sign=sign) >= values - 2e-6
    )


def test_a_call_without_dividends_is_european():
    spots = np.linspace(1.0, 300.0, 200)
    american = american_value(spots, 100.0, 0.5, 0.04, 0.0, 0.5, sign=CALL)
    european = european_value(spots, 100.0, 0.5, 0.04, 0.0, 0.5, sign=CALL)
    assert american == pytest.approx(european, rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("sign", [CALL, PUT])
def test_limits(sign):
    spots = np.array([0.0, 1e-12, 50.0, 99.9, 100.0, 100.1, 200.0, 1e9])
    intrinsic = np.maximum(sign * (spots - 100.0), 0.0)
    assert american_value(spots, 100.0, 0.0, 0.05, 0.01, 0.4, sign=sign) == pytest.approx(intrinsic)
    assert american_value(spots, 100.0, 1.0, 0.0, 0.0, 0.0, sign=sign) == pytest.approx(intrinsic)
    for vol in (0.0, 1e-8, 1e-5, 1e-3, 5.0):
        for rate, dividend in (
            (0.05, 0.01),
            (0.01, 0.05),
            (-0.02, 0.0),
            (1e-7, 0.03),
            (0.04, 1e-7),
            (-1e-157, 0.0),
        ):
            values = american_value(spots, 100.0, 1.0, rate, dividend, vol, sign=sign)
            assert np.all(np.isfinite(values))
            assert np.all(values >= intrinsic)
            assert np.all(values <= np.where(sign > 0, spots, 100.0) * 1.03)


def test_nothing_uncertain_is_exercised_at_the_best_moment():
    # d/dt (K e^{-rt} - S e^{-qt}) = 0 at t = log(q S / (r K)) / (q - r): inside the life.
    spot, strike, rate, dividend, years = 60.0, 100.0, 0.02, 0.05, 20.0
    turning = math.log(dividend * spot / (rate * strike)) / (dividend - rate)
    assert 0.0 < turning < years
    best = strike * math.exp(-rate * turning) - spot * math.exp(-dividend * turning)
    assert american_value(spot, strike, years, rate, dividend, 0.0, sign=PUT) == pytest.approx(best)


@pytest.mark.parametrize("sign", [CALL, PUT])
@pytest.mark.parametrize(
    ("rate", "dividend"), [(0.04, 0.0), (0.04, 0.01), (0.03, 0.08), (0.045, 3e-4)]
)
@pytest.mark.parametrize("years", [2.0 / 365.0, 0.1, 1.2])
def test_many_draws_agree_with_each_alone(sign, rate, dividend, years):
    rng = np.random.default_rng(3)
    draws = 600
    spot = 100.0 * np.exp(0.3 * rng.standard_normal(draws))
    spot[:2] = 0.0, 1e-9
    vol = 0.45 * np.exp(0.4 * rng.standard_normal(draws))
    rates = rate + 0.003 * rng.standard_normal(draws)
    some = np.r_[0:2, rng.choice(draws, 25, replace=False)]
    for r in (np.asarray(rate), rates):
        many = american_value(spot, 100.0, years, r, dividend, vol, sign=sign)
        r = np.broadcast_to(r, spot.shape)
        alone = np.array(
            [american_value(spot[i], 100.0, years, r[i], dividend, vol[i], sign=sign) for i in some]
        )
        assert np.max(np.abs(many[some] - alone) / np.maximum(alone, 0.1)) < 3e-4
        european = european_value(spot, 100.0, years, r, dividend, vol, sign=sign)
        assert np.all(many >= european - 1e-12)
        assert np.all(many >= np.maximum(sign * (spot - 100.0), 0.0))


@pytest.mark.parametrize("sign", [CALL, PUT])
def test_rates_that_end_on_the_edge_of_a_panel_are_priced(sign):
    # 0.29 / 0.01 is 28.999...: the highest rate is the last edge.
    rates = np.linspace(0.2, 0.29, 600)
    many = american_value(100.0, 100.0, 0.5, rates, 0.0, 0.3, sign=sign)
    alone = [american_value(100.0, 100.0, 0.5, r, 0.0, 0.3, sign=sign) for r in rates[[0, 300, -1]]]
    np.testing.assert_allclose(many[[0, 300, -1]], alone, rtol=3e-4)


def test_a_draw_does_not_depend_on_its_company():
    rng = np.random.default_rng(4)
    spot, vol = 100.0 * np.exp(0.2 * rng.standard_normal(400)), rng.uniform(0.2, 0.9, 400)
    whole = american_value(spot, 105.0, 0.3, 0.04, 0.02, vol, sign=PUT)
    part = american_value(spot[100:300], 105.0, 0.3, 0.04, 0.02, vol[100:300], sign=PUT)
    assert part == pytest.approx(whole[100:300], rel=1e-13)


def test_a_matrix_of_draws_and_contracts_is_its_columns():
    rng = np.random.default_rng(5)
    spot = 100.0 * np.exp(0.2 * rng.standard_normal((80, 1)))
    vol = rng.uniform(0.2, 0.6, (80, 3))
    strike, years, sign = (
        np.array([90.0, 100.0, 110.0]),
        np.array([0.1, 0.5, 0.5]),
        np.array([1.0, -1.0, -1.0]),
    )
    matrix = american_value(spot, strike, years, 0.04, 0.02, vol, sign=sign)
    for j in range(3):
        column = american_value(
            spot[:, 0], strike[j], years[j], 0.04, 0.02, vol[:, j], sign=sign[j]
        )
        assert np.array_equal(matrix[:, j], column)


def _quantlib(spot, days, rate, dividend, vol, sign):
    today = QuantLib.Date(1, 1, 2025)
    QuantLib.Settings.instance().evaluationDate = today
    count = QuantLib.Actual365Fixed()

    def flat(level):
        return QuantLib.YieldTermStructureHandle(QuantLib.FlatForward(today, level, count))

    process = QuantLib.BlackScholesMertonProcess(
        QuantLib.QuoteHandle(QuantLib.SimpleQuote(spot)),
        flat(dividend),
        flat(rate),
        QuantLib.BlackVolTermStructureHandle(
            QuantLib.BlackConstantVol(today, QuantLib.NullCalendar(), vol, count)
        ),
    )
    pay_off = QuantLib.PlainVanillaPayoff(
        QuantLib.Option.Call if sign > 0 else QuantLib.Option.Put, 100.0
    )
    option = QuantLib.VanillaOption(pay_off, QuantLib.AmericanExercise(today, today + days))
    option.setPricingEngine(
        QuantLib.QdFpAmericanEngine(process, QuantLib.QdFpAmericanEngine.highPrecisionScheme())
    )
    return option.NPV()


def _bjerksund_stensland_2002(spot, strike, years, rate, dividend, vol, *, sign):
    """Closed Form Valuation of American Options (2002): a lower bound, independent of everything here."""
    if sign < 0:
        return _bjerksund_stensland_2002(strike, spot, years, dividend, rate, vol, sign=1.0)
    S, K, T, r, b, v2 = spot, strike, years, rate, rate - dividend, vol**2
    if b >= r:
        return float(european_value(S, K, T, r, dividend, vol, sign=1.0))
    beta = 0.5 - b / v2 + math.sqrt((b / v2 - 0.5) ** 2 + 2.0 * r / v2)
    far, near = beta / (beta - 1.0) * K, max(K, r / (r - b) * K)
    t1 = 0.5 * (math.sqrt(5.0) - 1.0) * T

    def trigger(t):
        h = -(b * t + 2.0 * vol * math.sqrt(t)) * K**2 / ((far - near) * near)
        return near + (far - near) * (1.0 - math.exp(h))

    X, x = trigger(T), trigger(t1)  # as Haug (2007) prints it
    if S >= X:
        return S - K

    def lam(g):
        return -r + g * b + 0.5 * g * (g - 1.0) * v2

    def phi(t, g, h, i):
        kappa = 2.0 * b / v2 + 2.0 * g - 1.0
        w = vol * math.sqrt(t)
        d = -(math.log(S / h) + (b + (g - 0.5) * v2) * t) / w
        mirrored = (i / S) ** kappa * ndtr(d - 2.0 * math.log(i / S) / w)
        return math.exp(lam(g) * t) * S**g * (ndtr(d) - mirrored)

    def psi(t2, g, h, i2, i1):
        w1, w2 = vol * math.sqrt(t1), vol * math.sqrt(t2)
        m1, m2 = (b + (g - 0.5) * v2) * t1, (b + (g - 0.5) * v2) * t2
        e = [
            (math.log(S / i1) + m1) / w1,
            (math.log(i2**2 / (S * i1)) + m1) / w1,
            (math.log(S / i1) - m1) / w1,
            (math.log(i2**2 / (S * i1)) - m1) / w1,
        ]
        f = [
            (math.log(S / h) + m2) / w2,
            (math.log(i2**2 / (S * h)) + m2) / w2,
            (math.log(i1**2 / (S * h)) + m2) / w2,
            (math.log(S * i1**2 / (h * i2**2)) + m2) / w2,
        ]
        rho, kappa = math.sqrt(t1 / t2), 2.0 * b / v2 + 2.0 * g - 1.0
        return (
            math.exp(lam(g) * t2)
            * S**g
            * (
                _bivariate(-e[0], -f[0], rho)
                - (i2 / S) ** kappa * _bivariate(-e[1], -f[1], rho)
                - (i1 / S) ** kappa * _bivariate(-e[2], -f[2], -rho)
                + (i1 / i2) ** kappa * _bivariate(-e[3], -f[3], -rho)
            )
        )

    a2, a1 = (X - K) * X**-beta, (x - K) * x**-beta
    return (
        a2 * S**beta - a2 * phi(t1, beta, X, X)
        + phi(t1, 1.0, X, X) - phi(t1, 1.0, x, X) - K * phi(t1, 0.0, X, X) + K * phi(t1, 0.0, x, X)
        + a1 * phi(t1, beta, x, X) - a1 * psi(T, beta, x, X, x)
        + psi(T, 1.0, x, X, x) - psi(T, 1.0, K, X, x) - K * psi(T, 0.0, x, X, x) + K * psi(T, 0.0, K, X, x)
    )  # fmt: skip


def _bivariate(a, b, rho):
    """P(X <= a, Y <= b) by integrating the conditional law."""
    root = math.sqrt(1.0 - rho**2)
    density = 1.0 / math.sqrt(2.0 * math.pi)
    low = max(-12.0, min(a, 0.0) - 12.0)
    return quad(
        lambda x: density * math.exp(-0.5 * x * x) * ndtr((b - rho * x) / root),
        low,
        min(a, 12.0),
        epsabs=1e-11,
    )[0]


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(
    ("years", "dividend"), [(0.01, 0.027), (0.25, 0.027), (0.5, 0.034), (1.0, 0.0447)]
)
def test_a_dividend_near_the_rate_needs_no_draw_solved_alone(monkeypatch, sign, years, dividend):
    random = np.random.default_rng(0)
    draws = 600
    spot = 100.0 * np.exp(0.05 * random.standard_normal(draws))
    rate = 0.037 + 0.0008 * random.standard_normal(draws)
    vol = np.clip(0.2 + 0.02 * random.standard_normal(draws), 0.13, 0.6)
    terms = (100.0, years, rate, dividend, vol)
    alone = np.array(
        [
            float(american_value(spot[i], 100.0, years, rate[i], dividend, vol[i], sign=sign))
            for i in range(0, draws, 40)
        ]
    )
    counted = []
    puts = american._puts
    monkeypatch.setattr(
        american, "_puts", lambda *a, **k: counted.append(len(a[0])) or puts(*a, **k)
    )
    found = american_value(spot, *terms, sign=sign)
    assert sum(counted) <= draws // 50
    # 1e-4 of the value is promised; of 1e-3 of the strike where it is less.
    assert np.abs(found[::40] - alone) == pytest.approx(0.0, abs=1e-4 * max(alone.max(), 0.1))
