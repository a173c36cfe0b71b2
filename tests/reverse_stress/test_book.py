"""Reverse stress of a whole book: options make two answers, nothing nearer is found at random."""

import numpy as np
import pytest

import stress
from stress.portfolio.instruments import Equity, Option
from stress.portfolio.position import Portfolio, Position
from stress.reverse_stress.answer import UnreachableLossError
from stress.reverse_stress.book import _search

SPOTS = {"NVDA": 180.0, "SPY": 680.0}


def option(underlying, right, strike, quantity, style="american"):
    instrument = Option(
        underlying=underlying,
        right=right,
        strike=strike,
        expiry="2026-03-20",
        style=style,
        multiplier=100.0,
        currency="USD",
    )
    return Position(
        id=f"{underlying}{right}{strike}",
        instrument=instrument,
        quantity=quantity,
        market_value=quantity * 500.0,
        currency="USD",
    )


def opened(positions, nav=1_000_000.0):
    portfolio = Portfolio(
        name="options.csv", positions=tuple(positions), currency="USD", nav=nav, as_of="2025-12-30"
    )
    return stress.open_book(
        portfolio,
        spots=SPOTS,
        vols={"NVDA": "45%", "SPY": "18%"},
        rates={"USD": "4%"},
        dividends={"NVDA": "0%", "SPY": "1.2%"},
    )


def test_a_short_straddle_is_hurt_both_ways():
    book = opened([option("NVDA", "call", 180.0, -20.0), option("NVDA", "put", 180.0, -20.0)])
    found = stress.reverse(book, "4%", horizon_days=5, only=["semis_ai_compute", "market"])
    moves = sorted(answer.scenario.stated("semis_ai_compute").value for answer in found.answers[:2])

    assert not found.linear
    assert len(found.answers) >= 2
    assert moves[0] < 0.0 < moves[1]


def test_each_answer_loses_what_was_asked_on_full_revaluation_and_nothing_nearer_is_found():
    shares = Position(
        id="NVDA",
        instrument=Equity("NVDA"),
        quantity=500.0,
        price=180.0,
        market_value=90_000.0,
        currency="USD",
    )
    book = opened([shares, option("NVDA", "put", 150.0, -30.0), option("SPY", "put", 620.0, -10.0)])
    found = stress.reverse(book, "6%", horizon_days=5, only=["semis_ai_compute", "market", "vix"])
    space, _, planned = _search(book, 5, ["semis_ai_compute", "market", "vix"], None, {})
    value = planned.pnl_at
    nearest = found.answers[0]
    random = np.random.default_rng(0)
    points = random.standard_normal((20_000, 3))
    points *= (
        random.uniform(0.5, 1.0, 20_000) * 0.999 * nearest.distance / np.linalg.norm(points, axis=1)
    )[:, None]
    points = points[[space.contains(point) for point in points]]
    assert len(points) > 5_000
    lost = np.concatenate([-value(space.moves(part)) for part in np.array_split(points, 5)])

    assert all(answer.loss >= 60_000.0 * (1 - 1e-9) for answer in found.answers)
    assert lost.max() < 60_000.0


def test_an_unbounded_search_goes_as_far_as_it_must():
    tiny = Position(
        id="SPY",
        instrument=Equity("SPY"),
        quantity=10.0,
        price=680.0,
        market_value=6_800.0,
        currency="USD",
    )
    book = opened([tiny], nav=10_000.0)
    far = stress.reverse(book, "45%", answers=1)

    assert far.answers[0].loss == pytest.approx(4_500.0, rel=1e-6)
    assert far.answers[0].distance > 10.0
    (row,) = far.to_frame().itertuples()
    assert (row.Index, row.loss_of_nav) == (far.scenarios[0].id, pytest.approx(0.45, rel=1e-6))
    stated = {move.target: move.move.value for move in far.scenarios[0].moves}
    assert {name: getattr(row, name) for name in stated} == stated
    with pytest.raises(UnreachableLossError, match=r"loses 90 % of NAV \(9,000 USD\): the largest"):
        stress.reverse(book, "90%")


def test_answers_up_to_half_as_far_again_as_the_nearest_are_found_without_a_limit():
    """The rally lies beyond the radius at which the fall is found."""
    book = opened(
        [
            option("NVDA", "put", 175.0, -30.0, style="european"),
            option("NVDA", "call", 190.0, -30.0, style="european"),
            Position(
                id="NVDA",
                instrument=Equity("NVDA"),
                market_value=180.0 * 300.0,
                currency="USD",
            ),
        ]
    )
    for share in ("15%", "20%", "25%"):
        free = stress.reverse(book, share)
        assert free.searched is not None
        assert free.searched >= 1.5 * free.answers[0].distance - 1e-9
        limited = stress.reverse(book, share, max_distance=free.searched)
        assert [a.distance for a in free.answers] == pytest.approx(
            [a.distance for a in limited.answers], rel=1e-6
        )
        assert f"up to {free.searched:.3g} standard deviations" in str(free)
        assert free.to_dict()["searched_distance"] == free.searched
    linear = stress.reverse("ai_growth", "10%")
    assert linear.searched is None
    assert linear.linear
