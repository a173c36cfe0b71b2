"""A compounded range wider than the book is worth says why, in one sentence, at once and step by step."""

import dataclasses

import pytest

from stress.reporting.headline import headline_notes
from stress.reporting.path_panel import path_panel
from stress.results.evaluate import evaluate
from stress.results.options import Options
from stress.tables import money_unit

WIDE = "The range is this wide because the law reads what is stated as"


def told(toy, move, sessions):
    step = toy.scenario({"market": move}, horizon_days=sessions, returns="compound", id="one")
    scenario = dataclasses.replace(
        step, id="both", path=(step, dataclasses.replace(step, id="two"))
    )
    result = evaluate([toy.book({"CCC": 1000.0})], [scenario], options=Options(draws=4000))[0]
    return (
        result,
        " ".join(headline_notes(result)),
        " ".join(" ".join(path_panel(result, unit=money_unit(result.nav))).split()),
    )


def test_a_wide_range_says_what_the_law_made_of_it(toy):
    result, notes, panel = told(toy, "-80%", 250)
    spread = result.band[1] - result.band[0]

    assert spread > result.nav
    multiple = f"{result.completed.mixing_mean:.1f} times ordinary ones"
    assert f"{WIDE} {result.completed.distance:.1f} standard deviations" in notes
    assert multiple in notes
    assert "over 250 sessions" in notes
    assert f"{WIDE} {result.path.distance:.1f} standard deviations" in panel
    assert f"{result.path.mixing_mean:.1f} times ordinary ones" in panel
    assert "over 500 sessions" in panel


def test_an_ordinary_one_does_not(toy):
    result, notes, panel = told(toy, "-4%", 5)

    assert result.band[1] - result.band[0] < result.nav
    assert "compounded and skewed" in notes
    assert WIDE not in notes
    assert WIDE not in panel


def test_no_fall_on_the_way_is_said_to_exceed_the_book(toy):
    result, _, panel = told(toy, "-80%", 250)

    assert "largest fall on the way, of the value before it: " in panel
    assert 0.0 < result.path.expected_drawdown <= result.path.drawdown_tail.value <= 1.0
    assert f"tail average {-100 * result.path.drawdown_tail.value:.1f} %" in panel
    assert result.path.median_drawdown == pytest.approx(result.path.expected_drawdown, rel=0.5)
