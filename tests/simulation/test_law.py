"""The law of the simulation: two implementations agree, and the collapse is exact in distribution."""

import dataclasses
import math

import numpy as np
import pytest

from stress.risk.estimates import summarise
from stress.scenarios.propagation import complete, complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate

HOLDINGS = {"AAA": 400.0, "BBB": 250.0, "CCC": -150.0, "DDD": 300.0, "IDX": 200.0}
CASES = {
    "baseline": ({}, {}, 1),
    "one factor": ({"chips": -0.12}, {}, 1),
    "all factors": ({"market": -0.02, "chips": -0.12, "power": -0.2, "rates_10y": -0.001}, {}, 1),
    "five days": ({"chips": -0.10, "power": 0.0}, {}, 5),
    "a name": ({}, {"AAA": -0.12}, 1),
    "a factor and a name": ({"market": -0.02}, {"CCC": -0.15}, 2),
    "about zero": ({"market": 0.0001, "chips": 0.0, "power": 0.0}, {}, 1),
}


def run(toy, stated, core_names, horizon, *, draws=100_000, seed=0, variation=None, **given):
    units = {"rates_10y": ("bp", 1e4)}
    scenario = toy.scenario(
        {
            k: f"{v * units.get(k, ('%', 100))[1]:.8f}{units.get(k, ('%', 100))[0]}"
            for k, v in stated.items()
        },
        core_names={k: f"{100 * v:.8f}%" for k, v in core_names.items()},
        horizon_days=horizon,
    )
    book = toy.book(HOLDINGS)
    none = not stated and not core_names
    completed = (
        complete_baseline(book.model, horizon_days=horizon)
        if none
        else complete(scenario, book.model)
    )
    planned = plan(book, completed, variation=variation or Variation(kind="names"), **given)
    return simulate([planned], draws=draws, seed=seed)[0]


@pytest.mark.parametrize("case", CASES)
def test_the_two_implementations_agree(toy, second, case):
    stated, core_names, horizon = CASES[case]
    ours = run(toy, stated, core_names, horizon)
    returns, _ = second(toy.model(), stated, core_names=core_names, horizon=horizon)
    theirs = returns @ np.array(list(HOLDINGS.values()))

    for mine, other in zip(
        summarise(ours.totals, unit="USD", conditional_on=None),
        summarise(theirs, unit="USD", conditional_on=None),
        strict=True,
    ):
        if mine.standard_error is None or other.standard_error is None:
            continue
        error = math.hypot(mine.standard_error, other.standard_error)
        # The error of a standard deviation under t(5) is itself heavy-tailed.
        allowed = 8 if mine.measure == "standard_deviation" else 4.5
        assert abs(mine.value - other.value) < allowed * error + 1e-9, (mine, other)


@pytest.mark.parametrize("case", CASES)
def test_the_central_pnl_is_the_mean_of_the_law(toy, case):
    stated, core_names, horizon = CASES[case]
    pnl = run(toy, stated, core_names, horizon)
    expected = float(pnl.plan.book.values @ pnl.plan.central_returns())
    error = pnl.totals.std() / math.sqrt(pnl.draws)

    assert abs(pnl.totals.mean() - expected) < 4.5 * error + 1e-9


@pytest.mark.parametrize("case", CASES)
def test_means_of_names_add_up_to_the_book(toy, case):
    stated, core_names, horizon = CASES[case]
    pnl = run(toy, stated, core_names, horizon, draws=10_000)
    tail = np.zeros(pnl.draws)
    tail[np.argsort(pnl.totals)[:250]] = 1 / 250
    inside = pnl.mean(tail)

    assert pnl.plan.book.values @ inside.returns == pytest.approx(tail @ pnl.totals, rel=1e-10)


