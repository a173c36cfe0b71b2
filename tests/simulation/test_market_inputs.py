"""Where the levels of a book come from, what is assumed, and what is missing."""

import dataclasses
import math
import re

import numpy as np
import pytest
import QuantLib

from stress.errors import InputError
from stress.portfolio.cover import cover
from stress.portfolio.instruments import (
    Bond,
    Cash,
    Driver,
    DurationBond,
    Equity,
    FundLookThrough,
    Future,
    FXForward,
    LeveragedFund,
    Option,
)
from stress.portfolio.levels import Given, given_of
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.pricing.black_scholes import european_value
from stress.simulation.book import compile_book
from stress.simulation.levels.market_inputs import book_market

AS_OF = "2025-12-30"
CALL = Option(
    underlying="AAA",
    right="call",
    strike=105.0,
    expiry="2026-03-20",
    style="european",
    multiplier=100.0,
    currency="USD",
)
VOL = Driver("vol", CALL.contract)
RATES = {"rate": {"USD": "4%"}, "dividend": {"AAA": "1%"}}


def held(instrument, quantity, price, *, id=None, currency="USD", value=None, **more):
    multiplier = getattr(instrument, "multiplier", 1.0)
    worth = quantity * multiplier * price if value is None else value
    return Position(
        id=id or instrument.underlying,
        instrument=instrument,
        quantity=quantity,
        price=price,
        market_value=worth,
        currency=currency,
        **more,
    )


def book(*positions, currency="USD", as_of=AS_OF, nav=1e6):
    return Portfolio(
        name="book.csv", positions=tuple(positions), currency=currency, nav=nav, as_of=as_of
    )


def levels_of(toy, portfolio, given=None, file=None):
    model = toy.model()
    coverage = cover(portfolio, model)
    return book_market(
        portfolio,
        model,
        coverage,
        given=given_of(given or {}),
        file=None if file is None else given_of(file, source="market-file"),
    )


SHARE = held(Equity("AAA"), 10.0, 100.0)


def test_a_volatility_is_solved_from_the_quoted_price(toy):
    price = float(european_value(100.0, 105.0, 80 / 365, 0.04, 0.01, 0.37, sign=1.0))
    market, _ = levels_of(toy, book(SHARE, held(CALL, 1.0, price, id="call")), RATES)

    assert market.levels[VOL].value == pytest.approx(0.37, abs=1e-10)
    assert market.source(VOL) == "quoted-price"
    assert market.source(Driver("spot", "AAA")) == "portfolio-file"


def test_options_stand_over_the_book_and_the_book_over_the_file(toy):
    call = held(CALL, 1.0, 4.0, id="call")
    spot = Driver("spot", "AAA")
    file = {"spot": {"AAA": "90"}, "rate": {"USD": "4%"}, "dividend": {"AAA": "1%"}}
    from_file, _ = levels_of(toy, book(call), file=file)
    from_book, _ = levels_of(toy, book(SHARE, call), file=file)
    stated, terms = levels_of(toy, book(SHARE, call), {"spot": {"AAA": 101}}, file=file)

    assert (from_file.levels[spot].value, from_file.source(spot)) == (90.0, "market-file")
    assert (from_book.levels[spot].value, from_book.source(spot)) == (100.0, "portfolio-file")
    assert (stated.levels[spot].value, stated.source(spot)) == (101.0, "flag")
    # One percent apart is no warning; more is.
    assert not any("as stated" in w for w in terms.warnings)
    both = book(SHARE, call)
    _, terms = levels_of(toy, both, {"spot": {"AAA": 102}}, file=file)
    assert any(f"102 as stated; the rows of {both.name} say 100" in w for w in terms.warnings)


def test_everything_missing_is_named_at_once_with_the_option_to_paste(toy):
    bond = Bond(
        name="ACME", coupon=0.05, frequency=2, maturity="2031-06-15", curve="USD 10y", credit=None
    )
    forward = FXForward(foreign="GBP", domestic="USD", agreed_rate=1.25, delivery="2026-06-30")
    portfolio = book(
        held(CALL, 1.0, 4.0, id="call"),
        held(bond, 10.0, 99.0, id="bond"),
        held(forward, 1000.0, 0.0, id="forward", value=0.0),
    )
    with pytest.raises(InputError) as caught:
        levels_of(toy, dataclasses.replace(portfolio, typed="foreshock run book.csv"))

    text = str(caught.value)
    for option in (
        "--spot AAA=PRICE",
        "--rate USD=RATE%",
        '--rate "USD 10y=RATE%"',
        "--rate GBP=RATE%",
        "--dividend AAA=YIELD%",
        "--fx GBP=RATE",
    ):
        assert option in str(caught.value.problems[-1]), option
        assert text.count(option) == 2
    assert "no spot of AAA (read by option call)" in text


