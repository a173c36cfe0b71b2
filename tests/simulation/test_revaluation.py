"""Full revaluation inside a run: against the instruments valued by hand, draw by draw."""

import dataclasses
import math

import numpy as np
import pytest

import stress
from stress.errors import InputError
from stress.portfolio.cover import cover
from stress.portfolio.instruments import Bond, Cash, Driver, Equity, Future, FXForward, Option
from stress.portfolio.market import market_of
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.pricing.black_scholes import european_value
from stress.portfolio.volatility import SkewSlope, VolatilityBeta
from stress.results.evaluate import evaluate
from stress.results.options import Options
from stress.results.tail_contributions import group_contributions
from stress.scenarios.propagation import complete
from stress.scenarios.scenario import Variation
from stress.simulation.book import Terms, compile_book
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate

AS_OF = "2025-12-30"
PUT = Option(
    underlying="AAA",
    right="put",
    strike=95.0,
    expiry="2026-03-20",
    style="european",
    multiplier=100.0,
    currency="USD",
)
MARKET = {
    Driver("spot", "AAA"): 100.0,
    Driver("vol", PUT.contract): 0.35,
    Driver("rate", "USD"): 0.04,
    Driver("dividend", "AAA"): 0.01,
}
TERMS = Terms(
    betas={"AAA": VolatilityBeta(value=1.0, source="assumed")},
    skews={"AAA": SkewSlope(value=-0.2, source="given")},
)
NAMES = Variation(kind="names")


def with_rates(toy):
    """The toy model with its absolute factor called by the name that dollar rates follow."""
    model = toy.model()
    factors = tuple(
        dataclasses.replace(f, name="rates_2y") if f.name == "rates_10y" else f
        for f in model.factors
    )
    return toy.model(factors=factors)


def compiled(
    toy, positions, *, market=MARKET, terms=TERMS, currency="USD", nav=100_000.0, model=None
):
    model = model or with_rates(toy)
    portfolio = Portfolio(
        name="options.csv", positions=tuple(positions), currency=currency, nav=nav, as_of=AS_OF
    )
    levels = market_of(market, as_of=AS_OF, currency=currency, source="flag")
    return compile_book(portfolio, model, cover(portfolio, model), market=levels, terms=terms)


def position(instrument, quantity, value, id="x", currency="USD"):
    return Position(
        id=id, instrument=instrument, quantity=quantity, market_value=value, currency=currency
    )


def test_an_option_is_worth_its_formula_on_the_names_own_draws(toy):
    share = position(Equity("AAA"), 100.0, 10_000.0, id="share")
    both = compiled(toy, [share, position(PUT, 2.0, 1000.0)])
    alone = compiled(toy, [share])
    scenario = toy.scenario({"chips": "-12%", "rates_2y": "-20bp"})
    completed = complete(scenario, both.model)
    pnls = []
    for book in (both, alone):
        forced = dataclasses.replace(book, needs_draws=np.ones(len(book.names), dtype=bool))
        planned = plan(
            forced, completed, variation=NAMES, elapsed_days=3.0, rule="sticky-moneyness"
        )
        pnls.append(simulate([planned], draws=5000, seed=1)[0].totals)
    returns = pnls[1] / 10_000.0
    spot = 100.0 * (1 + returns)
    vol = 0.35 - (-0.2) * np.log(spot / 100.0)
    years0, years1 = 80 / 365, 77 / 365
    before = european_value(100.0, 95.0, years0, 0.04, 0.01, 0.35, sign=-1.0)
    after = european_value(spot, 95.0, years1, 0.04 - 0.002, 0.01, vol, sign=-1.0)

    assert pnls[0] - pnls[1] == pytest.approx(200 * (after - before), rel=1e-9, abs=1e-9)


