"""A scenario whose own figures no factor takes says that it is the one it extends."""

from __future__ import annotations

import dataclasses

import pytest

import stress
from stress.api.same_moves import same_moves
from stress.scenarios.combine import sweep

MODEL = "us-ai-2025-12"
CONTAGION = "europe-asia-contagion"
CLOSE = "deepseek-2025-01-27"


def test_europe_and_asia_are_the_close_of_new_york_under_a_model_without_them() -> None:
    ran = stress.run_many("ai_growth", [CONTAGION, CLOSE], MODEL, draws=2000)
    assert ran[0].expected == pytest.approx(ran[1].expected, rel=1e-3)
    said = [text for text in ran[0].warnings if "every factor moves as in" in text]
    assert len(said) == 1
    assert said[0].startswith(f"every factor moves as in {CLOSE}, which it extends: ")
    assert "EWT, EWY, EWJ move no factor further" in said[0]
    assert "europe_ai_supply, japan_ai_supply, Siemens Energy and 9 more have no factor" in said[0]
    assert not any("every factor moves" in text for text in ran[1].warnings)


def test_a_scenario_that_adds_a_move_or_is_another_size_says_nothing() -> None:
    model = stress.load_model(MODEL)
    contagion = stress.load_scenario(CONTAGION)
    assert set(same_moves([contagion], model)) == {CONTAGION}
    half, whole = sweep(contagion, [0.5, 1.0])
    assert set(same_moves([half, whole], model)) == {whole.id}
    chips = contagion.moves[0]
    larger = dataclasses.replace(chips, move=dataclasses.replace(chips.move, value=-0.5))
    other = dataclasses.replace(contagion, moves=(larger, *contagion.moves[1:]))
    assert same_moves([other], model) == {}


def test_one_that_extends_what_the_model_does_not_know_says_nothing(toy) -> None:
    model = stress.load_model(MODEL)
    shock = dataclasses.replace(stress.shock({"market": "-3%"}, model=model), extends=(CLOSE,))
    assert same_moves([shock], model) == {}, "it states the market alone"
    assert same_moves([shock], toy.model()) == {}
