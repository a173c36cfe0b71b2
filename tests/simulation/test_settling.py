"""Options that settle inside the horizon: one way a share, against one Brownian bridge drawn by hand."""

import dataclasses
import math

import numpy as np
import pytest

from stress.portfolio.cover import cover
from stress.portfolio.instruments import Driver, Option
from stress.portfolio.market import market_of
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.volatility import SkewSlope, VolatilityBeta
from stress.results.settlements import positions_settled, settlements
from stress.scenarios.propagation import complete
from stress.scenarios.scenario import Variation
from stress.simulation.beside import compile_beside
from stress.simulation.book import Terms, compile_book
from stress.simulation.path import central_path, plan_path, simulate_path
from stress.simulation.plan import plan
from stress.simulation.settling import has_settled, spot_on_the_way
from stress.simulation.simulate import simulate

AS_OF = "2025-12-30"
DRAWS = 40_960
CALL = Option(
    underlying="AAA",
    right="call",
    strike=100.0,
    expiry="2026-01-03",
    style="european",
    multiplier=100.0,
    currency="USD",
)
#: The share ends where it starts, in every draw. The call settles on the third weekday, the later one on the fourth.
SESSIONS, DAYS = 10.0, 14.0


def held(option, quantity):
    return Position(
        id=f"{option.contract} {quantity}", instrument=option, quantity=quantity,
        market_value=1000.0 * quantity, currency="USD",
    )  # fmt: skip


def book_of(toy, holdings, volatilities):
    """Compile options on AAA, at 100 and with rates of 0."""
    model = toy.model()
    positions = tuple(held(option, quantity) for option, quantity in holdings)
    portfolio = Portfolio(
        name="o.csv", positions=positions, currency="USD", nav=100_000.0, as_of=AS_OF
    )
    levels = {
        Driver("spot", "AAA"): 100.0,
        Driver("rate", "USD"): 0.0,
        Driver("dividend", "AAA"): 0.0,
        **{Driver("vol", option.contract): vol for option, vol in volatilities.items()},
    }
    market = market_of(levels, as_of=AS_OF, currency="USD", source="flag")
    terms = Terms(
        betas={"AAA": VolatilityBeta(value=0.0, source="given")},
        skews={"AAA": SkewSlope(value=0.0, source="given")},
    )
    return compile_book(portfolio, model, cover(portfolio, model), market=market, terms=terms)


def planned(toy, book):
    """Plan the share to stand still over the horizon."""
    scenario = toy.scenario({}, core_names={"AAA": "0%"}, horizon_days=10)
    return plan(
        book, complete(scenario, book.model), variation=Variation(kind="names"), elapsed_days=DAYS
    )


def proceeds(one):
    """Return what the options are worth at the end, by draw."""
    return simulate([one], draws=DRAWS, seed=3)[0].totals + one.revaluation.base_values.sum()


def test_a_spread_settles_at_one_spot_whatever_its_volatilities(toy):
    upper = dataclasses.replace(CALL, strike=104.0)
    book = book_of(toy, [(CALL, -10.0), (upper, 10.0)], {CALL: 0.60, upper: 0.30})
    worth = proceeds(planned(toy, book))

    # 10 contracts of 100 shares, 4 wide: 0 to -4,000, and both ends are reached.
    assert worth.min() == pytest.approx(-4000.0, abs=1e-6)
    assert worth.max() == pytest.approx(0.0, abs=1e-6)


def test_two_expiries_of_a_share_lie_on_one_bridge(toy):
    later = dataclasses.replace(CALL, strike=100.0, expiry="2026-01-05")
    book = book_of(toy, [(CALL, 1.0), (later, -1.0)], {CALL: 0.5, later: 0.5})
    worth = proceeds(planned(toy, book))
    rng = np.random.default_rng(0)
    days = np.array([3.0, 4.0, SESSIONS]) * DAYS / SESSIONS
    walk = np.cumsum(
        rng.standard_normal((400_000, 3)) * np.sqrt(np.diff(days, prepend=0.0) / 365.0), axis=1
    )
    bridge = walk[:, :2] - walk[:, 2:] * (days[:2] / DAYS)
    paid = np.maximum(100.0 * np.exp(0.5 * bridge) - 100.0, 0.0)
    expected = 100.0 * (paid[:, 0] - paid[:, 1])
    independent = 100.0 * math.hypot(paid[:, 0].std(), paid[:, 1].std())

    assert worth.mean() == pytest.approx(expected.mean(), abs=4 * expected.std() / DRAWS**0.5)
    assert worth.std() == pytest.approx(expected.std(), rel=0.03)
    assert expected.std() < 0.7 * independent


