"""An answer beyond every session of the model says so, measured as its distance is."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

import stress
from stress.factors.history import carried_moves
from stress.reverse_stress.answer import ReverseStressAnswer
from stress.reverse_stress.precedent import beyond_sessions

MODEL = "us-ai-2025-12"


@pytest.fixture(scope="module")
def model():
    return stress.load_model(MODEL)


def gold(model, distance: float) -> ReverseStressAnswer:
    """Only gold stated, so many standard deviations up."""
    k = model.factor_index["gold"]
    moves = np.zeros(len(model.factors))
    moves[k] = distance * np.sqrt(model.horizon_covariance(1)[k, k])
    stated = np.arange(len(moves)) == k
    return ReverseStressAnswer(
        factor_names=tuple(f.name for f in model.factors),
        moves=moves,
        stated=stated,
        loss=1.0,
        distance=abs(distance),
    )


def test_one_factor_is_held_against_its_own_largest_rise_and_move(model):
    k = model.factor_index["gold"]
    past = carried_moves(model)[:, k] / np.sqrt(model.horizon_covariance(1)[k, k])
    rise, fall = past.max(), -past.min()
    assert rise < fall

    assert beyond_sessions(gold(model, 0.999 * rise), model, horizon_days=1) == ()
    (further,) = beyond_sessions(gold(model, 1.001 * rise), model, horizon_days=1)
    assert further.startswith("Further this way than the model has seen: of 504 sessions since")
    assert f"the furthest went {rise:.1f} standard deviations" in further
    (never,) = beyond_sessions(gold(model, 1.001 * fall), model, horizon_days=1)
    assert f"the furthest went {fall:.1f} standard deviations, this way {rise:.1f}" in never
    assert "not as a scenario" not in never
    (nothing,) = beyond_sessions(gold(model, 2.001 * fall), model, horizon_days=1)
    assert (
        nothing
        == f"{never} Read it as 'nothing plausible loses that much this way', not as a scenario."
    )


def test_without_sessions_nothing_is_said(model):
    far = gold(model, 70.0)
    assert beyond_sessions(far, model, horizon_days=1)
    assert beyond_sessions(far, dataclasses.replace(model, history=None), horizon_days=1) == ()
    assert beyond_sessions(far, model, horizon_days=505) == ()
    assert beyond_sessions(gold(model, 0.0), model, horizon_days=1) == ()


def test_the_furthest_session_of_a_linear_book_is_the_one_on_which_it_would_have_lost_most():
    book = stress.open_book("ai_growth", MODEL)
    worst = float((carried_moves(book.model) @ -(book.values @ book.exposures)).max()) / book.nav
    inside = stress.reverse(book, 0.999 * worst).answers[0]
    outside = stress.reverse(book, 1.001 * worst).answers[0]

    assert not any("than the model has seen" in text for text in inside.warnings)
    (said,) = outside.warnings
    assert said.startswith("Further this way than the model has seen")
    assert re.search(r"went (\d+\.\d) standard", said)[1] == f"{outside.distance:.1f}"
