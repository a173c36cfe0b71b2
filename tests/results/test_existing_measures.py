"""A compounded t law has no mean: no figure stands for one, whatever a sample says."""

import dataclasses

import numpy as np
import pytest

from stress.portfolio.instruments import Option
from stress.portfolio.position import Position
from stress.results.evaluate import Options, evaluate
from stress.simulation.holdings import Holding, Leg
from stress.simulation.moments import loss_is_bounded
from stress.simulation.valuation import Valuation

DRAWS = Options(draws=4000)
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
    assert any("what is held short can rise without bound" in said for said in result.warnings)


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


def holding(instrument, quantity):
    position = Position(
        id="x", instrument=instrument, quantity=quantity, market_value=0.0, currency="USD"
    )
    return Holding(
        position=position,
        instrument=instrument,
        legs=(Leg(instrument=instrument, ratio=1.0, fx=None),),
        quantity=quantity,
    )


@pytest.mark.parametrize(
    ("right", "quantity", "bounded"),
    [("call", 1.0, True), ("put", 1.0, True), ("call", -1.0, False), ("put", -1.0, True)],
)
def test_a_short_put_has_a_largest_loss_and_a_short_call_none(toy, right, quantity, bounded):
    option = Option(
        underlying="AAA", right=right, strike=90.0, expiry="2026-06-19", style="european",
        multiplier=100.0, currency="USD",
    )  # fmt: skip
    plain = toy.book(LONG)
    valuation = Valuation(market=None, holdings=(holding(option, quantity),), movers={})

    assert loss_is_bounded(dataclasses.replace(plain, valuation=valuation)) == bounded
    short = dataclasses.replace(plain, values=-plain.values, valuation=valuation)
    assert not loss_is_bounded(short)