def test_contributions_and_groups_of_a_book_with_options_add_up(toy):
    book = compiled(
        toy,
        [
            position(Equity("AAA"), 100.0, 10_000.0, id="a"),
            position(Equity("CCC"), 50.0, 8_000.0, id="c"),
            position(PUT, 3.0, 900.0, id="p"),
        ],
    )
    result = evaluate([book], [toy.scenario({"market": "-3%"})], options=Options(draws=8000))[0]
    es = result.measure("expected_shortfall", level=0.975).value

    for key in ("name", "position", "type", "home"):
        lines = result.by(key)
        assert math.fsum(x.expected for x in lines) == pytest.approx(result.expected, rel=1e-9)
        assert math.fsum(x.tail for x in lines) == pytest.approx(-es, rel=1e-9)
        assert all(x.tail_error > 0.0 and x.alone_error > 0.0 for x in lines)
    # Slopes of what is revalued are those of the mean moves: credit to factors has no error.
    assert {x.tail_error for x in result.by("factor")} == {None}
    together = group_contributions(result.pnl, ["all"], ["all"] * 2, ["all"])
    assert together.standard_errors[0] == pytest.approx(
        result.measure("expected_shortfall", level=0.975).standard_error, rel=0.02
    )
    assert math.fsum(x.pnl for x in result.names) == pytest.approx(result.expected, rel=1e-9)
    names, totals = result.pnl.group_totals(["x", "y"], ["x"])
    assert names == ("x", "y")
    assert totals.sum(axis=0) == pytest.approx(result.pnl.totals, rel=1e-9, abs=1e-6)


def test_pnl_at_factor_moves_is_the_central_pnl_there(toy):
    book = compiled(
        toy, [position(Equity("CCC"), 50.0, 8_000.0, id="c"), position(PUT, 3.0, 900.0)]
    )
    one = plan(book, complete(toy.scenario({"market": "-3%"}), book.model), variation=NAMES)
    still = np.zeros_like(one.mean_factors())
    pnl = one.pnl_at(np.array([one.mean_factors(), still]))

    assert pnl[0] == pytest.approx(one.central_pnl(), rel=1e-12)
    # Where nothing moves, three sessions' time passes for the put alone.
    assert pnl[1] == pytest.approx(one.revaluation.passage_of_time(), rel=1e-12)
    assert pnl[1] != 0.0


def test_a_put_lowers_the_tail_of_what_it_protects(toy):
    share = position(Equity("AAA"), 100.0, 10_000.0, id="share")
    runs = [
        evaluate([compiled(toy, [share, *more])], [], options=Options(draws=8000)).baseline
        for more in ([], [position(PUT, 1.0, 350.0)])
    ]
    es = [r.measure("expected_shortfall", level=0.975).value for r in runs]

    assert es[1] < es[0]


def test_time_passes_unless_the_shock_is_instantaneous(toy):
    book = compiled(toy, [position(PUT, 1.0, 350.0)])
    scenario = toy.scenario({"market": "0%", "chips": "0%", "power": "0%", "rates_2y": "0bp"})
    later = evaluate([book], [scenario], options=Options(draws=4000))[0]
    now = evaluate([book], [scenario], options=Options(draws=4000, instant=True))[0]

    assert now.expected == pytest.approx(0.0, abs=1e-9)
    assert now.revalued.passage_of_time == pytest.approx(0.0, abs=1e-9)
    assert later.revalued.passage_of_time < 0.0
    assert later.expected == pytest.approx(later.revalued.passage_of_time, rel=1e-9)


def test_other_volatility_rules_stand_beside_the_headline(toy):
    book = compiled(toy, [position(PUT, 100.0, 35_000.0)])
    result = evaluate([book], [toy.scenario({"chips": "-12%"})], options=Options(draws=4000))[0]
    rules = dict(result.revalued.rules)

    assert rules["sticky-strike"] == pytest.approx(result.expected, rel=1e-12)
    # A put gains least where the smile moves along with the falling spot.
    assert rules["sticky-moneyness"] < rules["sticky-strike"] < rules["spot-coordinated"]
    # No factor of this model moves volatilities: half and one and a half of the betas would show the same.
    assert result.revalued.betas == ()
    assert result.revalued.beta_sources == ("assumed",)


