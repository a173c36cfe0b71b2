"""Surfaces of options: the certificate holds on other draws, kinks fall back to exact revaluation."""

import concurrent.futures
import dataclasses
import datetime
import warnings

import numpy as np
import pytest

from stress.compiled import library
from stress.portfolio.cover import cover
from stress.portfolio.instruments import Driver, Equity, Option
from stress.portfolio.market import market_of
from stress.portfolio.position import Portfolio, Position
from stress.portfolio.pricing import black_scholes, exercise_surface
from stress.portfolio.pricing.chebyshev import Axis
from stress.portfolio.volatility import (
    SkewSlope,
    VolatilityBeta,
    name_volatility_move,
    shocked_volatility,
)
from stress.scenarios.propagation import complete, complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation import contracts, tabulated
from stress.simulation.book import Terms, compile_book
from stress.simulation.plan import plan
from stress.simulation.revaluation import Moves
from stress.simulation.simulate import simulate
from stress.simulation.surface import (
    AMERICAN_TOLERANCE,
    TOLERANCE,
    with_surfaces,
    worth_surfaces,
)
from stress.simulation.tabulated import fitted

AS_OF = datetime.date(2025, 12, 30)


def option_model(toy):
    """The toy model with a volatility index and the yield that rates follow among its factors."""
    model = toy.model()
    names = {"power": "vix", "rates_10y": "rates_2y"}
    factors = tuple(
        dataclasses.replace(
            f,
            name=names.get(f.name, f.name),
            kind="absolute" if f.name == "power" else f.kind,
            unit="pts" if f.name == "power" else f.unit,
            role="volatility" if f.name == "power" else f.role,
        )
        for f in model.factors
    )
    scale = np.array([1.0, 1.0, 80.0, 1.0])
    exposures = model.exposures.copy()
    exposures[:, 2] = 0.0
    return toy.model(
        factors=factors,
        exposures=exposures,
        covariance=model.covariance * np.outer(scale, scale),
        covariance_long=model.covariance_long * np.outer(scale, scale),
    )


def option_plan(toy, days, *, style="european", scenario=None, vol=0.4, elapsed=None, share=0.0):
    model = option_model(toy)
    levels = {Driver("rate", "USD"): 0.04}
    positions = []
    random = np.random.default_rng(3)
    for i, left in enumerate(days):
        name = ("AAA", "BBB")[i % 2]
        option = Option(
            underlying=name,
            right=("put", "call")[i % 3 == 0],
            strike=float(80 + 5 * (i % 9)),
            expiry=(AS_OF + datetime.timedelta(days=int(left))).isoformat(),
            style=style,
            multiplier=100.0,
            currency="USD",
        )
        levels |= {Driver("spot", name): 100.0, Driver("dividend", name): 0.02}
        levels[Driver("vol", option.contract)] = vol + 0.1 * random.random()
        positions.append(
            Position(
                id=f"o{i}", instrument=option, market_value=0.0, currency="USD",
                quantity=float((-1) ** i * (i + 1)),
            )
        )  # fmt: skip
    if share:
        positions.append(
            Position(
                id="s", instrument=Equity("AAA"), market_value=share, currency="USD",
                quantity=share / 100,
            )
        )  # fmt: skip
    portfolio = Portfolio(
        name="o", positions=tuple(positions), currency="USD", nav=1e5, as_of=AS_OF.isoformat()
    )
    market = market_of(levels, as_of=AS_OF.isoformat(), currency="USD", source="flag")
    terms = Terms(
        betas={n: VolatilityBeta(value=1.1, source="assumed") for n in ("AAA", "BBB")},
        skews={n: SkewSlope(value=-0.2, source="given") for n in ("AAA", "BBB")},
    )
    book = compile_book(portfolio, model, cover(portfolio, model), market=market, terms=terms)
    return plan(
        book,
        complete_baseline(model) if scenario is None else complete(scenario, model),
        variation=Variation(kind="names"),
        elapsed_days=elapsed,
        rule="spot-coordinated",
    )


