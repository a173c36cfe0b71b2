"""A compounded t law has no mean: no figure stands for one, whatever a sample says."""

import dataclasses

import numpy as np
import pytest

import stress
from stress.portfolio.instruments import (
    Bond,
    Cash,
    Driver,
    DurationBond,
    Equity,
    FundLookThrough,
    Future,
    FXForward,
    Leg,
    LeveragedFund,
    Option,
    Structure,
)
from stress.portfolio.position import Position
from stress.results.evaluate import evaluate
from stress.results.measured import band_of
from stress.results.options import Options
from stress.simulation.holdings import ElementaryLeg, Holding
from stress.simulation.movers import Fixed, NameGrowth
from stress.simulation.tail_exists import loss_is_bounded
from stress.simulation.valuation import Valuation

DRAWS = Options(draws=4000)
MODEL = "us-ai-2025-12"
LONG, SHORT = {"AAA": 700.0, "BBB": 300.0}, {"AAA": 700.0, "BBB": -300.0}


def names(measures):
    return {one.measure for one in measures}


def compounded(toy, **more):
    return toy.scenario({"chips": "-20%"}, horizon_days=30, returns="compound", **more)


def test_a_compounded_book_has_quantiles_and_a_tail_and_no_mean(toy):
    result = evaluate([toy.book(LONG)], [compounded(toy)], options=DRAWS)[0]

    assert {"quantile", "expected_shortfall", "value_at_risk"} <= names(result.measures)
    assert not names(result.measures) & {"mean", "standard_deviation"}
    assert result.tail_average.value <= 1000.0


def test_a_compounded_book_with_shorts_has_no_tail_average_and_says_so(toy):
    book = toy.book(SHORT, nav=1000.0)
    result = evaluate([book], [compounded(toy)], options=DRAWS)[0]

    assert {"quantile", "value_at_risk"} <= names(result.measures)
    assert result.tail_average is None
    assert any(
        "what is held short, or lost in another currency, can rise" in said
        for said in result.warnings
    )


def test_no_other_method_estimates_what_does_not_exist(toy):
    book = toy.book(SHORT, nav=1000.0)
    options = Options(draws=4000, reduce=("importance",), target_error=0.2)
    run = evaluate([book], [compounded(toy)], options=options)

    (found,) = run[0].reduced
    assert found.estimate is None
    assert "no mean" in found.because
    assert run.baseline.reduced[0].estimate is not None
    alone = evaluate([book], [], options=options)
    assert run[0].pnl.draws == alone.baseline.pnl.draws


def test_the_ends_of_the_band_are_found_by_their_level(toy):
    result = evaluate([toy.book(LONG)], [toy.scenario({"chips": "-20%"})], options=DRAWS)[0]
    low, high = result.band

    assert low < result.expected < high
    assert band_of(result.measures[::-1]) == (low, high)


def test_simple_returns_keep_every_measure(toy):
    for holdings in (LONG, SHORT):
        result = evaluate(
            [toy.book(holdings, nav=1000.0)], [toy.scenario({"chips": "-20%"})], options=DRAWS
        )[0]
        assert {"mean", "standard_deviation", "expected_shortfall"} <= names(result.measures)


@pytest.mark.parametrize(("holdings", "tail"), [(LONG, True), (SHORT, False)])
def test_a_compounded_path_likewise(toy, holdings, tail):
    step = compounded(toy, id="step")
    winter = dataclasses.replace(compounded(toy), path=(step, dataclasses.replace(step, id="two")))
    path = evaluate([toy.book(holdings, nav=1000.0)], [winter], options=DRAWS)[0].path

    assert not names(path.end) & {"mean", "standard_deviation"}
    assert ("expected_shortfall" in names(path.end)) == tail
    assert (path.drawdown_tail is not None) == tail
    if tail:
        assert path.drawdown_tail.value <= 1.0


def test_a_sample_mean_would_have_grown_with_the_draws(toy):
    """Why there is none: a thousandth of the variations carries most of the sample's mean."""
    steep = dataclasses.replace(compounded(toy), horizon_days=2600)
    book = toy.book({"CCC": 1000.0}, model=toy.model(degrees_of_freedom=3.0))
    totals = evaluate([book], [steep], options=DRAWS)[0].pnl.totals

    assert np.sort(totals)[-4:].sum() > 0.5 * np.abs(totals).sum()