def test_a_line_says_where_its_vol_betas_are_from(toy):
    given = {"AAA": VolatilityBeta(value=1.9, source="given")}
    book = compiled(
        toy, [position(PUT, 100.0, 35_000.0)], terms=dataclasses.replace(TERMS, betas=given)
    )
    result = evaluate([book], [toy.scenario({"chips": "-12%"})], options=Options(draws=4000))[0]
    assert result.revalued.beta_sources == ("given",)


def test_an_option_that_expires_inside_the_horizon_settles_at_intrinsic_value(toy):
    soon = dataclasses.replace(PUT, expiry="2026-01-02", strike=100.0)
    market = {**MARKET, Driver("vol", soon.contract): 0.35}
    book = compiled(toy, [position(soon, 1.0, 100.0)], market=market)
    scenario = toy.scenario({"chips": "-30%"}, horizon_days=5)
    result = evaluate([book], [scenario], options=Options(draws=4000))[0]

    assert result.revalued.expiring == (soon.contract,)
    assert np.isfinite(result.pnl.totals).all()
    assert result.pnl.totals.min() >= -result.pnl.plan.revaluation.base_values[0] - 1e-9


def test_a_future_gains_its_notional_times_the_return(toy):
    future = Future(contract="ESH6", follows="market", price=6800.0, multiplier=50.0)
    book = compiled(toy, [position(future, -2.0, 0.0)], market={})
    scenario = toy.scenario({"market": "-3%"})
    result = evaluate([book], [scenario], options=Options(draws=4000))[0]

    assert result.expected == pytest.approx(0.03 * 2 * 50 * 6800.0, rel=1e-12)


def test_a_bond_answers_its_yield(toy):
    bond = Bond(
        name="T 4 2035-12-30",
        coupon=0.04,
        frequency=2,
        maturity="2035-12-30",
        curve="USD 2y",
        credit=None,
    )
    market = {Driver("rate", "USD 2y"): 0.045, Driver("spread", bond.name): 0.0}
    book = compiled(toy, [position(bond, 1000.0, 96_000.0)], market=market)
    scenario = toy.scenario({"rates_2y": "+50bp"})
    result = evaluate([book], [scenario], options=Options(draws=4000, instant=True))[0]
    dated = bond.dated(AS_OF)
    levels = {Driver("rate", "USD 2y"): np.array(0.05), Driver("spread", bond.name): np.array(0.0)}
    base = {**levels, Driver("rate", "USD 2y"): np.array(0.045)}

    assert result.expected == pytest.approx(
        1000 * float(dated.value(levels) - dated.value(base)), rel=1e-12
    )


def test_a_name_quoted_abroad_moves_as_it_does_at_home(toy):
    # The model's returns are in dollars: a line of the same company in pounds is worth the same dollars.
    held = position(Equity("AAA"), 100.0, 6250.0, currency="GBP")
    portfolio = Portfolio(name="b.csv", positions=(held,), currency="USD", nav=6250.0)
    model = toy.model()
    book = compile_book(portfolio, model, cover(portfolio, model))
    result = evaluate([book], [toy.scenario({"chips": "-10%"})], options=Options(draws=4000))[0]
    dollars = evaluate(
        [toy.book({"AAA": 6250.0})], [toy.scenario({"chips": "-10%"})], options=Options(draws=4000)
    )[0]

    assert book.valuation is None
    assert result.expected == dollars.expected


@pytest.mark.parametrize("quoted", ["USD", "EUR", "GBP"])
def test_a_book_in_euros_adds_the_dollars_own_move(toy, quoted):
    held = position(Equity("AAA"), 100.0, 5000.0, currency=quoted)
    book = compiled(toy, [held], market={}, terms=Terms(fx_moves={"USD": -0.02}), currency="EUR")
    result = evaluate([book], [toy.scenario({"chips": "-10%"})], options=Options(draws=4000))[0]
    dollars = evaluate(
        [toy.book({"AAA": 1.0}, with_rates(toy))],
        [toy.scenario({"chips": "-10%"})],
        options=Options(draws=4000),
    )[0]

    assert result.expected == pytest.approx(5000.0 * ((1 + dollars.expected) * 0.98 - 1), rel=1e-12)
    assert any("USD/EUR: moved as stated" in w for w in result.warnings)


