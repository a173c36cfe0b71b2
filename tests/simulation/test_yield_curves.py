"""Bonds on a yield curve: levels between stated points, shifts between the model's yields, by tenor."""

import dataclasses

import numpy as np
import pytest
import QuantLib
from scipy.interpolate import make_interp_spline

import stress
from stress.errors import InputError
from stress.portfolio.cover import cover
from stress.portfolio.instruments import Bond, Driver, DurationBond
from stress.portfolio.instruments.dates import days_between
from stress.portfolio.levels import given_of
from stress.portfolio.position import Portfolio, Position
from stress.simulation.beside import given_of_book
from stress.simulation.book import compile_book
from stress.simulation.levels.market_inputs import book_market
from stress.simulation.path import plan_path, simulate_path
from stress.simulation.revaluation import Moves, revaluation

AS_OF = "2025-12-31"
YIELDS = ("rates_2y", "rates_10y", "rates_30y")
#: Maturities on all sides of the model's 2, 10 and 30-year yields.
MATURITIES = (
    "2026-05-15",
    "2027-12-31",
    "2030-11-15",
    "2032-11-15",
    "2035-12-29",
    "2045-11-15",
    "2058-02-15",
)
STATED = {"rate": {"USD 2y": "3.6%", "USD 5y": "3.8%", "USD 10y": "4.1%", "USD 30y": "4.8%"}}


@pytest.fixture(scope="module")
def model():
    return stress.load_model("us-ai-2025-12")


def note(maturity, **terms):
    return Bond(
        **{
            "name": f"T {maturity}",
            "coupon": 0.04,
            "frequency": 2,
            "maturity": maturity,
            "curve": "USD",
            "credit": None,
            **terms,
        }
    )


def book_of(*bonds, price=98.0):
    held = tuple(
        Position(
            id=bond.name,
            instrument=bond,
            quantity=100.0,
            price=price,
            market_value=100.0 * (price or 98.0),
            currency="USD",
        )
        for bond in bonds
    )
    return Portfolio(name="bonds.csv", positions=held, currency="USD", nav=1e6, as_of=AS_OF)


def levels_of(model, portfolio, given, file=None):
    return book_market(
        portfolio,
        model,
        cover(portfolio, model),
        given=given_of(given),
        file=None if file is None else given_of(file, source="market-file"),
    )


def valued(model, portfolio, given=STATED):
    market, terms = levels_of(model, portfolio, given)
    return compile_book(portfolio, model, cover(portfolio, model), market=market, terms=terms)


def after(book, elapsed_days):
    return revaluation(
        book.valuation, book.model, horizon_days=1, elapsed_days=elapsed_days, rule="sticky-strike"
    )


def losses(model, bonds, shifts, given=STATED, elapsed_days=0.0):
    """P&L of each bond under shifts of the yield factors, shape (bonds,)."""
    book = valued(model, book_of(*bonds), given)
    ready = after(book, elapsed_days)
    moves = Moves(
        names={},
        factors={name: np.array([shifts.get(name, 0.0)]) for name in ready.factors},
        bridge=lambda _: np.zeros(1),
    )
    by_name = {held.position.id: i for i, held in enumerate(book.valuation.holdings)}
    rows = ready.pnl(moves)[:, 0]
    return np.array([rows[by_name[bond.name]] for bond in bonds])


def quantlib_change(maturity, shift):
    """The change of 100 notes quoted at 98 when their yield moves, by QuantLib."""
    today, end = (QuantLib.DateParser.parseISO(text) for text in (AS_OF, maturity))
    QuantLib.Settings.instance().evaluationDate = today
    schedule = QuantLib.Schedule(
        end - QuantLib.Period(40, QuantLib.Years), end, QuantLib.Period(QuantLib.Semiannual),
        QuantLib.NullCalendar(), QuantLib.Unadjusted, QuantLib.Unadjusted,
        QuantLib.DateGeneration.Backward, end == QuantLib.Date.endOfMonth(end),
    )  # fmt: skip
    count = QuantLib.ActualActual(QuantLib.ActualActual.ISMA, schedule)
    theirs = QuantLib.FixedRateBond(0, 100.0, schedule, [0.04], count)
    clean = QuantLib.BondPrice(98.0, QuantLib.BondPrice.Clean)
    way = (count, QuantLib.Compounded, QuantLib.Semiannual)
    now = QuantLib.BondFunctions.bondYield(theirs, clean, *way, today, 1e-14, 1000, 0.04)
    after = QuantLib.BondFunctions.cleanPrice(theirs, now + shift, *way, today)
    return 100.0 * (after - QuantLib.BondFunctions.cleanPrice(theirs, now, *way, today))


