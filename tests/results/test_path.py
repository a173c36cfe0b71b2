"""Results of a path: drawdowns by hand, measures of the same draws, what the scenario's file says."""

import dataclasses
import json

import numpy as np
import pytest

from stress.results.evaluate import evaluate
from stress.results.options import Options
from stress.results.path import drawdown
from stress.risk.measures import expected_shortfall


def test_drawdowns_by_hand():
    paths = np.array([[-1.0, 2.0, -3.0], [1.0, 2.0, 3.0], [6.0, 2.0, 4.0], [-2.0, -1.0, -4.0]])

    assert drawdown(paths, 10.0).tolist() == pytest.approx([5 / 12, 0.0, 4 / 16, 4 / 10])


def test_no_fall_exceeds_what_the_book_was_worth_before_it():
    """A path that blew up first has lost more than the book once was worth, and less than all it was worth."""
    assert drawdown(np.array([[900.0, -5.0]]), 10.0)[0] == pytest.approx(1 - 5 / 910)


@pytest.fixture
def winter(toy):
    steps = tuple(
        toy.scenario(moves, id=f"s{i}", title=f"to {i}", date=f"2025-02-0{2 + i}")
        for i, moves in enumerate([{"chips": "-8%"}, {"chips": "+5%"}, {"chips": "-6%"}], start=1)
    )
    return dataclasses.replace(toy.scenario({"chips": "-20%"}), path=steps)


def test_a_path_stands_beside_the_end_point(toy, winter):
    book = toy.book({"AAA": 700.0, "BBB": 300.0})
    result = evaluate([book], [winter], options=Options(draws=8000))[0]
    path = result.path

    assert [p.sessions for p in path.periods] == [1, 2, 3]
    assert [p.title for p in path.periods] == ["to 1", "to 2", "to 3"]
    assert path.expected == path.periods[-1].expected
    assert path.expected != pytest.approx(result.expected, rel=0.05)
    assert path.totals.shape == (8000, 3)
    assert not path.totals.flags.writeable
    for t, period in enumerate(path.periods):
        column = np.sort(path.totals[:, t])
        assert period.band == (column[200], column[7799])
    lower = next(e for e in path.end if e.measure == "quantile" and e.level == 0.025)
    assert path.periods[-1].band[0] == lower.value
    end = next(e for e in path.end if e.measure == "expected_shortfall")
    assert end.value == pytest.approx(expected_shortfall(path.totals[:, -1], level=0.975))
    falls = drawdown(path.totals, 1000.0)
    assert path.drawdown_tail.value == pytest.approx(np.sort(falls)[-200:].mean())
    assert path.median_drawdown == np.sort(falls)[3999]
    stated = [step.moves[0].move.value / 0.025 for step in winter.path]
    assert path.distance == pytest.approx(np.sqrt(np.square(stated).sum()))
    assert path.mixing_mean == pytest.approx((3.0 + path.distance**2) / 6.0)
    assert path.drawdown_tail.conditional_on == winter.id
    assert path.worst_period == 2


def test_a_path_is_left_out_on_request_and_where_there_is_none(toy, winter):
    book = toy.book({"AAA": 700.0})
    without = evaluate([book], [winter], options=Options(draws=4000, paths=False))
    plain = evaluate([book], [toy.scenario({"chips": "-20%"})], options=Options(draws=4000))

    assert without[0].path is None
    assert plain[0].path is None
    assert plain.baseline.path is None


def test_few_draws_give_no_tail(toy, winter):
    result = evaluate([toy.book({"AAA": 700.0})], [winter], options=Options(draws=500))[0]

    assert result.path.drawdown_tail is None
    assert not any(e.measure == "expected_shortfall" for e in result.path.end)


def test_severity_scales_every_step(toy, winter):
    book = toy.book({"IDX": 700.0})
    half = evaluate([book], [winter], options=Options(draws=4000, severity=0.5))[0]
    whole = evaluate([book], [winter], options=Options(draws=4000))[0]

    assert abs(half.path.expected_drawdown) < abs(whole.path.expected_drawdown)


def test_the_screen_and_the_document_show_the_path(toy, winter):
    result = evaluate([toy.book({"AAA": 700.0})], [winter], options=Options(draws=4000))[0]
    document = json.loads(result.to_json())

    assert [s["sessions"] for s in document["path"]["steps"]] == [1, 2, 3]
    assert document["path"]["drawdown"]["sign"] == "loss"
    assert document["path"]["digest"] == result.path.digest