def test_a_rate_between_two_other_currencies_is_asked_for_as_a_pair(toy):
    forward = FXForward(foreign="GBP", domestic="USD", agreed_rate=1.25, delivery="2026-06-30")
    portfolio = book(held(forward, 1000.0, 0.0, id="forward", value=0.0), currency="EUR")
    rates = {"rate": {"GBP": "4%", "USD": "4%"}}
    with pytest.raises(InputError) as caught:
        levels_of(toy, portfolio, rates)
    assert "Give it: fx={'GBP/USD': 'RATE'}" in str(caught.value)
    assert "Give it: fx={'USD': 'RATE'}" in str(caught.value)

    given = {**rates, "fx": {"GBP/USD": 1.3, "USD": 0.9}}
    market, _ = levels_of(toy, portfolio, given)
    assert market.levels[Driver("fx", "GBP/USD")].value == 1.3


def test_a_missing_volatility_is_named_too(toy):
    unpriced = dataclasses.replace(held(CALL, 1.0, 4.0, id="call"), price=None)
    with pytest.raises(
        InputError, match=r"neither its price.*vols={'AAA 2026-03-20 105 C': '45%'}"
    ):
        levels_of(toy, book(SHARE, unpriced), RATES)


@pytest.mark.parametrize(
    ("changes", "given", "value", "source"),
    [
        ({"implied_vol": 0.31}, {}, 0.31, "given"),
        ({}, {"vol": {"AAA": "33%"}}, 0.33, "flag"),
        ({"implied_vol": 0.31}, {"vol": {"AAA": "33%"}}, 0.31, "given"),
        ({"implied_vol": 0.31}, {"vol": {CALL.contract: "29%"}}, 0.29, "flag"),
    ],
)
def test_without_a_price_the_next_best_volatility_stands(toy, changes, given, value, source):
    option = dataclasses.replace(held(CALL, 1.0, 4.0, id="call"), price=None, **changes)
    market, _ = levels_of(toy, book(SHARE, option), {**RATES, **given})

    assert market.levels[VOL].value == value
    assert market.source(VOL) == source


def test_the_index_level_is_the_last_resort_and_is_said(toy):
    option = dataclasses.replace(held(CALL, 1.0, 4.0, id="call"), price=None)
    market, terms = levels_of(toy, book(SHARE, option), {**RATES, "vol": {"VIX": "16%"}})
    model = toy.model()
    b, s = model.exposures[0], model.specific_volatility[0]
    ratio = math.sqrt((b @ model.covariance @ b + s**2) / model.covariance[0, 0])

    assert market.levels[VOL].value == pytest.approx(0.16 * ratio, rel=1e-12)
    assert market.source(VOL) == "scenario-level"
    assert any("volatility from the index and the model" in w for w in terms.warnings)


def test_a_price_no_volatility_gives_falls_back_and_says_so(toy):
    below_intrinsic = held(CALL, 1.0, 150.0, id="call")
    with pytest.raises(InputError) as error:
        levels_of(toy, book(SHARE, below_intrinsic), RATES)
    first, asked = error.value.problems
    assert first.hint == f"vols={{'{CALL.contract}': '45%'}}"
    typed = dataclasses.replace(book(SHARE, below_intrinsic), typed="foreshock run book.csv")
    with pytest.raises(InputError) as error:
        levels_of(toy, typed, RATES)
    assert error.value.problems[0].hint == f'--vol "{CALL.contract}=45%"'
    assert "--vol" in str(error.value.problems[1])
    assert "--vol" not in str(asked)
    market, terms = levels_of(toy, book(SHARE, below_intrinsic), {**RATES, "vol": {"AAA": "40%"}})

    assert market.levels[VOL].value == 0.40
    assert any("another volatility is used" in w for w in terms.warnings)