@pytest.mark.parametrize("negligible", [1e-4, 1e-6, 1e-8])
def test_a_smooth_function_is_known_to_what_is_negligible(negligible):
    def f(points):
        x, y, z = points
        return np.exp(-x * x) * np.sin(y) + z * x

    axes = [
        Axis(low=-2, high=2, count=40),
        Axis(low=0, high=3, count=20),
        Axis(low=1, high=1, count=1),
    ]
    surface, resolved = fitted(axes, f, negligible=negligible)
    random = np.random.default_rng(0)
    x, y = random.uniform(-2, 2, 500), random.uniform(0, 3, 500)
    ends = [-2.0, 2.0]
    x[:2], y[:2] = ends, [0.0, 3.0]
    found = surface.value(x, [axes[1].basis(y), axes[2].basis(np.ones(500))])

    assert 0.0 < np.abs(found - f((x, y, np.ones(500)))).max() <= negligible
    assert all(resolved)


def test_a_variable_that_does_not_move_is_a_constant():
    axes = [Axis(low=0.5, high=0.5, count=1), Axis(low=0, high=3, count=20)]
    surface, _ = fitted(axes, lambda points: points[0] * np.cos(points[1]), negligible=1e-9)
    y = np.linspace(0, 3, 50)

    assert surface.value(np.full(50, 0.5), [axes[1].basis(y)]) == pytest.approx(
        0.5 * np.cos(y), abs=1e-9
    )


def test_nothing_is_left_of_a_function_that_is_zero():
    axes = [Axis(low=-2, high=2, count=40), Axis(low=0, high=3, count=20)]
    surface, _ = fitted(axes, lambda points: np.zeros_like(points[0]), negligible=1e-9)

    assert (surface.value(np.zeros(5), [axes[1].basis(np.ones(5))]) == 0.0).all()


def test_the_basis_is_chebyshevs():
    x = np.linspace(-3, 5, 50)
    basis = Axis(low=-3, high=5, count=23).basis(x)

    assert basis == pytest.approx(
        np.cos(np.arange(23)[:, None] * np.arccos((x - 1) / 4)), abs=1e-11
    )


@pytest.mark.parametrize("moves", [None, {"market": "-4%", "vix": "8pts"}])
def test_the_certificate_holds_on_all_draws(toy, moves):
    scenario = None if moves is None else toy.scenario(moves)
    exact = option_plan(toy, np.linspace(40, 700, 24), scenario=scenario, share=5000.0)
    fast = with_surfaces(exact, seed=0)
    assert fast.surfaces is not None
    assert fast.surfaces.rest is None
    assert fast.surfaces.certified_error <= TOLERANCE
    one, other = (simulate([p], draws=40_000, seed=0)[0].totals for p in (exact, fast))
    errors = sum(part.error for part in fast.surfaces.underlyings)

    assert 0.0 < np.abs(one - other).max() <= errors


def test_draws_beyond_the_range_are_exact(toy):
    planned = option_plan(toy, range(25, 65, 5))
    surfaced = with_surfaces(planned, seed=0)
    for part in surfaced.surfaces.underlyings:
        first = part.surface.axes[0]
        assert -0.9 < first.low < -0.05
        assert 0.05 < first.high < 1.5
    moves = planned_moves(surfaced, [-1.0, -0.9, -0.05, 0.0, 0.03, 0.05, 1.5, 1e22])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = surfaced.surfaces.pnl(moves, planned.revaluation)
    true = planned.revaluation.pnl(moves).sum(axis=0)
    gross = sum(part.gross for part in surfaced.surfaces.underlyings)

    assert np.abs(got - true)[:-1].max() <= TOLERANCE * gross
    beyond = [0, 1, -2, -1]
    assert got[beyond] == pytest.approx(true[beyond], rel=1e-12)
    assert (got[2:-2] != true[2:-2]).all()


def planned_moves(planned, returns):
    """Both names moved by each of some returns, the factors still."""
    moved, still = np.array(returns), np.zeros(len(returns))
    return Moves(
        names={"AAA": moved, "BBB": moved},
        factors=dict.fromkeys(planned.revaluation.factors, still),
        bridge=lambda _: still,
    )


def contracts_at(revaluation, places):
    """Return options of a revaluation as one, in their holdings' quantities."""
    return revaluation.contracts(
        [revaluation.legs[row][column] for row, column in places],
        [revaluation.valuation.holdings[row].quantity for row, _ in places],
    )