def shift_at(maturity, shifts):
    """The shift of a tenor: scipy's line through the key rates, flat outside."""
    line = make_interp_spline([2.0, 10.0, 30.0], [shifts.get(name, 0.0) for name in YIELDS], k=1)
    return float(line(np.clip(days_between(AS_OF, maturity) / 365, 2.0, 30.0)))


@pytest.mark.parametrize(
    "shifts",
    [
        *({name: 0.005} for name in YIELDS),
        dict.fromkeys(YIELDS, -0.01),
        {"rates_2y": 0.01, "rates_30y": -0.005},
    ],
)
def test_a_bond_moves_by_the_key_rates_around_its_maturity(model, shifts):
    ours = losses(model, [note(m) for m in MATURITIES], shifts)
    theirs = [quantlib_change(m, shift_at(m, shifts)) for m in MATURITIES]

    np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-8)


def test_key_rate_sensitivities_add_up_to_the_parallel_one(model):
    bonds, bump = [note(m) for m in MATURITIES], 1e-6
    each = [losses(model, bonds, {name: bump}) for name in YIELDS]
    parallel = losses(model, bonds, dict.fromkeys(YIELDS, bump))

    np.testing.assert_allclose(sum(each), parallel, rtol=1e-4)
    assert (parallel < 0.0).all()


def test_the_answer_is_continuous_in_maturity(model):
    days = [f"2035-12-{day:02d}" for day in range(20, 31)]
    moved = losses(model, [note(day, coupon=0.0) for day in days], {"rates_10y": 0.005})

    assert abs(np.diff(moved)).max() < 0.001 * abs(moved).max()


def test_levels_lie_between_the_stated_points(model):
    bonds = [note(m, name=m) for m in MATURITIES]
    market, _ = levels_of(model, book_of(*bonds), STATED)
    tenors = [days_between(AS_OF, m) / 365 for m in MATURITIES]
    read = [market.levels[bond.rate].value for bond in bonds]

    expected = np.interp(tenors, [2.0, 5.0, 10.0, 30.0], [0.036, 0.038, 0.041, 0.048])
    np.testing.assert_allclose(read, expected, rtol=1e-12)


def test_an_option_stands_over_the_file_point_by_point(model):
    bond = note("2030-11-15")
    file = {"rate": {"USD 2y": "3%", "USD 5y": "9%"}}
    market, _ = levels_of(model, book_of(bond), {"rate": {"USD 5y": "4%"}}, file)
    upper = (days_between(AS_OF, bond.maturity) / 365 - 2.0) / 3.0

    assert market.levels[bond.rate].value == pytest.approx(0.03 + 0.01 * upper, rel=1e-12)
    assert market.source(bond.rate) == "flag"


def test_one_point_is_enough_and_a_bond_without_a_price_says_where_it_stands(model):
    bond = note("2045-11-15")
    stated = {"rate": {"USD 5y": "4%"}, "spread": {bond.name: "0bp"}}
    market, terms = levels_of(model, book_of(bond, price=None), stated)

    assert market.levels[bond.rate].value == pytest.approx(0.04)
    assert any(
        "19.9 years is outside the stated USD curve; the 5-year" in w for w in terms.warnings
    )
    _, priced = levels_of(model, book_of(bond), {"rate": {"USD 5y": "4%"}})
    assert not any("outside the stated" in w for w in priced.warnings)


def test_a_stated_point_that_no_bond_reads_is_said(model):
    given = {"rate": {**STATED["rate"], "EUR 5y": "2%"}}
    _, terms = levels_of(model, book_of(note("2030-11-15")), given)

    said = (
        "the stated yield of EUR 5y, USD 10y, USD 30y is not used: no bond's tenor lies next to it."
    )
    assert said in terms.warnings