def test_a_price_that_implies_what_none_may_state_stands_and_is_said(toy):
    _, plain = levels_of(toy, book(SHARE, held(CALL, 1.0, 4.0, id="call")), RATES)
    assert not any("its price implies" in text for text in plain.warnings)
    market, terms = levels_of(toy, book(SHARE, held(CALL, 1.0, 95.0, id="call")), RATES)

    assert market.levels[VOL].value > 5.0
    assert (
        f"{CALL.contract}: its price implies a volatility of {market.levels[VOL].value:,.1%}, outside the 1% to 500% "
        "that one may be stated at. Check its price (of one unit), terms and date."
    ) in terms.warnings
    bond = Bond(
        name="ACME", coupon=0.05, frequency=2, maturity="2027-06-15", curve="USD 2y", credit=None
    )
    _, terms = levels_of(toy, book(held(bond, 10.0, 1.5, id="bond")), {"rate": {"USD 2y": "4.2%"}})
    assert any(
        text.startswith("ACME: its price implies a spread of")
        and "outside the -25% to 200%" in text
        for text in terms.warnings
    )


def test_an_unused_volatility_is_said(toy):
    _, terms = levels_of(
        toy, book(SHARE, held(CALL, 1.0, 4.0, id="call")), {**RATES, "vol": {"AAA": "90%"}}
    )

    assert any("stated volatility of AAA is not used" in w for w in terms.warnings)


def test_a_bond_is_worth_its_quote(toy):
    bond = Bond(
        name="ACME", coupon=0.05, frequency=2, maturity="2031-06-15", curve="USD 10y", credit=None
    )
    market, _ = levels_of(
        toy, book(held(bond, 10.0, 97.0, id="bond")), {"rate": {"USD 10y": "4.2%"}}
    )
    dated = bond.dated(AS_OF)
    levels = {d: np.asarray(x.value) for d, x in market.levels.items()}

    assert market.source(bond.spread) == "quoted-price"
    assert float(dated.value(levels)) == pytest.approx(97.0 + dated.accrued(), rel=1e-12)


def test_a_bond_of_unknown_terms_needs_no_level_and_is_said(toy):
    bond = DurationBond(
        name="FUND",
        price=50.0,
        yield_now=0.05,
        spread_now=0.01,
        duration=6.0,
        convexity=0.0,
        curve="USD 10y",
    )
    market, terms = levels_of(toy, book(held(bond, 10.0, 50.0, id="fund")))

    assert market.levels[Driver("rate", "USD 10y")].value == 0.05
    assert any("fund: duration and convexity only" in w for w in terms.warnings)


def test_exchange_rates_follow_from_translated_values(toy):
    cash = held(Cash("GBP"), 1000.0, 1.0, id="cash", currency="GBP", value=1270.0)
    market, terms = levels_of(toy, book(cash), {"fx_move": {"GBP": "-2%"}})

    assert market.levels[Driver("fx", "GBP/USD")].value == pytest.approx(1.27)
    assert terms.fx_moves == {"GBP": -0.02}


def test_two_prices_of_one_name_are_refused_unless_they_are_close(toy):
    call = held(CALL, 1.0, 4.0, id="call")
    other = held(Equity("AAA"), 10.0, 101.0, id="other")
    far = held(Equity("AAA"), 10.0, 110.0, id="far")
    levels_of(toy, book(SHARE, other, call), RATES)

    with pytest.raises(InputError, match="far says 110, AAA says 100"):
        levels_of(toy, book(SHARE, far, call), RATES)


def test_of_two_prices_or_rates_the_largest_holding_s_stands_in_whatever_order(toy):
    """It is rounded least; the digest does not depend on the order of rows."""
    rows = (
        SHARE,
        held(Equity("AAA"), 30.0, 101.0, id="AAA other"),
        held(CALL, 1.0, 4.0, id="call"),
        held(Cash("GBP"), 7.0, 1.0, id="few", currency="GBP", value=8.88),
        held(Cash("GBP"), 1000.0, 1.0, id="many", currency="GBP", value=1270.0),
    )
    given = {**RATES, "fx_move": {"GBP": "-2%"}}
    for ordered in (rows, rows[::-1]):
        market, _ = levels_of(toy, book(*ordered), given)
        assert market.levels[Driver("spot", "AAA")].value == 101.0
        assert market.levels[Driver("fx", "GBP/USD")].value == 1.27