def test_a_proxied_name_moves_like_its_proxy_in_its_own_currency(toy):
    model = with_rates(toy)
    held = position(Equity("ZZZ"), 100.0, 6250.0, currency="GBP")
    portfolio = Portfolio(name="b.csv", positions=(held,), currency="USD", nav=6250.0, as_of=AS_OF)
    coverage = cover(portfolio, model, proxies={"ZZZ": "AAA"})
    market = market_of(
        {Driver("spot", "ZZZ"): 50.0, Driver("fx", "GBP/USD"): 1.25},
        as_of=AS_OF,
        currency="USD",
        source="flag",
    )
    book = compile_book(
        portfolio, model, coverage, market=market, terms=Terms(fx_moves={"GBP": -0.02})
    )
    result = evaluate([book], [toy.scenario({"chips": "-10%"})], options=Options(draws=4000))[0]
    own = evaluate(
        [toy.book({"AAA": 1.0}, model)],
        [toy.scenario({"chips": "-10%"})],
        options=Options(draws=4000),
    )[0]

    assert result.expected == pytest.approx(6250.0 * ((1 + own.expected) * 0.98 - 1), rel=1e-12)


def test_a_currency_nobody_said_anything_about_is_refused(toy):
    held = position(Cash("CHF"), 100.0, 120.0, currency="CHF")
    with pytest.raises(
        InputError, match=r"nothing in model toy says how CHF/USD moves.*--fx-move CHF=-2%"
    ):
        compiled(toy, [held], market={Driver("fx", "CHF/USD"): 1.2})


def test_missing_levels_are_all_named_before_any_draw(toy):
    book = compiled(toy, [position(PUT, 1.0, 350.0)], market={Driver("spot", "AAA"): 100.0})
    with pytest.raises(InputError) as caught:
        evaluate([book], [], options=Options(draws=4000))

    text = str(caught.value)
    assert f"no vol of {PUT.contract}" in text
    assert "no rate of USD" in text
    assert "no dividend of AAA" in text


def test_foreign_cash_and_a_forward_offset_each_other(toy):
    market = {
        Driver("fx", "GBP/USD"): 1.25,
        Driver("rate", "GBP"): 0.0,
        Driver("rate", "USD"): 0.0,
    }
    cash = position(Cash("GBP"), 1000.0, 1250.0, id="cash", currency="GBP")
    forward = FXForward(foreign="GBP", domestic="USD", agreed_rate=1.25, delivery="2026-06-30")
    sold = position(forward, -1000.0, 0.0, id="forward")
    book = compiled(toy, [cash, sold], market=market, terms=Terms(fx_moves={"GBP": -0.05}))
    scenario = toy.scenario({"rates_2y": "0bp"})
    result = evaluate([book], [scenario], options=Options(draws=4000, instant=True))[0]

    assert result.expected == pytest.approx(0.0, abs=1e-9)


def test_a_foreign_name_may_move_like_another(toy):
    model = with_rates(toy)
    held = position(Equity("ZZZ"), 100.0, 6250.0, currency="GBP")
    portfolio = Portfolio(
        name="foreign.csv", positions=(held,), currency="USD", nav=10_000.0, as_of=AS_OF
    )
    coverage = cover(portfolio, model, proxies={"ZZZ": "AAA"})
    market = market_of(
        {Driver("spot", "ZZZ"): 50.0, Driver("fx", "GBP/USD"): 1.25},
        as_of=AS_OF,
        currency="USD",
        source="flag",
    )
    book = compile_book(
        portfolio, model, coverage, market=market, terms=Terms(fx_moves={"GBP": 0.0})
    )
    result = evaluate([book], [toy.scenario({"chips": "-10%"})], options=Options(draws=4000))[0]
    own = evaluate(
        [toy.book({"AAA": 6250.0}, model)],
        [toy.scenario({"chips": "-10%"})],
        options=Options(draws=4000),
    )[0]

    assert coverage.rows[0].status == "proxy"
    assert coverage.rows[0].revalued
    assert result.expected == pytest.approx(own.expected, rel=1e-12)