def test_another_expiry_changes_no_draw_of_the_others(toy):
    later = dataclasses.replace(CALL, strike=130.0, expiry="2026-01-05")
    alone = proceeds(planned(toy, book_of(toy, [(CALL, 1.0)], {CALL: 0.5})))
    both = planned(toy, book_of(toy, [(CALL, 1.0), (later, 0.0)], {CALL: 0.5, later: 0.2}))

    assert (proceeds(both) == alone).all()


def test_what_stands_beside_a_book_settles_on_the_way_of_the_book(toy):
    nearer = dataclasses.replace(CALL, strike=101.0)
    far = dataclasses.replace(CALL, strike=110.0)
    book = book_of(toy, [(far, 1.0)], {far: 0.8})
    trade = dataclasses.replace(
        book.portfolio,
        positions=(dataclasses.replace(held(nearer, 1.0), price=1.2, market_value=120.0),),
    )
    beside = compile_beside(book, trade)

    assert beside.valuation.bridges == book.valuation.bridges == {"AAA": 0.8}


def test_settlements_are_listed_with_the_volatility_of_the_way(toy):
    wing = dataclasses.replace(CALL, strike=90.0)
    book = book_of(toy, [(CALL, 1.0), (wing, 1.0)], {CALL: 0.4, wing: 0.9})
    listed = {one.contract: one for one in settlements(planned(toy, book))}
    deviation = 0.4 * math.sqrt(0.3 * 0.7 * DAYS / 365.0)

    assert listed[wing.contract].expected == pytest.approx(1000.0, rel=1e-9)
    for sign, found in ((-1.0, "lower"), (1.0, "upper")):
        spot = 100.0 * math.exp(sign * deviation)
        assert getattr(listed[wing.contract], found) == pytest.approx(100.0 * (spot - 90.0))


def test_contracts_settle_at_one_spot_on_a_path_too(toy):
    upper = dataclasses.replace(CALL, strike=104.0)
    book = book_of(toy, [(CALL, -10.0), (upper, 10.0)], {CALL: 0.60, upper: 0.30})
    steps = tuple(
        toy.scenario({}, core_names={"AAA": "0%"}, id=f"step-{n}", horizon_days=5) for n in (1, 2)
    )
    path = plan_path(book, dataclasses.replace(steps[0], id="path", path=steps))
    worth = simulate_path(path, draws=DRAWS, seed=3) + path.revaluations[0].base_values.sum()

    assert worth[:, 0].min() == pytest.approx(-4000.0, abs=1e-6)
    assert worth[:, 0].max() == pytest.approx(0.0, abs=1e-6)
    assert worth[:, 1] == pytest.approx(worth[:, 0], abs=1e-6)


def fallen(toy, options, *, sessions, days, fall="-20%"):
    """Return the P&L of options on AAA, one each, whose share falls in so many sessions and calendar days."""
    book = book_of(toy, [(option, 1.0) for option in options], dict.fromkeys(options, 0.4))
    scenario = toy.scenario({}, core_names={"AAA": fall}, horizon_days=sessions)
    return plan(
        book, complete(scenario, book.model), variation=Variation(kind="names"), elapsed_days=days
    )


@pytest.mark.parametrize("days", [1.0, 1.4, 3.0])
def test_a_move_of_one_session_is_whole_for_what_expires_on_the_next(toy, days):
    # Wednesday 31 December after Tuesday: a put at 100 on a share at 80 is worth 20, however long the weekend is.
    put = dataclasses.replace(CALL, right="put", expiry="2025-12-31")
    one = fallen(toy, [put], sessions=1, days=days)
    worth = one.central_revalued() + one.revaluation.base_values
    assert worth.item() == pytest.approx(100.0 * 20.0, rel=1e-9)
    (listed,) = settlements(one)
    assert listed.last_session
    assert listed.lower == listed.expected == listed.upper == pytest.approx(2000.0)


@pytest.mark.parametrize(
    ("expiry", "fraction"),
    [
        ("2025-12-31", 1 / 4),  # Wednesday
        ("2026-01-02", 3 / 4),  # Friday
        ("2026-01-03", 3 / 4),  # Saturday: its last session is Friday
        ("2026-01-05", 1.0),  # Monday, at the end
    ],
)
def test_a_contract_settles_at_its_share_of_the_sessions(toy, expiry, fraction):
    put = dataclasses.replace(CALL, right="put", expiry=expiry)
    one = fallen(toy, [put], sessions=4, days=6.0)
    worth = one.central_revalued() + one.revaluation.base_values
    assert worth.item() == pytest.approx(100.0 * (100.0 - 100.0 * 0.8**fraction), rel=1e-9)