def test_what_is_missing_is_the_curve_with_a_point_near_the_bond(model):
    with pytest.raises(InputError) as caught:
        levels_of(model, book_of(note("2030-11-15"), note("2045-11-15")), {})

    text = str(caught.value)
    assert "no point of the USD yield curve (read by bond T 2030-11-15, 4.9 years)" in text
    assert "rates={'USD 5y': 'RATE%', 'USD 20y': 'RATE%'}" in text


def test_a_row_may_name_the_point_it_is_discounted_at(model):
    own, named = note("2030-11-15"), note("2030-11-15", name="named", curve="USD 10y")
    moved = losses(model, [own, named], {"rates_10y": 0.005})

    assert named.rate == Driver("rate", "USD 10y")
    assert moved[0] / moved[1] == pytest.approx(
        shift_at("2030-11-15", {"rates_10y": 1.0}), rel=0.02
    )


@pytest.mark.parametrize("curve", ["usd", "USD 10", "USD ten", "10y", ""])
def test_a_curve_that_is_none_is_refused(curve):
    with pytest.raises(InputError, match="is no point of a yield curve"):
        note("2030-11-15", curve=curve)


@pytest.mark.parametrize("name", ["USD 3m", "USD 10", "dollar"])
def test_a_stated_rate_of_no_curve_is_refused(name):
    with pytest.raises(InputError, match=f"'{name}' is no point of a yield curve"):
        given_of({"rate": {name: "4%"}})


def test_one_point_is_not_stated_twice():
    with pytest.raises(InputError, match=r"'USD 5y' and 'USD 5\.0y' are one point"):
        given_of({"rate": {"USD 5y": "4%", "USD 5.0y": "4.1%"}})


def test_a_bond_by_duration_lies_on_the_curve_at_its_point(model):
    fund = DurationBond(
        name="FUND", price=98.0, yield_now=0.05, spread_now=0.0, duration=6.0, convexity=0.0,
        curve="USD 6y",
    )  # fmt: skip
    moved = losses(model, [fund], {"rates_10y": 0.004}, given={})

    assert moved[0] == pytest.approx(-100 * 98.0 * 6.0 * 0.004 * 0.5, rel=1e-12)


def test_a_model_with_fewer_yields_moves_bonds_by_what_it_has_and_says_so(toy):
    toy_model = toy.model()
    portfolio = book_of(note("2030-11-15"))
    market, terms = levels_of(toy_model, portfolio, STATED)
    book = compile_book(
        portfolio, toy_model, cover(portfolio, toy_model), market=market, terms=terms
    )
    said = "model toy has few yields: those of all tenors follow rates_10y (10 years)."

    assert said in book.valuation.warnings
    moves = losses(toy_model, [note("2030-11-15")], {"rates_10y": 0.005})
    assert moves[0] == pytest.approx(quantlib_change("2030-11-15", 0.005), rel=1e-8)


#: A curve that rises by 25 bp a year from 2 to 10 years.
STEEP = {"rate": {"USD 2y": "3%", "USD 10y": "5%"}}


def test_a_bond_rolls_down_its_curve_by_hand(model):
    """A zero of six years and no spread: twelve half-years now, 30 of 181 days of one of them later."""
    zero = note("2031-12-31", coupon=0.0)
    book = valued(model, book_of(zero, price=None), {**STEEP, "spread": {zero.name: "0bp"}})
    days = days_between(AS_OF, zero.maturity)
    now, then = (0.03 + 0.02 * ((days - gone) / 365 - 2.0) / 8.0 for gone in (0, 30))
    stays = 100.0 / (1.0 + now / 2) ** (12 - 30 / 181)
    rolls = 100.0 / (1.0 + then / 2) ** (12 - 30 / 181)
    base = 100.0 / (1.0 + now / 2) ** 12

    assert after(book, 30.0).passage_of_time() == pytest.approx(100.0 * (rolls - base), rel=1e-10)
    assert rolls - stays == pytest.approx(stays * 5.8 * 0.0025 * 30 / 365, rel=0.02)
    assert after(book, 0.0).passage_of_time() == 0.0


