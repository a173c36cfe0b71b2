"""What a run is asked: every default is that of one field, on the command line and in Python."""

import dataclasses

import pytest

import stress
from stress.cli.run import run
from stress.errors import InputError
from stress.results.options import Options, RunSettings

DEFAULTS = {one.name: one.default for one in dataclasses.fields(RunSettings)}


def test_settings_are_keywords_of_a_run():
    asked = {*DEFAULTS} - {"draws", "seed"}
    assert asked <= set(stress.RunOptions.__annotations__)
    assert set(stress.TailOptions.__annotations__) - set(stress.BookOptions.__annotations__) <= {
        *asked,
        "on_progress",
    }


def test_the_command_line_says_nothing_that_python_would_not():
    typed = run.make_context("run", ["book.csv"]).params
    said = {name: typed[name] for name in typed if name in DEFAULTS}

    assert {"severity", "draws", "seed", "variation", "reduce", "surfaces"} <= set(said)
    assert said == {name: DEFAULTS[name] for name in said}


def test_only_what_differs_from_a_run_without_options_is_written():
    assert RunSettings(executor=2, on_interrupt="partial").written() == {}
    asked = RunSettings(severity=0.5, paths=False, instant=True, reduce=("sobol", "control"))
    assert asked.written() == {
        "severity": "0.5",
        "paths": "no",
        "instant": "yes",
        "reduce": "sobol, control",
    }


def test_settings_are_picked_from_keywords_and_held_to_their_range():
    made = Options.of({"severity": 2.0, "market": "levels.toml"}, draws=500)
    assert (made.severity, made.draws, made.seed) == (2.0, 500, 0)
    with pytest.raises(InputError, match="severity"):
        Options.of({"severity": -1.0})


def test_the_manifest_of_a_run_says_what_was_asked(toy):
    found = stress.run(
        toy.book({"AAA": 400.0}), toy.scenario({"chips": "-12%"}), draws=500, propagation="alone"
    )
    assert found.manifest.options == {"draws": "500", "propagation": "alone"}
    assert not {"draws", "propagation"} & set(found.manifest.defaults)
