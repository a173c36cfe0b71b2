"""Names that are one and are drawn apart: what the P&L would vary by if they were one is said."""

import dataclasses
import math
import re

import numpy as np
import pytest

import stress
from stress.results import drawn_apart


def said(result):
    return result.drawn_apart


@pytest.fixture
def one_company(monkeypatch):
    classes = (("shares of one company", {"AAA": 1.0, "BBB": 1.0}),)
    monkeypatch.setattr(drawn_apart, "_ONE", classes)


@pytest.mark.parametrize("second", [-300.0, 300.0])
def test_two_classes_of_one_company_vary_as_one_would(toy, one_company, second):
    book = toy.book({"AAA": 300.0, "BBB": second, "CCC": 50.0})
    result = stress.run(book, toy.scenario({"chips": "-5%"}), model_range=False)
    (words,) = said(result)
    assert words in result.warnings
    assert "drawn apart   AAA, BBB: shares of one company" in repr(result)
    as_one, apart = (
        float(text) / 100.0
        for text in re.search(r"about (.+) % of NAV, not (.+) % \(", words).groups()
    )
    plan = result.pnl.plan
    own = {name: plan.specific[plan.book.name_index[name]] for name in ("AAA", "BBB")}
    between = 2.0 * 300.0 * second * own["AAA"] * own["BBB"] * plan.completed.mixing_mean
    expected = math.sqrt(result.pnl.totals.var() + between) / result.nav
    assert as_one == pytest.approx(expected, abs=6e-4)
    assert apart == pytest.approx(result.pnl.totals.std() / result.nav, abs=6e-4)
    assert (as_one > apart) == (second > 0.0)


def test_names_that_are_one_only_by_a_stand_in(toy):
    portfolio = toy.portfolio({"ONE": 300.0, "TWO": 300.0, "AAA": 200.0})
    book = stress.open_book(portfolio, toy.model(), proxies={"ONE": "AAA", "TWO": "AAA"})
    result = stress.run(book, toy.scenario({"chips": "-5%"}), model_range=False)
    (words,) = said(result)
    assert words.startswith("AAA, ONE, TWO: moves of AAA are lent to them")
    whole = stress.run(toy.book({"AAA": 800.0}), toy.scenario({"chips": "-5%"}), model_range=False)
    as_one = float(re.search(r"about (.+) % of NAV", words).group(1)) / 100.0
    assert as_one == pytest.approx(np.std(whole.pnl.totals) / whole.nav, rel=0.02)


def test_nothing_is_said_where_it_changes_nothing(toy, one_company):
    for holdings in (
        {"AAA": 300.0, "CCC": 200.0},
        {"AAA": 1.0, "BBB": 1.0, "CCC": 900.0},
        {"AAA": 0.0, "BBB": 0.0, "CCC": 900.0},
    ):
        result = stress.run(toy.book(holdings), toy.scenario({"chips": "-5%"}), model_range=False)
        assert said(result) == ()


def test_where_returns_compound_no_figure_is_given(toy, one_company):
    book = toy.book({"AAA": 300.0, "BBB": -150.0})
    far = toy.scenario({"chips": "-30%"}, horizon_days=60, returns="compound")
    (words,) = said(stress.run(book, far, model_range=False))
    assert words == "AAA, BBB: shares of one company, their own news drawn apart."


def test_names_that_do_what_they_did_on_drawn_sessions_are_drawn_together(toy, one_company):
    book = toy.book({"AAA": 300.0, "BBB": -300.0})
    result = stress.run(book, toy.scenario({"chips": "-5%"}), model_range=False)
    assert said(result)
    of_sessions = dataclasses.replace(result.pnl.plan, residuals={0: np.zeros(3), 1: np.zeros(3)})
    assert drawn_apart.drawn_apart(of_sessions, result.pnl) == ()
