"""Cash earns the stated rate of its currency over the horizon: part of the passage of time, of book and groups."""

import math

import numpy as np
import pytest

import stress
from stress.opening import idle_levels
from stress.portfolio.instruments import Cash, Driver, Equity, Option
from stress.portfolio.position import Portfolio, Position

DAYS = 14.0  # ten sessions


def book_of(toy, *, rates, dollars=10_000.0, pounds=0.0, put=True, **given):
    def held(id_, instrument, units, price, currency="USD", rate=1.0):
        return Position(
            id=id_,
            instrument=instrument,
            quantity=units,
            price=price,
            market_value=units * price * rate * instrument.multiplier,
            currency=currency,
        )

    option = Option(
        underlying="BBB",
        right="put",
        strike=95.0,
        expiry="2026-06-19",
        style="european",
        multiplier=100.0,
        currency="USD",
    )
    positions = [held("AAA", Equity("AAA"), 100.0, 50.0), held("USD", Cash("USD"), dollars, 1.0)]
    positions += [held("GBP", Cash("GBP"), pounds, 1.0, "GBP", 1.3)] if pounds else []
    positions += [held("put", option, 1.0, 4.0)] if put else []
    portfolio = Portfolio(
        name="p",
        positions=tuple(positions),
        currency="USD",
        nav=math.fsum(position.market_value for position in positions),
        as_of="2025-12-30",
    )
    market = {"dividends": {"BBB": "0%"}, "spots": {"BBB": 100.0}, "vols": {"BBB": "30%"}}
    return stress.open_book(portfolio, toy.model(), rates=rates, **(market if put else {}), **given)


def run(book, scenario, **options):
    return stress.run_many(book, [scenario], draws=2_000, model_range=False, **options)


@pytest.mark.parametrize("dollars", [10_000.0, -3_000.0])
def test_cash_earns_its_rate_and_owes_it(toy, dollars):
    shock = toy.scenario({"chips": "-12%"}, horizon_days=10)
    without = run(book_of(toy, rates={"USD": "4%"}, dollars=0.0), shock)
    found = run(book_of(toy, rates={"USD": "4%"}, dollars=dollars), shock)
    earned = dollars * math.expm1(0.04 * DAYS / 365.0)

    assert found[0].expected - without[0].expected == pytest.approx(earned)
    assert found[0].pnl.totals - without[0].pnl.totals == pytest.approx(np.full(2_000, earned))
    line, before = found[0].revalued, without[0].revalued
    assert line.interest == pytest.approx(earned)
    assert line.passage_of_time - before.passage_of_time == pytest.approx(earned)
    assert (line.positions, line.value) == (before.positions, before.value)
    assert line.pnl == pytest.approx(before.pnl)
    groups = {group.label: group for group in found[0].by("position")}
    assert groups["USD"].expected == pytest.approx(earned)
    assert math.fsum(group.expected for group in groups.values()) == pytest.approx(
        found[0].expected
    )
    assert [row.kind for row in found[0].ledger] == [row.kind for row in without[0].ledger]
    assert "10 sessions" in str(found[0])
    assert "over 14 calendar days; interest on cash" in str(found[0])


def test_no_time_passes_in_an_instant_and_a_day_in_the_baseline(toy):
    shock = toy.scenario({"chips": "-12%"}, horizon_days=10)
    book = book_of(toy, rates={"USD": "4%"})
    assert run(book, shock, instant=True)[0].revalued.interest == 0.0
    days = 1.4
    held, empty = (
        run(book_of(toy, rates={"USD": "4%"}, dollars=dollars), shock).baseline.pnl.totals
        for dollars in (10_000.0, 0.0)
    )
    earned = 10_000.0 * math.expm1(0.04 * days / 365.0)
    assert held - empty == pytest.approx(np.full(held.size, earned))


def test_cash_in_another_currency_earns_that_ones_rate_and_is_worth_what_it_then_costs(toy):
    shock = toy.scenario({"chips": "-12%"}, horizon_days=10)
    abroad = {"pounds": 1_000.0, "fx": {"GBP": 1.3}, "fx_moves": {"GBP": "-5%"}}

    def expected(**rates):
        return run(book_of(toy, rates={"USD": "4%", **rates}, **abroad), shock)[0].expected

    earned = 1_000.0 * 1.3 * 0.95 * math.expm1(0.05 * DAYS / 365.0)
    assert expected(GBP="5%") - expected() == pytest.approx(earned)


def test_a_rate_that_cash_alone_earns_changes_something_and_one_nobody_has_does_not(toy):
    def idle(book):
        return idle_levels([book], book.stated)

    pounds = {"pounds": 1_000.0, "fx": {"GBP": 1.3}, "fx_moves": {"GBP": "-5%"}}
    both = {"USD": "4%", "GBP": "5%"}
    assert idle(book_of(toy, rates=both, **pounds)) == ()
    assert len(idle(book_of(toy, rates=both))) == 1
    # A book of shares reads no levels, and says so.
    assert len(idle(book_of(toy, rates={"USD": "4%"}, put=False))) == 1


def test_a_book_without_a_stated_rate_has_its_cash_as_it_was(toy):
    book = book_of(toy, rates={"USD": "4%"})
    assert Driver("rate", "USD") in book.stated.levels
    plain = book_of(toy, rates={}, put=False)
    assert plain.valuation is None
    assert Cash("USD").value({}, elapsed_days=365.0) == 1.0
    assert Cash("USD", rate=0.04).value({}, elapsed_days=365.0) == pytest.approx(math.exp(0.04))


def test_a_hedge_with_options_does_not_make_cash_earn_interest(toy):
    """The hedged book as a book of its own has what the plan says it has."""
    rows = [
        {"ticker": "NVDA", "market_value": 900_000.0},
        {"ticker": "CASH", "market_value": 5e6, "type": "cash"},
    ]
    portfolio = stress.load_portfolio(rows, name="p", as_of="2025-12-31")
    book = stress.open_book(portfolio, rates={"USD": "4%"})
    plan = stress.hedge(book, "deepseek-2025-01-27", max_lines=2, side="long", draws=2_000)
    after = next(effect.after for effect in plan.scenarios if effect.chosen)
    again = stress.run(plan.hedged, "deepseek-2025-01-27", draws=100)

    assert any("2026" in ticket.instrument for ticket in plan.tickets)
    assert again.expected == pytest.approx(after, rel=1e-9)
