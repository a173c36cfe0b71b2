"""Coverage in shares of gross and of risk."""

import numpy as np
import pytest

from stress.portfolio.cover import cover
from stress.results.evaluate import evaluate
from stress.results.ledger import ledger_lines
from stress.results.options import Options
from stress.scenarios.propagation import complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation.book import compile_book
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate


def compiled(toy, holdings, *, proxies=None, unknown="refuse"):
    model, portfolio = toy.model(), toy.portfolio(holdings, cash=50.0)
    coverage = cover(portfolio, model, proxies=proxies, unknown=unknown)
    return compile_book(portfolio, model, coverage)


def baseline(book, draws=50_000):
    planned = plan(book, complete_baseline(book.model), variation=Variation(kind="names"))
    return simulate([planned], draws=draws, seed=0)[0]


def test_kinds_sum_to_the_book(toy):
    book = compiled(
        toy,
        {"AAA": 500.0, "DDD": 300.0, "NEW": 150.0, "GONE": 50.0},
        proxies={"NEW": "BBB"},
        unknown="exclude",
    )
    lines = {line.kind: line for line in ledger_lines(baseline(book))}

    assert list(lines) == ["linear", "proxied", "prior", "excluded"]
    assert sum(line.share_of_gross for line in lines.values()) == pytest.approx(1.0)
    assert lines["excluded"].share_of_gross == pytest.approx(0.05)
    assert lines["excluded"].share_of_risk is None
    assert sum(line.share_of_risk or 0.0 for line in lines.values()) == pytest.approx(1.0)
    assert lines["linear"].positions == 1


def test_the_exact_shares_are_those_of_the_draws(toy):
    book = compiled(toy, {"AAA": 500.0, "DDD": -300.0, "NEW": 250.0}, proxies={"NEW": "AAA"})
    pnl = baseline(book, draws=200_000)
    exact = {line.kind: line.share_of_risk for line in ledger_lines(pnl)}
    groups, totals = pnl.group_totals(
        [{"AAA": "linear", "DDD": "prior", "NEW": "proxied"}[p.ticker] for p in book.positions]
    )
    covariance = np.cov(totals)
    drawn = covariance.sum(axis=1) / covariance.sum()

    for group, share in zip(groups, drawn, strict=True):
        assert exact[group] == pytest.approx(share, abs=0.02)


def test_a_hedge_has_a_negative_share(toy):
    book = compiled(toy, {"AAA": 500.0, "DDD": -300.0})
    lines = {line.kind: line.share_of_risk for line in ledger_lines(baseline(book))}

    assert lines["prior"] < 0.0
    assert lines["linear"] > 1.0


def test_every_result_of_a_book_carries_its_ledger(toy):
    results = evaluate(
        [compiled(toy, {"AAA": 500.0})],
        [toy.scenario({"chips": "-5%"})],
        options=Options(draws=4000),
    )

    assert results[0].ledger == results.baseline.ledger
    assert results[0].to_dict()["coverage"]["shares"][0]["kind"] == "linear"


def test_cash_in_another_currency_is_a_position_and_shares_still_sum_to_one(toy):
    import stress
    from stress.portfolio.instruments import Cash
    from stress.portfolio.position import Portfolio, Position

    pounds = Position(
        id="GBP", instrument=Cash("GBP"), quantity=100.0, market_value=130.0, currency="GBP"
    )
    held = toy.portfolio({"AAA": 200.0, "ZZZ": 70.0}, cash=500.0).positions
    portfolio = Portfolio(
        name="p", positions=(*held, pounds), currency="USD", nav=900.0, as_of="2025-12-30"
    )
    book = stress.open_book(
        portfolio, toy.model(), fx={"GBP": 1.3}, fx_moves={"GBP": "-5%"}, unknown="exclude"
    )
    lines = {line.kind: line for line in ledger_lines(baseline(book, 4000))}

    assert {kind: line.share_of_gross for kind, line in lines.items()} == pytest.approx(
        {"revalued": 0.325, "linear": 0.5, "excluded": 0.175}
    )
    assert book.coverage.stressed == pytest.approx(0.825)
