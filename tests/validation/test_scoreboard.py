"""The board as a whole: scores, books, years, bars, page."""

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stress.errors import InputError
from stress.reporting.scoreboard_page import day_page, scoreboard_page
from stress.results.track_record import comparable_books, parse_track_record
from stress.validation.days import ordinary_days, shock_days
from stress.validation.scoreboard import predict_days, score_day, scoreboard
from stress.validation.scoreboard_bars import bars
from stress.validation.scoreboard_books import (
    ScoreboardBook,
    book_weights,
    equity_values,
    random_books,
    theme_books,
)
from stress.validation.scoreboard_groups import books_of, market_moves, pooled_outside
from stress.validation.scoreboard_score import r_squared_uncentred, score
from stress.validation.scoreboard_sensitivity import sensitivity
from stress.validation.scoreboard_table import scoreboard_markdown
from stress.validation.scoreboard_year import baseline_tail, group_years, simulated_z2
from stress.validation.track_record import track_record, track_record_text

moves_of_a_day = st.lists(
    st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)), min_size=2, max_size=40
).filter(lambda pairs: sum(a * a for a, _ in pairs) > 1e-6)


@pytest.fixture(scope="module")
def board(world):
    return scoreboard(
        world.prices,
        world.definitions,
        portfolios={"sample": {"NVDA": 5e5, "JPM": -2e5, "SPY": 3e5, "NOPE": 1e5}},
        years=(2020,),
        settings=world.settings,
    )


@given(moves_of_a_day)
def test_r_squared_by_hand(pairs):
    realised, predicted = (np.array(side) for side in zip(*pairs, strict=True))
    left = total = 0.0
    for a, b in pairs:
        left += (a - b) ** 2
        total += a**2
    assert r_squared_uncentred(realised, predicted) == pytest.approx(1.0 - left / total, abs=1e-9)


@given(moves_of_a_day, st.floats(0.1, 10.0))
def test_r_squared_has_no_unit_and_is_at_most_one(pairs, unit):
    realised, predicted = (np.array(side) for side in zip(*pairs, strict=True))
    one = r_squared_uncentred(realised, predicted)
    assert one <= 1.0
    assert r_squared_uncentred(unit * realised, unit * predicted) == pytest.approx(one, rel=1e-9)
    assert r_squared_uncentred(realised, realised) == 1.0
    assert r_squared_uncentred(realised, np.zeros_like(realised)) == 0.0


def test_score_against_scipy():
    rng = np.random.default_rng(0)
    realised = 0.02 * rng.standard_normal(50)
    predicted = 0.7 * realised + 0.01 * rng.standard_normal(50)
    found = score(realised, predicted, half_width=np.full(50, 0.01))
    assert found.correlation == pytest.approx(stats.pearsonr(realised, predicted).statistic)
    assert found.outside == sum(
        math.fabs(a - b) > 0.01 for a, b in zip(realised, predicted, strict=True)
    ) / len(realised)
    assert found.rmse == pytest.approx(math.sqrt(np.mean((realised - predicted) ** 2)))
    assert found.sign_hits == np.mean(realised * predicted > 0)


def test_score_refuses_what_it_cannot_compare():
    with pytest.raises(InputError, match="cannot be compared"):
        score(np.zeros(2), np.zeros(3))
    with pytest.raises(InputError, match="finite"):
        score(np.array([0.1, np.nan]), np.zeros(2))
    with pytest.raises(InputError, match="no name moved"):
        score(np.zeros(2), np.zeros(2))


def test_baseline_tail_is_the_ts():
    nu, level = 5.0, 0.975
    var, es = baseline_tail(nu, level)
    unit = math.sqrt((nu - 2) / nu)
    assert var == pytest.approx(unit * stats.t.ppf(level, nu), rel=1e-9)
    tail = stats.t.expect(lambda x: x, args=(nu,), lb=stats.t.ppf(level, nu)) / (1 - level)
    assert es == pytest.approx(unit * tail, rel=1e-6)


