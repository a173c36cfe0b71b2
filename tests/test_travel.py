"""What a verb gives can be pickled and copied: it comes back from a process pool as it was."""

import copy
import importlib.resources
import json
import pickle
import re

import jsonschema
import pytest

import stress
from stress.errors import InputError

DRAWS = {"draws": 2000}


@pytest.fixture(scope="module")
def options_book():
    rows = [
        {"ticker": "NVDA", "quantity": 100, "price": 186.5, "currency": "USD"},
        {
            "ticker": "NVDA", "type": "option", "right": "put", "strike": 180.0, "expiry": "2026-03-20",
            "quantity": 1, "multiplier": 100, "price": 8.0, "currency": "USD",
        },
    ]  # fmt: skip
    portfolio = stress.load_portfolio(rows, name="options", as_of="2025-12-31")
    return stress.open_book(
        portfolio, rates={"USD": "4%"}, dividends={"NVDA": "0%"}, vols={"NVDA": "45%"}
    )


def travelled(thing):
    return pickle.loads(pickle.dumps(thing)), copy.deepcopy(thing)


def test_a_book_with_options_and_its_result_travel(options_book):
    assert options_book.valuation is not None
    result = stress.run(options_book, "deepseek-2025-01-27", model_range=False, **DRAWS)
    for back in travelled(options_book):
        assert back.content_hash == options_book.content_hash
        assert back.valuation.market.levels == options_book.valuation.market.levels
        with pytest.raises(TypeError):
            back.valuation.market.levels["x"] = 1.0
    for back in travelled(result):
        assert back.digest == result.digest
        assert back.to_json() == result.to_json()


def test_a_hedge_plan_a_comparison_and_a_search_travel():
    book = stress.open_book("utilities_income")
    plan = stress.hedge(book, max_lines=2, **DRAWS)
    comparison = stress.compare(
        book, strategies="do_nothing", frontier=False, model_variants=False, **DRAWS
    )
    search = stress.worst_case(book, 3.0)
    for thing in (plan, comparison, search):
        for back in travelled(thing):
            assert back.to_json() == thing.to_json()
        # What was found is itself alone: a copy of it is not.
        assert thing not in [*travelled(thing), copy.copy(thing)]
        assert len({thing, copy.copy(thing)}) == 2


def test_plans_comparisons_and_searches_print_and_show_as_their_page():
    book = stress.open_book("utilities_income")
    plan = stress.hedge(book, max_lines=1, family=[], **DRAWS)
    comparison = stress.compare(
        book, strategies="do_nothing", frontier=False, model_variants=False, family=[], **DRAWS
    )
    for thing, begins in (
        (plan, "PROPOSED HEDGE"),
        (comparison, "HEDGES COMPARED"),
        (stress.worst_case(book, 3.0), "THE WORST WITHIN 3 STANDARD DEVIATIONS"),
    ):
        assert repr(thing) == str(thing)
        assert repr(thing).startswith(begins)
        assert f">{begins}<" in thing._repr_html_()


def test_a_search_prints_its_page_and_writes_its_document():
    found = stress.worst_case(stress.open_book("utilities_income"), 3.0)
    assert repr(found).startswith("THE WORST WITHIN 3 STANDARD DEVIATIONS")
    assert max(len(line) for line in repr(found).splitlines()) <= 100
    assert found.to_dict()["answers"][0]["loss"] == found.answers[0].loss


def test_one_result_is_an_entry_of_the_document_of_a_run():
    path = importlib.resources.files("stress.reporting") / "run.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    one = {"$ref": "#/$defs/result", "$defs": schema["$defs"]}
    found = stress.run_many("utilities_income", "deepseek-2025-01-27", model_range=False, **DRAWS)
    jsonschema.Draft202012Validator(one).validate(json.loads(found[0].to_json()))
    assert json.loads(found.to_json())["results"] == [json.loads(found[0].to_json())]


def test_what_was_used_is_written_down_for_good():
    result = stress.run("utilities_income", "deepseek-2025-01-27", model_range=False, **DRAWS)
    with pytest.raises(TypeError):
        result.manifest.versions["numpy"] = "0"


def test_words_of_the_command_line_are_refused_where_they_mean_something_else():
    for options in ({"budget": "none"}, {"max_lines": 0}):
        with pytest.raises(InputError, match="None"):
            stress.hedge("utilities_income", **DRAWS, **options)


def test_every_document_says_its_version_as_text():
    book = stress.open_book("utilities_income")
    documents = [
        stress.run_many(book, ["deepseek-2025-01-27"], **DRAWS),
        stress.tails([book], **DRAWS),
        book.what_if({"NVDA": 1000.0}, **DRAWS),
        stress.worst_case(book, 3.0),
        stress.hedge(book, max_lines=2, **DRAWS),
        stress.compare(
            book, strategies="do_nothing", frontier=False, model_variants=False, **DRAWS
        ),
    ]
    for document in documents:
        assert re.fullmatch(r"\d+\.\d+", json.loads(document.to_json())["schema_version"])