def alone(revaluation, row, moves):
    """Value a holding of one option by the option's own formula, at its own levels."""
    (leg,) = revaluation.legs[row]
    option, movers = leg.instrument, revaluation.valuation.movers
    spot, vol, *others = option.drivers()
    levels = {d: revaluation.level(d, moves) for d in (spot, *others)}
    days = max(option.days_to_expiry - revaluation.elapsed_days, 0.0)
    levels[vol] = shocked_volatility(
        revaluation.base[vol],
        levels[spot] / revaluation.base[spot],
        rule=revaluation.rule,
        skew=movers[vol].skew,
        shift=name_volatility_move(
            moves.factors[revaluation.index_factor] / 100.0, movers[vol].beta, days
        ),
    )
    value = option.value(levels, elapsed_days=revaluation.elapsed_days)
    return revaluation.valuation.holdings[row].quantity * leg.ratio * value


def test_all_contracts_at_once_are_the_contracts_one_by_one(toy):
    planned = option_plan(toy, np.linspace(40, 700, 24)[::2])
    revaluation = planned.revaluation
    held = [(row, 0) for row in range(0, len(revaluation.legs))]
    same = [h for h in held if revaluation.legs[h[0]][0].instrument.underlying == "AAA"]
    contracts = contracts_at(revaluation, same)
    random = np.random.default_rng(1)
    returns, points, rates = (
        random.normal(0, 0.1, 40),
        random.normal(0, 5, 40),
        random.normal(0, 0.002, 40),
    )
    moves = Moves(
        names={"AAA": returns, "BBB": np.zeros(40)},
        factors={"vix": points, "rates_2y": rates},
        bridge=lambda _: np.zeros(40),
    )
    one_by_one = np.stack([alone(revaluation, row, moves) for row in range(len(held))])
    rows = [row for row, _ in same]

    assert contracts.value(returns, points, rates) == pytest.approx(
        one_by_one[rows].sum(axis=0), rel=1e-12
    )
    together = revaluation.pnl(moves) + revaluation.base_values[:, None]
    gross = np.abs(one_by_one).sum(axis=0)
    assert np.abs(together - one_by_one).max() <= 1e-13 * gross.max()
    # A day or two of time decay apart.
    assert contracts.gross() == pytest.approx(np.abs(revaluation.base_values[rows]).sum(), rel=0.01)


@pytest.fixture
def pools(monkeypatch):
    """Return a list that grows by the workers of every pool of threads that is made."""
    made, asked = concurrent.futures.ThreadPoolExecutor, []

    def counted(workers):
        asked.append(workers)
        return made(workers)

    monkeypatch.setattr(concurrent.futures, "ThreadPoolExecutor", counted)
    return asked


def test_a_run_through_surfaces_takes_no_threads_unless_asked(toy, pools):
    exact = option_plan(toy, np.linspace(60, 400, 12))
    fast = with_surfaces(exact, seed=0)
    pools.clear()
    alone = simulate([fast], draws=40_000, seed=0)[0]
    assert pools == []
    shared = simulate([fast], draws=40_000, seed=0, executor=2)[0]
    assert pools == [2]
    assert np.array_equal(alone.totals, shared.totals)


def test_options_that_expire_inside_the_horizon_stay_exact(toy):
    scenario = toy.scenario({"market": "-4%"}, horizon_days=10)
    exact = option_plan(toy, [5, 9, *np.linspace(60, 400, 12)], scenario=scenario, elapsed=14.0)
    fast = with_surfaces(exact, seed=0)

    assert len(fast.surfaces.rest.legs) >= 2
    one, other = (simulate([p], draws=9000, seed=0)[0].totals for p in (exact, fast))
    gross = sum(part.gross for part in fast.surfaces.underlyings)
    assert np.abs(one - other).max() <= TOLERANCE * gross


def test_kinks_at_the_floor_of_volatility_fall_back(toy):
    exact = option_plan(toy, np.linspace(10, 40, 12), vol=0.05)
    fast = with_surfaces(exact, seed=0)

    assert fast.surfaces is None or fast.surfaces.rest is not None
    one, other = (simulate([p], draws=5000, seed=0)[0].totals for p in (exact, fast))
    assert np.abs(one - other).max() <= 1e-5 * np.abs(exact.revaluation.base_values).sum()


def test_options_on_what_is_worthless_are_worth_what_they_are_exactly(toy):
    scenario = toy.scenario({"market": "-4%", "vix": "8pts"}, core_names={"AAA": "-100%"})
    exact = option_plan(toy, np.linspace(60, 400, 12), scenario=scenario)
    assert (exact.central_returns() == -1.0).any()
    fast = with_surfaces(exact, seed=0)
    assert fast.surfaces is not None
    one, other = (simulate([p], draws=20_000, seed=0)[0].totals for p in (exact, fast))
    gross = sum(part.gross for part in fast.surfaces.underlyings)

    assert np.abs(one - other).max() <= TOLERANCE * gross


