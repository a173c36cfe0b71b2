"""The hash of a scenario covers everything it says, steps of its path included."""

from dataclasses import replace

import stress
from stress.units import Move


def test_a_steps_core_names_are_in_the_hash(toy):
    plain = toy.scenario({"market": "-2%"})
    named = toy.scenario({"market": "-2%"}, core_names={"AAA": "-5%"})
    whole = toy.scenario({"market": "-4%"})
    hashes = {
        replace(whole, path=path).content_hash
        for path in ((), (plain, plain), (plain, named), (named, plain))
    }
    assert len(hashes) == 4


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