def test_a_crumb_in_another_currency_tells_no_rate(toy):
    """A cent for a penny is no quote of 1.00, it is rounding."""
    cash = held(Cash("GBP"), 1000.0, 1.0, id="cash", currency="GBP", value=1270.0)
    crumb = held(Cash("GBP"), 0.01, 1.0, id="crumb", currency="GBP", value=0.01)
    market, _ = levels_of(toy, book(crumb, cash), {"fx_move": {"GBP": "-2%"}})
    assert market.levels[Driver("fx", "GBP/USD")].value == 1.27

    wrong = held(Cash("GBP"), 100.0, 1.0, id="wrong", currency="GBP", value=100.0)
    with pytest.raises(InputError, match=r"cash says 1\.27, wrong says 1"):
        levels_of(toy, book(wrong, cash), {"fx_move": {"GBP": "-2%"}})


BOND = Bond(name="T", coupon=0.0425, frequency=2, maturity="2034-11-15", curve="USD", credit=None)
UNKNOWN_BOND = DurationBond(
    name="fund", price=50.0, yield_now=0.05, spread_now=0.0, duration=6.0, convexity=0.0, curve="USD 10y",
)  # fmt: skip
FUTURE = Future(contract="ESH6", follows="market", price=6050.0, multiplier=50.0)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            (held(CALL, 1.0, 4.0, id="few"), held(CALL, 2.0, 6.0, id="many")),
            "price of AAA 2026-03-20 105 C: many says 6, few says 4.",
        ),
        (
            (held(BOND, 10.0, 92.0, id="few"), held(BOND, 100.0, 99.0, id="many")),
            "price of T: many says 99, few says 92.",
        ),
        (
            (
                held(UNKNOWN_BOND, 10.0, 50.0, id="many"),
                held(dataclasses.replace(UNKNOWN_BOND, price=46.0), 2.0, 46.0, id="few"),
            ),
            "price of fund: many says 50, few says 46.",
        ),
        (
            (
                held(FUTURE, 1.0, 6050.0, id="few", value=0.0),
                held(dataclasses.replace(FUTURE, price=5050.0), -2.0, 5050.0, id="many", value=0.0),
            ),
            "price of ESH6: many says 5050, few says 6050.",
        ),
    ],
)
def test_two_prices_of_a_bond_or_contract_are_refused_as_those_of_a_share(toy, rows, said):
    given = {"rate": {"USD": "4%", "USD 10y": "4.2%"}, "dividend": {"AAA": "0%"}}
    for ordered in (rows, rows[::-1]):
        with pytest.raises(InputError) as caught:
            levels_of(toy, book(SHARE, *ordered), given)
        assert str(caught.value).endswith(
            f"{said} Correct one: a book stands at one price of a thing."
        )


def test_premiums_a_tick_apart_are_one_price_and_the_larger_holding_s_stands(toy):
    cheap = [held(CALL, 9.0, 0.10, id="one"), held(CALL, 30.0, 0.05, id="other")]
    found = {
        levels_of(toy, book(SHARE, *rows), RATES)[0].levels[Driver("vol", CALL.contract)].value
        for rows in (cheap, cheap[::-1])
    }
    alone = levels_of(toy, book(SHARE, cheap[1]), RATES)[0].levels[Driver("vol", CALL.contract)]

    assert found == {alone.value}
    with pytest.raises(InputError, match=r"price of AAA .*: other says 0\.05, far says 0\.15"):
        levels_of(toy, book(SHARE, held(CALL, 1.0, 0.15, id="far"), cheap[1]), RATES)


