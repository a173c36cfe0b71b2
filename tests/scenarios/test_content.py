"""The hash of a scenario covers everything it says, steps of its path included."""

import re
from dataclasses import replace

import pytest

import stress
from stress.errors import InputError
from stress.units import Move


def test_the_moves_of_a_step_are_in_the_hash(toy):
    plain = toy.scenario({"market": "-2%"})
    other = toy.scenario({"market": "-3%"})
    whole = toy.scenario({"market": "-4%"})
    hashes = {
        replace(whole, path=path).content_hash
        for path in ((), (plain, plain), (plain, other), (other, plain))
    }
    assert len(hashes) == 4


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"returns": "compound"},
            "path step 2: returns is 'compound', but 'simple' over 1 session",
        ),
        ({"calendar_days": 5.0}, "path step 2: calendar_days 5 is not from its start to its date"),
        ({"path": True}, "path step 2: path cannot stand in a step"),
        ({"names": True}, "path step 2: names cannot stand in a step"),
        ({"core_names": True}, "path step 2: core_names cannot stand in a step"),
    ],
)
def test_a_step_says_nothing_that_its_hash_does_not_see(toy, changed, said):
    plain = toy.scenario({"market": "-2%"})
    odd = {"path": (plain,), "names": plain.moves, "core_names": plain.moves}
    step = replace(plain, **{key: odd.get(key, value) for key, value in changed.items()})
    with pytest.raises(InputError, match=re.escape(said)):
        replace(plain, path=(plain, step))


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
