"""Sobol points, importance sampling and the control variate: right against closed forms, and worth it."""

import dataclasses
import math

import numpy as np
import pytest

import stress
from stress.errors import InputError
from stress.portfolio.cover import cover
from stress.portfolio.instruments import Driver, Option
from stress.portfolio.market import market_of
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.volatility import SkewSlope, VolatilityBeta
from stress.risk.measures import expected_shortfall
from stress.risk.standard_errors import expected_shortfall_error
from stress.risk.tail import TooFewTailDrawsError
from stress.scenarios.propagation import complete, complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation.book import Terms, compile_book
from stress.simulation.generators import FilteredHistory
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate
from stress.simulation.streams import normals
from stress.simulation.student import t_quantile_and_shortfall
from stress.simulation.variance_reduction.control_variate import controlled_tail
from stress.simulation.variance_reduction.coordinates import Coordinates
from stress.simulation.variance_reduction.importance import importance_tail
from stress.simulation.variance_reduction.sobol import sobol_tail, steepest_first

#: Settles on the third of five sessions: the second halving of its bridge comes to it.
EXPIRING = Option(
    underlying="AAA",
    right="put",
    strike=100.0,
    expiry="2026-01-02",
    style="european",
    multiplier=100.0,
    currency="USD",
)
HOLDINGS = {"AAA": 400.0, "BBB": 250.0, "CCC": -150.0, "DDD": 300.0}
NAMES = Variation(kind="names")


def planned(toy, moves=None, **given):
    book = toy.book(HOLDINGS)
    completed = (
        complete(toy.scenario(moves, **given), book.model)
        if moves
        else complete_baseline(book.model)
    )
    return plan(book, completed, variation=NAMES)


def expiring(toy):
    """Short puts that settle inside the horizon: most of the P&L is the way there."""
    model = toy.model()
    portfolio = Portfolio(
        name="expiring.csv",
        positions=(
            Position(
                id="put", instrument=EXPIRING, quantity=-10.0, market_value=-1000.0, currency="USD"
            ),
        ),
        currency="USD",
        nav=100_000.0,
        as_of="2025-12-30",
    )
    levels = {
        Driver("spot", "AAA"): 100.0,
        Driver("vol", EXPIRING.contract): 0.35,
        Driver("rate", "USD"): 0.04,
        Driver("dividend", "AAA"): 0.01,
    }
    market = market_of(levels, as_of="2025-12-30", currency="USD", source="flag")
    terms = Terms(
        betas={"AAA": VolatilityBeta(value=1.0, source="assumed")},
        skews={"AAA": SkewSlope(value=-0.2, source="given")},
    )
    book = compile_book(portfolio, model, cover(portfolio, model), market=market, terms=terms)
    scenario = toy.scenario({"market": "-1%"}, horizon_days=5)
    return plan(book, complete(scenario, model), variation=NAMES, elapsed_days=7.0)


@pytest.mark.parametrize("method", [sobol_tail, importance_tail, controlled_tail])
def test_settlements_inside_the_horizon_differ_from_chunk_to_chunk(toy, monkeypatch, method):
    from stress.simulation import draws

    drawn = []

    def counted(stream, **given):
        if stream.startswith("bridge"):
            drawn.append(given["chunk"])
        return normals(stream, **given)

    one = expiring(toy)
    monkeypatch.setattr(draws, "normals", counted)
    method(one, draws=65_536, seed=2, level=0.95)

    assert {chunk: drawn.count(chunk) for chunk in range(1, 16)} == dict.fromkeys(range(1, 16), 2)


@pytest.mark.parametrize("method", [sobol_tail, importance_tail, controlled_tail])
def test_the_error_bars_of_settling_options_are_honest(toy, method):
    one = expiring(toy)
    plain = simulate([one], draws=1_000_000, seed=1)[0].totals
    truth = expected_shortfall(plain, level=0.975)
    runs = [method(one, draws=65_536, seed=seed, level=0.975) for seed in range(24)]
    scores = [(run.value - truth) / run.standard_error for run in runs]
    error = expected_shortfall_error(plain, level=0.975)
    ratio = (error**2 * len(plain) / 65_536) / np.var([run.value for run in runs], ddof=1)

    assert abs(np.mean([run.value for run in runs]) - truth) < 4.0 * math.hypot(
        error, np.mean([run.standard_error for run in runs]) / math.sqrt(len(runs))
    )
    assert 0.6 < np.sqrt(np.mean(np.square(scores))) < 1.6
    # A variance of 24 runs is known to about a third, that of 16 replicates to as much again.
    assert 0.4 < np.mean([run.variance_ratio for run in runs]) / ratio < 2.5