@pytest.mark.parametrize("maturity", ["2028-06-30", "2030-11-15", "2034-05-15", "2035-12-29"])
def test_thirty_days_on_a_sloped_curve_are_those_of_quantlib(model, maturity):
    today, end = (QuantLib.DateParser.parseISO(text) for text in (AS_OF, maturity))
    later = today + 30
    QuantLib.Settings.instance().evaluationDate = today
    schedule = QuantLib.Schedule(
        end - QuantLib.Period(40, QuantLib.Years), end, QuantLib.Period(QuantLib.Semiannual),
        QuantLib.NullCalendar(), QuantLib.Unadjusted, QuantLib.Unadjusted,
        QuantLib.DateGeneration.Backward, end == QuantLib.Date.endOfMonth(end),
    )  # fmt: skip
    count = QuantLib.ActualActual(QuantLib.ActualActual.ISMA, schedule)
    theirs = QuantLib.FixedRateBond(0, 100.0, schedule, [0.04], count)
    way = (count, QuantLib.Compounded, QuantLib.Semiannual)
    curve = QuantLib.LinearInterpolation([2.0, 10.0], [0.03, 0.05])
    spread = 0.012

    def full(date):
        level = curve((end - date) / 365, True) + spread
        accrued = QuantLib.BondFunctions.accruedAmount(theirs, date)
        return QuantLib.BondFunctions.cleanPrice(theirs, level, *way, date) + accrued

    ours = note(maturity)
    given = {**STEEP, "spread": {ours.name: "120bp"}}
    book = valued(model, book_of(ours, price=None), given)

    expected = 100.0 * (full(later) - full(today))
    assert after(book, 30.0).passage_of_time() == pytest.approx(expected, rel=1e-8)


def test_a_quoted_bond_rolls_too_and_keeps_the_spread_of_its_quote(model):
    bond = note("2031-12-31")
    flat = {"rate": {"USD 5y": "4%"}}
    steep, level = (after(valued(model, book_of(bond), g), 30.0) for g in (STEEP, flat))

    duration = 5.2
    gain = steep.passage_of_time() - level.passage_of_time()
    assert gain == pytest.approx(100 * 98.0 * duration * 0.0025 * 30 / 365, rel=0.03)


def test_a_bond_at_a_named_point_or_on_one_stated_point_does_not_roll(model):
    own, named = note("2031-12-31"), note("2031-12-31", curve="USD 6y")
    one = {"rate": {"USD 6y": "4%"}}
    passed = [
        after(valued(model, book_of(bond), given), 30.0).passage_of_time()
        for bond, given in ((own, one), (named, one), (named, STEEP))
    ]

    assert passed[1] == pytest.approx(passed[0], rel=1e-12)
    assert passed[2] == pytest.approx(passed[0], rel=1e-12)
    rolled = after(valued(model, book_of(own), STEEP), 30.0).passage_of_time()
    assert rolled > 1.1 * passed[0]


def test_shifts_are_those_of_the_tenor_that_is_left(model):
    """Ten years and ten days: the 30-year yield moves it now and not in a month, the 2-year one then."""
    bond = note("2036-01-08", coupon=0.0)

    def moved(factor, days):
        still = losses(model, [bond], {}, elapsed_days=days)
        return float(losses(model, [bond], {factor: 0.01}, elapsed_days=days)[0] - still[0])

    assert moved("rates_30y", 0.0) < 0.0 == moved("rates_2y", 0.0)
    assert moved("rates_2y", 30.0) < 0.0 == moved("rates_30y", 30.0)


def test_a_path_reads_the_factors_of_all_its_steps(model):
    bond = note("2036-01-28", coupon=0.0)
    book = valued(model, book_of(bond))
    step = stress.shock({"market": "-5%", "rates_2y": "+100bp"}, horizon_days=15)
    path = dataclasses.replace(step, path=(step, dataclasses.replace(step, id="two")))
    planned = plan_path(book, path)

    assert planned.revaluations[0].factors != planned.revaluations[1].factors
    assert set(planned.factors_read) == {"rates_2y", "rates_10y", "rates_30y"}
    assert np.isfinite(simulate_path(planned, draws=100, seed=0)).all()


def test_points_of_the_curve_are_part_of_what_determines_a_book(model):
    bond = note("2027-12-31")
    books = [
        valued(model, book_of(bond), {"rate": {"USD 2y": "3.6%", "USD 1y": short}})
        for short in ("3%", "4%")
    ]
    levels = [book.valuation.market.levels[bond.rate].value for book in books]

    assert levels[0] == levels[1]
    assert books[0].content_hash != books[1].content_hash
    assert given_of_book(books[0]).levels[Driver("rate", "USD 1y")].value == 0.03