def test_two_volatilities_of_a_contract_without_a_price_are_refused_and_of_one_the_largest_holding_s_stands(
    toy,
):
    def rows(few, many, price=None):
        few, many = (
            held(CALL, units, price, id=name, value=400.0 * units, implied_vol=vol)
            for name, units, vol in (("few", 1.0, few), ("many", 5.0, many))
        )
        return (few, many), (many, few)

    vol = Driver("vol", CALL.contract)
    for ordered in rows(0.9, 0.4):
        with pytest.raises(
            InputError, match=r"AAA .*: many says 0\.4, few says 0\.9\. Correct one"
        ):
            levels_of(toy, book(SHARE, *ordered), RATES)
    for ordered in rows(0.401, 0.4):
        assert levels_of(toy, book(SHARE, *ordered), RATES)[0].levels[vol].value == 0.4
    # A price says the volatility: what the rows call it decides nothing, and stops nothing.
    by_price = levels_of(toy, book(SHARE, held(CALL, 1.0, 4.0, id="alone")), RATES)[0].levels[vol]
    for ordered in rows(0.9, 0.4, price=4.0):
        assert levels_of(toy, book(SHARE, *ordered), RATES)[0].levels[vol] == by_price


def test_of_two_prices_of_a_bond_the_largest_holding_s_stands_also_where_another_has_none(toy):
    given = {"rate": {"USD 10y": "4.2%"}}
    rows = [
        held(BOND, 1.0, None, id="a", value=99.0), held(BOND, 10.0, 99.0, id="b"), held(BOND, 7.0, 99.6, id="c"),
    ]  # fmt: skip
    spread = Driver("spread", "T")
    alone = levels_of(toy, book(rows[1]), given)[0].levels[spread]
    for ordered in (rows, rows[::-1]):
        assert levels_of(toy, book(*ordered), given)[0].levels[spread] == alone


def test_the_tick_of_an_option_is_none_of_the_rate_it_is_paid_at(toy):
    pounds = held(Cash("GBP"), 1000.0, 1.0, id="cash", currency="GBP", value=1270.0)
    call = held(
        dataclasses.replace(CALL, currency="GBP"), 1.0, 4.0, id="call", currency="GBP", value=524.0
    )
    with pytest.raises(InputError, match=r"fx of GBP/USD: cash says 1\.27, call says 1\.31"):
        levels_of(toy, book(SHARE, pounds, call), {**RATES, "fx_move": {"GBP": "-2%"}})


def test_a_date_is_asked_for_only_where_something_ages(toy):
    with pytest.raises(InputError, match=r"no date of the positions.*--as-of 2025-12-30"):
        levels_of(toy, book(SHARE, held(CALL, 1.0, 4.0, id="call"), as_of=None), RATES)
    cash = held(Cash("GBP"), 1000.0, 1.0, id="cash", currency="GBP", value=1270.0)
    market, _ = levels_of(toy, book(cash, as_of=None))

    assert market.as_of == toy.model().as_of
    undated = book(SHARE, held(CALL, 1.0, 4.0, id="call"), as_of=None)
    market, _ = book_market(
        undated,
        toy.model(),
        cover(undated, toy.model()),
        file=given_of(RATES, source="market-file", as_of="2026-01-05"),
    )
    assert market.as_of == "2026-01-05"


def test_vol_betas_are_given_scaled_or_one_for_one_and_said(toy):
    portfolio = book(SHARE, held(CALL, 1.0, 4.0, id="call"))
    _, given = levels_of(toy, portfolio, {**RATES, "vol_beta": {"AAA": "1.7"}})
    market, scaled = levels_of(toy, portfolio, {**RATES, "vol": {"VIX": "16%"}})
    _, flat = levels_of(toy, portfolio, RATES)

    assert (given.betas["AAA"].value, given.betas["AAA"].source) == (1.7, "given")
    assert scaled.betas["AAA"].value == pytest.approx(market.levels[VOL].value / 0.16)
    assert (flat.betas["AAA"].value, flat.betas["AAA"].source) == (1.0, "assumed")
    assert not any("vol betas" in w for w in given.warnings)
    assert any(
        "vol betas assumed, a name's volatility over the index's: AAA" in w for w in scaled.warnings
    )
    assert any("one point for one point of VIX: AAA" in w for w in flat.warnings)


def test_a_slope_is_given_or_unknown_and_said(toy):
    portfolio = book(SHARE, held(CALL, 1.0, 4.0, id="call"))
    _, given = levels_of(toy, portfolio, {**RATES, "skew": {"AAA": "-0.3"}})
    _, unknown = levels_of(toy, portfolio, RATES)

    assert (given.skews["AAA"].value, given.skews["AAA"].source) == (-0.3, "given")
    assert (unknown.skews["AAA"].value, unknown.skews["AAA"].source) == (0.0, "unknown")
    assert any("no slope of the volatility smile" in w for w in unknown.warnings)


