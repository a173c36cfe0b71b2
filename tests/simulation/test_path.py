"""Paths: one step is the one-period law; more compound by hand; a second implementation of the law."""

import dataclasses
import math

import numpy as np
import pytest

from stress.errors import InputError
from stress.portfolio.cover import cover
from stress.portfolio.instruments import Driver, Equity, Option
from stress.portfolio.market import market_of
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.volatility import SkewSlope, VolatilityBeta
from stress.results.evaluate import evaluate
from stress.results.options import Options
from stress.scenarios.propagation import complete
from stress.scenarios.scenario import Variation
from stress.simulation.book import Terms, compile_book
from stress.simulation.path import central_path, plan_path, simulate_path
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate

AS_OF = "2025-12-30"
HOLDINGS = {"AAA": 600.0, "CCC": 400.0, "DDD": -200.0}


def path_of(toy, *steps, horizon_days=1, variation=None, **given):
    """Make a scenario whose path has the given moves, one dict a step."""
    variation = variation or Variation(kind="names")
    rows = tuple(
        toy.scenario(
            moves,
            id=f"step-{number}",
            horizon_days=horizon_days,
            variation=variation,
            returns="simple" if horizon_days <= 10 else "compound",
        )
        for number, moves in enumerate(steps, start=1)
    )
    return dataclasses.replace(toy.scenario(steps[0], variation=variation, **given), path=rows)


@pytest.mark.parametrize("horizon_days", [1, 20])
@pytest.mark.parametrize(
    "variation",
    [
        Variation(kind="names"),
        Variation(kind="severity", severity_sd=0.3),
        Variation(kind="core", core_fraction=0.5),
    ],
    ids=lambda v: v.kind,
)
def test_a_path_of_one_step_is_the_one_period_law(toy, variation, horizon_days):
    book = toy.book(HOLDINGS)
    scenario = path_of(toy, {"chips": "-9%"}, horizon_days=horizon_days, variation=variation)
    along = simulate_path(plan_path(book, scenario), draws=5000, seed=3)
    explicit = dataclasses.replace(book, needs_draws=np.ones(len(book.names), dtype=bool))
    planned = plan(explicit, complete(scenario.path[0], book.model), variation=variation)
    at_once = simulate([planned], draws=5000, seed=3)[0].totals

    assert along.shape == (5000, 1)
    assert along[:, 0] == pytest.approx(at_once, rel=1e-12, abs=1e-12)


def test_the_central_path_compounds_by_hand(toy):
    book = toy.book(HOLDINGS)
    scenario = path_of(toy, {"chips": "-9%"}, {"chips": "+4%"}, {"market": "-2%"})
    exact = []
    growth = np.ones(3)
    for step in scenario.path:
        mean = complete(step, book.model).mean
        growth = growth * (1.0 + book.exposures @ mean)
        exact.append(float(book.values @ (growth - 1.0)))

    assert central_path(plan_path(book, scenario)) == pytest.approx(exact, rel=1e-12)


def test_rebalancing_compounds_the_books_own_return(toy):
    book = toy.book(HOLDINGS, nav=1000.0)
    scenario = path_of(toy, {"chips": "-9%"}, {"chips": "+4%"})
    wealth, exact = 1.0, []
    for step in scenario.path:
        wealth *= (
            1.0 + float(book.values @ book.exposures @ complete(step, book.model).mean) / 1000.0
        )
        exact.append(1000.0 * (wealth - 1.0))
    planned = plan_path(book, scenario, rebalance=True)

    assert central_path(planned) == pytest.approx(exact, rel=1e-12)
    assert simulate_path(planned, draws=4096, seed=0).min() >= -1000.0