def test_simulated_z2_has_the_published_quantile():
    # 40,000 years of 250 days, t with 5 degrees of freedom: 5 % quantile -.734
    found = simulated_z2(250, 5.0, samples=40_000, seed=1)
    assert np.quantile(found, 0.05) == pytest.approx(-0.734, abs=0.02)
    assert found.mean() == pytest.approx(0.0, abs=0.01)


def test_unpriced_names_are_left_out_and_counted():
    half = ScoreboardBook(name="a", kind="sample", weights={"X": 0.6, "Y": -0.4})
    weights, priced = book_weights([half], ["X", "Z"])
    assert priced == [0.6]
    np.testing.assert_allclose(weights, [[1.0, 0.0]])
    weights, priced = book_weights([half], ["Y"])
    assert np.isnan(weights).all()


def test_books_hold_what_they_should(world):
    drawn = random_books(world.moves, count=20, size=5, seed=2)
    assert all(len(book.weights) == 5 for book in drawn)
    assert not any({"SPY", "GLD"} & set(book.weights) for book in drawn)
    assert [b.weights for b in drawn] == [
        b.weights for b in random_books(world.moves, count=20, size=5, seed=2)
    ]
    themes = {book.name: set(book.weights) for book in theme_books(world.moves)}
    assert themes["utilities_regulated"] == {"SO", "DUK", "NEE", "XLU"}
    assert "market" not in themes


def test_equity_values_add_up_and_leave_cash(toy):
    book = toy.portfolio({"AAA": 100.0, "BBB": -40.0}, cash=7.0)
    assert equity_values(book) == {"AAA": 100.0, "BBB": -40.0}


def test_a_book_is_the_weighted_sum_of_its_names(world, board):
    days = shock_days(world.moves)
    first = predict_days(world.moves, days[:1], world.settings)[0]
    place = {name: n for n, name in enumerate(first.names)}
    weights = {"NVDA": 0.5, "JPM": -0.2, "SPY": 0.3}
    misses = board.shock_books["explained"]
    assert board.books[0].definition_share == pytest.approx(0.3 / 1.1)
    assert misses.priced[0, 0] == pytest.approx(1.0 / 1.1)
    total = math.fsum(w * first.explained.predicted[place[t]] for t, w in weights.items())
    assert misses.predicted[0, 0] == pytest.approx(total, rel=1e-12)
    own = math.fsum((w * first.explained.specific[place[t]]) ** 2 for t, w in weights.items())
    nu, d2 = first.explained.degrees_of_freedom, first.explained.distance**2
    half = stats.t.ppf(0.975, nu) * math.sqrt((3.0 + d2) / nu * own)
    assert misses.half_width[0, 0] == pytest.approx(half, rel=1e-8)


def test_pooled_shares_weigh_names(board):
    scores = [one.explained for one in board.ordinary]
    by_hand = sum(round(s.outside * s.names) for s in scores) / sum(s.names for s in scores)
    assert pooled_outside(scores, floor=False) == pytest.approx(by_hand)


def test_the_model_beats_a_market_beta_in_a_world_of_themes(board):
    explained = np.median([one.explained.r_squared for one in board.shocks])
    market = np.median([one.market.r_squared for one in board.shocks])
    assert explained > market + 0.1


def test_years_cover_books_that_were_priced_throughout(board):
    assert {one.year for one in board.years} == {2020}
    assert len(board.years) == len(board.books)
    one = board.years[0]
    assert one.kupiec.observations > 200
    assert 0.0 < one.acerbi_szekely.p_value <= 1.0


def test_years_are_gathered_by_kind_of_book(board):
    groups = group_years(board.years)
    assert sum(group.books for group in groups) == len(board.years)
    assert sum(round(group.beyond * group.sessions * group.books) for group in groups) == sum(
        one.kupiec.exceptions for one in board.years
    )
    for group in groups:
        of_kind = [one for one in board.years if one.kind == group.kind]
        rejected = sum((one.kupiec.p_value or 1.0) < 0.05 for one in of_kind)
        assert group.rejected[0] == pytest.approx(rejected / len(of_kind))
    screen = scoreboard_page(board)
    assert "BASELINE BACK-TEST" in screen
    assert all(f"2020   {group.books} {group.kind}" in screen for group in groups)
    assert max(map(len, screen.splitlines())) <= 100


