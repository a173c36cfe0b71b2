"""Credit to factors of what is revalued in full: the same as of linear names where it is linear, and it adds up."""

import dataclasses
import math

import numpy as np
import pytest

import stress
from stress.portfolio.instruments import Bond, Option
from stress.portfolio.position import Portfolio, Position
from stress.results.factor_credit import factor_credit
from stress.results.options import Options
from stress.results.planning import plan_for
from stress.results.revalued_credit import revalued_slopes

SHOCK = {"market": "-4%", "chips": "-15%", "power": "-3%", "rates_10y": "-10bp"}
FALL = {"market": "-4%", "semis_ai_compute": "-15%", "vix": "+8pts", "rates_10y": "-10bp"}


def with_option(*, beta=1.0, **terms):
    given = {"right": "put", "strike": 95.0, "expiry": "2026-06-19", "style": "european", **terms}
    option = Option(underlying="NVDA", multiplier=100.0, currency="USD", **given)
    held = Position(
        id="put", instrument=option, quantity=3.0, price=6.0, market_value=1800.0, currency="USD"
    )
    portfolio = Portfolio(
        name="p.csv", positions=(held,), currency="USD", nav=10_000.0, as_of="2025-12-30"
    )
    return stress.open_book(
        portfolio,
        spots={"NVDA": 100.0},
        rates={"USD": "0%"},
        dividends={"NVDA": "0%"},
        vols={"NVDA": "45%"},
        vol_betas={"NVDA": beta},
        skews={"NVDA": 0.0},
    )


def test_a_name_in_a_book_of_another_currency_is_credited_to_its_theme():
    held = Position(
        id="NVDA",
        instrument=stress.portfolio.instruments.Equity("NVDA"),
        quantity=100.0,
        price=100.0,
        market_value=9_000.0,
        currency="USD",
    )
    portfolio = Portfolio(
        name="p", positions=(held,), currency="EUR", nav=9_000.0, as_of="2025-12-30"
    )
    result = stress.run(
        portfolio, "deepseek-2025-01-27", fx={"USD": 0.9}, draws=2000, model_range=False
    )
    credit = {line.factor: line.pnl for line in result.factors}

    assert credit["semis_ai_compute"] < 0.5 * result.expected
    assert credit["specific"] == pytest.approx(0.0, abs=1e-3 * -result.expected)
    tail = {line.label: line.tail for line in result.by("factor")}
    of_factors = math.fsum(value for factor, value in tail.items() if factor != "specific")
    assert tail["semis_ai_compute"] < 0.5 * of_factors < 0.0


def test_an_options_slopes_along_the_way_sum_to_what_the_moves_make():
    # The payoff of a contract that settles on the way has a kink.
    for terms, error in (({}, 1e-5), ({"expiry": "2026-01-02", "strike": 99.0}, 0.03)):
        book = with_option(**terms)
        scenario = stress.shock(FALL, horizon_days=5)
        for instant in (True, False):
            planned = plan_for(book, scenario, Options(instant=instant))
            moves = planned.mean_factors()
            made = float(planned.central_revalued()[0]) - planned.revaluation.passage_of_time()
            credit, exposure = factor_credit(planned, moves)
            assert credit.sum() == pytest.approx(made, rel=error)
            assert exposure @ moves == pytest.approx(credit.sum())


def test_an_option_is_credited_in_the_order_of_its_underlying(toy):
    small = stress.shock({"semis_ai_compute": "-0.1%"}, propagation="alone")
    planned = plan_for(with_option(beta=0.0), small, Options(instant=True))
    credit, _ = factor_credit(planned, planned.mean_factors())
    shares = stress.open_book(toy.portfolio({"NVDA": -1000.0}, nav=1000.0))
    linear = plan_for(shares, small, Options())
    compared, _ = factor_credit(linear, linear.mean_factors())

    assert credit / credit.sum() == pytest.approx(compared / compared.sum(), abs=3e-3)


def test_a_bond_is_credited_to_the_yield_it_follows():
    bond = Bond(
        name="T 4 2035",
        coupon=0.04,
        frequency=2,
        maturity="2035-12-30",
        curve="USD 10y",
        credit=None,
    )
    held = Position(
        id="bond",
        instrument=bond,
        quantity=100.0,
        price=100.0,
        market_value=10_000.0,
        currency="USD",
    )
    portfolio = Portfolio(
        name="p", positions=(held,), currency="USD", nav=10_000.0, as_of="2025-12-30"
    )
    book = stress.open_book(portfolio, rates={"USD 10y": "4%"})
    result = stress.run(book, stress.shock({"rates_10y": "+50bp"}), draws=500, instant=True)
    credit = {line.factor: line.pnl for line in result.factors}

    assert result.expected < 0.0
    assert credit["rates_10y"] == pytest.approx(result.expected, rel=1e-6)
    assert result.factors[-1].title == "Names' own"


def test_slopes_are_the_products_of_exposures_for_what_is_linear(toy):
    from stress.portfolio.cover import cover
    from stress.portfolio.market import Market
    from stress.simulation.book import Terms, compile_book

    model = toy.model()
    portfolio = dataclasses.replace(toy.portfolio({"BBB": 500.0}), currency="EUR")
    book = compile_book(
        portfolio, model, cover(portfolio, model),
        market=Market(as_of="2025-12-30", currency="EUR"), terms=Terms(fx_moves={"USD": 0.0}),
    )  # fmt: skip
    planned = plan_for(book, toy.scenario(SHOCK), Options())
    slopes = revalued_slopes(planned, planned.mean_factors())

    np.testing.assert_allclose(slopes, 500.0 * model.exposures[[1]], rtol=1e-9, atol=1e-9)
    assert revalued_slopes(
        plan_for(toy.book({"BBB": 1.0}), None, Options()), np.zeros(4)
    ).shape == (0, 4)
