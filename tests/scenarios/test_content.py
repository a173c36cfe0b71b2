"""The hash of a scenario covers everything it says, steps of its path included."""

import dataclasses

from stress.scenarios.content import content_hash


def test_a_steps_core_names_are_in_the_hash(toy):
    plain = toy.scenario({"market": "-2%"})
    named = toy.scenario({"market": "-2%"}, core_names={"AAA": "-5%"})
    whole = toy.scenario({"market": "-4%"})
    hashes = {
        content_hash(dataclasses.replace(whole, path=path))
        for path in ((), (plain, plain), (plain, named), (named, plain))
    }
    assert len(hashes) == 4
