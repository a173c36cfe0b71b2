"""What a verb gave does not change afterwards: what it holds may be read and not written, at any depth."""

import copy
import pickle

import numpy as np
import pytest

import stress
from stress.frozen import FrozenMapping, frozen

SHOCK = {"market": "-2%", "chips": "-12%"}


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


def test_what_is_equal_has_one_hash():
    rows = [{"ticker": "NVDA", "market_value": 1e6, "currency": "USD", "desk": "a"}]
    one, other = stress.load_portfolio(rows), stress.load_portfolio(rows)

    assert one == other
    assert hash(one) == hash(other)
    manifest = stress.run(one, "deepseek-2025-01-27", draws=2000, model_range=False).manifest
    assert hash(manifest) == hash(pickle.loads(pickle.dumps(manifest)))
