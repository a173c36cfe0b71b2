"""A model is known by its content: made in memory it has a hash, and a changed copy has another."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest

import stress
from stress.factors.history import History
from stress.files.models.file import read_model, write_model

CHANGES = {
    "degrees_of_freedom": lambda model: 8.0,
    "covariance": lambda model: 1.01 * model.covariance,
    "exposures": lambda model: 1.01 * model.exposures,
    "currency": lambda model: "EUR",
    "volatility_level": lambda model: 1.25,
    "details": lambda model: {**model.details, "stress_exposures": 2.0 * model.exposures},
    "history": lambda model: past(1.01),
}


def past(scale=1.0):
    moves = np.arange(12.0).reshape(3, 4)
    return History(
        dates=("2025-12-26", "2025-12-29", "2025-12-30"),
        standardised=moves,
        volatility=np.full((3, 4), 0.01),
        current_volatility=np.full(4, 0.01 * scale),
    )


@pytest.fixture
def read(toy, tmp_path):
    return write_model(toy.model(), tmp_path / "toy.json")


def test_a_model_made_in_memory_has_the_hash_of_its_content(toy):
    model = toy.model()

    assert len(model.content_hash) == 64
    assert model.content_hash == toy.model().content_hash
    assert f"content {model.content_hash[:12]}" in repr(model)
    assert model.content_hash != toy.model(degrees_of_freedom=6.0).content_hash


@pytest.mark.parametrize("field", CHANGES)
def test_a_changed_copy_has_another_hash(read, toy, field):
    for model in (read, toy.model()):
        changed = dataclasses.replace(model, **{field: CHANGES[field](model)})
        assert len(changed.content_hash) == 64
        assert changed.content_hash != model.content_hash


def test_a_copy_that_says_the_same_keeps_the_hash_of_its_file(read, tmp_path):
    said = dataclasses.replace(read, warnings=("something",))
    for same in (said, copy.deepcopy(read), pickle.loads(pickle.dumps(read))):
        assert same.content_hash == read.content_hash
    assert read.content_hash == read_model(tmp_path / "toy.json").content_hash


def test_details_count_and_the_order_of_their_keys_does_not(toy):
    def model(details):
        return toy.model(details=details).content_hash

    assert model({"a": 1.0, "b": [1, "x"]}) == model({"b": (1, "x"), "a": np.float64(1.0)})
    assert model({"a": {"b": 1.0}}) != model({"a": {"b": 2.0}})


def test_the_manifest_tells_laws_apart(toy):
    def hashes(model):
        manifest = stress.run_many(
            toy.portfolio({"AAA": 1.0}), [toy.scenario({"chips": "-12%"})], model, draws=500
        ).manifest
        return manifest.model["hash"], manifest.portfolio["toy.csv"]

    made, other = hashes(toy.model()), hashes(toy.model(degrees_of_freedom=12.0))
    assert made[0] == toy.model().content_hash
    assert made[0] != other[0]
    assert len(made[1]) == 64