def exact_tail(one, level):
    """A linear book is a one-dimensional t: its expected shortfall in closed form."""
    coordinates = Coordinates(one)
    quadratic = coordinates.quadratic(curved=False)
    size = np.linalg.norm(quadratic.slope) * math.sqrt(
        coordinates.scale / coordinates.degrees_of_freedom
    )
    return (
        size * t_quantile_and_shortfall(level, coordinates.degrees_of_freedom)[1]
        - quadratic.constant
    )


@pytest.mark.parametrize(("level", "dof"), [(0.975, 5.0), (0.99, 4.0), (0.95, 29.0)])
def test_the_tail_of_t_is_the_integral_of_its_quantiles(level, dof):
    from scipy.integrate import quad
    from scipy.special import stdtrit

    quantile, tail = t_quantile_and_shortfall(level, dof)
    integral = quad(lambda p: stdtrit(dof, p), level, 1.0, limit=200)[0] / (1.0 - level)

    assert quantile == pytest.approx(stdtrit(dof, level))
    assert tail == pytest.approx(integral, rel=1e-6)


@pytest.mark.parametrize("moves", [None, {"chips": "-12%"}])
@pytest.mark.parametrize(
    ("method", "level", "worth"),
    [
        (sobol_tail, 0.975, 5.0),
        (importance_tail, 0.999, 50.0),
        (importance_tail, 0.99, 5.0),
        (controlled_tail, 0.975, 1000.0),
    ],
)
def test_against_the_closed_form_and_worth_it(toy, moves, method, level, worth):
    one = planned(toy, moves)
    found = method(one, draws=65_536, seed=2, level=level)

    assert found.value == pytest.approx(exact_tail(one, level), abs=4.5 * found.standard_error)
    assert found.variance_ratio > worth
    assert found.level == level


def test_the_error_bars_of_sobol_are_honest(toy):
    one = planned(toy)
    truth = exact_tail(one, 0.975)
    scores = []
    for seed in range(40):
        found = sobol_tail(one, draws=65_536, seed=seed)
        scores.append((found.value - truth) / found.standard_error)

    # Student's t with 15 degrees of freedom has a standard deviation of 1.07.
    assert 0.7 < np.sqrt(np.mean(np.square(scores))) < 1.5


def test_the_error_bars_of_importance_sampling_are_honest(toy):
    """How many draws are tilted is no accident: as if it were, the bars were 1.6 times too wide."""
    one = planned(toy)
    truth = exact_tail(one, 0.999)
    runs = [importance_tail(one, draws=4096, seed=seed) for seed in range(200)]
    scores = [(run.value - truth) / run.standard_error for run in runs]
    error = np.std([run.value for run in runs], ddof=1)

    # A standard deviation of 200 is known to a twentieth.
    assert 0.85 < np.sqrt(np.mean(np.square(scores))) < 1.2
    assert np.median([run.standard_error for run in runs]) == pytest.approx(error, rel=0.2)


def test_compound_scenarios_floors_and_explicit_names(toy):
    deep = {"market": "-30%", "chips": "-50%", "power": "-40%"}
    one = planned(toy, deep, returns="compound", horizon_days=60)
    plain = simulate([one], draws=400_000, seed=1)[0].totals
    for method, level in ((sobol_tail, 0.975), (importance_tail, 0.999), (controlled_tail, 0.975)):
        found = method(one, draws=65_536, seed=2, level=level)
        value = expected_shortfall(plain, level=level)
        error = math.hypot(found.standard_error, expected_shortfall_error(plain, level=level))
        assert abs(found.value - value) < 4.5 * error, found


def test_coordinates_give_the_pnl_of_the_run(toy):
    """The streams of a run, taken as coordinates, give the run's own P&L."""
    from stress.simulation.draws import SharedDraws

    one = planned(toy, {"chips": "-12%"})
    coordinates = Coordinates(one)
    shared = SharedDraws(seed=4, chunk=0)
    free = shared.free(one)[:, : coordinates.rank]
    normals = np.column_stack([free, shared.specific])
    mixing = shared.mixing(one.completed.degrees_of_freedom)
    found = coordinates.totals(normals, mixing, seed=4, first_chunk=0)

    assert found == pytest.approx(simulate([one], draws=4096, seed=4)[0].totals, rel=1e-12)


def test_the_steepest_direction_comes_first(toy):
    coordinates = Coordinates(planned(toy))
    rotation = steepest_first(coordinates)
    slope = coordinates.quadratic(curved=False).slope

    assert rotation @ rotation.T == pytest.approx(np.eye(coordinates.count), abs=1e-12)
    assert (rotation @ slope)[1:] == pytest.approx(0.0, abs=1e-9 * np.linalg.norm(slope))


def test_executors_do_not_matter(toy):
    one = planned(toy)
    for method in (sobol_tail, importance_tail, controlled_tail):
        alone = method(one, draws=65_536, seed=2, executor=1)
        assert method(one, draws=65_536, seed=2, executor=2) == alone