def test_what_expires_on_the_day_of_the_positions_settles_at_the_spot_of_that_day(toy):
    put = dataclasses.replace(CALL, right="put", strike=110.0, expiry=AS_OF)
    one = fallen(toy, [put], sessions=1, days=3.0)
    worth = one.central_revalued() + one.revaluation.base_values
    assert worth.item() == pytest.approx(100.0 * 10.0, rel=1e-9)


def test_a_session_after_the_last_settles_also_where_the_calendar_leaves_days(toy):
    # Two sessions of 2.8 days from Friday end on Tuesday: what expires on Monday is over, at half of the way.
    put = dataclasses.replace(CALL, right="put", expiry="2026-01-05")
    book = book_of(toy, [(put, 1.0)], {put: 0.4})
    friday = dataclasses.replace(book.portfolio, as_of="2026-01-02")
    market = dataclasses.replace(book.valuation.market, as_of="2026-01-02")
    terms = Terms(
        betas={"AAA": VolatilityBeta(value=0.0, source="given")},
        skews={"AAA": SkewSlope(value=0.0, source="given")},
    )
    book = compile_book(friday, book.model, cover(friday, book.model), market=market, terms=terms)
    scenario = toy.scenario({}, core_names={"AAA": "-20%"}, horizon_days=2)
    one = plan(
        book, complete(scenario, book.model), variation=Variation(kind="names"), elapsed_days=2.8
    )
    worth = one.central_revalued() + one.revaluation.base_values
    assert worth.item() == pytest.approx(100.0 * (100.0 - 100.0 * 0.8**0.5), rel=1e-9)


def test_a_contract_that_ends_between_two_steps_keeps_what_it_settled_at(toy):
    put = dataclasses.replace(CALL, right="put", expiry="2025-12-31")
    book = book_of(toy, [(put, 1.0)], {put: 0.4})
    steps = tuple(
        toy.scenario(
            {}, core_names={"AAA": move}, id=f"step-{n}", horizon_days=1, calendar_days=days
        )
        for n, (move, days) in enumerate((("-20%", 3.0), ("-50%", 1.0)))
    )
    path = plan_path(book, dataclasses.replace(steps[0], id="path", path=steps))
    worth = simulate_path(path, draws=4096, seed=3) + path.revaluations[0].base_values.sum()
    assert worth == pytest.approx(100.0 * 20.0, rel=1e-9)


def test_a_contract_settles_on_the_way_of_its_step(toy):
    # Its third session is the middle of the second step of two: half of the fall from 80 to 40, straight in logarithms.
    put = dataclasses.replace(CALL, right="put", expiry="2026-01-02")
    book = book_of(toy, [(put, 1.0)], {put: 0.4})
    steps = tuple(
        toy.scenario({}, core_names={"AAA": move}, id=f"step-{n}", horizon_days=2)
        for n, move in enumerate(("-20%", "-50%"))
    )
    path = plan_path(book, dataclasses.replace(steps[0], id="path", path=steps))
    worth = central_path(path) + path.revaluations[0].base_values.sum()
    assert worth[1] == pytest.approx(100.0 * (100.0 - 80.0 * 0.5**0.5), rel=1e-9)


def test_what_has_settled_is_named_by_its_position(toy):
    put = dataclasses.replace(CALL, right="put", expiry="2025-12-31")
    later = dataclasses.replace(put, expiry="2026-01-16")
    one = fallen(toy, [put, later], sessions=1, days=3.0)
    assert positions_settled(one.revaluation) == {held(put, 1.0).id}
    instant = fallen(toy, [put, later], sessions=1, days=0.0)
    assert positions_settled(instant.revaluation) == frozenset()


def test_a_contract_whose_last_session_is_the_horizons_has_settled():
    """From Friday to Monday is one session, whatever share of the weekend's days a session is taken for."""
    friday = dataclasses.replace(CALL, expiry="2026-01-05", as_of="2026-01-02")
    assert has_settled(friday, sessions=1, elapsed_days=1.4)
    assert not has_settled(friday, sessions=1, elapsed_days=0.0)
    later = dataclasses.replace(friday, expiry="2026-01-06")
    assert not has_settled(later, sessions=1, elapsed_days=1.4)


def test_a_contract_that_ends_on_the_date_of_the_positions_settles_where_the_share_is():
    option = dataclasses.replace(CALL, expiry=AS_OF, as_of=AS_OF)
    spot = spot_on_the_way(
        option, np.array(100.0), np.array([90.0, 95.0]),
        first=2, last=4, days=3.0, volatility=0.3, bridge=lambda name: np.zeros(2),
    )  # fmt: skip
    np.testing.assert_array_equal(spot, [100.0, 100.0])