def test_bonds_by_duration_share_a_curve_and_keep_their_prices(toy):
    def bond(name, rate):
        return DurationBond(
            name=name,
            price=50.0,
            yield_now=rate,
            spread_now=0.0,
            duration=6.0,
            convexity=40.0,
            curve="USD 10y",
            credit="high-yield",
        )

    positions = [held(bond(n, y), 10.0, 50.0, id=n) for n, y in (("A", 0.05), ("B", 0.09))]
    for given in ({}, {"rate": {"USD 10y": "4%"}}):
        market, _ = levels_of(toy, book(*positions), given)
        levels = {d: np.asarray(x.value) for d, x in market.levels.items()}
        for position in positions:
            assert float(position.instrument.value(levels)) == pytest.approx(50.0, rel=1e-12)


def test_the_yield_of_a_bond_with_credit_does_not_contradict_the_curve(toy):
    def said(credit):
        bond = DurationBond(
            name="A",
            price=50.0,
            yield_now=0.05,
            spread_now=0.0,
            duration=6.0,
            convexity=40.0,
            curve="USD 10y",
            credit=credit,
        )
        _, terms = levels_of(
            toy, book(held(bond, 10.0, 50.0, id="A")), {"rate": {"USD 10y": "3.76%"}}
        )
        return [text for text in terms.warnings if "as stated" in text]

    assert said("investment-grade") == []
    assert said(None) == ["rate of USD 10y: 3.76 % as stated; the rows of book.csv say 5.00 %."]


def test_a_bond_that_was_priced_is_not_outside_the_curve_beside_a_hedge(toy):
    # Four years, and a curve of one point at ten: the price has the last word, also where its spread is known by now.
    bond = Bond(
        name="ACME",
        coupon=0.07,
        maturity="2029-12-30",
        frequency=2,
        curve="USD",
        credit="high-yield",
    )
    portfolio = book(held(bond, 10.0, 97.0, id="ACME"))
    market, terms = levels_of(toy, portfolio, {"rate": {"USD 10y": "4.1%"}})
    solved = market.levels[Driver("spread", "ACME")]
    assert solved.source == "quoted-price"
    assert not any("outside the stated" in text for text in terms.warnings)
    model = toy.model()
    again = Given(levels={**given_of({"rate": {"USD 10y": "4.1%"}}).levels, **market.levels})
    _, terms = book_market(portfolio, model, cover(portfolio, model), given=again)
    assert not any("outside the stated" in text for text in terms.warnings)
    _, stated = levels_of(
        toy, portfolio, {"rate": {"USD 10y": "4.1%"}, "spread": {"ACME": "400bp"}}
    )
    assert any("outside the stated USD curve" in text for text in stated.warnings)


def test_a_market_is_taken_as_a_file_is(toy):
    from stress.api import run
    from stress.portfolio.market import market_of

    call = held(CALL, 1.0, 4.0, id="call")
    levels = {Driver("rate", "USD"): 0.04, Driver("dividend", "AAA"): 0.01}
    market = market_of(levels, as_of=AS_OF, currency="USD", source="market-file")
    portfolio, scenario = book(SHARE, call), toy.scenario({"chips": "-9%"})
    given = run(portfolio, scenario, toy.model(factors=_with_rates(toy)), draws=4096, market=market)
    stated = run(
        portfolio,
        scenario,
        toy.model(factors=_with_rates(toy)),
        draws=4096,
        rates={"USD": 0.04},
        dividends={"AAA": "1%"},
    )

    assert given.digest == stated.digest
    assert given.revalued.positions == 1


def _with_rates(toy):
    return tuple(
        dataclasses.replace(f, name="rates_2y") if f.name == "rates_10y" else f
        for f in toy.model().factors
    )


