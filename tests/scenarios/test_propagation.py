"""Propagation: the closed forms, and the laws a completed scenario keeps."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stress.errors import InputError, ModelError
from stress.factors.model import Factor, FactorModel
from stress.scenarios.path import moves_after
from stress.scenarios.propagation import complete
from stress.scenarios.recorded_names import check_recorded_names

VOLATILITY = np.array([0.012, 0.025, 0.018, 0.010])
CORRELATION = np.array(
    [[1, 0.75, 0.70, 0.45], [0.75, 1, 0.60, 0.20], [0.70, 0.60, 1, 0.30], [0.45, 0.20, 0.30, 1]]
)
NAMES = ("mkt", "chips", "hyper", "utils")


def oracle_model(covariance=None, nu=5.0, names=NAMES):
    covariance = (
        CORRELATION * np.outer(VOLATILITY, VOLATILITY) if covariance is None else covariance
    )
    factors = tuple(
        Factor(name=n, kind="relative", unit="%", title=n, description=n, series=(n,))
        for n in names
    )
    return FactorModel(
        id="oracle",
        factors=factors,
        covariance=covariance,
        covariance_long=covariance,
        degrees_of_freedom=nu,
        names=(),
        exposures=np.zeros((0, len(names))),
        specific_volatility=np.zeros(0),
        sources=(),
        homes=(),
        as_of="2025-01-24",
        window=("2023-01-23", "2025-01-24"),
    )


def test_one_stated_move_gives_the_conditional_means_of_the_closed_form(toy):
    # gain = correlation * sd / sd of chips; sd left = sd * sqrt(1 - correlation^2)
    completed = complete(toy.scenario({"chips": "-9.83%"}), oracle_model())

    assert completed.mean == pytest.approx([-0.035388, -0.0983, -0.0424656, -0.007864], abs=1e-12)
    assert completed.distance == pytest.approx(3.932, abs=1e-12)
    sd = np.sqrt(np.diag(completed.root @ completed.root.T))
    assert sd[[0, 2, 3]] == pytest.approx([0.00793725, 0.0144, 0.00979796], abs=5e-9)
    assert completed.gain[[0, 2, 3], 0] == pytest.approx([0.36, 0.432, 0.08], abs=1e-12)


def test_two_stated_moves_give_the_means_and_distance_of_the_closed_form(toy):
    completed = complete(toy.scenario({"chips": "-9.83%", "hyper": "-5%"}), oracle_model())

    assert completed.mean[[0, 3]] == pytest.approx([-0.03735008, -0.00904125], abs=5e-9)
    assert completed.distance == pytest.approx(3.96665924, abs=5e-9)
    assert completed.distance**2 == pytest.approx(15.734385493827, abs=5e-13)


def test_the_t_law_gives_the_conditional_scale_of_the_closed_form(toy):
    # by formula and by numerical integration: a dispersion matrix, nu 5; our covariance is dispersion * nu / (nu - 2)
    dispersion = np.array([[4.0, 1.5], [1.5, 1.0]]) * 1e-4
    model = oracle_model(dispersion * 5.0 / 3.0, names=("s", "u"))
    model_given_s = complete(toy.scenario({"s": "-5%"}), model)

    assert model_given_s.mean[1] == pytest.approx(-0.01875, abs=1e-15)
    assert model_given_s.degrees_of_freedom == 6.0
    # conditional sd: covariance form of the same law
    assert model_given_s.peripherals[0].sd == pytest.approx(0.0110926496, abs=5e-11)
    # conditional scale = sd * sqrt((df - 2) / df)
    assert model_given_s.peripherals[0].sd * math.sqrt(4 / 6) == pytest.approx(
        0.0090571105, abs=5e-11
    )
    # squared distance in the dispersion metric
    assert model_given_s.distance**2 * 5.0 / 3.0 == pytest.approx(6.25, abs=1e-12)


moves = st.dictionaries(
    st.sampled_from(NAMES),
    st.floats(-0.3, 0.3).filter(lambda m: abs(m) > 1e-6),
    min_size=1,
    max_size=3,
)


@given(moves)
def test_completing_a_scenario_leaves_its_distance_unchanged(toy, stated):
    model = oracle_model()
    completed = complete(toy.scenario({k: f"{100 * v:.10f}%" for k, v in stated.items()}), model)
    square = completed.mean @ np.linalg.solve(model.covariance, completed.mean)

    assert math.sqrt(square) == pytest.approx(completed.distance, rel=1e-9)


@given(moves, st.floats(0.0, 3.0))
def test_stated_factors_land_on_their_moves(toy, stated, severity):
    model = oracle_model()
    scenario = toy.scenario({k: f"{100 * v:.10f}%" for k, v in stated.items()})
    completed = complete(scenario, model, severity=severity)
    for name in stated:
        k, move = NAMES.index(name), scenario.stated(name).value
        assert completed.mean[k] == pytest.approx((1 + move) ** severity - 1, abs=1e-12)
        assert completed.alone[k] == completed.mean[k]
        assert not completed.root[k].any()


def test_stated_zeros_are_stated(toy):
    completed = complete(toy.scenario({"chips": "-10%", "utils": "0%"}), oracle_model())

    assert completed.n_stated == 2
    assert completed.mean[3] == 0.0
    assert not completed.root[3].any()


def test_a_shock_of_about_zero_is_no_evidence_of_a_calm_day(toy):
    scenario = toy.scenario({name: "0.01%" for name in NAMES})

    floored = complete(scenario, oracle_model())

    assert floored.floored
    assert floored.mixing_mean == 1.0
    assert floored.mixing_mean_raw == pytest.approx(3 / 7, rel=1e-2)


def test_a_name_stated_as_core_is_a_factor_with_noise(toy):
    model = toy.model()
    completed = complete(toy.scenario({}, core_names={"AAA": "-10%"}), model)
    beta, noise = model.exposures[0], model.specific_volatility[0] ** 2
    variance = beta @ model.covariance @ beta + noise

    assert completed.mean == pytest.approx(model.covariance @ beta / variance * -0.10, rel=1e-12)
    assert completed.distance == pytest.approx(0.10 / math.sqrt(variance), rel=1e-12)
    remaining = (
        model.covariance - np.outer(model.covariance @ beta, model.covariance @ beta) / variance
    )
    assert completed.root @ completed.root.T == pytest.approx(remaining, rel=1e-9, abs=1e-15)


def test_a_core_name_that_is_a_factor_states_the_factor(toy):
    by_name = complete(toy.scenario({}, core_names={"IDX": "-3%"}), toy.model())
    by_factor = complete(toy.scenario({"market": "-3%"}), toy.model())

    assert by_name.mean == pytest.approx(by_factor.mean, abs=1e-15)
    assert by_name.stated[0]


def test_the_same_thing_stated_twice_is_refused(toy):
    with pytest.raises(InputError, match="IDX is factor market by definition, and both are stated"):
        complete(toy.scenario({"market": "-3%"}, core_names={"IDX": "-2%"}), toy.model())


def test_moves_the_model_cannot_tell_apart_are_refused(toy):
    covariance = np.array([[1.0, 1.0 - 1e-12], [1.0 - 1e-12, 1.0]]) * 1e-4
    with pytest.raises(ModelError, match="scenario toy-shock: a and b say nearly the same thing"):
        complete(toy.scenario({"a": "-1%", "b": "1%"}), oracle_model(covariance, names=("a", "b")))


def test_unknown_factor_and_wrong_unit_are_both_named(toy):
    with pytest.raises(InputError) as caught:
        complete(toy.scenario({"chps": "-1%", "rates_10y": "-1%"}), toy.model())

    text = str(caught.value)
    assert "'chps' is not a factor of model toy. Did you mean 'chips'?" in text
    assert (
        "moves.rates_10y = '-1%' is in %, but this factor takes bp. Write it in bp, the same size is \"-100bp\"."
        in text
    )


def test_a_compound_scenario_works_in_logs(toy):
    completed = complete(
        toy.scenario({"chips": "-50%"}, returns="compound", horizon_days=60), toy.model()
    )

    assert completed.mean[1] == pytest.approx(math.log(0.5), rel=1e-15)
    # beyond ten sessions: the long-window covariance
    model = toy.model()
    assert completed.distance == pytest.approx(
        math.log(2.0) / math.sqrt(60 * model.covariance_long[1, 1]), rel=1e-12
    )


def test_a_recorded_name_that_contradicts_its_factors_is_refused(toy):
    # The trap: "Consolidated Edison fell by 21 %" on a day its factors say it rose.
    model = toy.model()
    scenario = toy.scenario(
        {"market": "-1.5%", "chips": "-12%", "power": "3%", "rates_10y": "-10bp"},
        names={"BBB": "-60%", "AAA": "-13%", "IDX": "-1.41%"},
    )
    problems, notes = check_recorded_names(scenario, model, complete(scenario, model))

    assert len(problems) == 1
    assert "[names] BBB = -60.00% contradicts its factors, which say -7.60%" in str(problems[0])
    assert notes == {
        "IDX": "IDX is factor market by definition: stated -1.50%, recorded -1.41%, difference +0.09%."
    }


def test_a_record_of_what_a_stated_factor_is_may_differ_by_another_close_and_no_more(toy):
    model = toy.model()
    ordinary = math.sqrt(model.covariance[0, 0])

    def checked(recorded, limit=6.0):
        scenario = toy.scenario(
            {"market": "-5%"}, names={"IDX": recorded}, contradiction_limit=limit
        )
        return check_recorded_names(scenario, model, complete(scenario, model))

    near = f"{100 * (-0.05 + 2.9 * ordinary):.4f}%"
    problems, notes = checked(near)
    assert not problems
    assert "IDX is factor market by definition: stated -5.00%" in notes["IDX"]
    (problem,), _ = checked("+7%")
    assert "[names] IDX = +7.00% contradicts its factors, which say -5.00%" in str(problem)
    assert checked("+7%", limit=1000.0)[0] == []


def test_what_steps_lead_to_compounds_or_adds(toy):
    steps = [
        toy.scenario({"chips": "-10%", "rates_10y": "5bp", "market": "1%"}, horizon_days=5),
        toy.scenario({"chips": "-10%", "rates_10y": "-20bp"}, horizon_days=5),
        toy.scenario({"chips": "50%", "rates_10y": "1bp"}, horizon_days=5),
    ]
    after = {sessions: moves_after(steps, sessions) for sessions in (4, 5, 10, 14)}

    assert after[4] == {}
    assert {name: move.value for name, move in after[5].items()} == pytest.approx(
        {"chips": -0.1, "rates_10y": 0.0005, "market": 0.01}
    )
    assert {name: move.value for name, move in after[10].items()} == pytest.approx(
        {"chips": -0.19, "rates_10y": -0.0015}
    )
    assert after[14] == after[10]


def test_a_record_of_what_nothing_is_left_to_vary_of_is_held_to_it_exactly(toy):
    model = toy.model()
    still = dataclasses.replace(model, specific_volatility=np.zeros(len(model.names)))
    every = {"market": "-1.5%", "chips": "-12%", "power": "3%", "rates_10y": "-10bp"}
    said = float(model.exposures[1] @ complete(toy.scenario(every), model).mean)
    near = toy.scenario(every, names={model.names[1]: f"{100 * said + 0.01:.12f}%"})
    (problem,), _ = check_recorded_names(near, still, complete(near, still))

    assert "inf conditional standard deviations apart" in str(problem)