def test_contributions_of_collapsed_names_are_those_of_explicit_ones(toy):
    # Conditional expectations given the aggregate against draws of every name.
    book = toy.book(HOLDINGS)
    completed = complete(toy.scenario({"market": "-2%"}), book.model)
    collapsed = plan(book, completed, variation=Variation(kind="names"))
    explicit = dataclasses.replace(
        collapsed,
        collapsed=np.zeros(len(book.names), dtype=bool),
        loading=np.zeros_like(collapsed.loading),
        gain=np.zeros_like(collapsed.gain),
        collapsed_specific=0.0,
        constant=0.0,
    )
    one, other = (simulate([p], draws=200_000, seed=3)[0] for p in (collapsed, explicit))
    assert one.totals.std() == pytest.approx(other.totals.std(), rel=0.02)
    means = []
    for pnl in (one, other):
        tail = np.zeros(pnl.draws)
        tail[np.argsort(pnl.totals)[:5000]] = 1 / 5000
        means.append(pnl.plan.book.values * pnl.mean(tail).returns)
    scale = abs(means[0].sum())
    assert means[0] == pytest.approx(means[1], abs=0.02 * scale)


def test_groups_add_up_to_the_book_and_have_their_own_law(toy):
    pnl = run(toy, {"chips": -0.12}, {}, 1, draws=50_000)
    labels = ["x" if p.ticker in ("AAA", "CCC") else "y" for p in pnl.plan.book.positions]
    groups, totals = pnl.group_totals(labels)

    assert groups == ("x", "y")
    assert np.abs(totals.sum(axis=0) - pnl.totals).max() < 1e-9 * np.abs(pnl.totals).max()
    own = toy.book({"AAA": 400.0, "CCC": -150.0})
    alone = simulate(
        [plan(own, pnl.plan.completed, variation=Variation(kind="names"))], draws=50_000, seed=9
    )[0]
    assert totals[0].mean() == pytest.approx(alone.totals.mean(), abs=4 * alone.totals.std() / 150)
    assert totals[0].std() == pytest.approx(alone.totals.std(), rel=0.05)


def test_same_seed_same_bits_whatever_stands_beside(toy):
    book = toy.book(HOLDINGS)
    other = toy.book({"CCC": 10.0})
    plans = [
        plan(b, complete(toy.scenario(m), b.model), variation=Variation(kind="names"))
        for b in (book, other)
        for m in ({"chips": "-10%"}, {"market": "-3%", "power": "1%"})
    ]
    alone = simulate(plans[:1], draws=9000, seed=5)[0]
    among = simulate(plans, draws=9000, seed=5)[0]
    later = simulate([plans[3], plans[0]], draws=9000, seed=5)[1]

    assert alone.digest == among.digest == later.digest
    assert simulate(plans[:1], draws=9000, seed=6)[0].digest != alone.digest


def test_more_draws_continue_the_same_stream(toy):
    book = toy.book(HOLDINGS)
    planned = plan(book, complete_baseline(book.model), variation=Variation(kind="names"))
    few, many = (simulate([planned], draws=n, seed=5)[0].totals for n in (5000, 12_000))

    assert (many[:5000] == few).all()


def test_drawn_severity_has_median_one_and_scales_relative_moves_by_compounding(toy):
    stated = {"market": -0.02, "chips": -0.12, "power": -0.2, "rates_10y": -0.001}
    sd = 0.25
    pnl = run(
        toy, stated, {}, 1, variation=Variation(kind="severity", severity_sd=sd), draws=40_000
    )
    exact = run(toy, stated, {}, 1, draws=40_000)

    assert np.median(pnl.totals) == pytest.approx(np.median(exact.totals), rel=0.02)
    assert pnl.totals.std() > 1.05 * exact.totals.std()
    completed = pnl.plan.completed
    scaled = completed.scaled_values(np.array([0.0, 1.0, 2.0]))
    assert not scaled[0].any()
    assert scaled[1] == pytest.approx(completed.unit_values, rel=1e-12)
    assert scaled[2][1] == pytest.approx((1 - 0.12) ** 2 - 1, rel=1e-12)
    assert scaled[2][3] == pytest.approx(-0.002, rel=1e-12)


def test_core_noise_vanishes_with_its_fraction(toy):
    stated = {"chips": -0.12}
    little = run(toy, stated, {}, 1, variation=Variation(kind="core", core_fraction=1e-9))
    exact = run(toy, stated, {}, 1)

    assert little.totals == pytest.approx(exact.totals, rel=1e-6)
    wide = run(toy, stated, {}, 1, variation=Variation(kind="core", core_fraction=0.5))
    assert wide.totals.std() > exact.totals.std()


def test_alone_unstated_factors_do_not_move(toy):
    pnl = run(toy, {"chips": -0.12}, {}, 1, mode="alone")
    book = pnl.plan.book

    assert float(book.values @ pnl.plan.central_returns()) == pytest.approx(
        -0.12 * float(book.values @ book.exposures[:, 1]), rel=1e-12
    )


