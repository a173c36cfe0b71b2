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


def test_draws_of_paths_are_told_after_those_of_the_run_and_results_after_both(toy, winter):
    told, made = [], []
    evaluate(
        [toy.book({"AAA": 700.0})],
        [winter, toy.scenario({"chips": "-9%"}, id="other")],
        options=Options(draws=5000, executor=1),
        on_progress=lambda *step: told.append(step),
        on_result=lambda *step: made.append(step),
    )
    assert told == [(done, 10_000) for done in (4096, 5000, 9096, 10_000)]
    assert made == [(done, 3) for done in range(4)]


def test_a_path_that_is_interrupted_is_marked_and_those_after_it_are_left_out(toy, winter):
    other = dataclasses.replace(winter, id="other")

    def stop(done, total):
        if done >= 20_000 + 8192:
            raise KeyboardInterrupt

    options = Options(draws=20_000, executor=1, on_interrupt="partial")
    books = [toy.book({"AAA": 700.0})]
    results = evaluate(books, [winter, other], options=options, on_progress=stop)
    words = "PARTIAL: interrupted after 8,192 of 20,000 draws of the path."
    assert results[0].unfinished == (words,)
    assert results[0].warnings[0] == words
    assert results[0].path.totals.shape == (8192, 3)
    assert results[1].path is None
    assert results[1].unfinished == (
        "PARTIAL: interrupted before its steps were drawn: the path is left out.",
    )
    # The draws themselves are whole, and so is the ordinary day.
    assert results[1].pnl.draws == 20_000
    assert results.partial
    assert not results.baseline.partial
    document = json.loads(results.to_json())
    assert document["results"][0]["unfinished"] == [words]
    assert document["baseline"]["unfinished"] == []
    table = results.to_frame().set_index("scenario")
    assert set(table.loc["other", "unfinished"]) == {results[1].unfinished[0]}
    assert set(table.loc["baseline", "unfinished"]) == {""}
    with pytest.raises(KeyboardInterrupt):
        evaluate(
            books,
            [winter],
            options=dataclasses.replace(options, on_interrupt="raise"),
            on_progress=stop,
        )