def test_options_on_a_share_in_two_currencies_are_refused_with_both_rows(toy):
    euros = dataclasses.replace(CALL, currency="EUR", strike=90.0)
    cash = held(Cash("EUR"), 1000.0, 1.0, id="cash", currency="EUR", value=1100.0)
    rows = [
        SHARE,
        cash,
        held(CALL, 1.0, 4.0, id="dollars"),
        held(euros, 5.0, 8.0, id="euros", currency="EUR", value=4400.0, row=7),
    ]
    for order in (rows, rows[::-1]):
        with pytest.raises(InputError) as error:
            levels_of(toy, book(*order), {**RATES, "rate": {"USD": "4%", "EUR": "2%"}})
        (problem,) = error.value.problems
        assert "options on AAA in two currencies: dollars in USD, euros in EUR." in problem.message
        assert (problem.file, problem.line) == ("book.csv", 7)
        assert "Leave those in EUR out" in problem.hint


@pytest.mark.parametrize("larger", ["european", "american"])
def test_two_styles_of_a_contract_have_the_volatility_of_the_largest_rows_own_style(toy, larger):
    put = {
        style: dataclasses.replace(CALL, right="put", strike=120.0, style=style)
        for style in ("european", "american")
    }
    # Both at 45 %: deep in the money, where the right to exercise early is worth more than 2 %.
    european = float(european_value(100.0, 120.0, 80 / 365, 0.10, 0.0, 0.45, sign=-1.0))
    today = QuantLib.Date(30, 12, 2025)
    QuantLib.Settings.instance().evaluationDate = today

    def curve(rate):
        flat = QuantLib.FlatForward(today, rate, QuantLib.Actual365Fixed())
        return QuantLib.YieldTermStructureHandle(flat)

    process = QuantLib.BlackScholesMertonProcess(
        QuantLib.QuoteHandle(QuantLib.SimpleQuote(100.0)),
        curve(0.0),
        curve(0.10),
        QuantLib.BlackVolTermStructureHandle(
            QuantLib.BlackConstantVol(
                today, QuantLib.NullCalendar(), 0.45, QuantLib.Actual365Fixed()
            )
        ),
    )
    option = QuantLib.VanillaOption(
        QuantLib.PlainVanillaPayoff(QuantLib.Option.Put, 120.0),
        QuantLib.AmericanExercise(today, today + 80),
    )
    option.setPricingEngine(QuantLib.FdBlackScholesVanillaEngine(process, 800, 1600))
    american = option.NPV()
    quantity = {"european": 10.0, "american": 10.0, larger: 20.0}
    # The smaller row's id comes first.
    ids = {larger: "z"}
    rows = [
        held(put["european"], quantity["european"], european, id=ids.get("european", "a")),
        held(put["american"], quantity["american"], american, id=ids.get("american", "a")),
    ]
    stated = {"rate": {"USD": "10%"}, "dividend": {"AAA": "0%"}}
    market, _ = levels_of(toy, book(SHARE, *rows), stated)

    assert american > 1.02 * european
    vol = market.levels[Driver("vol", put["european"].contract)]
    assert vol.value == pytest.approx(0.45, abs=2e-4)
    turned, _ = levels_of(toy, book(*rows[::-1], SHARE), stated)
    assert turned.levels == market.levels


@pytest.mark.parametrize("where", ["flag", "market-file"])
def test_a_volatility_that_makes_an_option_worth_otherwise_than_its_row_is_said(toy, where):
    price = float(european_value(100.0, 105.0, 80 / 365, 0.04, 0.01, 0.60, sign=1.0))
    worth = float(european_value(100.0, 105.0, 80 / 365, 0.04, 0.01, 0.30, sign=1.0))
    portfolio = book(SHARE, held(CALL, -20.0, price, id="call"))

    def warnings(volatility):
        levels = {"vol": {CALL.contract: volatility}}
        if where == "flag":
            _, terms = levels_of(toy, portfolio, {**RATES, **levels})
        else:
            _, terms = levels_of(toy, portfolio, RATES, file=levels)
        return [one for one in terms.warnings if "P&L is counted from" in one]

    (said,) = warnings("30%")
    source = "stated volatility" if where == "flag" else "market file's volatility"
    assert said == (
        f"call: its row says {-2000 * price:,.0f} USD; the {source}, 0.3, makes it {-2000 * worth:,.0f}. "
        "P&L is counted from the latter, NAV has the former."
    )
    # 0.3 points of volatility are less than 1 % of the price.
    assert warnings("60.3%") == []