def test_one_mixing_variable_a_path_against_a_second_implementation(toy):
    """Two steps as one multivariate t: dispersion of the stacked moves is block diagonal."""
    model = toy.model()
    book = toy.book({"AAA": 500.0, "CCC": 500.0})
    scenario = path_of(toy, {"chips": "-5%"}, {"power": "-6%"})
    ours = simulate_path(plan_path(book, scenario), draws=120_000, seed=5)

    sigma, b = model.covariance, model.exposures[[0, 2]]
    nu, rng = model.degrees_of_freedom, np.random.default_rng(11)
    stated = [(1, -0.05), (2, -0.06)]
    square = sum(y**2 / sigma[k, k] for k, y in stated)
    n = 2
    # Kotz and Nadarajah (2004), section 1.11, in terms of a covariance instead of a dispersion.
    mixing = (nu - 2.0 + square) / rng.chisquare(nu + n, 200_000)
    growth = np.ones((200_000, 2))
    steps = []
    for k, y in stated:
        rest = [i for i in range(4) if i != k]
        mean = sigma[rest, k] / sigma[k, k] * y
        left = sigma[np.ix_(rest, rest)] - np.outer(sigma[rest, k], sigma[k, rest]) / sigma[k, k]
        f = np.empty((200_000, 4))
        f[:, k] = y
        normal = rng.standard_normal((200_000, 3)) @ np.linalg.cholesky(left).T
        f[:, rest] = mean + np.sqrt(mixing)[:, None] * normal
        own = np.sqrt(mixing)[:, None] * model.specific_volatility[[0, 2]]
        r = f @ b.T + own * rng.standard_normal((200_000, 2))
        growth *= 1.0 + np.maximum(r, -1.0)
        steps.append(500.0 * (growth - 1.0).sum(axis=1))
    second = np.stack(steps, axis=1)

    assert ours.mean(axis=0) == pytest.approx(second.mean(axis=0), abs=0.5)
    assert ours.std(axis=0) == pytest.approx(second.std(axis=0), rel=0.03)
    for level in (0.025, 0.975):
        assert np.quantile(ours, level, axis=0) == pytest.approx(
            np.quantile(second, level, axis=0), rel=0.03
        )
    # One mixing variable: squares of the two steps' own parts go together.
    first, step = ours[:, 0] - ours[:, 0].mean(), ours[:, 1] - ours[:, 0]
    step = step - step.mean()
    theirs = (second[:, 0] - second[:, 0].mean(), second[:, 1] - second[:, 0])
    together = np.corrcoef(np.abs(first), np.abs(step))[0, 1]
    assert together == pytest.approx(
        np.corrcoef(np.abs(theirs[0]), np.abs(theirs[1] - theirs[1].mean()))[0, 1], abs=0.02
    )
    assert together > 0.02


def test_a_drawn_severity_is_one_for_the_whole_path(toy):
    model = toy.model(specific_volatility=np.zeros(5))
    book = toy.book({"IDX": 1000.0}, model)
    scenario = path_of(
        toy,
        {"market": "-5%"},
        {"market": "-5%"},
        variation=Variation(kind="severity", severity_sd=0.3),
    )
    totals = simulate_path(plan_path(book, scenario), draws=4096, seed=1)
    growth = 1.0 + totals / 1000.0

    assert growth[:, 0].std() > 0.01
    assert growth[:, 1] == pytest.approx(growth[:, 0] ** 2, rel=1e-12)


def test_periods_have_streams_of_their_own_and_draws_do_not_depend_on_their_number(toy):
    book = toy.book({"AAA": 1000.0})
    scenario = path_of(toy, {"rates_10y": "0bp"}, {"rates_10y": "0bp"})
    totals = simulate_path(plan_path(book, scenario), draws=9000, seed=1)
    fewer = simulate_path(plan_path(book, scenario), draws=5000, seed=1)
    steps = (totals[:, 0], (1 + totals[:, 1] / 1000) / (1 + totals[:, 0] / 1000) - 1)

    assert (totals[:5000] == fewer).all()
    assert abs(np.corrcoef(*steps)[0, 1]) < 0.05


def test_the_order_of_rows_does_not_matter(toy):
    scenario = path_of(toy, {"chips": "-9%"}, {"chips": "+4%"})
    turned = dict(reversed(HOLDINGS.items()))
    one, other = (
        simulate_path(plan_path(toy.book(h), scenario), draws=4096, seed=0)
        for h in (HOLDINGS, turned)
    )

    assert (one == other).all()


@pytest.mark.parametrize("mode", ["linked", "alone"])
def test_alone_nothing_unstated_moves_at_any_step(toy, mode):
    book = toy.book({"CCC": 1000.0})
    scenario = path_of(toy, {"chips": "-9%"}, {"chips": "-9%"})
    path = central_path(plan_path(book, scenario, mode=mode))

    assert (path[1] == 0.0) == (mode == "alone")


def test_a_scenario_without_steps_has_no_path(toy):
    with pytest.raises(InputError, match="has no path"):
        plan_path(toy.book(HOLDINGS), toy.scenario({"chips": "-9%"}))


PUT = Option(
    underlying="AAA",
    right="put",
    strike=100.0,
    expiry="2026-01-03",
    style="european",
    multiplier=1.0,
    currency="USD",
)


def book_with(toy, option, quantity=10.0):
    model = toy.model()
    factors = tuple(
        dataclasses.replace(f, name="rates_2y") if f.name == "rates_10y" else f
        for f in model.factors
    )
    model = toy.model(factors=factors)
    positions = (
        Position(id="put", instrument=option, quantity=quantity, market_value=20.0, currency="USD"),
        Position(
            id="AAA", instrument=Equity("AAA"), quantity=1.0, market_value=100.0, currency="USD"
        ),
    )
    portfolio = Portfolio(
        name="o.csv", positions=positions, currency="USD", nav=1000.0, as_of=AS_OF
    )
    market = market_of(
        {
            Driver("spot", "AAA"): 100.0,
            Driver("vol", option.contract): 0.3,
            Driver("rate", "USD"): 0.0,
            Driver("dividend", "AAA"): 0.0,
        },
        as_of=AS_OF,
        currency="USD",
        source="flag",
    )
    terms = Terms(
        betas={"AAA": VolatilityBeta(value=1.0, source="given")},
        skews={"AAA": SkewSlope(value=0.0, source="given")},
    )
    return compile_book(portfolio, model, cover(portfolio, model), market=market, terms=terms)


