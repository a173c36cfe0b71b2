"""An answer is a scenario like any other: saved, completed by the joint law, it loses what was found."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from stress.errors import InputError
from stress.factors.model import Factor, FactorModel
from stress.reverse_stress.answer import UnreachableLossError, answer_at, answer_scenario
from stress.reverse_stress.linear import reverse_linear
from stress.reverse_stress.space import search_space
from stress.scenarios.propagation import complete
from stress.simulation.levels.floors import floors_of
from stress.units import parse_move

NAMES = ("market", "chips", "rates_10y", "vix")
UNITS = ("%", "%", "bp", "pts")
VOLATILITY = np.array([0.012, 0.025, 0.0006, 1.8])
CORRELATION = np.array(
    [
        [1, 0.75, -0.3, -0.7],
        [0.75, 1, -0.2, -0.5],
        [-0.3, -0.2, 1, 0.2],
        [-0.7, -0.5, 0.2, 1],
    ]
)
COVARIANCE = CORRELATION * np.outer(VOLATILITY, VOLATILITY)
EXPOSURE = np.array([2e6, 5e6, -3e7, -2e4])


@pytest.fixture(scope="module")
def model():
    factors = tuple(
        Factor(
            name=name,
            kind="relative" if unit == "%" else "absolute",
            unit=unit,
            title=name,
            description=name,
            series=(name,),
        )
        for name, unit in zip(NAMES, UNITS, strict=True)
    )
    return FactorModel(
        id="tiny",
        factors=factors,
        covariance=COVARIANCE,
        covariance_long=COVARIANCE,
        degrees_of_freedom=5.0,
        names=("N",),
        exposures=np.ones((1, 4)),
        specific_volatility=np.array([0.02]),
        sources=("estimated",),
        homes=("market",),
        as_of="2025-12-30",
        window=("2023-12-29", "2025-12-30"),
    )


@pytest.mark.parametrize("horizon", [1, 5])
def test_the_scenario_completed_by_the_law_loses_what_was_found(model, horizon):
    here = search_space(NAMES, model.horizon_covariance(horizon), only=("chips", "rates_10y"))
    found = reverse_linear(EXPOSURE, here, loss=1e6)
    scenario = answer_scenario(
        found, model.factors, id="reverse-10", title="Loses a tenth", horizon_days=horizon
    )
    assert [stated.target for stated in scenario.moves] == ["chips", "rates_10y"]
    assert scenario.moves[1].move.unit == "bp"
    assert scenario.content_hash
    completed = complete(scenario, model)
    assert completed.distance == pytest.approx(found.distance, rel=1e-9)
    assert scenario.propagation == "linked"
    np.testing.assert_allclose(completed.mean, found.moves, rtol=1e-9)
    assert -EXPOSURE @ completed.mean == pytest.approx(1e6, rel=1e-9)


def test_no_relative_move_falls_below_all_of_it(model):
    floor = floors_of(model, {}).moves
    np.testing.assert_array_equal(floor, [-1, -1, -np.inf, -np.inf])
    here = search_space(NAMES, COVARIANCE, only=("market",), floor=floor)
    with pytest.raises(UnreachableLossError) as caught:
        reverse_linear(EXPOSURE, here, loss=3e7)
    follow = COVARIANCE[0] / COVARIANCE[0, 0]
    assert caught.value.largest_loss == pytest.approx(EXPOSURE @ follow)


def test_moves_survive_being_written(model):
    found = reverse_linear(EXPOSURE, search_space(NAMES, COVARIANCE), loss=1e6)
    scenario = answer_scenario(found, model.factors, id="r", title="R", horizon_days=1)
    for stated in scenario.moves:
        assert parse_move(str(stated.move)).value == pytest.approx(stated.move.value, rel=1e-11)


def test_other_factors_are_refused(model):
    found = reverse_linear(EXPOSURE, search_space(NAMES, COVARIANCE), loss=1e6)
    with pytest.raises(InputError, match="found on other factors"):
        answer_scenario(found, model.factors[:3], id="r", title="R", horizon_days=1)


def test_errors_can_be_sent_to_another_process():
    error = UnreachableLossError(
        target=2.0, largest_loss=1.0, distance=3.0, limit="within distance 3"
    )
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert again.largest_loss == 1.0


def test_a_searched_move_within_rounding_of_its_bound_stands_at_it():
    space = search_space(("a", "b"), np.diag([0.01, 4.0]), signs={"a": "up", "b": "down"})
    answer = answer_at(space, np.array([1e-17, 3e-17]), loss=1.0)

    assert answer.moves.tolist() == [0.0, 0.0]
    assert not np.signbit(answer.moves).any()
    free = answer_at(space, np.array([1e-3, -1e-3]), loss=1.0)
    assert free.moves == pytest.approx([1e-4, -2e-3])
