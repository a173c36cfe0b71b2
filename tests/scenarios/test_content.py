"""The hash of a scenario covers everything it says, steps of its path included."""

import re
from dataclasses import replace
from functools import partial

import pytest

import stress
from stress.errors import InputError
from stress.units import Move


def test_what_a_step_says_is_in_the_hash_and_in_the_file(toy, tmp_path):
    made = partial(toy.scenario, kind="hypothetical", returns="compound", horizon_days=20)
    plain = made({"market": "-2%"})
    whole = made({"market": "-4%"}, path=(plain,))
    dated = {"start": "2024-01-02", "date": "2024-01-31"}
    steps = [
        plain,
        made({"market": "-3%"}),
        replace(plain, core_names=toy.scenario(core_names={"AAA": "-5%"}).core_names),
        replace(plain, moves=(), core_names=toy.scenario(core_names={"AAA": "-5%"}).core_names),
        replace(plain, returns="simple"),
        replace(plain, calendar_days=30.0),
        replace(plain, **dated),
        replace(plain, **dated, calendar_days=28.0),
    ]
    changed = [
        replace(whole, path=path) for step in steps for path in ((plain, step), (step, plain))
    ]
    assert len({one.content_hash for one in changed}) == len(changed) - 1
    for one in changed:
        path = tmp_path / "one.toml"
        path.write_text(one.to_toml(), encoding="utf-8")
        again = stress.load_scenario(path)
        assert again.content_hash == one.content_hash
        for step, read in zip(one.path, again.path, strict=True):
            for field in ("moves", "core_names", "returns", "elapsed_days", "horizon_days"):
                assert getattr(read, field) == getattr(step, field)


def test_a_changed_copy_has_a_hash_of_its_own():
    read = stress.load_scenario("deepseek-2025-01-27")
    assert replace(read, moves=read.moves[:2]).content_hash != read.content_hash
    assert replace(read, title=read.title).content_hash == read.content_hash


def test_a_scenario_that_is_saved_and_read_again_is_the_same_scenario(toy, tmp_path):
    """Moves are held to what is written of them, so what is hashed, saved and run is one thing."""
    book = toy.book({"AAA": 400.0, "BBB": -150.0})
    almost = replace(toy.scenario({"chips": "-5%"}), kind="hypothetical")
    moves = tuple(
        replace(one, move=Move(value=one.move.value * (1.0 + 4e-13), unit="%"))
        for one in almost.moves
    )
    computed = replace(almost, moves=moves)
    assert computed.moves == almost.moves
    third = replace(almost.moves[0], move=Move(value=-1.0 / 3.0, unit="%"))
    saved = replace(almost, moves=(third,))
    file = tmp_path / "saved.toml"
    file.write_text(saved.to_toml())
    again = stress.load_scenario(file)
    assert again.moves == saved.moves
    first, second = (stress.run(book, one, draws=500) for one in (saved, again))
    assert first.digest == second.digest
    assert first.manifest.scenarios == second.manifest.scenarios


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": "Bloomberg"}, "source 'Bloomberg' of chips is not a key of"),
        ({"kind": "measured"}, "chips = -5% has no source"),
    ],
)
def test_what_cannot_be_read_back_is_not_written(toy, changes, said):
    scenario = replace(toy.scenario({"chips": "-5%"}), kind=changes.pop("kind", "hypothetical"))
    moves = tuple(replace(one, **{"source": None, **changes}) for one in scenario.moves)
    with pytest.raises(InputError, match=re.escape(said)):
        replace(scenario, moves=moves).to_toml()


def test_a_source_of_one_word_is_a_key(toy, tmp_path):
    scenario = replace(
        toy.scenario({"chips": "-5%"}),
        kind="hypothetical",
        sources=(stress.Source(key="Bloomberg", text="Bloomberg, last price"),),
    )
    moves = tuple(replace(one, source="Bloomberg") for one in scenario.moves)
    saved = replace(scenario, moves=moves)
    (tmp_path / "saved.toml").write_text(saved.to_toml())
    assert stress.load_scenario(tmp_path / "saved.toml").content_hash == saved.content_hash


def test_text_that_no_file_can_hold_is_refused(toy):
    scenario = toy.scenario({"chips": "-5%"})
    (move,) = scenario.moves
    for made in (
        lambda: replace(scenario, title="a \udc80"),
        lambda: replace(scenario, narrative="a \ud83d"),
        lambda: replace(move, note="a \ud83d"),
        lambda: replace(move, target="a \ud83d"),
        lambda: stress.Source(key="a", text="\ud83d"),
        lambda: stress.Observed(name="\ud83d", text="a"),
    ):
        with pytest.raises(InputError, match="half a character, which no file can hold"):
            made()
    for made in (
        lambda: stress.Observed(name=1, text=None),
        lambda: stress.Source(key="a", text=None),
        lambda: replace(move, source=5),
    ):
        with pytest.raises(InputError, match="is no text"):
            made()
    assert replace(scenario, title="a \U0001f600").content_hash