def test_a_stated_move_of_a_currency_belongs_to_scenarios_not_to_an_ordinary_day(toy):
    market = {Driver("fx", "GBP/USD"): 1.25}
    cash = position(Cash("GBP"), 1000.0, 1250.0, currency="GBP")
    book = compiled(toy, [cash], market=market, terms=Terms(fx_moves={"GBP": -0.05}))
    results = evaluate([book], [toy.scenario({"chips": "-1%"})], options=Options(draws=4000))

    assert results[0].expected == pytest.approx(-62.5, rel=1e-12)
    assert results.baseline.expected == 0.0


def test_a_book_in_euros_moves_against_the_dollar_it_holds(toy):
    model = toy.model(names=("AAA", "BBB", "CCC", "DDD", "FXE"))
    market = {Driver("spot", "AAA"): 50.0, Driver("fx", "USD/EUR"): 0.8}
    held = position(Equity("AAA"), 100.0, 4000.0)
    book = compiled(toy, [held], market=market, terms=Terms(), currency="EUR", model=model)
    result = evaluate([book], [toy.scenario({"market": "-10%"})], options=Options(draws=4000))[0]
    returns = dict(zip(book.names, result.pnl.plan.central_returns(), strict=True))

    exact = 4000.0 * ((1 + returns["AAA"]) / (1 + returns["FXE"]) - 1)
    assert returns["FXE"] == pytest.approx(-0.1)
    assert result.expected == pytest.approx(exact, rel=1e-12)


def test_an_option_on_a_proxied_name_follows_the_name_not_its_proxy(toy):
    # A covered deep call: the option and the share are one name, so nothing is left to vary.
    model = with_rates(toy)
    call = dataclasses.replace(PUT, underlying="XYZ", right="call", strike=1.0)
    market = {
        Driver("spot", "XYZ"): 100.0,
        Driver("vol", call.contract): 0.35,
        Driver("rate", "USD"): 0.0,
        Driver("dividend", "XYZ"): 0.0,
    }
    portfolio = Portfolio(
        name="covered.csv",
        positions=(
            position(Equity("XYZ"), 100.0, 10_000.0, id="share"),
            position(call, -1.0, -9_900.0, id="call"),
        ),
        currency="USD",
        nav=100_000.0,
        as_of=AS_OF,
    )
    coverage = cover(portfolio, model, proxies={"XYZ": "AAA"})
    terms = Terms(
        betas={"XYZ": VolatilityBeta(value=0.0, source="assumed")},
        skews={"XYZ": SkewSlope(value=0.0, source="given")},
    )
    levels = market_of(market, as_of=AS_OF, currency="USD", source="flag")
    book = compile_book(portfolio, model, coverage, market=levels, terms=terms)
    baseline = evaluate([book], [], options=Options(draws=8000)).baseline

    assert book.names == ("XYZ",)
    assert baseline.pnl.totals.std() < 0.01 * 10_000 * 0.03


def test_a_share_and_its_option_in_another_currency_are_one_name(toy):
    model = with_rates(toy)
    call = dataclasses.replace(PUT, right="call", strike=1.0, currency="GBP")
    market = {
        Driver("spot", "AAA"): 80.0,
        Driver("fx", "GBP/USD"): 1.25,
        Driver("vol", call.contract): 0.35,
        Driver("rate", "GBP"): 0.0,
        Driver("dividend", "AAA"): 0.0,
    }
    book = compiled(
        toy,
        [
            position(Equity("AAA"), 100.0, 10_000.0, id="share", currency="GBP"),
            position(call, -1.0, -9_875.0, id="call", currency="GBP"),
        ],
        market=market,
        terms=Terms(
            betas={"AAA": VolatilityBeta(value=0.0, source="assumed")},
            skews={"AAA": SkewSlope(value=0.0, source="given")},
            fx_moves={"GBP": 0.05},
        ),
        model=model,
    )
    result = evaluate(
        [book], [toy.scenario({"chips": "-10%"})], options=Options(draws=4000, instant=True)
    )[0]

    # What remains is the strike's currency: the call gives up 100 pounds, worth 5 % more.
    assert result.expected == pytest.approx(100.0 * 1.25 * 0.05, abs=0.05)