@pytest.mark.parametrize("method", [sobol_tail, importance_tail, controlled_tail])
def test_a_book_that_is_all_stated_has_a_tail_of_one_value(toy, method):
    """Factors vary, and the one name that is held does not: its P&L has no slope."""
    book = toy.book({"AAA": 1000.0})
    completed = complete(toy.scenario({}, core_names={"AAA": "-20%"}), book.model)
    found = method(plan(book, completed, variation=NAMES), draws=65_536, seed=0)

    assert found.value == pytest.approx(200.0, rel=1e-12)
    assert found.standard_error == pytest.approx(0.0, abs=1e-9)


def test_what_cannot_be_reduced_is_said(toy):
    book = toy.book(HOLDINGS)
    completed = complete(toy.scenario({"chips": "-12%"}), book.model)
    drawn = plan(book, completed, variation=Variation(kind="severity", severity_sd=0.2))
    with pytest.raises(InputError, match="stated moves that are exact"):
        sobol_tail(drawn, draws=65_536, seed=0)
    still = plan(toy.book({"IDX": 1.0}), completed, variation=NAMES, mode="alone")
    with pytest.raises(InputError, match="nothing varies"):
        importance_tail(still, draws=4096, seed=0)
    with pytest.raises(InputError, match="fewer than 50"):
        sobol_tail(planned(toy), draws=65_536, seed=0, level=0.999)
    history = plan(book, complete_baseline(book.model), variation=NAMES)
    with pytest.raises(InputError, match="days of history"):
        controlled_tail(
            dataclasses.replace(history, generator=FilteredHistory()), draws=4096, seed=0
        )


def test_a_tail_of_too_few_effective_draws_is_refused(toy):
    with pytest.raises(TooFewTailDrawsError) as caught:
        importance_tail(planned(toy), draws=4096, seed=2, level=0.9999999)
    assert caught.value.effective < 50.0


def put(underlying, strike, expiry, quantity):
    return {
        "ticker": f"{underlying}{strike}", "type": "option", "underlying": underlying, "right": "P", "strike": strike,
        "expiry": expiry, "price": 1.8, "quantity": quantity, "style": "european", "multiplier": 100, "currency": "USD",
    }  # fmt: skip


@pytest.mark.slow
def test_the_error_of_importance_sampling_knows_of_a_kink_far_out():
    """Long puts nearby, short ones far out: the quadratic at the centre leads away from where most is lost."""
    rows = [put("NVDA", 150.0, "2026-03-20", -40), put("NVDA", 170.0, "2026-01-09", 30)]
    rows += [put("SPY", 650.0, "2026-02-20", -10)]
    rows += [
        {"ticker": ticker, "quantity": quantity, "price": price, "currency": "USD"}
        for ticker, quantity, price in (("NVDA", 1000, 185.0), ("MSFT", 100, 485.0), ("SPY", 10, 680.0))
    ]  # fmt: skip
    book = stress.open_book(
        stress.load_portfolio(rows, as_of="2025-12-31", nav=1e6),
        rates={"USD": "4%"},
        dividends={"NVDA": "0.02%", "SPY": "1.2%"},
        vols={"VIX": "16%"},
        vol_betas={"NVDA": 1.5, "SPY": 1.0},
    )
    scenario = stress.shock({"market": "-3%"})
    drawn = stress.run(book, scenario, draws=4096).pnl.plan
    long = simulate([drawn], draws=1_500_000, seed=0)[0].totals
    truth = expected_shortfall(long, level=0.999)
    noise = expected_shortfall_error(long, level=0.999)
    found = []
    for seed in range(1000, 1040):
        try:
            found.append(importance_tail(drawn, draws=20_480, seed=seed))
        except TooFewTailDrawsError:
            continue
    values = np.array([one.value for one in found])
    errors = np.array([one.standard_error for one in found])

    assert len(found) >= 38
    assert np.mean(np.abs(values - truth) <= 1.96 * np.hypot(errors, noise)) >= 0.85
    assert values.mean() == pytest.approx(
        truth, abs=4 * math.hypot(noise, values.std() / math.sqrt(len(values)))
    )
    assert values.std() == pytest.approx(errors.mean(), rel=0.35)
    assert np.median([one.variance_ratio for one in found]) > 15


def test_importance_sampling_of_a_nearly_normal_law(toy):
    model = dataclasses.replace(toy.model(), degrees_of_freedom=1e6)
    held = toy.book(HOLDINGS, model)
    ordinary = plan(held, complete_baseline(model), variation=NAMES)
    found = importance_tail(ordinary, draws=20_480, seed=0)
    deviation = simulate([ordinary], draws=200_000, seed=0)[0].totals.std()

    # ES of a normal law at 99.9 %.
    assert found.value == pytest.approx(3.367 * deviation, rel=0.02)