def test_replayed_names_do_not_vary_and_land_on_their_record(toy):
    book = toy.book({"AAA": 100.0})
    stated = {"market": "-2%", "chips": "-12%", "power": "-20%", "rates_10y": "-10bp"}
    completed = complete(toy.scenario(stated), book.model)
    planned = plan(book, completed, variation=Variation(kind="names"), recorded={"AAA": -0.17})
    pnl = simulate([planned], draws=1000, seed=0)[0]

    assert pnl.totals == pytest.approx(np.full(1000, -17.0), rel=1e-12)


def test_a_name_that_could_lose_more_than_everything_gets_its_own_draws(toy):
    book = toy.book({"AAA": 100.0, "DDD": 100.0})
    completed = complete(toy.scenario({"chips": "-80%"}), book.model)
    planned = plan(book, completed, variation=Variation(kind="names"))
    pnl = simulate([planned], draws=20_000, seed=0)[0]

    assert "AAA" in [book.names[i] for i in planned.explicit]
    assert (
        "could fall below -100 % in these variations: AAA, DDD. They have draws"
        in planned.warnings[0]
    )
    assert pnl.totals.min() >= -200.0


def test_compound_scenarios_use_logs_and_explicit_names(toy):
    book = toy.book({"AAA": 100.0})
    stated = {"market": "-30%", "chips": "-50%", "power": "-40%", "rates_10y": "-75bp"}
    completed = complete(toy.scenario(stated, returns="compound", horizon_days=60), book.model)
    planned = plan(book, completed, variation=Variation(kind="names"))
    central = 0.7**0.1 * 0.5**1.1 - 1

    assert planned.central_returns()[0] == pytest.approx(central, rel=1e-12)
    pnl = simulate([planned], draws=20_000, seed=0)[0]
    assert np.median(pnl.totals) == pytest.approx(100 * central, rel=0.02)
    assert pnl.totals.min() > -100.0


@pytest.mark.parametrize("probability", [0.001, 0.025, 0.2])
@pytest.mark.parametrize("dof", [2.1, 5.0, 29.0])
def test_own_t_quantile_is_scipys(probability, dof):
    from scipy.special import stdtrit

    from stress.simulation.student import t_quantile

    assert t_quantile(probability, dof) == pytest.approx(-stdtrit(dof, probability), rel=1e-7)


@pytest.mark.parametrize("kind", ["severity", "core"])
def test_a_core_name_varies_with_what_is_stated(toy, kind):
    given = {"severity": {"severity_sd": 0.25}, "core": {"core_fraction": 0.3}}[kind]
    variation = Variation(kind=kind, **given)
    book = toy.book({"AAA": 100.0})
    completed = complete(toy.scenario({}, core_names={"AAA": "-12%"}), book.model)
    planned = plan(book, completed, variation=variation)
    pnl = simulate([planned], draws=20_000, seed=0)[0]
    moved = np.log1p(pnl.totals / 100.0) / math.log(0.88)

    assert planned.central_pnl() == pytest.approx(-12.0, rel=1e-12)
    assert pnl.totals.std() > 0.5
    if kind == "severity":
        assert np.median(moved) == pytest.approx(1.0, abs=0.01)
        assert np.log(moved).std() == pytest.approx(0.25, rel=0.03)
    else:
        beta, variance = book.exposures[0], book.specific_volatility[0] ** 2
        own = math.sqrt(beta @ book.model.covariance @ beta + variance)
        assert pnl.totals.std() == pytest.approx(100 * 0.3 * own, rel=0.03)
    tail = np.zeros(pnl.draws)
    tail[np.argsort(pnl.totals)[:500]] = 1 / 500
    assert 100.0 * pnl.mean(tail).returns[0] == pytest.approx(tail @ pnl.totals, rel=1e-10)
    assert pnl.group_totals(["x"])[1][0] == pytest.approx(pnl.totals, rel=1e-12)


