"""What a verb gave does not change afterwards: what it holds may be read and not written, at any depth."""

import copy
import dataclasses
import pickle
import re
from pathlib import Path

import numpy as np
import pytest

import stress
from stress.files.universes.file import load_universe
from stress.frozen import FrozenMapping, frozen

SHOCK = {"market": "-2%", "chips": "-12%"}


PYTHON = Path(__file__).resolve().parents[1] / "docs" / "python.md"
#: What kernels keep to themselves under a plan.
WITHIN = ("revaluation", "surfaces", "generator", "kept")


def writeable(held, at=""):
    """Yield where arrays that can be written to, and mappings and lists that can be changed, stand in an object."""
    if isinstance(held, np.ndarray):
        if held.flags.writeable:
            yield at
    elif isinstance(held, dict | list | set):
        yield at
    elif isinstance(held, FrozenMapping):
        for key, entry in held.items():
            yield from writeable(entry, f"{at}[{key!r}]")
    elif isinstance(held, tuple):
        for place, entry in enumerate(held[:3]):
            yield from writeable(entry, f"{at}[{place}]")
    elif dataclasses.is_dataclass(held) and not isinstance(held, type):
        for field in dataclasses.fields(held):
            if field.name not in WITHIN:
                yield from writeable(getattr(held, field.name), f"{at}.{field.name}")


def option_book():
    option = {
        "ticker": "NVDA 2026-03-20 170 P",
        "type": "option",
        "underlying": "NVDA",
        "right": "P",
    }
    option |= {"strike": 170, "expiry": "2026-03-20", "multiplier": 100, "style": "european"}
    rows = [
        {"ticker": "NVDA", "quantity": 1000, "price": 190.0, "currency": "USD"},
        {**option, "quantity": 10, "price": 8.0, "currency": "USD"},
    ]
    portfolio = stress.load_portfolio(rows, name="mine", as_of="2025-12-31")
    return stress.open_book(portfolio, rates={"USD": "4%"}, dividends={"NVDA": "0%"})


@pytest.mark.parametrize(
    "verb",
    [
        lambda: stress.run_many(option_book(), ["deepseek-2025-01-27"], draws=500),
        lambda: stress.tails("utilities_income", ["deepseek-2025-01-27"], draws=2000),
        lambda: option_book().what_if({"NVDA": 1.0}, draws=500),
        lambda: stress.reverse(option_book(), "10%"),
        lambda: stress.hedge("utilities_income", draws=500, max_lines=2, family=[]),
        lambda: stress.compare(
            "utilities_income", draws=500, strategies=["do_nothing", "index_short"], family=[]
        ),
        lambda: load_universe("hedges_us_ai"),
        lambda: stress.load_model(),
    ],
    ids=["run", "tails", "what_if", "reverse", "hedge", "compare", "universe", "model"],
)
def test_nothing_that_is_given_back_can_be_written_to_nor_a_copy_of_it(verb):
    given = verb()
    assert list(writeable(given)) == []
    for back in (pickle.loads(pickle.dumps(given)), copy.deepcopy(given), copy.copy(given)):
        assert list(writeable(back)) == []


def test_a_copied_model_cannot_be_changed_under_its_hash():
    """A run on one with four times the covariance had the manifest of the original."""
    model = copy.deepcopy(stress.load_model())
    refuses(lambda: model.covariance.__imul__(4.0))
    refuses(lambda: model.required_history().volatility.__imul__(4.0))
    refuses(lambda: model.details["standard_errors"].__imul__(4.0))


def refuses(write):
    with pytest.raises((TypeError, ValueError, AttributeError)):
        write()


def test_nested_values_are_frozen_at_any_depth():
    array = np.arange(3.0)
    kept = frozen({"a": [1, {"b": array}], "c": "text"})
    array[0] = 9.0

    assert kept["a"][1]["b"].tolist() == [0.0, 1.0, 2.0]
    assert kept == frozen(kept)
    refuses(lambda: kept.__setitem__("c", "other"))
    refuses(lambda: kept["a"].append(2))
    refuses(lambda: kept["a"][1]["b"].__setitem__(0, 1.0))


