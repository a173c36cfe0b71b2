"""A stored run is gone on with only by a run that has its very draws."""

import dataclasses

import numpy as np
import pytest

import stress
from stress.errors import InputError
from stress.factors.session_returns import SessionReturns
from stress.results.evaluate import evaluate
from stress.results.options import Options
from stress.runs.payload import Payload
from stress.simulation.generators import BlockBootstrap, FilteredHistory

SHOCK = {"chips": "-12%"}


def stored(folder, books, scenario, **options):
    given = Options(draws=5000, store=Payload(folder, format="npz"), **options)
    return evaluate(books, [scenario], options=given)


def opened(toy, proxies):
    return stress.open_book(
        toy.portfolio({"ZZZ": 100.0, "CCC": 50.0}), toy.model(), proxies=proxies
    )


def test_a_book_opened_with_other_stand_ins_is_another_run(toy, tmp_path):
    one, other = opened(toy, {"ZZZ": "AAA"}), opened(toy, {"ZZZ": "BBB"})
    first = stored(tmp_path / "run", [one], toy.scenario(SHOCK))
    with pytest.raises(InputError, match=r"it differs in book toy\.csv"):
        stored(tmp_path / "run", [other], toy.scenario(SHOCK))
    again = stored(tmp_path / "run", [opened(toy, {"ZZZ": "AAA"})], toy.scenario(SHOCK))
    assert again[0].digest == first[0].digest
    assert first.manifest.books == {"toy.csv": one.content_hash}


def test_a_changed_copy_is_shown_with_its_own_hash(toy):
    scenario = toy.scenario(SHOCK)
    copy = dataclasses.replace(scenario, moves=toy.scenario({"chips": "-13%"}).moves)
    (result,) = evaluate([toy.book({"AAA": 100.0})], [copy], options=Options(draws=500))
    own = result.manifest.scenarios["toy-shock"]

    assert own != scenario.content_hash
    assert result.to_dict()["scenario"]["content_hash"] == own
    assert f"scenario {own[:12]}" in repr(result)


def test_a_changed_copy_of_a_scenario_is_another_run(toy, tmp_path):
    scenario = toy.scenario(SHOCK)
    copy = dataclasses.replace(scenario, moves=toy.scenario({"chips": "-13%"}).moves)
    book = toy.book({"AAA": 100.0})
    first = stored(tmp_path / "run", [book], scenario)
    with pytest.raises(InputError, match="it differs in scenario toy-shock"):
        stored(tmp_path / "run", [book], copy)
    assert first.manifest.scenarios == {"toy-shock": scenario.content_hash}


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"severity": 1.5}, "severity"),
        ({"propagation": "alone"}, "propagation"),
        ({"seed": 1}, "seed"),
    ],
)
def test_options_of_the_house_are_part_of_the_key_whoever_calls_it(toy, tmp_path, options, word):
    book = toy.book({"AAA": 100.0, "CCC": 30.0})
    stored(tmp_path / "run", [book], toy.scenario(SHOCK))
    with pytest.raises(InputError, match=f"it differs in {word}"):
        stored(tmp_path / "run", [book], toy.scenario(SHOCK), **options)


def test_the_hash_of_a_book_is_of_its_content(toy):
    book = toy.book({"AAA": 100.0, "CCC": 50.0})
    assert book.content_hash == toy.book({"CCC": 50.0, "AAA": 100.0}, name="else.csv").content_hash
    changed = [
        toy.book({"AAA": 100.0, "CCC": 50.01}),
        toy.book({"AAA": 100.0, "BBB": 50.0}),
        toy.book({"AAA": 100.0, "CCC": 50.0}, toy.model(degrees_of_freedom=4.5)),
        toy.book({"AAA": 100.0, "CCC": 50.0}, toy.model(covariance=1.1 * toy.model().covariance)),
    ]
    assert len({book.content_hash, *(other.content_hash for other in changed)}) == 5


def test_levels_and_stated_currency_moves_are_part_of_the_hash():
    held = stress.load_portfolio("ai_growth", fx={"EUR": 1.1})
    cash = dataclasses.replace(
        held.positions[0],
        id="EUR",
        instrument=stress.portfolio.instruments.Cash("EUR"),
        currency="EUR",
        quantity=1000.0,
        market_value=1100.0,
    )
    book = dataclasses.replace(held, positions=(*held.positions, cash), as_of="2025-12-30")
    hashes = {
        stress.open_book(book, fx={"EUR": 1.1}, **more).content_hash
        for more in (
            {},
            {"fx_moves": {"EUR": "-2%"}},
            {"fx_moves": {"EUR": "-3%"}},
            {"fx_fixed": ["EUR"]},
        )
    }
    assert len(hashes) == 4


def test_what_a_generator_is_made_with_is_part_of_the_key(toy):
    from stress.results.manifest import payload_of

    book = toy.book({"AAA": 1.0})
    moves = np.random.default_rng(1).normal(size=(2, 2000, 1))
    generators = [
        FilteredHistory(),
        *(FilteredHistory(own=SessionReturns(names=("AAA",), moves=one)) for one in moves),
        BlockBootstrap(block=5),
        BlockBootstrap(block=6),
    ]
    keys = [
        payload_of([book], [], [], Options(generator=one), None, "1")[1]["generator"]
        for one in generators
    ]
    assert len(set(keys)) == len(generators)