def test_page_keeps_every_day_and_every_failure(world, board):
    found = bars(board)
    text = scoreboard_markdown(board, market_moves(world.moves))
    for one in board.shocks:
        assert one.day.date in text
    missed = sum(not bar.met for bar in found)
    assert text.count("**no**") == missed
    # this world ends before 2025, so that bar cannot be met and says so
    unknown = [bar for bar in found if math.isnan(bar.value)]
    assert unknown
    assert not any(bar.met for bar in unknown)
    assert "unknown" in text
    assert "nan" not in text


def test_track_record_travels_as_text(board):
    record = parse_track_record(track_record_text(track_record(board)).encode())
    assert set(record["groups"]) == {
        "random",
        "theme:semis_ai_compute",
        "theme:utilities_regulated",
        "theme:power_ipp",
    }
    summary = books_of(board, "explained", shocks=True, kind="random")
    assert record["groups"]["random"]["explained"]["median_miss"] == pytest.approx(
        summary.median_miss, rel=1e-5
    )
    assert comparable_books(record, {"power_ipp": 0.7, "market": 0.3})[0] == "theme:power_ipp"
    assert comparable_books(record, {"power_ipp": 0.4, "market": 0.6})[0] == "random"
    assert comparable_books(record, {})[0] == "random"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "is not JSON"),
        (b"{", "is not JSON"),
        (b"[]", "no track record of format 1"),
        (b'{"format": 2}', "no track record of format 1"),
        (b'{"format": 1, "groups": {}}', "no group 'random'"),
    ],
)
def test_a_bad_track_record_is_refused(content, said):
    with pytest.raises(InputError, match=said):
        parse_track_record(content, source="x.track_record")


def test_sensitivity_changes_one_choice_at_a_time(world, board):
    shocks = shock_days(world.moves)[:2]
    ordinary = ordinary_days(world.moves, shocks, count=2)
    lines = sensitivity(world.moves, shocks, ordinary, settings=world.settings)
    by_label = {line.label: line for line in lines}
    assert by_label["nu = 3"].shock == by_label["default"].shock
    assert by_label["half_life = 63"].shock != by_label["default"].shock
    again = scoreboard_markdown(replace(board, years=()), market_moves(world.moves), lines)
    assert "| half_life = 63 |" in again


def first_row(misses):
    return replace(misses, **{f.name: getattr(misses, f.name)[:1] for f in fields(misses)})


def test_a_group_of_names_that_has_none_is_not_scored_as_all(world, board):
    """A line of some names never stands for all of them."""
    settings = replace(world.settings, enough=10_000)
    day = shock_days(world.moves)[0]
    (predicted,) = predict_days(world.moves, [day], settings)
    assert predicted.scored.any()
    assert not predicted.established.any()
    found = score_day(world.moves, day, predicted, settings)
    assert found.explained_established is None
    assert found.given_core_established is None
    said = day_page(found, predicted)
    (line,) = [text for text in said.splitlines() if "220 sessions" in text]
    assert " ".join(line.split()) == "R²u, the 0 with 220 sessions or more - -"

    young = replace(
        board,
        shocks=(found,),
        shock_books={key: first_row(of) for key, of in board.shock_books.items()},
        years=(),
    )
    page = scoreboard_markdown(young, market_moves(world.moves))
    assert "| - |" in next(text for text in page.splitlines() if text.startswith(f"| {day.date} |"))


def test_bars_of_days_that_are_not_there_are_unknown(board):
    found = {bar.what: bar for bar in bars(board)}
    for letter in "ab":
        bar = found[f"({letter}) R²u on 2025-01-27, every name"]
        assert math.isnan(bar.value)
        assert not bar.met
    assert len(found) == 13
