"""Reverse stress of a whole book: options make two answers, nothing nearer is found at random."""

import dataclasses

import numpy as np
import pytest
import scipy.optimize

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


def shares(name, quantity):
    return Position(
        id=name,
        instrument=Equity(name),
        quantity=quantity,
        price=SPOTS[name],
        market_value=quantity * SPOTS[name],
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
    held = shares("NVDA", 500.0)
    book = opened([held, option("NVDA", "put", 150.0, -30.0), option("SPY", "put", 620.0, -10.0)])
    found = stress.reverse(book, "6%", horizon_days=5, only=["semis_ai_compute", "market", "vix"])
    space, _, planned = _search(book, 5, ["semis_ai_compute", "market", "vix"], None)
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
    tiny = shares("SPY", 10.0)
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


@pytest.mark.parametrize(("loss", "sessions"), [(0.4, 11), (0.3, 60), (0.6, 250)])
def test_beyond_ten_sessions_the_nearest_scenario_is_that_of_compounded_returns(loss, sessions):
    """Against scipy on the formula of the law: 1 + r = exp(B log(1 + f)), distance in logs."""
    book = stress.open_book("ai_growth")
    model = book.model
    covariance = model.horizon_covariance(sessions)
    root = np.linalg.cholesky(covariance)
    exposures = book.exposures @ root

    def lost(z):
        return -float(book.values @ np.expm1(exposures @ z)) / book.nav

    solved = scipy.optimize.minimize(
        lambda z: 0.5 * float(z @ z),
        -0.1 * (book.values @ exposures) / np.linalg.norm(book.values @ exposures),
        jac=lambda z: z,
        constraints={"type": "eq", "fun": lambda z: lost(z) - loss},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert solved.success
    found = stress.reverse(book, loss, horizon_days=sessions, answers=2)
    nearest, alone = found.answers

    assert nearest.distance == pytest.approx(np.linalg.norm(solved.x), rel=1e-6)
    assert nearest.scenario.returns == "compound"
    assert not found.linear
    assert "returns compounded" in str(found)
    assert alone.only
    for answer in found.answers:
        rerun = stress.run(book, answer.scenario, draws=500)
        assert rerun.to_dict()["pnl"]["expected"] == pytest.approx(-answer.loss, rel=1e-9)
        assert answer.loss >= loss * book.nav * (1 - 1e-9)


def test_the_worst_case_beyond_ten_sessions_is_that_of_compounded_returns():
    book = stress.open_book("ai_growth")
    radius = 4.0
    worst = stress.worst_case(book, radius, horizon_days=20).answers[0]
    back = stress.reverse(book, worst.loss / book.nav, horizon_days=20, answers=1).answers[0]

    assert back.distance == pytest.approx(radius, rel=1e-6)
    assert worst.loss / book.nav == pytest.approx(0.2902, abs=1e-4)


def test_a_loss_beyond_everything_is_not_said_to_be_restricted():
    with pytest.raises(UnreachableLossError, match=r"Ask for less\.$"):
        stress.reverse("ai_growth", "100%")
    with pytest.raises(UnreachableLossError, match=r"or loosen the restriction\.$"):
        stress.reverse("ai_growth", "50%", max_distance=1.0)


def test_a_limit_holds_for_american_options_as_they_are_exercised():
    """At 12 % a deep put is worth its exercise: held to expiry the same book loses a third less at the same distance."""
    held = shares("SPY", 100.0)
    put = option("SPY", "put", 660.0, -5.0)
    deep = dataclasses.replace(
        put, instrument=dataclasses.replace(put.instrument, expiry="2027-12-17")
    )
    portfolio = Portfolio(
        name="short.csv",
        positions=(held, deep),
        currency="USD",
        nav=150_000.0,
        as_of="2025-12-30",
    )
    book = stress.open_book(
        portfolio,
        spots=SPOTS,
        vols={"SPY": "18%"},
        rates={"USD": "12%"},
        dividends={"SPY": "1.2%"},
    )
    free = stress.reverse(book, "30%", only=["market"], answers=1).answers[0]
    for spare in (1.001, 1.05, 1.3):
        held = stress.reverse(
            book, "30%", only=["market"], answers=1, max_distance=spare * free.distance
        ).answers[0]
        assert held.distance == pytest.approx(free.distance, rel=1e-6)
    with pytest.raises(UnreachableLossError) as caught:
        stress.reverse(book, "30%", only=["market"], max_distance=0.98 * free.distance)
    assert 0.9 * 45_000.0 < caught.value.largest_loss < 45_000.0