def stated(toy, moves):
    return {"market": "0%", "power": "0%", "rates_2y": "0bp", **moves}


def test_an_option_that_expires_on_the_way_settles_there_and_stays_cash(toy):
    # It expires after three weekdays: at the end of the third step of one session.
    moves = [stated(toy, {"chips": "-10%"})] * 3 + [stated(toy, {"chips": "+30%"})] * 2
    book = book_with(toy, PUT)
    planned = plan_path(book, path_of(toy, *moves))
    path = central_path(planned)
    return_each = float(book.exposures[0] @ complete(planned_step(toy, moves[0]), book.model).mean)
    up = float(book.exposures[0] @ complete(planned_step(toy, moves[3]), book.model).mean)
    growth = np.cumprod([1 + return_each] * 3 + [1 + up] * 2)
    spot = 100.0 * growth[2]
    base = planned.revaluations[0].base_values[0]
    option = path - 100.0 * (growth - 1.0)

    assert option[2:] == pytest.approx(10.0 * (100.0 - spot) - base, rel=1e-9)
    drawn = simulate_path(planned, draws=4096, seed=0)
    shares = simulate_path(plan_path(toy_share(book), path_of(toy, *moves)), draws=4096, seed=0)
    left = drawn - shares
    assert left[:, 3] == pytest.approx(left[:, 2], abs=1e-9)
    assert left[:, 4] == pytest.approx(left[:, 2], abs=1e-9)
    assert np.abs(left[:, 2] - left[:, 1]).max() > 0.1


def planned_step(toy, moves):
    return toy.scenario(moves)


def toy_share(book):
    """Take the option out of a book with one, and leave the share."""
    return dataclasses.replace(book, valuation=None)


def test_time_passes_along_a_path_unless_it_is_instantaneous(toy):
    later = dataclasses.replace(PUT, expiry="2026-06-19")
    moves = [stated(toy, {"chips": "0%"})] * 2
    book = book_with(toy, later)
    path = central_path(plan_path(book, path_of(toy, *moves)))
    still = central_path(plan_path(book, path_of(toy, *moves), instant=True))

    assert 0.0 > path[0] > path[1]
    assert still == pytest.approx([0.0, 0.0], abs=1e-9)
    # The second step is as long as the first: decay over 2.8 days, from the formula.
    years = [(171 - d) / 365 for d in (0.0, 2.8)]
    values = [200.0 * math.erf(0.3 * math.sqrt(y) / 2 / math.sqrt(2)) / 2 for y in years]
    assert path[1] == pytest.approx(10.0 * (values[1] - values[0]), rel=1e-9)


def test_a_book_with_options_is_held_not_rebalanced(toy):
    with pytest.raises(InputError, match=r"cannot be rebalanced.*leave rebalance=True out"):
        plan_path(book_with(toy, PUT), path_of(toy, stated(toy, {"chips": "-10%"})), rebalance=True)


def test_weights_that_cannot_be_restored_are_refused_before_anything_is_drawn(toy):
    scenario = path_of(toy, stated(toy, {"chips": "-10%"}))
    with pytest.raises(InputError, match="cannot be rebalanced"):
        evaluate(
            [book_with(toy, PUT)],
            [scenario],
            options=Options(draws=5000, rebalance=True),
            on_progress=lambda *_: pytest.fail("drawn"),
        )


def test_whoever_works_on_paths_finds_the_same_bits(toy):
    scenario = path_of(toy, {"chips": "-9%"}, {"chips": "+4%"})
    planned = plan_path(toy.book(HOLDINGS), scenario)
    alone = simulate_path(planned, draws=9000, seed=2, executor=1)
    for executor in (None, 2, "process"):
        other = simulate_path(planned, draws=9000, seed=2, executor=executor)
        assert other.tobytes() == alone.tobytes()


def test_an_interrupted_path_keeps_whole_chunks_and_tells_of_each(toy):
    planned = plan_path(toy.book(HOLDINGS), path_of(toy, {"chips": "-9%"}, {"chips": "+4%"}))
    told = []

    def stop(done, total):
        told.append((done, total))
        if done == 8192:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_path(planned, draws=20_000, seed=2, on_progress=stop)
    part = simulate_path(
        planned, draws=20_000, seed=2, executor=2, on_progress=stop, on_interrupt="partial"
    )
    whole = simulate_path(planned, draws=20_000, seed=2)
    assert told == 2 * [(4096, 20_000), (8192, 20_000)]
    assert part.tobytes() == whole[:8192].tobytes()
