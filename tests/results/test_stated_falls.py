"""A stated fall of a level that cannot fall below zero: refused beyond a stated level, doubted without one."""

from __future__ import annotations

import dataclasses

import pytest

import stress
from stress.errors import InputError

MODEL = "us-ai-2025-12"


def fall(moves: dict[str, str], **options: object):
    return stress.run("ai_growth", stress.shock(moves, model=MODEL), MODEL, draws=2000, **options)


@pytest.mark.parametrize(
    ("moves", "levels", "said"),
    [
        ({"vix": "-20pts"}, {"vols": {"VIX": "18%"}}, "vix -20.0 pts falls below zero: its level is stated as 18.0 pts"),
        ({"hy_oas": "-300bp"}, {"spreads": {"hy_oas": "290bp"}}, "hy_oas -300 bp falls below zero"),
    ],
)  # fmt: skip
def test_a_fall_beyond_its_stated_level_is_refused_and_one_to_zero_is_not(moves, levels, said):
    with pytest.raises(InputError, match=said):
        fall(moves, **levels)
    ((target, move),) = moves.items()
    to_zero = {"vix": "-18pts", "hy_oas": "-290bp"}[target]
    assert not any(
        "falls below zero" in text for text in fall({target: to_zero}, **levels).warnings
    )
    rise = fall({target: move.replace("-", "+")}, **levels)
    assert not any(text.startswith(target) for text in rise.warnings)


def test_the_severity_counts():
    levels = {"vols": {"VIX": "18%"}}
    assert fall({"vix": "-10pts"}, **levels).expected > 0.0
    with pytest.raises(InputError, match=r"vix -20.0 pts falls below zero"):
        fall({"vix": "-10pts"}, severity=2.0, **levels)


def test_without_a_level_a_fall_beyond_the_models_sessions_is_said_among_the_first():
    said = [text for text in fall({"vix": "-100pts"}).warnings if text.startswith("vix")]
    assert len(said) == 1
    assert "its level is not stated" in said[0]
    assert "--vol VIX=18%" in said[0]
    first = next(text for text in fall({"vix": "-100pts"}).warnings if "left out" not in text)
    assert first == said[0]
    # The model's sessions have been lower than the last by more than this.
    assert not any(text.startswith("vix") for text in fall({"vix": "-2pts"}).warnings)


def test_a_model_without_sessions_knows_of_no_fall():
    bare = dataclasses.replace(stress.load_model(MODEL), history=None)
    result = stress.run("ai_growth", stress.shock({"ig_oas": "-1bp"}, model=bare), bare, draws=2000)
    assert any(
        "no session of the model says how far it can fall" in text for text in result.warnings
    )


def test_a_hedge_refuses_it_too():
    shock = stress.shock({"vix": "-20pts"}, model=MODEL)
    with pytest.raises(InputError, match="falls below zero"):
        stress.hedge("ai_growth", [shock], MODEL, draws=2000, vols={"VIX": "18%"})


def test_a_level_that_a_stated_fall_is_held_against_does_something():
    held_against = fall({"vix": "-10pts"}, vols={"VIX": "18%"})
    assert not any("changes nothing" in text for text in held_against.warnings)
    idle = fall({"market": "-5%"}, vols={"VIX": "18%"})
    assert any("vols={'VIX': '18%'} changes nothing" in text for text in idle.warnings)


def way(*steps: dict[str, str]):
    """A rise of the market at once, and a way of its own in steps of three sessions."""
    whole = stress.shock({"market": "+2%"}, model=MODEL, horizon_days=3 * len(steps))
    path = tuple(stress.shock(moves, model=MODEL, horizon_days=3) for moves in steps)
    return dataclasses.replace(whole, path=path)


def walked(*steps: dict[str, str], **options: object):
    return stress.run("ai_growth", way(*steps), MODEL, draws=2000, **options)


@pytest.mark.parametrize(
    ("steps", "levels", "said"),
    [
        ([{"vix": "-20pts"}, {"vix": "+20pts"}], {"vols": {"VIX": "18%"}}, r"vix -20.0 pts since the start, by the end of step 1, falls below zero"),
        ([{"vix": "+8pts"}, {"vix": "-10pts"}, {"vix": "-17pts"}], {"vols": {"VIX": "18%"}}, r"vix -19.0 pts since the start, by the end of step 3,"),
        ([{"hy_oas": "-400bp"}, {"hy_oas": "+100bp"}], {"spreads": {"hy_oas": "290bp"}}, r"hy_oas -400 bp since the start, by the end of step 1,"),
    ],
)  # fmt: skip
def test_a_step_or_the_sum_of_steps_beyond_a_stated_level_is_refused(steps, levels, said):
    with pytest.raises(InputError, match=said):
        walked(*steps, **levels)
    with pytest.raises(InputError, match=said):
        stress.hedge("ai_growth", [way(*steps)], MODEL, draws=2000, **levels)
    with pytest.raises(InputError, match=said):
        stress.compare("ai_growth", [way(*steps)], MODEL, draws=2000, **levels)
    with pytest.raises(InputError, match=said):
        stress.tails("ai_growth", [way(*steps)], MODEL, draws=2000, **levels)


def test_a_step_may_fall_by_what_the_steps_before_it_rose_to():
    found = walked({"vix": "+8pts"}, {"vix": "-26pts"}, vols={"VIX": "18%"})
    assert not any("falls below zero" in text for text in found.warnings)
    # Linked, a fall of the market raises volatility before the step that states a fall; alone, nothing does.
    after_fall = ({"market": "-10%"}, {"vix": "-19pts"})
    walked(*after_fall, vols={"VIX": "18%"})
    with pytest.raises(InputError, match="by the end of step 2, falls below zero"):
        walked(*after_fall, vols={"VIX": "18%"}, propagation="alone")


def test_the_severity_counts_for_steps():
    steps = ({"vix": "-10pts"}, {"vix": "+10pts"})
    walked(*steps, vols={"VIX": "18%"})
    with pytest.raises(InputError, match=r"vix -20.0 pts since the start"):
        walked(*steps, vols={"VIX": "18%"}, severity=2.0)


def test_without_a_level_a_step_beyond_the_models_sessions_is_doubted_once():
    steps = ({"vix": "-60pts"}, {"vix": "-40pts"}, {"vix": "+100pts"})
    said = [text for text in walked(*steps).warnings if text.startswith("vix")]
    assert len(said) == 1
    assert said[0].startswith("vix -100.0 pts since the start, by the end of step 2, may be more")
    assert not any(t.startswith("vix") for t in walked({"vix": "-2pts"}, {"vix": "+2pts"}).warnings)


def test_a_level_that_a_step_is_held_against_does_something():
    held_against = walked({"hy_oas": "-100bp"}, {"hy_oas": "+50bp"}, spreads={"hy_oas": "290bp"})
    assert not any("changes nothing" in text for text in held_against.warnings)