def holding(instrument, quantity, fx=None):
    position = Position(
        id="x", instrument=instrument, quantity=quantity, market_value=0.0, currency="USD"
    )
    return Holding(
        position=position,
        instrument=instrument,
        legs=(ElementaryLeg(instrument=instrument, ratio=1.0, fx=fx),),
        quantity=quantity,
    )


def option(right):
    return Option(
        underlying="AAA", right=right, strike=90.0, expiry="2026-06-19", style="european",
        multiplier=100.0, currency="USD",
    )  # fmt: skip


NOTE = Bond(
    name="T", coupon=0.04, frequency=2, maturity="2030-11-15", curve="USD", credit=None
)  # fmt: skip
FUTURE = Future(contract="F", follows="AAA", price=100.0, multiplier=50.0)
FORWARD = FXForward(foreign="EUR", domestic="USD", agreed_rate=1.1, delivery="2026-06-19")
FUND = FundLookThrough(
    ticker="F", price=10.0, weights={"AAA": 1.5}, residual=-0.5, residual_follows=None,
    holdings_as_of="2025-12-31",
)  # fmt: skip
INVERSE = LeveragedFund(ticker="L", follows="AAA", leverage=-2.0, price=10.0)
BY_DURATION = DurationBond(
    name="D", price=98.0, yield_now=0.05, spread_now=0.0, duration=6.0, convexity=0.0,
    curve="USD 6y",
)  # fmt: skip

#: Whether the loss is bounded: long and short at home, long and short abroad.
KINDS = [
    (option("call"), (True, False), (True, False)),
    (option("put"), (True, True), (True, False)),
    (Equity("AAA"), (True, False), (True, False)),
    (NOTE, (True, False), (True, False)),
    (BY_DURATION, (True, False), (True, False)),
    (FUND, (True, False), (True, False)),
    (INVERSE, (True, False), (True, False)),
    (Cash("EUR"), (True, True), (True, False)),
    (FUTURE, (True, False), (False, False)),
    (FORWARD, (True, False), (False, False)),
]
ABROAD = Driver("fx", "EUR/USD")
MOVING, HELD = NameGrowth(name="FXE"), Fixed(move=0.0, reason="held still")


@pytest.mark.parametrize(("quantity", "side"), [(1.0, 0), (-1.0, 1), (0.0, None)])
@pytest.mark.parametrize(("fx", "mover"), [(None, None), (ABROAD, HELD), (ABROAD, MOVING)])
@pytest.mark.parametrize(("kind", "home", "abroad"), KINDS, ids=lambda kind: type(kind).__name__)
def test_what_each_kind_can_lose_at_most_by_side_and_currency(
    toy, kind, home, abroad, fx, mover, quantity, side
):
    plain = toy.book(LONG)
    held = holding(kind, quantity, fx)
    valuation = Valuation(market=None, holdings=(held,), movers={} if fx is None else {fx: mover})
    expected = True if side is None else (abroad if mover is MOVING else home)[side]

    assert loss_is_bounded(dataclasses.replace(plain, valuation=valuation)) == expected
    short = dataclasses.replace(plain, values=-plain.values, valuation=valuation)
    assert not loss_is_bounded(short)


@pytest.mark.parametrize(("quantity", "bounded"), [(1000.0, True), (-1000.0, False)])
def test_a_share_in_a_book_of_another_currency_has_the_sign_of_its_value(quantity, bounded):
    rows = [
        {"ticker": "NVDA", "quantity": quantity, "price": 190.0, "currency": "USD"},
        {"ticker": "EUR", "type": "cash", "quantity": 1e6, "currency": "EUR"},
    ]
    rows = [{**row, "fx_rate": 0.86 if row["currency"] == "USD" else 1.0} for row in rows]
    book = stress.open_book(stress.load_portfolio(rows, currency="EUR"), MODEL)
    assert book.portfolio.currency == "EUR"
    assert loss_is_bounded(book) == bounded

    result = stress.run(book, "inference-boom", paths=False, draws=4000)
    assert (result.tail_average is not None) == bounded


@pytest.mark.parametrize(("right", "bounded"), [("put", True), ("call", False)])
def test_a_structure_loses_what_its_legs_do(toy, right, bounded):
    sold = Structure(name="sold", legs=(Leg(instrument=option(right), ratio=-1.0),))
    valuation = Valuation(market=None, holdings=(holding(sold, 1.0),), movers={})

    assert loss_is_bounded(dataclasses.replace(toy.book(LONG), valuation=valuation)) == bounded