@pytest.mark.parametrize(
    ("severity", "variation"),
    [
        (2.0, Variation(kind="severity", severity_sd=0.5)),
        (1.0, Variation(kind="severity", severity_sd=0.25)),
        (1.0, Variation(kind="core", core_fraction=1.0)),
        (1.0, Variation(kind="names")),
    ],
)
def test_a_collapsed_name_hardly_ever_loses_more_than_everything(toy, severity, variation):
    from stress.simulation.ruin import ruin_probability

    scenario = toy.scenario({"chips": "-45%", "power": "-40%"})
    book = toy.book({"AAA": 100.0, "CCC": 100.0, "DDD": 100.0})
    completed = complete(scenario, book.model, severity=severity)
    planned = plan(book, completed, variation=variation)
    said = ruin_probability(
        book.exposures,
        completed,
        variation,
        root=completed.root,
        factor_gain=completed.gain,
        specific=planned.specific,
    )
    for i, name in enumerate(book.names):
        alone = toy.book({name: 100.0})
        own = plan(alone, completed, variation=variation)
        free = dataclasses.replace(own, collapsed=np.ones(1, dtype=bool))
        exposure = alone.values @ alone.exposures
        loading = np.zeros(4)
        loading[: own.root.shape[1]] = own.root.T @ exposure
        free = dataclasses.replace(
            free,
            loading=loading,
            gain=own.factor_gain.T @ exposure,
            collapsed_specific=float(alone.values[0] * own.specific[0]),
        )
        totals = simulate([free], draws=50_000, seed=1)[0].totals
        share = (totals < -100.0).mean()
        error = 4 * math.sqrt(max(said[i], 1e-4) / 50_000)
        if variation.kind != "core":
            assert share == pytest.approx(said[i], abs=error + 0.03 * said[i]), name
        if planned.collapsed[i]:
            assert share <= 0.0025, name


def test_own_t_tail_is_scipys():
    from scipy.special import stdtr

    from stress.simulation.student import t_tail

    x = np.array([-np.inf, -7.0, -1.0, 0.0, 0.3, 2.0, 11.0, np.inf])
    for dof in (2.1, 5.0, 31.0):
        assert t_tail(x, dof) == pytest.approx(stdtr(dof, -x), abs=1e-12)


def test_severity_zero_is_no_shock_even_of_a_total_loss(toy):
    completed = complete(toy.scenario({"chips": "-100%"}), toy.model(), severity=0.0)

    assert not completed.mean.any()


@pytest.mark.parametrize(("horizon", "times"), [(10, 1.0), (11, 0.5), (60, 0.5)])
def test_beyond_ten_sessions_names_are_as_volatile_as_usual(toy, horizon, times):
    """Today's level holds for ten sessions; afterwards names, like factors, are at their usual one."""
    stormy = dataclasses.replace(toy.model(), volatility_level=2.0)
    assert stormy.horizon_scale(horizon) == pytest.approx(times * math.sqrt(horizon))
    book = dataclasses.replace(toy.book(HOLDINGS), model=stormy)
    completed = complete_baseline(stormy, horizon_days=horizon)
    planned = plan(book, completed, variation=Variation(kind="names"))
    assert planned.specific == pytest.approx(
        times * math.sqrt(horizon) * book.specific_volatility, rel=1e-12
    )
    named = toy.scenario({}, core_names={"AAA": "-12%"}, horizon_days=horizon)
    exposure = stormy.exposures[0]
    variance = exposure @ stormy.horizon_covariance(horizon) @ exposure
    variance += (times * stormy.specific_volatility[0]) ** 2 * horizon
    assert complete(named, stormy).distance == pytest.approx(0.12 / math.sqrt(variance))


@pytest.mark.parametrize("compound", [False, True])
def test_a_replayed_name_makes_its_recorded_move_in_every_draw(toy, compound):
    """Its specific move is the recorded one minus what the factors explain, in each draw."""
    returns = "compound" if compound else "simple"
    scenario = toy.scenario({"market": "-4%"}, horizon_days=3, returns=returns)
    book = toy.book({"AAA": 100.0})
    completed = complete(scenario, book.model)
    assert completed.compound is compound
    planned = plan(book, completed, variation=Variation(kind="names"), recorded={"AAA": -0.15})
    pnl = simulate([planned], draws=5_000, seed=0)[0]

    assert planned.central_pnl() == pytest.approx(-15.0, rel=1e-12)
    assert np.ptp(pnl.totals) == pytest.approx(0.0, abs=1e-12)
    assert pnl.totals[0] == pytest.approx(-15.0, rel=1e-12)
