"""The headline says what its figures are conditional on, also where they would surprise."""

from __future__ import annotations

import pytest

import stress
from stress.reporting.headline import headline, severity_line
from stress.tables import money_unit


def page(result):
    return "\n".join(headline(result, None, unit=money_unit(result.nav)))


def test_a_page_on_which_nothing_varies_shows_no_tail_of_it(toy):
    """A name that is stated, alone in a book, moves as stated in every draw."""
    book = toy.portfolio({"AAA": 1000.0})
    shock = stress.shock({"AAA": "-20%"}, model=toy.model())
    result = stress.run(book, shock, toy.model(), draws=4000, model_range=False)
    text = page(result)
    assert "nothing is left to vary" in text
    assert "Tail average" not in text
    assert "95 % of variations" not in text


def test_the_other_propagation_stands_beside_where_it_is_another_figure(toy):
    book = toy.portfolio({"AAA": 500.0, "CCC": 500.0})
    scenario = toy.scenario({"market": "-2%", "chips": "-6%"})
    result = stress.run(book, scenario, toy.model(), draws=2000, model_range=False)
    assert result.alone != pytest.approx(result.expected, rel=1e-3)
    assert "were the unstated factors to stand still" in page(result)
    assert ("! Alone" in page(result)) is result.differs
    beside = "\n".join(headline(result, None, unit=money_unit(result.nav), in_table=True))
    assert ("Alone" in beside) is result.differs


def test_other_severities_under_replay_are_of_the_factors_alone(toy):
    scenario = toy.scenario({"market": "-4%"}, kind="hypothetical", names={"AAA": "-30%"})
    book = toy.portfolio({"AAA": 1000.0})
    given = {"draws": 2000, "model_range": False}
    plain = stress.run(book, scenario, toy.model(), **given)
    replayed = stress.run(book, scenario, toy.model(), replay_names=True, **given)
    assert replayed.expected == pytest.approx(-300.0)
    assert replayed.severities == plain.severities
    assert severity_line(replayed).endswith("; factors alone")
    assert "alone" not in severity_line(plain)


def test_a_book_that_is_short_of_options_says_what_its_variations_average(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text(
        "# as_of: 2025-12-31\nticker,quantity,price,underlying,right,strike,expiry,multiplier,type\n"
        "NVDA,2000,186.5,,,,,,equity\nNP,-100,0.6,NVDA,put,165,2026-01-09,100,option\n"
    )
    book = stress.open_book(path, rates={"USD": "4%"}, dividends={"NVDA": "0%"})
    fall = stress.shock({"market": "-2%"})
    result = stress.run(book, fall, draws=20_000, model_range=False)
    (mean,) = (one.value for one in result.measures if one.measure == "mean")
    assert mean < 1.1 * result.expected < 0.0
    assert f"The variations average {mean / result.nav:+.1%}".replace("%", " %") in page(result)
    shares = stress.run("ai_growth", fall, draws=20_000, model_range=False)
    assert "The variations average" not in page(shares)