def test_two_stand_ins_for_one_ticker_are_refused_with_both_lines(toy):
    lines = [
        dataclasses.replace(position(Equity("AAA"), 1.0, 100.0, id="a"), row=2),
        dataclasses.replace(position(Equity("AAA"), 1.0, 100.0, id="b"), row=3, proxy="CCC"),
    ]
    portfolio = Portfolio(name="two.csv", positions=tuple(lines), currency="USD", nav=200.0)
    with pytest.raises(InputError, match=r"AAA moves like itself in line 2 and like CCC in line 3"):
        cover(portfolio, toy.model())


YEN = {"ticker": "JPY", "type": "cash", "quantity": 1e6, "currency": "JPY"}
SHARE = {"ticker": "NVDA", "quantity": 1000.0, "price": 190.0, "currency": "USD"}


@pytest.mark.parametrize(
    ("rows", "currency", "shock", "rate"),
    [
        ([{**YEN, "fx_rate": 0.0065}, SHARE], "USD", {"usdjpy": "-100%"}, "fx of JPY/USD"),
        (
            [{**SHARE, "fx_rate": 0.86}, {**YEN, "ticker": "EUR", "currency": "EUR"}],
            "EUR", {"FXE": "-100%"}, "growth of USD/EUR",
        ),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_a_currency_that_is_worth_nothing_prices_nothing(rows, currency, shock, rate):
    """The inverse of an exchange rate at -100 % has no value: refused in words, not as an infinite P&L."""
    book = stress.load_portfolio(rows, currency=currency)
    scenario = stress.shock(shock)
    with pytest.raises(InputError, match=f"{rate}: the currency it is quoted in falls by 100 %"):
        stress.run(book, scenario, draws=4000, paths=False)
    most = stress.shock({name: "-90%" for name in shock})
    assert np.isfinite(stress.run(book, most, draws=4000, paths=False).pnl.totals).all()


@pytest.mark.parametrize(
    ("shock", "said"),
    [
        ({"usdjpy": "-99.5%"}, "usdjpy: -99.5% as stated; fx of JPY/USD is divided by it"),
        ({"market": "-80%"}, "usdjpy: could fall below -99% in these variations; fx of JPY/USD"),
        ({"market": "-5%"}, None),
    ],
)
def test_a_rate_beyond_its_lowest_move_is_held_there_and_said(shock, said):
    """One draw at -100 % of many does not end a run, and none is worth more than at -99 %."""
    book = stress.load_portfolio([{**YEN, "fx_rate": 0.0065}], currency="USD")
    result = stress.run(book, stress.shock(shock), draws=4000, paths=False)
    pnl, most = result.pnl.totals, 99.0 * 1e6 * 0.0065
    told = [text for text in result.warnings if "divided by it" in text]

    assert np.isfinite(pnl).all()
    if said is None:
        assert told == []
    else:
        assert told[0].startswith(said)
        assert pnl.max() == pytest.approx(most)
    if "usdjpy" in shock:
        assert pnl.min() == pytest.approx(most)


def test_a_fall_that_heavy_tails_make_worth_saying_is_said():
    """At 2.3 degrees of freedom more than one draw in 100,000 lies beyond twelve standard deviations."""
    model = dataclasses.replace(stress.load_model(), degrees_of_freedom=2.3)
    portfolio = stress.load_portfolio([{**YEN, "fx_rate": 0.0065}], currency="USD")
    book = stress.open_book(portfolio, model)
    result = stress.run(book, stress.shock({"market": "-12%"}), draws=2000, paths=False)
    assert any("usdjpy: could fall below -99%" in text for text in result.warnings)


def test_a_name_that_is_an_exchange_rate_is_held_as_a_factor_is():
    """EUR/USD follows a fund: stated alone, following the market, and stated with a severity that varies."""
    rows = [{**SHARE, "fx_rate": 0.86}, {**YEN, "ticker": "EUR", "currency": "EUR"}]
    book = stress.load_portfolio(rows, currency="EUR")
    for shock, options, said in (
        ({"FXE": "-99.5%"}, {}, "FXE: -99.5% as stated"),
        ({"gold": "-95%"}, {}, "FXE: could fall below -99%"),
        ({"FXE": "-90%"}, {"variation": "severity"}, "FXE: could fall below -99%"),
        ({"FXE": "-5%"}, {"variation": "severity"}, None),
    ):
        result = stress.run(book, stress.shock(shock), draws=2000, paths=False, **options)
        told = [text for text in result.warnings if "divided by it" in text]
        assert [text[: len(said or "")] for text in told] == ([] if said is None else [said])
        assert np.isfinite(result.pnl.totals).all()


def test_a_future_on_a_factor_loses_no_more_than_all_of_it(toy):
    """A draw beyond -100 % of a relative factor is -100 %, as of a name: a price does not fall below zero."""
    oil = Future(contract="CLH6", follows="market", price=60.0, multiplier=1000.0)
    held = Position(id="oil", instrument=oil, market_value=0.0, currency="USD", quantity=1.0)
    planned = plan(
        compiled(toy, [held]),
        complete(toy.scenario({"power": "-90%"}), with_rates(toy)),
        variation=Variation(kind="names"),
    )
    draws = simulate([planned], draws=4096, seed=1)[0].totals
    assert draws.min() == pytest.approx(-60_000.0)
    assert planned.pnl_at(np.full((1, len(toy.model().factors)), -1.5)) == pytest.approx(-60_000.0)


def test_a_currency_at_nothing_takes_what_is_held_in_it_along():
    rows = [{**SHARE, "fx_rate": 150.0}, {**YEN}]
    book = stress.load_portfolio(rows, currency="JPY")
    result = stress.run(book, stress.shock({"usdjpy": "-100%"}), draws=4000, paths=False)
    assert result.expected == pytest.approx(-1000.0 * 190.0 * 150.0)


@pytest.mark.parametrize(
    ("home", "quoted", "moves"),
    [
        ("EUR", "EUR", {}),
        ("EUR", "EUR", {"fx_moves": {"USD": "-5%"}}),
        ("EUR", "EUR", {"fx_fixed": ["USD"]}),
        ("USD", "EUR", {}),
        ("USD", "EUR", {"fx_moves": {"EUR": "+7%"}}),
        ("CHF", "EUR", {"fx_moves": {"USD": "-10%"}, "fx_fixed": ["EUR"]}),
        ("CHF", "EUR", {"fx_moves": {"USD": "-10%", "EUR": "+3%"}}),
    ],
)
@pytest.mark.parametrize("scenario", [None, {"ASML": "-8%", "FXE": "+4%"}])
def test_a_share_and_a_call_that_is_one_are_the_same_in_every_currency(
    home, quoted, moves, scenario
):
    """A call struck at next to nothing: a share sold against it leaves nothing, whatever currencies do."""
    rate = None if home == quoted else 0.9
    rows = [
        {"ticker": "ASML", "type": "equity", "quantity": -1000.0, "price": 900.0},
        {
            "ticker": "ASMLC",
            "type": "option",
            "quantity": 10.0,
            "price": 899.999,
            "underlying": "ASML",
            "right": "call",
            "strike": 0.001,
            "expiry": "2026-06-19",
            "style": "european",
            "multiplier": 100.0,
        },
    ]
    rows = [{**row, "currency": quoted, "fx_rate": rate} for row in rows]
    book = stress.open_book(
        stress.load_portfolio(rows, currency=home, nav=1e6, as_of="2025-12-30"),
        rates={quoted: "0%"},
        dividends={"ASML": "0%"},
        vols={"ASML": "40%"},
        **moves,
    )
    shock = [] if scenario is None else [stress.shock(scenario)]
    found = stress.run_many(book, shock or ["deepseek-2025-01-27"], draws=4096, instant=True)
    for result in [*found, *found.baselines.values()]:
        assert abs(result.expected) < 0.5
        assert result.pnl.totals == pytest.approx(0.0, abs=0.5)