def test_a_row_worth_what_its_volatility_makes_it_says_nothing(toy):
    cheap = dataclasses.replace(CALL, strike=160.0)
    quoted = book(SHARE, held(CALL, 5.0, 4.0, id="call"), held(cheap, 5.0, 0.03, id="wing"))
    _, terms = levels_of(toy, quoted, RATES)
    assert not any("P&L is counted" in one for one in terms.warnings)
    # Below intrinsic value: another volatility is used, and what it makes of the row is said.
    deep = dataclasses.replace(CALL, strike=50.0)
    below = book(SHARE, held(deep, 5.0, 40.0, id="deep"))
    _, terms = levels_of(toy, below, {**RATES, "vol": {"AAA": "40%"}})
    assert any(
        one.startswith("deep: its row says 20,000 USD; the stated") for one in terms.warnings
    )


@pytest.mark.parametrize("currency", ["USD", "EUR"])
@pytest.mark.parametrize("quantity", [200_000.0, -200_000.0])
def test_a_forwards_value_that_contradicts_its_terms_is_said(toy, quantity, currency):
    forward = FXForward(foreign="GBP", domestic="USD", agreed_rate=1.25, delivery="2026-06-30")
    years = 182 / 365
    dollar = 1.0 if currency == "USD" else 0.9
    worth = quantity * dollar * (1.3 * math.exp(-0.04 * years) - 1.25 * math.exp(-0.03 * years))
    rates = {"rate": {"GBP": "4%", "USD": "3%"}, "fx": {"GBP/USD": 1.3}}
    if currency == "EUR":
        rates["fx"]["USD"] = 0.9

    def warnings(value):
        row = held(forward, quantity, 0.0, id="forward", value=value)
        _, terms = levels_of(toy, book(row, currency=currency), rates)
        return [one for one in terms.warnings if "P&L is counted from" in one]

    (said,) = warnings(-1_000.0)
    assert said == (
        f"forward: its row says -1,000 {currency}; its terms (strike 1.25, delivery 2026-06-30) and the rates of the "
        f"run make it {worth:,.0f}. P&L is counted from the latter, NAV has the former."
    )
    bought = abs(quantity) * dollar * 1.3
    assert (
        warnings(worth)
        == warnings(worth + 0.0024 * bought)
        == warnings(worth - 0.0024 * bought)
        == []
    )
    assert len(warnings(worth + 0.0026 * bought)) == len(warnings(worth - 0.0026 * bought)) == 1


LEVERAGED = LeveragedFund(ticker="AAA", follows="BBB", leverage=3.0, price=100.0)
THROUGH = FundLookThrough(
    ticker="AAA", price=100.0, weights={"BBB": 1.0}, residual=0.0, residual_follows=None,
    holdings_as_of=AS_OF,
)  # fmt: skip


@pytest.mark.parametrize(
    ("fund", "moves", "option"),
    [(LEVERAGED, "3 times BBB a day", "leveraged"), (THROUGH, "what it holds", "look.through")],
    ids=["leveraged", "looked through"],
)
def test_an_option_on_a_fund_that_moves_otherwise_is_named(toy, fund, moves, option):
    share = held(fund, 10.0, 100.0, id="fund")
    call = held(CALL, 1.0, 4.0, id="call")
    market, terms = levels_of(toy, book(share, call), RATES)
    (said,) = [one for one in terms.warnings if one.startswith("AAA: its shares")]

    assert f"its shares move as {moves}, the underlying of its options" in said
    assert re.search(f"Without .*{option} of AAA both", said)
    # The row's price is the spot.
    assert market.levels[Driver("spot", "AAA")].value == 100.0
    _, plain = levels_of(toy, book(SHARE, call), RATES)
    assert not any("do not move alike" in one for one in plain.warnings)


def test_a_hedges_option_on_a_fund_of_the_book_is_named(toy):
    share = held(LEVERAGED, 10.0, 100.0, id="fund")
    portfolio, model = book(share), toy.model()
    compiled = compile_book(
        portfolio, model, cover(portfolio, model), market=levels_of(toy, portfolio)[0]
    )
    hedge = book(SHARE, held(CALL, 1.0, 4.0, id="call"))
    _, terms = book_market(
        hedge, model, cover(hedge, model), given=given_of(RATES), beside=(compiled.valuation,)
    )
    assert any("AAA: its shares move as 3 times BBB a day" in one for one in terms.warnings)