def test_mappings_of_the_same_entries_are_equal_and_hash_alike():
    one, other = FrozenMapping({"a": 1, "b": 2}), FrozenMapping({"b": 2, "a": 1})

    assert one == other == {"a": 1, "b": 2}
    assert hash(one) == hash(other)
    assert hash(pickle.loads(pickle.dumps(one))) == hash(copy.deepcopy(one)) == hash(one)


def test_a_result_does_not_change_with_the_portfolio_it_was_made_from():
    portfolio = stress.load_portfolio(
        [
            {"ticker": "NVDA", "market_value": 1e6, "currency": "USD", "desk": "a"},
            {"ticker": "MSFT", "market_value": 1e6, "currency": "USD", "desk": "b"},
        ]
    )
    result = stress.run(portfolio, "deepseek-2025-01-27", draws=2000, model_range=False)
    refuses(lambda: portfolio.positions[0].groups.__setitem__("desk", "b"))
    assert [line.label for line in result.by("desk")] == ["a", "b"]


def test_what_a_model_carries_cannot_be_cleared():
    model = stress.load_model()
    refuses(lambda: model.details.clear())
    refuses(lambda: model.details["made"]["settings"].__setitem__("half_life", 1))
    refuses(lambda: model.details["standard_errors"].__setitem__(0, 0.0))


def test_where_a_model_and_a_book_find_their_factors_and_names_cannot_be_moved():
    book = stress.open_book("utilities_income")
    for held in (
        book.model.factor_index,
        book.model.name_index,
        book.model.roles,
        book.model.yields,
        book.name_index,
    ):
        refuses(lambda held=held: held.__setitem__(next(iter(held)), 5))
        assert pickle.loads(pickle.dumps(held)) == held


def test_results_and_plans_cannot_be_written_to(toy):
    results = stress.run_many(
        toy.portfolio({"AAA": 500.0}), [toy.scenario(SHOCK)], toy.model(), draws=2000
    )
    plan = stress.hedge("utilities_income", draws=2000, max_lines=2, family=[])
    refuses(lambda: results.baselines.__setitem__("x", None))
    refuses(lambda: plan.trades.__setitem__(0, 1e9))
    for held in (plan.left_out, plan.manifest.options):
        refuses(lambda held=held: held.__setitem__("x", "y"))


def test_what_compares_by_value_has_a_hash():
    """`docs/python.md` names the public kinds that are equal to themselves alone."""
    kinds = [
        kind for name in stress.__all__ if dataclasses.is_dataclass(kind := getattr(stress, name))
    ]
    alone = {kind.__name__ for kind in kinds if kind.__eq__ is object.__eq__}
    said = re.search(r"\n(.*) are equal to themselves alone", PYTHON.read_text(encoding="utf-8"))
    assert said is not None
    assert set(re.findall("`([A-Za-z]+)`", said[1])) == alone

    one, other = (load_universe("hedges_us_ai") for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    factor = stress.FactorDefinition(
        name="market",
        kind="relative",
        unit="%",
        title="Market",
        description="",
        series=("IDX",),
        measure="return",
    )
    assert len({stress.FactorDefinitions(factors=(factor,), homes={"A": "market"})} | {None}) == 2


def test_what_is_equal_has_one_hash():
    rows = [{"ticker": "NVDA", "market_value": 1e6, "currency": "USD", "desk": "a"}]
    one, other = stress.load_portfolio(rows), stress.load_portfolio(rows)

    assert one == other
    assert hash(one) == hash(other)
    manifest = stress.run(one, "deepseek-2025-01-27", draws=2000, model_range=False).manifest
    assert hash(manifest) == hash(pickle.loads(pickle.dumps(manifest)))