@pytest.mark.slow
def test_american_options_likewise(toy):
    exact = option_plan(toy, np.linspace(100, 700, 6), style="american")
    fast = with_surfaces(exact, seed=0)
    one, other = (simulate([p], draws=20_000, seed=0)[0].totals for p in (exact, fast))

    assert fast.surfaces is not None
    gross = sum(part.gross for part in fast.surfaces.underlyings)
    assert fast.surfaces.certified_error <= AMERICAN_TOLERANCE
    assert np.abs(one - other).max() <= AMERICAN_TOLERANCE * gross


def test_surfaces_are_the_same_for_any_executor_and_neighbours(toy):
    plans = [
        with_surfaces(option_plan(toy, np.linspace(40, 700, 12)), seed=0),
        option_plan(toy, [50]),
    ]
    alone = simulate(plans[:1], draws=40_000, seed=0, executor=1)[0].digest

    for executor in (2, "process"):
        assert simulate(plans, draws=40_000, seed=0, executor=executor)[0].digest == alone


def test_contributions_of_a_book_in_surfaces_add_up_to_the_certified_error(toy):
    fast = with_surfaces(option_plan(toy, np.linspace(40, 700, 12), share=5000.0), seed=0)
    pnl = simulate([fast], draws=20_000, seed=0)[0]
    tail = np.zeros(pnl.draws)
    tail[np.argsort(pnl.totals)[:500]] = 1 / 500
    inside = pnl.mean(tail)
    total = fast.book.values @ inside.returns + inside.revalued.sum()

    gross = sum(part.gross for part in fast.surfaces.underlyings)
    assert total == pytest.approx(tail @ pnl.totals, abs=TOLERANCE * gross)


def test_surfaces_are_for_many_draws_and_many_options(toy):
    many, few = option_plan(toy, np.linspace(40, 700, 12)), option_plan(toy, [50, 60])

    assert worth_surfaces(many, 100_000)
    assert not worth_surfaces(many, 20_000)
    assert not worth_surfaces(few, 100_000)


def test_a_level_without_a_factor_stands_still_and_says_so(toy):
    factors = (
        dataclasses.replace(f, name="inflation", role="none") if f.name == "rates_10y" else f
        for f in toy.model().factors
    )
    model = toy.model(factors=tuple(factors))
    option = Option(
        underlying="AAA", right="put", strike=90.0, expiry="2026-06-19", style="european",
        multiplier=100.0, currency="USD",
    )  # fmt: skip
    position = Position(
        id="put", instrument=option, market_value=500.0, currency="USD", quantity=1.0
    )
    portfolio = Portfolio(
        name="o", positions=(position,), currency="USD", nav=1e4, as_of=AS_OF.isoformat()
    )
    levels = {
        Driver("rate", "USD"): 0.04, Driver("spot", "AAA"): 100.0, Driver("dividend", "AAA"): 0.0,
        Driver("vol", option.contract): 0.4,
    }  # fmt: skip
    market = market_of(levels, as_of=AS_OF.isoformat(), currency="USD", source="flag")
    terms = Terms(
        betas={"AAA": VolatilityBeta(value=1.0, source="assumed")},
        skews={"AAA": SkewSlope(value=0.0, source="given")},
    )
    book = compile_book(portfolio, model, cover(portfolio, model), market=market, terms=terms)
    assert any("no factor of the model is a yield" in said for said in book.valuation.warnings)
    drawn = plan(book, complete_baseline(model), variation=Variation(kind="names"))
    assert np.isfinite(simulate([drawn], draws=4096, seed=1)[0].draws).all()


@pytest.mark.parametrize("surfaces", [False, True])
@pytest.mark.parametrize("style", ["european", "american"])
def test_a_run_has_the_same_bits_with_and_without_the_compiled_kernel(
    toy, monkeypatch, style, surfaces
):
    if library() is None:
        pytest.skip("there was no C compiler when foreshock was installed")
    planned = option_plan(toy, [3, 30, 60, 90, 200, 400, 21, 365], style=style)

    def run():
        ready = with_surfaces(planned, seed=1) if surfaces else planned
        return simulate([ready], draws=9000, seed=1)[0].totals

    with_kernel = run()
    for module in (black_scholes, exercise_surface, contracts, tabulated):
        monkeypatch.setattr(module, "library", lambda: None)
    assert with_kernel.tobytes() == run().tobytes()
